"""The codes that servers refuse pingbacks with, and what each means to the author of the blog."""

from __future__ import annotations

_PINGBACK = {
    0: "The server refuses and does not say why; see that your page is public, has a title and"
    " links to the page you named, since WordPress hides all such reasons behind this code.",
    16: "The server could not read your page; see that anybody can, quickly and without being"
    " redirected, then send again.",
    17: "The server read your page and found no link to the one you named; put the link there,"
    " with text and spelt the same, then send again.",
    32: "There is no such page; correct the address you link to (some WordPress says so too"
    " where your own page has no title).",
    33: "The page takes no pingbacks: it is closed for them, or no single post; there is nothing to"
    " do.",
    48: "The pingback was registered before; there is nothing to do.",
    49: "The server does not take this pingback, from you or for this page; only its owner can"
    " change that.",
    50: "Another server, that this one had to ask, failed; send again later (Typecho says so where"
    " your page cannot be read, lacks the link, or takes no pingbacks itself).",
}
"""PB-3-5: 0, and the codes of section 3."""

_NOT_UNDERSTOOD = (
    "The server did not understand the call, though not because of your page; tell its owner."
)
_INTEROPERABLE = {
    -32700: _NOT_UNDERSTOOD,
    -32701: _NOT_UNDERSTOOD,
    -32702: _NOT_UNDERSTOOD,
    -32600: _NOT_UNDERSTOOD,
    -32601: "The server does not know of pingbacks, though the page names it for them; there is"
    " nothing to do.",
    -32602: _NOT_UNDERSTOOD,
    -32603: "The server failed; send again later.",
    -32500: "The server failed; send again later.",
    -32400: "The server failed; send again later.",
    -32300: "The call went wrong on its way to the server; send again later.",
}
"""FC-2, which PB-3-8 allows."""

_INVENTED = {
    18: "The server takes your page for spam (a code of PEAR's Services_Linkback); only its owner"
    " can change that.",
    51: "The server takes your page for spam (a code of Zinnia's); only its owner can change that.",
    201: "The server takes one of the two addresses for none (a code of PEAR's"
    " Services_Linkback); see that both are whole.",
    300: "The server could not read your page (a code of PEAR's Services_Linkback); see that"
    " anybody can, then send again.",
    400: "The server refuses and does not say why (Dotclear says so whatever the reason); see"
    " that your page is public, has a title and links to the page you named.",
    409: "The server has a comment of the same words already (a code of WordPress); there is"
    " nothing to do.",
    429: "The server takes no more pings just now (WordPress takes one in 15 seconds, from"
    " anybody); send again later.",
}
"""Codes that no specification has, as servers really send them."""

_CLASSES = {
    0x1: "The server has something against your page; its message may say what.",
    0x2: "The server has something against the page you link to; its message may say what.",
    0x3: "The server does not take this pingback, and its message may say why; there is nothing"
    " wrong with either page.",
}
"""PB section 3: what the bits 5 to 8 of a code tell, whatever the code."""

VALUES = frozenset((*_PINGBACK, 51))
"""Codes that some servers return in the place of the message of a success (Zinnia, Fat-Free)."""


def specified(code: int) -> bool:
    """Return whether a fault may have this code (PB-3-5, PB-3-8, FC-3)."""
    return code in _PINGBACK or code in _INTEROPERABLE or -32099 <= code <= -32000


def meaning(code: int | None) -> str:
    """Return a sentence for the author: what a pingback's fault means, and what to do about it.

    :param code: None for a fault without one.
    """
    if code is None:
        return _PINGBACK[0]
    for known in (_PINGBACK, _INTEROPERABLE, _INVENTED):
        if code in known:
            return known[code]
    if -32768 <= code <= -32000:
        return "The server failed in a way of its own; send again later."
    return _CLASSES.get(
        code >> 4, "The server refuses for a reason of its own; its message may say which."
    )
