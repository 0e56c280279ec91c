"""A process that forks while a store is open loses nothing, and neither does its child."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from linkback_protocol import SQLiteStore
from tests.stores.test_sqlite import run

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "linkbacks.db"


def test_a_child_keeps_the_file_when_others_let_go(path: Path) -> None:
    # A daemon forks and its parent ends; later somebody lists the linkbacks.
    printed = run(
        path,
        "import os, subprocess\n"
        "add('http://a.example/parent')\n"
        "ready, go = os.pipe()\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    os.read(ready, 1)\n"
        "    add('http://a.example/before')\n"
        "    other = 'import sys; from linkback_protocol import SQLiteStore;'\n"
        "    other += 'SQLiteStore(sys.argv[1]).close()'\n"
        "    subprocess.run([sys.executable, '-c', other, sys.argv[1]], check=True)\n"
        "    kept = add('http://a.example/after')\n"
        "    store.set_status(kept.id, Status.APPROVED, now=0.0)\n"
        "    os._exit(0)\n"
        "store.close()\n"
        "os.write(go, b'x')\n"
        "print(os.waitpid(child, 0)[1])",
    )
    assert printed == ["0"]
    with SQLiteStore(path) as store:
        assert [kept.source.rpartition("/")[2] for kept in store.find()] == [
            "parent",
            "before",
            "after",
        ]


def test_a_fork_waits_for_who_writes(path: Path) -> None:
    printed = run(
        path,
        "import os, threading, warnings\n"
        # Newer Pythons warn of a fork beside threads, which is the point here.
        "warnings.simplefilter('ignore', DeprecationWarning)\n"
        "def work():\n"
        "    for n in range(200): add(f'http://a.example/{n}')\n"
        "thread = threading.Thread(target=work)\n"
        "thread.start()\n"
        "children = []\n"
        "for n in range(20):\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        add(f'http://b.example/{n}')\n"
        "        os._exit(0)\n"
        "    children.append(child)\n"
        "thread.join()\n"
        "print(sum(os.waitpid(child, 0)[1] for child in children))\n"
        "print(len(store.find()))\n"
        "store.close()",
    )
    assert printed == ["0", "220"]


def test_a_fork_waits_for_who_reads(path: Path) -> None:
    printed = run(
        path,
        "import os, threading, warnings\n"
        "warnings.simplefilter('ignore', DeprecationWarning)\n"
        "inside, order = threading.Event(), []\n"
        "def work():\n"
        "    with store._db.reading():\n"
        "        inside.set()\n"
        "        threading.Event().wait(0.2)\n"
        "        order.append('read')\n"
        "thread = threading.Thread(target=work)\n"
        "thread.start()\n"
        "inside.wait()\n"
        "child = os.fork()\n"
        "if child == 0: os._exit(0 if order else 7)\n"
        "print(os.waitpid(child, 0)[1])\n"
        "thread.join()\n"
        "store.close()",
    )
    assert printed == ["0"]


def test_a_closed_store_stays_closed_in_a_child(path: Path) -> None:
    printed = run(
        path,
        "import os\n"
        "store.close()\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    try: store.find()\n"
        "    except StoreError: os._exit(7)\n"
        "    os._exit(0)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))",
    )
    assert printed == ["7"]


def test_a_child_that_closes_leaves_the_parent_its_store(path: Path) -> None:
    printed = run(
        path,
        "import os\n"
        "add('http://a.example/1')\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    store.close()\n"
        "    os._exit(0)\n"
        "print(os.waitpid(child, 0)[1])\n"
        "add('http://a.example/2')\n"
        "print(len(store.find()))\n"
        "store.close()",
    )
    assert printed == ["0", "2"]
