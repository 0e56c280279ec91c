"""The elements and attributes that mean something to whoever reads a page."""

from __future__ import annotations

from linkback_protocol.page.markup import FORMATTING, MARK

# What a browser keeps out of the document, or does not read as one.
MUTED = frozenset(
    ("script", "style", "template", "textarea", "iframe", "noembed", "noframes", "rp")
)
# What stands in the document and is not shown.
UNSHOWN = {
    **dict.fromkeys(("select", "datalist"), "form control"),
    **dict.fromkeys(("audio", "video", "canvas"), "fallback content"),
    # Hardly anybody reads without scripts.
    "noscript": "noscript",
}
UNDRAWN = frozenset(
    ("title", "desc", "metadata", "defs", "symbol", "clipPath", "mask", "pattern")
    + ("annotation", "annotation-xml")
)
# Elements that do not separate the words before them from those behind.
INLINE = frozenset(
    ("abbr", "bdi", "bdo", "cite", "data", "del", "dfn", "ins", "kbd", "label", "mark", "noscript")
    + ("picture", "q", "ruby", "samp", "span", "sub", "sup", "time", "var", "wbr")
    + (*FORMATTING, *(name + MARK for name in FORMATTING))
)
ANCHOR_TAGS = frozenset(("a", "a" + MARK))
LINKING = {
    **dict.fromkeys((*ANCHOR_TAGS, "area", "link"), "href"),
    **dict.fromkeys(("img", "video", "audio", "source", "track"), "src"),
    **dict.fromkeys(("iframe", "frame", "embed"), "src"),
    "object": "data",
}
PICTURES = frozenset(("img", "svg", "video", "canvas", "object", "embed", "iframe"))
# Landmarks. A header or footer is one of the page unless it belongs to an article (HTML-AAM 3.5).
REGIONS = frozenset(("nav", "aside"))
PAGE_REGIONS = frozenset(("header", "footer"))
SECTIONS = frozenset(("article", "main", "section"))
LANDMARKS = REGIONS | PAGE_REGIONS | SECTIONS
ROLES = {
    "navigation": "nav",
    "complementary": "aside",
    "contentinfo": "footer",
    "banner": "header",
}
FOREIGN = frozenset(("svg", "math"))
FONT = "font" + MARK
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
META = frozenset(("og:title", "og:site_name", "application-name"))
ROOTS = frozenset(("html", "body"))
ABOUT_PAGE = frozenset(("html", "base", "meta"))
TELLING = frozenset(("hidden", "style", "role", "bgcolor"))
BY_RULES = frozenset(("class", "id"))
SHEETS = frozenset(("", "all", "screen"))
NOTED = frozenset(
    (*MUTED, *UNSHOWN, *UNDRAWN, *LINKING, *PICTURES, *LANDMARKS)
    + (*FOREIGN, *HEADINGS, *ABOUT_PAGE, "body", "dialog", "foreignObject", FONT)
)
