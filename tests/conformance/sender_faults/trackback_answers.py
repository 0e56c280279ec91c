"""Senders that an answer to a trackback throws off their way."""

import contextlib
import re
from xml.etree.ElementTree import fromstring

from tests.conformance.broken_senders import sender_breaks
from tests.conformance.reference_fetch import FetchError
from tests.conformance.reference_sender import ReferenceSender


class Stumbles(ReferenceSender):
    """Gives up all further links after the answers that `stumbles` tells."""

    def deliver(self, source, target):
        try:
            super().deliver(source, target)
        except FetchError as error:
            self.failed(error)

    def failed(self, error):
        raise error

    def post(self, url, headers, body):
        answer = super().post(url, headers, body)
        if self.stumbles(url, answer):
            raise RuntimeError("it was not prepared for that")
        return answer

    def stumbles(self, url, answer):
        return False


@sender_breaks("trackback.sender.answer-refusal")
class Insists(ReferenceSender):
    def send_trackback(self, address, source):
        super().send_trackback(address, source)
        if "/trackback.sender.answer-refusal/" in address:
            super().send_trackback(address, source)


@sender_breaks("trackback.sender.answer-not-xml")
class ParsesWithoutCare(Stumbles):
    def stumbles(self, url, answer):
        return b"&nope;" in answer.body


@sender_breaks("trackback.sender.answer-empty")
class WantsAnAnswer(Stumbles):
    def stumbles(self, url, answer):
        return answer.status == 200 and not answer.body and "/trackback." in url


@sender_breaks("trackback.sender.answer-html")
class WantsNoPage(Stumbles):
    def stumbles(self, url, answer):
        return b"Back soon" in answer.body


@sender_breaks("trackback.sender.answer-entities")
class Expands(Stumbles):
    def stumbles(self, url, answer):
        return b"<!ENTITY" in answer.body and fromstring(answer.body) is not None


@sender_breaks("trackback.sender.answer-statuses")
class FearsErrors(Stumbles):
    def stumbles(self, url, answer):
        return answer.status == 429 and "/trackback." in url


@sender_breaks("trackback.sender.answer-redirect")
class GoesRoundInCircles(ReferenceSender):
    def post(self, url, headers, body):
        answer = super().post(url, headers, body)
        if "/trackback.sender.answer-redirect/" in url:
            for _ in range(40):
                answer = super().post(url, headers, body)
        return answer


@sender_breaks("trackback.sender.answer-silent")
class WaitsForEver(ReferenceSender):
    def post(self, url, headers, body):
        if "/trackback.sender.answer-silent/" in url:
            return self.ask("POST", url, headers, body, self.clock() + 60)
        return super().post(url, headers, body)


@sender_breaks("trackback.sender.answer-endless")
class WantsAnEnd(ReferenceSender):
    def post(self, url, headers, body):
        if "/trackback.sender.answer-endless/" in url:
            for _ in range(4):
                with contextlib.suppress(FetchError):
                    super().post(url, headers, body)
        return super().post(url, headers, body)


@sender_breaks("trackback.sender.other-schemes")
class TripsOverSchemes(ReferenceSender):
    def send_trackback(self, address, source):
        if re.match("file:|ftp:", address):
            raise RuntimeError("unknown scheme")
        super().send_trackback(address, source)
