"""Leaves out of a run what must not be published with it: passwords, tokens, cookies."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from linkback_conformance.source_site import Fetch
    from linkback_conformance.verdict import Observation, Result, Run, SenderRun
    from linkback_conformance.wire import Exchange

LEFT_OUT: Final = "(left out)"

_SECRET_HEADERS: Final = ("authorization", "proxy-authorization", "cookie", "set-cookie")
# A folded header goes on in the lines that begin with white space.
_HEADER_LINES: Final = re.compile(
    rb"(?im)^(%s):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*" % "|".join(_SECRET_HEADERS).encode()
)
_SECRET_NAMES: Final = re.compile(r"(?i)token|key|secret|pass|auth|session|signature|nonce")
_SHORTEST: Final = 3
"""Characters: what is shorter protects nothing, and would be found everywhere."""


def redact(run: Run) -> Run:
    """Return the run without its secrets.

    Those are the headers that carry credentials; passwords, and query parameters named like
    secrets, of the addresses that the tester gave; and the arguments of a command of the tester.
    """
    secrets = _Secrets(_given(run))
    return replace(
        run,
        target=secrets.hide(run.target),
        options={name: secrets.value(value) for name, value in run.options.items()},
        endpoints={name: secrets.address(value) for name, value in run.endpoints.items()},
        notes=tuple(map(secrets.hide, run.notes)),
        surprises=run.surprises and tuple(map(secrets.hide, run.surprises)),
        results=tuple(map(secrets.result, run.results)),
    )


def _given(run: Run) -> Iterator[str]:
    yield run.target
    yield from run.endpoints.values()
    for value in run.options.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | tuple):
            yield from (each for each in value if isinstance(each, str))


class _Secrets:
    """Knows the secrets of a run, and takes them out of whatever mentions them."""

    def __init__(self, given: Iterable[str]) -> None:
        found = {
            spelling
            for text in given
            for secret in _secrets_of(text)
            for spelling in (secret, quote(secret, safe=""), quote_plus(secret))
            if len(secret) >= _SHORTEST
        }
        # The longest first: a secret may be the beginning of another.
        self._texts = sorted(found, key=lambda each: (-len(each), each))

    def hide(self, text: str) -> str:
        for secret in self._texts:
            text = text.replace(secret, LEFT_OUT)
        return text

    def value(self, value: object) -> object:
        if isinstance(value, list | tuple):
            return [self.value(each) for each in value]
        return self.address(value) if isinstance(value, str) else value

    def address(self, value: str) -> str:
        """Return an address, or a command of the tester, which is kept without its arguments."""
        if value.startswith("!"):
            program, _, arguments = value.partition(" ")
            return f"{program} {LEFT_OUT}" if arguments else program
        return self.hide(value)

    def result(self, result: Result) -> Result:
        return replace(
            result,
            reason=self.hide(result.reason),
            observations=tuple(map(self.observation, result.observations)),
            exchanges=tuple(map(self.exchange, result.exchanges)),
            fetches=tuple(map(self.fetch, result.fetches)),
            runs=tuple(map(self.run, result.runs)),
        )

    def observation(self, observation: Observation) -> Observation:
        return replace(
            observation,
            expected=self.hide(observation.expected),
            observed=self.hide(observation.observed),
        )

    def exchange(self, exchange: Exchange) -> Exchange:
        return replace(
            exchange,
            url=self.hide(exchange.url),
            sent=self.message(exchange.sent),
            received=self.message(exchange.received),
            problem=self.hide(exchange.problem),
            curl=self.hide(exchange.curl),
        )

    def fetch(self, fetch: Fetch) -> Fetch:
        headers = tuple(
            (name, LEFT_OUT if name.lower() in _SECRET_HEADERS else value)
            for name, value in fetch.headers
        )
        return replace(fetch, headers=headers)

    def run(self, run: SenderRun) -> SenderRun:
        return replace(
            run,
            told=self.hide(run.told),
            outcome=self.hide(run.outcome),
            output=self.hide(run.output),
        )

    def message(self, data: bytes) -> bytes:
        head, blank, body = data.partition(b"\r\n\r\n")
        data = _HEADER_LINES.sub(rb"\1: " + LEFT_OUT.encode(), head) + blank + body
        for secret in self._texts:
            data = data.replace(secret.encode("utf-8", "surrogateescape"), LEFT_OUT.encode())
        return data


def _secrets_of(text: str) -> Iterator[str]:
    if "://" not in text or text.startswith("!"):
        return
    try:
        parts = urlsplit(text)
    except ValueError:
        return
    if parts.password:
        yield parts.password
    for name, value in parse_qsl(parts.query):
        if _SECRET_NAMES.search(name):
            yield value
