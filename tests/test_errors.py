"""The tree of errors: what each answers on every wire, and what it keeps to itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from linkback_protocol import errors
from linkback_protocol.errors import FetchError, FetchFailure, LinkbackError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Class: fault code of pingback, HTTP status of trackback's answer, hides its cause.
WIRE = {
    errors.LinkbackError: (0, 200, False),
    errors.MalformedPing: (0, 200, False),
    errors.NotWellFormed: (-32700, 200, False),
    errors.UnsupportedEncoding: (-32701, 200, False),
    errors.NotXMLRPC: (-32600, 200, False),
    errors.MethodNotFound: (-32601, 200, False),
    errors.InvalidParams: (-32602, 200, False),
    errors.RequestTooLarge: (-32600, 413, False),
    errors.RequestIncomplete: (-32700, 400, False),
    errors.EncodedRequest: (-32700, 415, False),
    errors.MissingURL: (0, 200, False),
    errors.NotPosted: (0, 200, False),
    errors.UnreadableForm: (0, 400, False),
    errors.SourceError: (0, 200, False),
    errors.SourceUnreachable: (16, 200, True),
    errors.NoLink: (17, 200, False),
    errors.TargetError: (0, 200, False),
    errors.TargetNotFound: (32, 200, False),
    errors.TargetNotPingable: (33, 200, False),
    errors.Refused: (49, 403, False),
    errors.AlreadyRegistered: (48, 200, False),
    errors.SelfPing: (49, 403, False),
    errors.RateLimited: (49, 429, False),
    errors.CrossSite: (49, 403, False),
    errors.UpstreamError: (50, 200, True),
    errors.OurFailure: (0, 500, True),
    errors.StoreError: (0, 500, True),
}

FAULTS = [
    errors.MalformedPing,
    errors.SourceError,
    errors.TargetError,
    errors.Refused,
    errors.UpstreamError,
    errors.OurFailure,
]


def classes(base: type[LinkbackError] = LinkbackError) -> Iterator[type[LinkbackError]]:
    yield base
    for kind in base.__subclasses__():
        yield from classes(kind)


def test_the_table_has_every_error_that_is_answered() -> None:
    assert {*classes()} == {*WIRE, FetchError}


@pytest.mark.parametrize(("kind", "wire"), WIRE.items())
def test_wire(kind: type[LinkbackError], wire: tuple[int, int, bool]) -> None:
    assert (kind.fault_code, kind.http_status, kind.referenced) == wire


@pytest.mark.parametrize("kind", WIRE)
def test_each_is_one_partys_fault(kind: type[LinkbackError]) -> None:
    blamed = [fault for fault in FAULTS if issubclass(kind, fault)]
    assert len(blamed) == (0 if kind is LinkbackError else 1)


@pytest.mark.parametrize("kind", WIRE)
class TestMessage:
    def test_is_one_plain_sentence(self, kind: type[LinkbackError]) -> None:
        assert re.fullmatch(r"[A-Z][ -~]*\.", kind.public)
        assert not set(kind.public) & set("<>&/\\{}%\"'")

    def test_never_holds_the_detail(self, kind: type[LinkbackError]) -> None:
        error = kind("10.0.0.7 refused /etc/passwd")
        assert error.detail == str(error) == "10.0.0.7 refused /etc/passwd"
        reference = f" (reference {error.reference})" if kind.referenced else ""
        assert error.message == kind.public + reference

    def test_reference_is_new_each_time_where_the_cause_is_hidden(
        self, kind: type[LinkbackError]
    ) -> None:
        made = [kind() for _ in range(20)]
        if kind.referenced:
            assert len({error.reference for error in made}) == 20
            assert all(re.fullmatch(r"[0-9a-f]{8}", error.reference) for error in made)
        else:
            assert {error.reference for error in made} == {""}
        assert all(error.message == error.message for error in made)

    def test_says_something_without_a_detail(self, kind: type[LinkbackError]) -> None:
        assert kind().detail == ""
        assert str(kind()) == kind.public


def test_unreachable_sources_differ_by_the_reference_alone() -> None:
    # A closed port, a 404 and a blocked address must look alike (CVE-2013-0235).
    causes = ("10.0.0.7: connection refused", "404", "time-out", "")
    answers = {
        re.sub(r"[0-9a-f]{8}", "R", error.message)
        for error in map(errors.SourceUnreachable, causes)
    }
    assert answers == {"The source URI does not exist or could not be read. (reference R)"}


class TestFetchError:
    def test_keeps_what_happened_for_the_owner(self) -> None:
        error = FetchError(FetchFailure.STATUS, "http://a.example/ answers 404", status=404)
        assert (error.failure, error.status) == (FetchFailure.STATUS, 404)
        assert error.detail == "status: http://a.example/ answers 404"

    def test_tells_a_stranger_nothing(self) -> None:
        error = FetchError(FetchFailure.ADDRESS, "10.0.0.7 is denied")
        assert error.message == LinkbackError.public
        assert error.status is None

    def test_failures_have_words_for_the_log(self) -> None:
        assert [*FetchFailure] == [
            *("url", "address", "dns", "connect", "tls", "deadline", "protocol", "redirects"),
            *("status", "encoding", "media-type"),
        ]
