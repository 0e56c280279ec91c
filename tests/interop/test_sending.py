"""Our sender and a real WordPress: what it says, and what WordPress has stored then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linkback_protocol import Fetcher, Sender
from linkback_protocol.cli import main
from linkback_protocol.linkback import Protocol
from linkback_protocol.sender import Outbox
from tests.peers import LOOPBACK
from tests.sender.blogs import article
from tests.sender.blogs import blog as page_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.interop.wordpress import Stored, WordPress
    from tests.sender.blogs import Blog


@pytest.fixture
def me() -> Iterator[Blog]:
    with page_server() as served:
        yield served


@pytest.fixture
def sender() -> Sender:
    # WordPress asks for the page while the ping is waiting, and then sleeps for a second.
    return Sender(fetcher=Fetcher(allow=LOOPBACK), blog_name="Mein Blög", deadline=30.0)


def stored(wordpress: WordPress, source: str) -> list[Stored]:
    return [each for each in wordpress.linkbacks() if each.source == source]


def test_what_wordpress_offers(wordpress: WordPress, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", wordpress.target, "--allow-network", "127.0.0.0/8"]) == 0
    out = capsys.readouterr().out
    assert f"pingback:  {wordpress.endpoint}  (X-Pingback header)" in out
    assert main(["discover", wordpress.closed_target, "--allow-network", "127.0.0.0/8"]) == 1


def test_a_pingback_and_its_repetition(
    wordpress: WordPress, me: Blog, tmp_path: Path, sender: Sender
) -> None:
    source = me.serve("/sent-by-us", article(f"{wordpress.target}#more", title="Sent by us"))
    with Outbox(tmp_path / "outbox.db", sender) as outbox:
        (sent,) = outbox.send(source).deliveries
        assert (str(sent.outcome), sent.protocol) == ("sent", Protocol.PINGBACK), sent.detail
        assert outbox.send(source).deliveries == []
        (again,) = outbox.send(source, force=True).deliveries
        assert (str(again.outcome), again.code) == ("known", 48)
    (found,) = stored(wordpress, source)
    assert (found.type, found.target, found.author) == (
        "pingback", wordpress.target, "Sent by us",
    )  # fmt: skip


def test_a_trackback_and_its_repetition(wordpress: WordPress, me: Blog, sender: Sender) -> None:
    source = me.serve("/tracked-by-us", article(wordpress.target, title="Über uns"))
    address = wordpress.trackback_of(wordpress.target)
    sent = sender.send_trackback(source, address)
    assert (str(sent.outcome), sent.protocol) == ("sent", Protocol.TRACKBACK), sent.detail
    (found,) = stored(wordpress, source)
    assert (found.type, found.author) == ("trackback", "Mein Blög")
    assert "Über uns" in found.content
    again = sender.send_trackback(source, address)
    assert str(again.outcome) == "refused"
    assert "already a ping from that URL" in again.detail


def test_what_wordpress_refuses(wordpress: WordPress, me: Blog, sender: Sender) -> None:
    source = me.serve("/refused", article(wordpress.closed_target, wordpress.missing_target))
    closed, missing = sender.send(source)
    assert str(closed.outcome) == "no endpoint"
    assert (str(missing.outcome), missing.temporary) == ("unreachable", False)
    assert "404" in missing.detail
    source = me.serve("/without", "<title>Without</title><p>No link")
    with wordpress.showing_faults():
        unlinked = sender.send(source, article(wordpress.target))
    assert [(str(each.outcome), each.code) for each in unlinked] == [("refused", 17)]
    (masked,) = sender.send(source, article(wordpress.target))
    assert masked.code == 0
    assert "does not say why" in masked.detail
