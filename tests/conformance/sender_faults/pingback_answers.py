"""Senders that an answer of a server makes stumble, so that the next link gets no ping."""

import http.client
import re

from tests.conformance.broken_senders import sender_breaks
from tests.conformance.reference_fetch import FetchError
from tests.conformance.reference_sender import ReferenceSender


class Stumbles(ReferenceSender):
    """Falls over an answer to a ping, where `falls` says so."""

    word = "/"

    def falls(self, answer):
        raise NotImplementedError

    def send_pingback(self, server, source, target):
        answer = self.post(server, self.pingback_headers(), self.call(source, target))
        if self.word in server and self.falls(answer):
            raise RuntimeError(answer.body[:80])


@sender_breaks("pingback.sender.answer-untyped")
class NeedsTypes(Stumbles):
    def falls(self, answer):
        return re.search(b"<value>[^<]*</value></param>", answer.body)

    word = "/pingback.sender.answer-untyped/"


@sender_breaks("pingback.sender.answer-other-types")
class KnowsStringsOnly(Stumbles):
    def falls(self, answer):
        return b"<int>7</int></value></param>" in answer.body


@sender_breaks("pingback.sender.answer-faults")
class DiesOfFaults(Stumbles):
    def falls(self, answer):
        return b"<int>17</int>" in answer.body


@sender_breaks("pingback.sender.answer-registered")
class InsistsOnSuccess(ReferenceSender):
    def send_pingback(self, server, source, target):
        for _ in range(2):
            answer = self.post(server, self.pingback_headers(), self.call(source, target))
            if b"<int>48</int>" not in answer.body:
                return


@sender_breaks("pingback.sender.answer-odd-faults")
class NeedsAStruct(Stumbles):
    def falls(self, answer):
        return b"<fault>" in answer.body and b"<struct>" not in answer.body

    word = "/pingback.sender.answer-odd-faults/"


@sender_breaks("pingback.sender.answer-not-xml")
class NeedsXml(Stumbles):
    word = "/pingback.sender.answer-not-xml/"

    def falls(self, answer):
        return not answer.body


@sender_breaks("pingback.sender.answer-encodings")
class LooksEncodingsUp(Stumbles):
    def falls(self, answer):
        return b'encoding="nonsense"' in answer.body


@sender_breaks("pingback.sender.answer-statuses")
class AsksUntilItWorks(ReferenceSender):
    def post(self, url, headers, body):
        for _ in range(6):
            answer = super().post(url, headers, body)
            if answer.status != 503:
                break
        return answer


class Follows(ReferenceSender):
    """Follows the redirects of an endpoint, in its own way, where its address holds a word."""

    word = ""

    def post(self, url, headers, body):
        answer = super().post(url, headers, body)
        location = answer.all("Location") if self.word in url else []
        return self.after(self.follow(url, location[0]), answer) if location else answer

    def after(self, url, answer):
        raise NotImplementedError


@sender_breaks("pingback.sender.answer-redirects")
class FollowsForEver(Follows):
    word = "/pingback.sender.answer-redirects/endpoint-6"

    def after(self, url, answer):
        return self.post(url, [], b"")


@sender_breaks("pingback.sender.answer-redirect-kept")
class FollowsByGet(Follows):
    word = "/pingback.sender.answer-redirect-kept/"

    def after(self, url, answer):
        return self.get(url)


class Raises(ReferenceSender):
    """Lets an error of one ping end all."""

    word = ""

    def post(self, url, headers, body):
        try:
            return super().post(url, headers, body)
        except FetchError as error:
            if self.word in url:
                raise RuntimeError(url) from error
            raise


@sender_breaks("pingback.sender.answer-broken-http")
class TrustsHttp(Raises):
    word = "/pingback.sender.answer-broken-http/"


@sender_breaks("pingback.sender.answer-nobody", "pingback.sender.security-*")
class TrustsServersToBeThere(Raises):
    word = "/gone"


@sender_breaks("pingback.sender.endpoint-unusable")
class TrustsHeaders(ReferenceSender):
    def usable(self, url):
        if url.startswith("javascript:"):
            raise http.client.InvalidURL(url)
        return super().usable(url)
