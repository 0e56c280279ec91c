"""Senders without one of the bounds that everything which is read needs."""

import http.client

from tests.conformance.broken_senders import sender_breaks
from tests.conformance.reference_sender import ReferenceSender

SLOW = (
    "pingback.sender.page-silent",
    "pingback.sender.page-slow-*",
    "pingback.sender.answer-silent",
    "pingback.sender.answer-slow",
)


class WaitsForAMinute(ReferenceSender):
    """Waits for every byte for a minute."""

    def time_left(self, until):
        return 60.0


@sender_breaks("pingback.sender.page-silent", *SLOW)
class WaitsForPages(WaitsForAMinute):
    pass


@sender_breaks("pingback.sender.answer-silent", *SLOW)
class WaitsForAnswers(WaitsForAMinute):
    pass


class WaitsForEachByte(ReferenceSender):
    """Limits each wait, and not all of them together."""

    def time_left(self, until):
        return 1.0


@sender_breaks("pingback.sender.page-slow-headers", *SLOW)
class WaitsForEachByteOfTheHeaders(WaitsForEachByte):
    pass


@sender_breaks("pingback.sender.page-slow-body", *SLOW)
class WaitsForEachByteOfTheBody(WaitsForEachByte):
    pass


@sender_breaks("pingback.sender.answer-slow", *SLOW)
class WaitsForEachByteOfTheAnswer(WaitsForEachByte):
    pass


class ReadsToTheEnd(ReferenceSender):
    """Throws away what is too long, after it has read it."""

    def read_source(self, response):
        body = super().read_source(response)
        while response.read(1 << 16):
            pass
        return body


@sender_breaks("pingback.sender.page-endless-body")
class ReadsPagesToTheEnd(ReadsToTheEnd):
    pass


@sender_breaks("pingback.sender.answer-endless")
class ReadsAnswersToTheEnd(ReadsToTheEnd):
    pass


@sender_breaks("pingback.sender.page-endless-header")
class ReadsEveryHeader(ReferenceSender):
    def answer(self, connection, method, url):
        try:
            return super().answer(connection, method, url)
        except http.client.HTTPException:
            while connection.plain.recv(1 << 16):
                pass
            raise


@sender_breaks("pingback.sender.page-packed-bomb")
class UnpacksEverything(ReferenceSender):
    max_bytes = 1 << 30
