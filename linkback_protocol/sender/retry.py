"""`Retry`: when what failed for now is tried again, and when it is given up."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

MINUTE = 60.0
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """How patient an outbox is.

    The pause after the first try is `first` seconds, and `factor` times as long after each further
    one, at most `longest`; each is made up to `jitter` longer by chance, so that what failed
    together does not come back together. What is `max_age` seconds old is given up. A pause of less
    than 15 seconds would be wasted on WordPress, which takes one ping in that time from all the
    world.

    :raises ValueError: a setting makes no sense; the caller's mistake.
    """

    first: float = MINUTE
    factor: float = 5.0
    longest: float = 12 * HOUR
    max_age: float = 3 * DAY
    jitter: float = 0.25
    random: random.Random = field(default_factory=random.Random, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the settings."""
        if self.first <= 0 or self.longest < self.first:
            raise ValueError("Retry: first must be more than 0, and longest no less than first")
        if self.factor < 1 or self.max_age < 0 or self.jitter < 0:
            raise ValueError("Retry: factor must be at least 1, max_age and jitter at least 0")

    def next(self, *, attempts: int, queued: float, now: float) -> float | None:
        """Return when to try again, in seconds since the epoch; None to give up.

        :param attempts: tries up to now, at least one.
        :param queued: when the delivery was asked for.
        """
        pause = self.first
        for _ in range(attempts - 1):
            pause = min(self.longest, pause * self.factor)
            if pause == self.longest:
                break
        due = now + pause * (1 + self.random.random() * self.jitter)
        return due if due - queued <= self.max_age else None
