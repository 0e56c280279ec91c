"""``receiver.sender``: an app publishes, and what it links to hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linkback_protocol import Fetcher, MemoryStore, Outbox, Receiver, Sender, SQLiteStore
from tests.sender.blogs import LOOPBACK, article, blog
from tests.support import wait_until

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("when", ["send", "later"])
def test_an_app_sends_after_publishing(when: str, tmp_path: Path) -> None:
    with blog() as me, blog() as other, SQLiteStore(tmp_path / "linkbacks.db") as store:
        receiver = Receiver(store=store, site=me.url, fetcher=Fetcher(allow=LOOPBACK))
        source = me.serve("/post", article(other.post("/theirs"), "/ours"))
        getattr(receiver.sender, when)(source)
        wait_until(lambda: len(other.pings) == 1)
        assert receiver.sender is receiver.sender
        assert [got.path for got in me.got] == ["/post"]
        wait_until(lambda: [entry.state for entry in receiver.sender.file.find()] == ["done"])
        receiver.close()


def test_another_sender(tmp_path: Path) -> None:
    given = Outbox(tmp_path / "outbox.db", Sender())
    receiver = Receiver(store=MemoryStore(), site="http://me.example/", sender=given)
    assert receiver.sender is given
    receiver.close()


def test_a_store_in_no_file_has_no_outbox() -> None:
    receiver = Receiver(store=MemoryStore(), site="http://me.example/")
    with pytest.raises(ValueError, match="give the receiver a sender"):
        receiver.sender  # noqa: B018
    receiver.close()
