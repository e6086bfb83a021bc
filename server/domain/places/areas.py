"""Administrative areas over time: which area a code means on a date.

Codes are re-used (00235 was one ward until 2025 and a larger one since), so an area is
a code *and* the day from which it is valid. A ward that was divided has several
successors; which one a household lives in is not law but a matter of looking, so
everything after a division is marked as uncertain.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class AreaVersion:
    """An area as it was from `valid_from` until the day before `valid_to`."""

    code: str
    name: str
    valid_from: date
    valid_to: date | None = None
    parent_code: str | None = None

    def holds_on(self, on: date) -> bool:
        """Whether this version is the one in force on a day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True, slots=True)
class Succession:
    """On the day `on`, `from_code` became `to_code`, wholly or in part."""

    from_code: str
    to_code: str
    on: date
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Successor:
    """A code that a place may have on another day; certain when it is the only one."""

    code: str
    is_certain: bool


def area_on(areas: Iterable[AreaVersion], code: str, on: date) -> AreaVersion | None:
    """The area that a code means on a day; None when it means none."""
    found = [area for area in areas if area.code == code and area.holds_on(on)]
    return max(found, key=lambda area: area.valid_from, default=None)


def codes_on(
    successions: Iterable[Succession], code: str, known_on: date, wanted_on: date
) -> tuple[Successor, ...]:
    """What a code of the day `known_on` has become by `wanted_on`, likeliest first.

    Looking back works too: a code of today is followed to those it came from.
    """
    rows = list(successions)
    forward = known_on <= wanted_on
    first, last = sorted((known_on, wanted_on))
    days = sorted(
        {row.on for row in rows if first < row.on <= last}, reverse=not forward
    )
    steps: defaultdict[tuple[date, str], list[tuple[bool, str]]] = defaultdict(list)
    for row in rows:
        here, there = (row.from_code, row.to_code)[:: 1 if forward else -1]
        steps[row.on, here].append((not row.is_default, there))

    current = [code]
    for day in days:
        following: dict[str, None] = {}
        for here in current:
            for _, there in sorted(steps.get((day, here), [(False, here)])):
                following.setdefault(there)
        current = list(following)
    return tuple(Successor(there, is_certain=len(current) == 1) for there in current)
