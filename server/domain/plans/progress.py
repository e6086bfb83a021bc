"""Target against actual: how far a list has come, and where it is heading.

The projection is no trend. It counts what is known already and not recognised yet: whom
the newest assessment puts off the list, and whom it puts on it.
"""

from dataclasses import dataclass

from server.domain.plans.plan import Target


@dataclass(frozen=True, slots=True)
class Counts:
    """One list of one place: at the start, now, how many rose off it, and what the
    assessments that wait for recognition would take off it and put on it."""

    start: int
    now: int
    exits: int
    waiting_off: int = 0
    waiting_on: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nobody was ever on the list: then the register cannot judge."""
        return self.start == self.now == 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.start + other.start,
            self.now + other.now,
            self.exits + other.exits,
            self.waiting_off + other.waiting_off,
            self.waiting_on + other.waiting_on,
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """A target beside what was reached. Without a target it is only counted, by the
    `measure` of the whole plan, so that wards add up to it."""

    counts: Counts
    target: Target | None = None
    measure: str = "net"

    @property
    def counts_exits(self) -> bool:
        measure = self.target.measure if self.target else self.measure
        return measure == "exits"

    @property
    def reached(self) -> int:
        """By how many the list became shorter, as the target measures."""
        if self.counts_exits:
            return self.counts.exits
        return self.counts.start - self.counts.now

    @property
    def projected(self) -> int:
        """What would be reached if all that was assessed were recognised."""
        counts = self.counts
        if self.counts_exits:
            return counts.exits + counts.waiting_off
        return self.reached + counts.waiting_off - counts.waiting_on

    @property
    def remaining(self) -> int | None:
        """How many are still missing; 0 when the target is met."""
        if self.target is None:
            return None
        return max(self.target.reduce_by - self.reached, 0)

    @property
    def is_met(self) -> bool | None:
        """None without a target, and while the register has no list to judge by."""
        if self.target is None or self.counts.is_empty:
            return None
        return self.remaining == 0

    @property
    def will_be_met(self) -> bool | None:
        if self.target is None:
            return None
        return self.projected >= self.target.reduce_by


@dataclass(frozen=True, slots=True)
class NoneLeftProgress:
    """Households of a group still on a list; of `unknown` it is not known whether they
    belong to it, so the rule is met only when there are none of these either."""

    left: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def is_met(self) -> bool | None:
        if self.left:
            return False
        return None if self.unknown else True
