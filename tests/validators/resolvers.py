"""A resolver for tests: what it is asked for is written down."""

from __future__ import annotations

import threading
from typing import Any


class Resolver:
    """Answers from a table; names that are missing do not exist.

    An exception in the table is raised; None hangs until `release` is called.
    """

    def __init__(self, table: dict[str, Any]) -> None:
        self.table = table
        self.asked: list[str] = []
        self._released = threading.Event()

    def __call__(self, subject: str) -> list[str]:
        self.asked.append(subject)
        answer = self.table.get(subject, [])
        if answer is None:
            self._released.wait(30)
            return []
        if isinstance(answer, Exception):
            raise answer
        return answer

    def release(self) -> None:
        self._released.set()
