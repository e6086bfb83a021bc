"""Dated statuses in two times: when they hold, and what we believed when.

A row says that a household has a category under a standard from `valid_from` up to but
not including `valid_to`; `recorded_at` and `superseded_at` say when we believed so.
Nothing is edited or deleted: a recognition supersedes the rows it contradicts and
inserts what is left of them beside its own. So "what did we believe on 1 June" keeps
its answer for ever.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Period:
    """One believed status of one (household, standard). `row` is the caller's key of a
    stored row and None for a new one; `recognition` is carried along untouched.
    """

    category: str
    valid_from: date
    valid_to: date | None = None  # excluded; None: until further notice
    recorded_at: datetime | None = None
    superseded_at: datetime | None = None
    recognition: Any = None
    row: Any = None
    sub: str | None = None  # the sub-type, where it was recorded

    def holds_on(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    def known_at(self, instant: datetime) -> bool:
        """Whether this row was believed at that instant."""
        if self.recorded_at is not None and instant < self.recorded_at:
            return False
        return self.superseded_at is None or instant < self.superseded_at

    def overlaps(self, other: "Period") -> bool:
        starts_before_end = other.valid_to is None or self.valid_from < other.valid_to
        ends_after_start = self.valid_to is None or other.valid_from < self.valid_to
        return starts_before_end and ends_after_start


@dataclass(frozen=True, slots=True)
class PeriodChange:
    """What a recognition does: rows to mark superseded, rows to add, at `at`."""

    at: datetime
    supersede: tuple[Period, ...]
    insert: tuple[Period, ...]


def recognise(
    existing: Iterable[Period],
    category: str,
    valid_from: date,
    recorded_at: datetime,
    recognition: Any = None,
    valid_to: date | None = None,
    sub: str | None = None,
) -> PeriodChange:
    """Place a newly recognised status among the live rows.

    A live row that reaches into the new period is superseded and what lies outside is
    inserted again. An open-ended recognition ends where the next live period begins: a
    decision about 2024 that is recorded late does not undo the decision of 2025.
    Raises ValueError when `valid_to` is not after `valid_from`.
    """
    if valid_to is not None and valid_to <= valid_from:
        raise ValueError("a period ends after it begins")
    live = sorted(
        (each for each in existing if each.superseded_at is None),
        key=lambda each: each.valid_from,
    )
    if valid_to is None:
        later = [each.valid_from for each in live if each.valid_from > valid_from]
        valid_to = min(later, default=None)
    new = Period(
        category, valid_from, valid_to, recorded_at, None, recognition, sub=sub
    )
    touched = tuple(each for each in live if each.overlaps(new))
    pieces = [piece for each in touched for piece in _outside(each, new, recorded_at)]
    inserted = sorted((new, *pieces), key=lambda each: each.valid_from)
    return PeriodChange(recorded_at, touched, tuple(inserted))


def withdraw(
    existing: Iterable[Period], recognition: Any, recorded_at: datetime
) -> PeriodChange:
    """Take back what one recognition said: its live rows are superseded.

    The days it covered are then without a status; what held before is not guessed.
    """
    touched = tuple(
        each
        for each in existing
        if each.superseded_at is None and each.recognition == recognition
    )
    return PeriodChange(recorded_at, touched, ())


def apply_change(
    existing: Iterable[Period], change: PeriodChange
) -> tuple[Period, ...]:
    """All rows after the change, superseded ones included."""
    gone = set(map(id, change.supersede))
    kept = [
        replace(each, superseded_at=change.at) if id(each) in gone else each
        for each in existing
    ]
    return (*kept, *change.insert)


def status_on(
    rows: Iterable[Period], on: date, known_at: datetime | None = None
) -> Period | None:
    """The status on a day as known at an instant; `known_at` None is what we know now."""
    for each in rows:
        is_known = (
            each.superseded_at is None if known_at is None else each.known_at(known_at)
        )
        if is_known and each.holds_on(on):
            return each
    return None


def _outside(old: Period, new: Period, recorded_at: datetime) -> list[Period]:
    """What is left of an old period before and after the new one."""
    pieces = []
    again = replace(old, recorded_at=recorded_at, row=None)
    if old.valid_from < new.valid_from:
        pieces.append(replace(again, valid_to=new.valid_from))
    if new.valid_to is not None and (
        old.valid_to is None or new.valid_to < old.valid_to
    ):
        pieces.append(replace(again, valid_from=new.valid_to))
    return pieces
