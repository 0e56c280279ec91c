"""The frame of an HTML report: one file, no script, nothing loaded, and a policy that says so."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import TYPE_CHECKING, Final

from linkback_conformance.reports.text import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

_STYLE: Final = """
:root { color-scheme: light dark; --text: #1c1c1e; --soft: #5b5b63; --back: #fff; --box: #f4f4f6;
  --line: #d6d6dc; --link: #0b57b0; --good: #156c34; --bad: #b3141e; --warn: #855300;
  --odd: #7a2a91; --none: #5b5b63; }
@media (prefers-color-scheme: dark) { :root { --text: #ececf1; --soft: #a5a5b0; --back: #17171a;
  --box: #232328; --line: #3b3b44; --link: #8ab8ff; --good: #6cd08b; --bad: #ff8d8d;
  --warn: #eebb66; --odd: #dba1f0; --none: #a5a5b0; } }
* { box-sizing: border-box; }
body { font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--back);
  max-width: 75rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.25rem; margin-top: 2rem; }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
a { color: var(--link); } small, dt { color: var(--soft); }
code, pre { font: .875rem/1.45 ui-monospace, monospace; }
pre { background: var(--box); border: 1px solid var(--line); border-radius: .25rem;
  padding: .5rem; margin: .25rem 0; white-space: pre-wrap; max-height: 30rem; overflow: auto; }
.lead { font-size: 1.125rem; font-weight: 600; }
.note { border-left: .25rem solid var(--warn); padding-left: .75rem; }
h1 code { font-size: 1em; }
.wide { overflow-x: auto; margin: 0 0 1rem; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .25rem .5rem;
  border-bottom: 1px solid var(--line); }
th { overflow-wrap: normal; } td.number, th.number { text-align: right; }
.figures { width: auto; } .cases td:first-child { width: 8.5rem; } .extra { width: 50%; }
.runs td, .matrix td { overflow-wrap: normal; } .matrix td { min-width: 6rem; }
.matrix tbody th { font-weight: normal; }
.matrix th:first-child { min-width: 14rem; }
dl { display: grid; grid-template-columns: minmax(5rem, max-content) 1fr; gap: .25rem 1rem; }
dd { margin: 0; } details { border-bottom: 1px solid var(--line); padding: .25rem 0; }
summary { cursor: pointer; padding: .25rem 0; }
.verdict { font-weight: 600; white-space: nowrap; }
.pass { color: var(--good); } .fail { color: var(--bad); } .advisory { color: var(--warn); }
.error { color: var(--odd); } .blocked, .inconclusive, .not-applicable { color: var(--none); }
@media (max-width: 40rem) { .extra { display: none; } .figures { font-size: .875rem; }
  dl { display: block; } dd { margin: 0 0 .5rem; } }
@media print { pre { max-height: none; } }
"""

_POLICY: Final = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    + "'"
)


def document(title: str, body: str) -> str:
    """Return a whole page; the body is HTML that is safe already."""
    return (
        "<!DOCTYPE html>\n"
        '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{line(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def line(text: str, limit: int = 0) -> str:
    """Return hostile text for a place within a line, or within an attribute."""
    return escape(one_line(text, limit))


def block(text: str) -> str:
    """Return hostile text of several lines as a block that keeps them."""
    # A parser drops the first line break of the element; this one is for it.
    return f"<pre>\n{escape(visible(text))}</pre>"


def code(text: str) -> str:
    """Return hostile text as code within a line."""
    return f"<code>{line(text)}</code>"


def verdict_word(verdict: str) -> str:
    """Return a verdict in its colour, which never stands alone for it."""
    return f'<span class="verdict {line(verdict)}">{line(verdict)}</span>'


def table(heading: Iterable[str], rows: Iterable[str], *, kind: str = "plain") -> str:
    """Return a table that scrolls by itself; heading and rows are cells in HTML."""
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    return (
        f'<div class="wide"><table class="{kind}">\n<thead><tr>{"".join(heading)}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody></table></div>"
    )
