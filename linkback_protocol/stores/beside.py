"""What a `MemoryStore` keeps beside linkbacks: counts, leave to fetch, settings."""

from __future__ import annotations

import copy
import threading
from typing import TYPE_CHECKING, Any, Self

from linkback_protocol.errors import StoreError
from linkback_protocol.stores.budget import Fetches, Hits

if TYPE_CHECKING:
    from linkback_protocol.limits import Limits


class Beside:
    """The part of a store that knows no linkback; one lock for all of it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed = False
        self._hits = Hits()
        self._fetches = Fetches()
        self._settings: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def lease_fetch(
        self, host: str, domain: str, *, limits: Limits, now: float, until: float
    ) -> float:
        """Ask for leave to fetch; see `Store.lease_fetch`."""
        with self._lock:
            self._check_open()
            return self._fetches.lease(host, domain, limits=limits, now=now, until=until)

    def release_fetch(self, host: str, *, reached: bool, limits: Limits, now: float) -> None:
        """End a lease; see `Store.release_fetch`."""
        with self._lock:
            self._check_open()
            self._fetches.release(host, reached=reached, limits=limits, now=now)

    def hit(self, scope: str, key: str, *, bound: int, window: float, now: float) -> bool:
        """Count something within a bound; see `Store.hit`."""
        with self._lock:
            self._check_open()
            counted = (f"by {scope}", key)
            if self._hits.number(counted, now - window) >= bound:
                return False
            self._hits.add(counted, now, keep=window)
            return True

    def setting(self, name: str) -> Any:
        """Return a setting; see `Store.setting`."""
        with self._lock:
            self._check_open()
            return copy.deepcopy(self._settings.get(name))

    def settings(self, prefix: str = "") -> dict[str, Any]:
        """Return every setting whose name begins so."""
        with self._lock:
            self._check_open()
            found = {name: self._settings[name] for name in sorted(self._settings)}
            return {
                name: copy.deepcopy(value)
                for name, value in found.items()
                if name.startswith(prefix)
            }

    def change_setting(self, name: str, value: Any) -> None:
        """Keep a setting; see `Store.change_setting`."""
        with self._lock:
            self._check_open()
            if value is None:
                self._settings.pop(name, None)
            else:
                self._settings[name] = copy.deepcopy(value)

    def close(self) -> None:
        """Refuse further use."""
        self._closed = True

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError("the store is closed")
