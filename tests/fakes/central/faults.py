"""What goes wrong, and when: by lot from a seed, or by name for one test."""

import random
import threading
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """Kinds of faults. Those above the line strike before Central did anything."""

    FAILS = "500 in JSON"
    BAD_GATEWAY = "502 with a proxy's page"
    UNAVAILABLE = "503 with a proxy's page"
    TOO_MANY = "429 with Retry-After"
    HANGS = "no answer at all"
    HANGS_UP = "hung up before it was asked"
    SESSIONS_END = "every session expires"
    CURSOR_PURGED = "the row of a cursor is purged"
    RESTARTS = "all connections break"
    # ----
    DONE_BUT_SILENT = "done, and hung up without an answer"
    BREAKS_OFF = "the answer breaks off in the middle of its body"
    TRUNCATED = "half of the JSON, as if it were all of it"
    PAGE = "200 with a page in HTML"
    DRIPS = "the answer comes in drops"


AFTERWARDS = frozenset(
    {
        Fault.DONE_BUT_SILENT,
        Fault.BREAKS_OFF,
        Fault.TRUNCATED,
        Fault.PAGE,
        Fault.DRIPS,
    }
)


@dataclass
class Ordered:
    """A fault ordered for the next requests that fit."""

    fault: Fault
    times: int
    method: str
    path: str


class FaultPlan:
    """Which request meets which fault.

    `rate` of all requests meet one of `kinds`, drawn from `seed`; `order` says it for
    the next request. `seconds` is how long a hanging or dripping answer takes.
    """

    def __init__(
        self,
        seed: int = 0,
        rate: float = 0.0,
        kinds: tuple[Fault, ...] = tuple(Fault),
        *,
        seconds: float = 0.5,
    ) -> None:
        self.rate = rate
        self.kinds = kinds
        self.seconds = seconds
        self.met: Counter[Fault] = Counter()
        self._chance = random.Random(seed)  # noqa: S311
        self._lock = threading.Lock()
        self._ordered: list[Ordered] = []

    def order(
        self, fault: Fault, *, times: int = 1, method: str = "", path: str = ""
    ) -> None:
        """Let the next `times` requests whose path contains `path` meet `fault`."""
        self._ordered.append(Ordered(fault, times, method, path))

    def draw(self, method: str, path: str) -> Fault | None:
        with self._lock:
            fault = self._next(method, path)
            if fault:
                self.met[fault] += 1
            return fault

    def stop(self) -> None:
        """From here on nothing goes wrong."""
        with self._lock:
            self.rate = 0.0
            self._ordered.clear()

    def _next(self, method: str, path: str) -> Fault | None:
        for each in self._ordered:
            fits = each.method in {"", method} and each.path in path
            if fits and each.times > 0:
                each.times -= 1
                return each.fault
        if self.rate and self._chance.random() < self.rate:
            return self._chance.choice(self.kinds)
        return None
