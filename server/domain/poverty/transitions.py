"""From one year's class to the next: transition codes and the movement table.

Reference 4.1. "Poor to near-poor" leaves the poor table and enters the near-poor one;
"escaped" is told apart by how far a household climbed. The two tables never add up the
same household twice, and each reconciles row by row.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from server.domain.poverty.pack import PovertyCategory as Category


class Transition(StrEnum):
    """What happened to a household between two recognitions."""

    STAY_POOR = "STAY_POOR"
    POOR_TO_NEAR = "POOR_TO_NEAR"
    EXIT_POOR = "EXIT_POOR"
    NEAR_TO_POOR = "NEAR_TO_POOR"
    STAY_NEAR = "STAY_NEAR"
    EXIT_NEAR = "EXIT_NEAR"
    NEW_POOR = "NEW_POOR"
    NEW_NEAR = "NEW_NEAR"
    RE_POOR = "RE_POOR"
    RE_NEAR = "RE_NEAR"
    STAY_OUT = "STAY_OUT"  # neither poor nor near-poor, before and after
    IN_MOVE = "IN_MOVE"  # came with the status, from elsewhere or by a split
    OUT_MOVE = "OUT_MOVE"  # left with the status: moved, merged or dissolved


class Arrival(StrEnum):
    """How a household came onto the area's list without being assessed into it."""

    IN_MOVE = "IN_MOVE"
    SPLIT = "SPLIT"


class Departure(StrEnum):
    """How a household left the area's list without being assessed out of it."""

    OUT_MOVE = "OUT_MOVE"
    MERGE = "MERGE"
    DISSOLVED = "DISSOLVED"


@dataclass(frozen=True, slots=True)
class History:
    """What a household had been recognised as before the period and then left.

    The caller looks back as far as the rule in force says; its length is not settled
    by any document we found, so it is a parameter there and not a number here.
    """

    was_poor: bool = False
    was_near_poor: bool = False


_LISTED = frozenset({Category.POOR, Category.NEAR_POOR})
_BETWEEN_LISTS = {
    (Category.POOR, Category.POOR): Transition.STAY_POOR,
    (Category.POOR, Category.NEAR_POOR): Transition.POOR_TO_NEAR,
    (Category.NEAR_POOR, Category.POOR): Transition.NEAR_TO_POOR,
    (Category.NEAR_POOR, Category.NEAR_POOR): Transition.STAY_NEAR,
}


def transition(
    before: Category | None,
    after: Category | None,
    history: History = History(),
    arrival: Arrival | None = None,
    departure: Departure | None = None,
) -> Transition:
    """The code for one household; None means that it had no status.

    A household that arrives or departs is not said to have become poor or to have
    escaped: its status moved with it. Without an event, losing a status altogether
    counts as an exit, and so does rising above both lists.
    """
    if departure is not None and before in _LISTED:
        return Transition.OUT_MOVE
    if arrival is not None and after in _LISTED:
        return Transition.IN_MOVE
    if before in _LISTED and after in _LISTED:
        return _BETWEEN_LISTS[before, after]
    if before is Category.POOR:
        return Transition.EXIT_POOR
    if before is Category.NEAR_POOR:
        return Transition.EXIT_NEAR
    if after is Category.POOR:
        return Transition.RE_POOR if history.was_poor else Transition.NEW_POOR
    if after is Category.NEAR_POOR:
        # New means never poor before, so someone who was poor cannot be newly near.
        was_listed = history.was_near_poor or history.was_poor
        return Transition.RE_NEAR if was_listed else Transition.NEW_NEAR
    return Transition.STAY_OUT


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One list's year: start - decreases + increases = end, in households.

    `to_other` and `from_other` are the moves between the poor and the near-poor list.
    """

    start: int = 0
    exited: int = 0
    to_other: int = 0
    moved_out: int = 0
    from_other: int = 0
    fell_again: int = 0
    new: int = 0
    moved_in: int = 0
    end: int = 0

    @property
    def decrease(self) -> int:
        return self.exited + self.to_other + self.moved_out

    @property
    def increase(self) -> int:
        return self.from_other + self.fell_again + self.new + self.moved_in

    @property
    def reconciles(self) -> bool:
        return self.end == self.start - self.decrease + self.increase

    def __add__(self, other: "MovementRow") -> "MovementRow":
        names = [each.name for each in fields(self)]
        return MovementRow(*(getattr(self, n) + getattr(other, n) for n in names))


@dataclass(frozen=True, slots=True)
class MovementTable:
    """Movement of the poor and of the near-poor list of one area and standard.

    `codes` says for each household what it was counted as, so that a number can be
    opened into its list. When `standard_changed`, start and end were measured with
    different yardsticks and the movement must not be published as real.
    """

    poor: MovementRow
    near_poor: MovementRow
    codes: Mapping[str, Transition]
    standard_changed: bool = False

    @property
    def reconciles(self) -> bool:
        return self.poor.reconciles and self.near_poor.reconciles

    @property
    def escaped_poverty(self) -> int:
        """Households that left the poor list by their own rise, near-poor included."""
        return self.poor.exited + self.poor.to_other


def movement(
    start: Mapping[str, Category],
    end: Mapping[str, Category],
    history: Mapping[str, History] | None = None,
    arrivals: Mapping[str, Arrival] | None = None,
    departures: Mapping[str, Departure] | None = None,
    standard_changed: bool = False,
) -> MovementTable:
    """The movement table from the recognised statuses at both ends of a period.

    A household without a status, or not of the area, is absent from the mapping. One
    that was on a list and is absent at the end without a departure counts as having
    left the list (`EXIT_*`); one that moved away and came back is compared as usual.
    """
    past, came, left = history or {}, arrivals or {}, departures or {}
    codes: dict[str, Transition] = {}
    for household in sorted(start.keys() | end.keys()):
        before, after = start.get(household), end.get(household)
        codes[household] = transition(
            before,
            after,
            past.get(household, History()),
            came.get(household) if before is None else None,
            left.get(household) if after is None else None,
        )
    poor = _row(Category.POOR, start, end, codes)
    near_poor = _row(Category.NEAR_POOR, start, end, codes)
    return MovementTable(poor, near_poor, codes, standard_changed)


def _row(
    listed: Category,
    start: Mapping[str, Category],
    end: Mapping[str, Category],
    codes: Mapping[str, Transition],
) -> MovementRow:
    """Counts one list. Start and end are counted from the statuses themselves, not from
    the codes, so that reconciling is a check and not a tautology.
    """
    left = _count(codes, (h for h, held in start.items() if held is listed))
    joined = _count(codes, (h for h, held in end.items() if held is listed))
    is_poor = listed is Category.POOR
    return MovementRow(
        start=sum(held is listed for held in start.values()),
        exited=left[Transition.EXIT_POOR if is_poor else Transition.EXIT_NEAR],
        to_other=left[Transition.POOR_TO_NEAR if is_poor else Transition.NEAR_TO_POOR],
        moved_out=left[Transition.OUT_MOVE],
        from_other=joined[
            Transition.NEAR_TO_POOR if is_poor else Transition.POOR_TO_NEAR
        ],
        fell_again=joined[Transition.RE_POOR if is_poor else Transition.RE_NEAR],
        new=joined[Transition.NEW_POOR if is_poor else Transition.NEW_NEAR],
        moved_in=joined[Transition.IN_MOVE],
        end=sum(held is listed for held in end.values()),
    )


def _count(
    codes: Mapping[str, Transition], households: Iterable[str]
) -> dict[Transition, int]:
    counts = dict.fromkeys(Transition, 0)
    for household in households:
        counts[codes[household]] += 1
    return counts
