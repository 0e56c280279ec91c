"""Endpoints that read too little of a source, or too much."""

import http.client

from tests.conformance.broken import breaks
from tests.conformance.reference import ReferenceBlog


@breaks(
    "pingback.server.source-after-6-kb",
    "pingback.server.source-after-*",
    "pingback.server.source-many-links",
    "pingback.server.source-title-long",
)
class ReadsFiveKilobytes(ReferenceBlog):
    max_bytes = 5_000


@breaks("pingback.server.source-after-25-kb", "pingback.server.source-after-*")
class ReadsTwentyKilobytes(ReferenceBlog):
    max_bytes = 20_000


@breaks("pingback.server.source-after-200-kb", "pingback.server.source-after-900-kb")
class ReadsAsMuchAsWordPress(ReferenceBlog):
    max_bytes = 153_600


@breaks("pingback.server.source-after-900-kb")
class ReadsHalfAMegabyte(ReferenceBlog):
    max_bytes = 500_000


@breaks("pingback.server.source-silent")
class WaitsForAMinute(ReferenceBlog):
    def time_left(self, until):
        return 60.0


class WaitsForEachByte(ReferenceBlog):
    """Limits each wait, and not all of them together."""

    def time_left(self, until):
        return 3.0


@breaks("pingback.server.source-slow-headers")
class WaitsForEachByteOfTheHeaders(WaitsForEachByte):
    pass


@breaks("pingback.server.source-slow-body")
class WaitsForEachByteOfTheBody(WaitsForEachByte):
    pass


@breaks("pingback.server.source-endless-body")
class ReadsToTheEnd(ReferenceBlog):
    def read_source(self, response):
        body = super().read_source(response)
        while response.read(1 << 16):
            pass
        return body


@breaks("pingback.server.source-endless-header")
class ReadsEveryHeader(ReferenceBlog):
    def request(self, connection, parts, url):
        try:
            return super().request(connection, parts, url)
        except http.client.HTTPException:
            while connection.plain.recv(1 << 16):
                pass
            raise


@breaks("pingback.server.source-packed-bomb")
class UnpacksEverything(ReferenceBlog):
    max_bytes = 1 << 30
