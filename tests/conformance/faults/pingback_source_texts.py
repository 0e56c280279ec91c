"""Endpoints that cannot read the one or the other source."""

import codecs
import re

from tests.conformance.broken import breaks
from tests.conformance.reference import ReferenceBlog


class Misreads(ReferenceBlog):
    """Knows an encoding by name, and takes it for another."""

    label = ""
    codec = ""

    def known_charset(self, label):
        return self.codec if label.lower() == self.label else super().known_charset(label)


@breaks("pingback.server.source-latin-1")
class ReadsLatin1AsUtf8(Misreads):
    label, codec = "iso-8859-1", "utf-8"


@breaks("pingback.server.source-windows-1252")
class ReadsWindowsAsLatin1(Misreads):
    label, codec = "windows-1252", "latin-1"


@breaks("pingback.server.source-shift-jis")
class ReadsShiftJisAsLatin1(Misreads):
    label, codec = "shift_jis", "latin-1"


class Unmarked(ReferenceBlog):
    """Takes a mark at the start of a page for letters."""

    mark = b""

    def decode_page(self, body, content_type):
        if body.startswith(self.mark):
            return body.decode(self.fallback_charset, "replace")
        return super().decode_page(body, content_type)


@breaks("pingback.server.source-utf-16")
class KnowsNoUtf16(Unmarked):
    mark = codecs.BOM_UTF16_LE


@breaks("pingback.server.source-bom")
class KnowsNoMark(Unmarked):
    mark = codecs.BOM_UTF8


@breaks("pingback.server.source-meta-charset")
class ReadsHeadersAlone(ReferenceBlog):
    def meta_charset(self, body):
        return None


class Strict(ReferenceBlog):
    """Gives up at the first byte that does not fit."""

    def charset_of(self, body, content_type):
        raise NotImplementedError

    def decode_page(self, body, content_type):
        charset = self.charset_of(body, content_type)
        return body.decode(charset) if charset else super().decode_page(body, content_type)


@breaks("pingback.server.source-no-charset")
class WantsUtf8WhereNothingIsSaid(Strict):
    def charset_of(self, body, content_type):
        named = "charset" in content_type or self.meta_charset(body)
        return None if named or body.startswith(codecs.BOM_UTF16_LE) else "utf-8"


@breaks("pingback.server.source-wrong-charset")
class BelievesInCharsets(Strict):
    def charset_of(self, body, content_type):
        return "utf-8" if "charset=utf-8" in content_type else None


@breaks("pingback.server.source-unknown-charset")
class LooksUpAnyCharset(Strict):
    def charset_of(self, body, content_type):
        return "x-no-such-charset" if "x-no-such-charset" in content_type else None


class Retitles(ReferenceBlog):
    """Finds titles by pattern."""

    def title_in(self, text, title):
        raise NotImplementedError

    def read_html(self, url, text, *, xml=False):
        document = super().read_html(url, text, xml=xml)
        document.title = self.title_in(text, document.title)
        return document


@breaks("pingback.server.source-title-attributes")
class WantsPlainTitles(Retitles):
    def title_in(self, text, title):
        return title if "<title>" in text else ""


@breaks("pingback.server.source-title-missing")
class WantsTitles(Retitles):
    def title_in(self, text, title):
        if "<title" not in text.lower():
            raise self.no_link_fault()
        return title


@breaks("pingback.server.source-title-empty")
class WantsWordsInTitles(Retitles):
    def title_in(self, text, title):
        if re.search(r"<title>\s*</title>", text):
            raise self.no_link_fault()
        return title


@breaks("pingback.server.source-title-long")
class HasShortColumns(ReferenceBlog):
    def crop(self, text, length):
        if len(text) > 2_000:
            raise ValueError("too long for the column")
        return super().crop(text, length)


@breaks("pingback.server.source-title-svg")
class TakesTheLastTitle(Retitles):
    def title_in(self, text, title):
        return re.findall(r"<title[^>]*>(.*?)</title>|$", text, re.DOTALL)[-2:][0] or title
