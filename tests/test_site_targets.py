"""Targets that a site is asked for over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from linkback_protocol import (
    Fetcher,
    SiteTargets,
    Target,
    TargetNotFound,
    TargetNotPingable,
    UpstreamError,
)
from tests.hostile_server import HostileServer
from tests.peers import LOOPBACK, source_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.peers import SourceSite

PAGE = "<!DOCTYPE html><title>Post</title>"


@pytest.fixture
def site() -> Iterator[SourceSite]:
    with source_site() as served:
        served.publish("/post/", PAGE)
        yield served


def asking(site: SourceSite, **settings: Any) -> SiteTargets:
    return SiteTargets(Fetcher(allow=LOOPBACK, deadline=5.0), site.url, **settings)


class TestAnswers:
    def test_a_page(self, site: SourceSite) -> None:
        assert asking(site)(site.url + "post/") == Target(site.url + "post/")

    @pytest.mark.parametrize("location", ["/post/", "../post/#top"])
    def test_a_redirect_inside(self, site: SourceSite, location: str) -> None:
        site.publish("/old/", b"", status=302, location=location)
        assert asking(site)(site.url + "old/") == Target(site.url + "post/")

    @pytest.mark.parametrize("status", [404, 410])
    def test_missing(self, site: SourceSite, status: int) -> None:
        site.publish("/gone", PAGE, status=status)
        with pytest.raises(TargetNotFound, match=str(status)):
            asking(site)(site.url + "gone")

    @pytest.mark.parametrize("status", [401, 403, 451])
    def test_forbidden(self, site: SourceSite, status: int) -> None:
        site.publish("/private", PAGE, status=status)
        with pytest.raises(TargetNotPingable, match=str(status)):
            asking(site)(site.url + "private")

    @pytest.mark.parametrize("status", [500, 502, 503])
    def test_failing(self, site: SourceSite, status: int) -> None:
        site.publish("/broken", PAGE, status=status)
        with pytest.raises(UpstreamError):
            asking(site)(site.url + "broken")

    @pytest.mark.parametrize("content_type", ["image/png", "application/pdf", "text/plain"])
    def test_no_html(self, site: SourceSite, content_type: str) -> None:
        site.publish("/file", b"x", content_type=content_type)
        with pytest.raises(TargetNotPingable):
            asking(site)(site.url + "file")

    def test_a_redirect_to_another_site(self, site: SourceSite) -> None:
        with source_site() as other:
            site.publish("/away", b"", status=302, location=other.publish("/page", PAGE))
            with pytest.raises(TargetNotPingable, match="away to"):
                asking(site)(site.url + "away")
            assert other.hits == []

    def test_a_redirect_in_a_circle(self, site: SourceSite) -> None:
        site.publish("/circle", b"", status=302, location="/circle")
        with pytest.raises(TargetNotPingable):
            asking(site)(site.url + "circle")

    @pytest.mark.parametrize("behaviour", ["close", "reset", "flood-headers"])
    def test_a_site_that_cannot_be_read(self, behaviour: str) -> None:
        with HostileServer() as server:
            targets = SiteTargets(Fetcher(allow=LOOPBACK), server.url(""))
            with pytest.raises(UpstreamError):
                targets(server.url(behaviour))

    def test_a_network_that_is_not_allowed(self, site: SourceSite) -> None:
        with pytest.raises(UpstreamError):
            SiteTargets(Fetcher(ports=(80,)), site.url)(site.url + "post/")
        assert site.hits == []


class TestMemory:
    def test_an_answer_is_used_again(self, site: SourceSite) -> None:
        targets = asking(site)
        first = targets(site.url + "post/")
        site.pages.clear()
        assert targets(site.url + "post/") == first
        assert site.hits == ["/post/"]

    @pytest.mark.parametrize(("status", "error"), [(404, TargetNotFound), (403, TargetNotPingable)])
    def test_so_is_a_refusal(
        self, site: SourceSite, status: int, error: type[TargetNotFound | TargetNotPingable]
    ) -> None:
        site.publish("/x", PAGE, status=status)
        targets = asking(site)
        raised = []
        for _ in range(3):
            with pytest.raises(error, match=str(status)) as caught:
                targets(site.url + "x")
            raised.append(caught.value)
        assert site.hits == ["/x"]
        # One exception raised in several threads would share its traceback.
        assert len({id(each) for each in raised}) == 3

    def test_a_failure_is_not_remembered(self, site: SourceSite) -> None:
        site.publish("/x", PAGE, status=503)
        targets = asking(site)
        with pytest.raises(UpstreamError):
            targets(site.url + "x")
        site.publish("/x", PAGE)
        assert targets(site.url + "x") == Target(site.url + "x")

    def test_lasts_as_long_as_it_is_told(self, site: SourceSite) -> None:
        targets = asking(site, remember=0.0)
        targets(site.url + "post/")
        targets(site.url + "post/")
        assert len(site.hits) == 2

    def test_holds_no_more_than_its_entries(self, site: SourceSite) -> None:
        targets = asking(site, entries=2)
        for name in "abcca":
            site.publish(f"/{name}", PAGE)
            targets(f"{site.url}{name}")
        assert site.hits == ["/a", "/b", "/c", "/a"]
