"""Endpoints that understand one form of a call less than they should."""

from tests.conformance.broken import breaks
from tests.conformance.reference import ReferenceBlog
from tests.conformance.reference_xmlrpc import XmlRpcFault


class RefusesBodies(ReferenceBlog):
    """Refuses a call whose body holds certain bytes."""

    needle = b""

    def transcode(self, body, content_type):
        if self.needle in body:
            raise XmlRpcFault(-32700, "Not understood.")
        return super().transcode(body, content_type)


@breaks("pingback.server.xmlrpc-untyped")
class WantsTypes(ReferenceBlog):
    def decode_untyped(self, text):
        return None


@breaks("pingback.server.xmlrpc-whitespace")
class WantsNoWhitespace(RefusesBodies):
    needle = b">\r\n\t  <methodName"


@breaks("pingback.server.xmlrpc-comments")
class WantsNoComments(RefusesBodies):
    needle = b"<!-- a"


@breaks("pingback.server.xmlrpc-cdata")
class KnowsNoCdata(RefusesBodies):
    needle = b"<![CDATA["


@breaks("pingback.server.xmlrpc-character-references")
class KnowsNoReferences(RefusesBodies):
    needle = b"&#x2F;"


@breaks("pingback.server.xmlrpc-ampersand")
class UnescapesTwice(ReferenceBlog):
    def trim(self, url):
        return super().trim(url).replace("&amp;", "&")


@breaks("pingback.server.xmlrpc-no-declaration")
class WantsADeclaration(ReferenceBlog):
    def transcode(self, body, content_type):
        if body.startswith(b"<methodCall><methodName>pingback.ping"):
            raise XmlRpcFault(-32700, "Not understood.")
        return super().transcode(body, content_type)


@breaks("pingback.server.xmlrpc-bom")
class WantsNoByteOrderMark(RefusesBodies):
    needle = b"\xef\xbb\xbf"


@breaks("pingback.server.xmlrpc-utf-16")
class KnowsNoUtf16(RefusesBodies):
    needle = b"\xff\xfe<\x00"


@breaks("pingback.server.xmlrpc-latin-1")
class KnowsNoLatin1(RefusesBodies):
    needle = b'encoding="iso-8859-1"'


class RefusesHeaders(ReferenceBlog):
    """Refuses a call by what `unfit` says of its headers."""

    def unfit(self, environ):
        raise NotImplementedError

    def admit_call(self, environ):
        if self.unfit(environ):
            self.read_body(environ)
            raise XmlRpcFault(-32300, "Not understood.")


@breaks("pingback.server.xmlrpc-content-type-charset")
class WantsNoCharset(RefusesHeaders):
    def unfit(self, environ):
        return "charset" in environ.get("CONTENT_TYPE", "")


@breaks("pingback.server.xmlrpc-content-type-other")
class WantsTextXml(RefusesHeaders):
    def unfit(self, environ):
        return not environ.get("CONTENT_TYPE", "").startswith("text/xml")


@breaks("pingback.server.xmlrpc-no-user-agent")
class WantsAUserAgent(RefusesHeaders):
    def unfit(self, environ):
        return "HTTP_USER_AGENT" not in environ


@breaks("pingback.server.xmlrpc-chunked")
class FailsOnChunks(ReferenceBlog):
    def xmlrpc(self, environ):
        if environ.get("HTTP_TRANSFER_ENCODING"):
            environ["PATH_INFO"] = "/gone"
            return self.not_found(environ)
        return super().xmlrpc(environ)
