"""Central's clock: it never stands still and never goes back."""

import threading
from datetime import UTC, datetime, timedelta

BEGINNING = datetime(2026, 11, 23, 20, 50, tzinfo=UTC)


class Clock:
    """A made-up clock; every look at it takes a millisecond."""

    def __init__(self, now: datetime = BEGINNING) -> None:
        self._now = now
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            self._now += timedelta(milliseconds=1)
            return self._now

    def seen(self) -> datetime:
        """The time, without looking at it."""
        return self._now

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._now += timedelta(milliseconds=round(seconds * 1000))


def iso(at: datetime | None) -> str | None:
    """An instant as Central writes it: UTC with milliseconds."""
    if at is None:
        return None
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
