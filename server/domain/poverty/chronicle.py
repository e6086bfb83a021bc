"""What happened to one household, as dated events told from its statuses.

The movement table compares two days; this tells what lies between them. Every day on
which a household's place on the lists was decided again, began or ended gives one event
(two for a move between areas: it leaves one and enters the other), so that for any area
the events of a period lead from the lists at its start to those at its end.

A status under an older standard lasts until the first one under a newer standard. That
change is an event with `standard_changed`: the yardstick moved, not the household.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from server.domain.poverty.pack import PovertyCategory as Category
from server.domain.poverty.transitions import (
    Arrival,
    Departure,
    History,
    Transition,
    transition,
)
from server.domain.procedure.numbers import months_after

LISTED = frozenset({Category.POOR, Category.NEAR_POOR})
_STAYS = frozenset({Transition.STAY_POOR, Transition.STAY_NEAR, Transition.STAY_OUT})
_EXITS = frozenset({Transition.EXIT_POOR, Transition.EXIT_NEAR})
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Spell:
    """A status as a decision gave it, from its first day to before `until`."""

    standard: str
    category: Category
    since: date
    until: date | None
    decision: Any = None

    def holds_on(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which a household was on no list because it had left."""

    since: date
    until: date | None  # the day of the review that found it back
    departure: Departure

    def covers(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class Move:
    """From `on` the household lived in another area."""

    on: date
    from_area: int | None
    to_area: int | None


@dataclass(frozen=True, slots=True)
class Life:
    """All that is known of a household's statuses. `standards` are those that replaced
    each other, oldest first; `arrival` is how it came to be one of ours."""

    spells: Sequence[Spell]
    standards: Sequence[str]
    area: int | None  # where it lives at the end
    absences: Sequence[Absence] = ()
    moves: Sequence[Move] = ()
    arrival: tuple[date, Arrival] | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a household's place on the lists, on a day."""

    on: date
    code: Transition
    before: Category | None
    after: Category | None
    area: int | None
    standard: str
    standard_changed: bool = False
    departure: Departure | None = None
    arrival: Arrival | None = None
    decision: Any = None

    @property
    def is_movement(self) -> bool:
        """Whether it may be published as movement: something moved, and it was
        measured with one yardstick."""
        return not self.standard_changed and self.code not in _STAYS

    @property
    def entered(self) -> Category | None:
        """The list it came onto, if it was on another one or on none before."""
        return self._listed(self.after) if self._goes_in else None

    @property
    def left(self) -> Category | None:
        """The list it left."""
        return self._listed(self.before) if self._goes_out else None

    @property
    def _goes_in(self) -> bool:
        return self.code is Transition.IN_MOVE or (
            self.code is not Transition.OUT_MOVE and self.before is not self.after
        )

    @property
    def _goes_out(self) -> bool:
        return self.code is Transition.OUT_MOVE or (
            self.code is not Transition.IN_MOVE and self.before is not self.after
        )

    @staticmethod
    def _listed(category: Category | None) -> Category | None:
        return category if category in LISTED else None


def chronicle(life: Life, look_back_months: int) -> list[Event]:
    """Every event of a household, oldest first. STAY_OUT is not told: nothing moved
    that any list knows of."""
    spells = one_after_another(life.spells, life.standards)
    days = {each.since for each in spells}
    days |= {each.until for each in spells if each.until}
    days |= {each.since for each in life.absences}
    days |= {each.until for each in life.absences if each.until}
    days |= {each.on for each in life.moves}
    return [
        event
        for day in sorted(days)
        for event in _events_on(day, spells, life, look_back_months)
    ]


def one_after_another(spells: Iterable[Spell], standards: Sequence[str]) -> list[Spell]:
    """The spells of standards that replaced each other, without overlap: one of an
    older standard ends where the first one of a newer standard begins."""
    rank = {standard: number for number, standard in enumerate(standards)}
    known = sorted(
        (each for each in spells if each.standard in rank),
        key=lambda each: (rank[each.standard], each.since),
    )
    kept = []
    for spell in known:
        newer = [s.since for s in known if rank[s.standard] > rank[spell.standard]]
        ends = [end for end in (spell.until, min(newer, default=None)) if end]
        end = min(ends, default=None)
        if end is None or spell.since < end:
            kept.append(
                Spell(spell.standard, spell.category, spell.since, end, spell.decision)
            )
    return sorted(kept, key=lambda each: each.since)


def escaped_until(events: Iterable[Event], on: date, months: int) -> date | None:
    """The day on which a household stops counting as newly escaped; None when on that
    day it does not count as one.

    The clock starts with the last exit from both lists and stops when the household is
    on a list again; who only rose to near-poor has not left.
    """
    last: Event | None = None
    for event in events:
        if event.on <= on and event.code not in _STAYS:
            last = event
    if last is None or last.code not in _EXITS:
        return None
    end = months_after(last.on, months)
    return end if on < end else None


def _events_on(
    day: date, spells: Sequence[Spell], life: Life, look_back_months: int
) -> Iterator[Event]:
    was, now = _spell_on(spells, day - _DAY), _spell_on(spells, day)
    gone_before, gone = (_absence(life, at) for at in (day - _DAY, day))
    before = was.category if was and not gone_before else None
    after = now.category if now and not gone else None
    if before not in LISTED and after not in LISTED:
        return
    move = next((each for each in life.moves if each.on == day), None)
    standard = (now or was or spells[0]).standard
    changed = bool(was and now and was.standard != now.standard)
    decision = now.decision if now else None
    if move and before in LISTED and after in LISTED:
        out, came = Transition.OUT_MOVE, Transition.IN_MOVE
        yield Event(day, out, before, after, move.from_area, standard, changed,
                    Departure.OUT_MOVE, None, decision)  # fmt: skip
        yield Event(day, came, before, after, _area_on(life, day), standard, changed,
                    None, Arrival.IN_MOVE, decision)  # fmt: skip
        return
    departure = gone.departure if gone and not gone_before else None
    if departure is None and gone is None and move and before in LISTED:
        departure = Departure.OUT_MOVE
    arrival = Arrival.IN_MOVE if gone_before and not gone else None
    if before is None and arrival is None:
        arrival = _first_arrival(life, spells, day)
    if _is_mere_seam(was, now) and departure is None and arrival is None:
        return
    history = _history(spells, day, look_back_months)
    code = transition(before, after, history, arrival, departure)
    area = _area_on(life, day - _DAY if departure else day)
    yield Event(day, code, before, after, area, standard, changed, departure,
                arrival if code is Transition.IN_MOVE else None, decision)  # fmt: skip


def _spell_on(spells: Sequence[Spell], on: date) -> Spell | None:
    return next((each for each in spells if each.holds_on(on)), None)


def _absence(life: Life, on: date) -> Absence | None:
    return next((each for each in life.absences if each.covers(on)), None)


def _area_on(life: Life, on: date) -> int | None:
    """Where a household lived: moves lead to where it lives now."""
    for move in sorted(life.moves, key=lambda each: each.on):
        if on < move.on:
            return move.from_area
    return life.area


def _first_arrival(life: Life, spells: Sequence[Spell], day: date) -> Arrival | None:
    """How a household came whose first status this is; later ones are its own."""
    if life.arrival is None or day < life.arrival[0]:
        return None
    first = next((each for each in spells if each.since >= life.arrival[0]), None)
    earlier = any(each.since < life.arrival[0] for each in spells)
    is_first = first is not None and first.since == day and not earlier
    return life.arrival[1] if is_first else None


def _is_mere_seam(was: Spell | None, now: Spell | None) -> bool:
    """One decision's status that was cut in two by another that is gone again."""
    return bool(
        was
        and now
        and was.decision == now.decision
        and was.decision is not None
        and was.category is now.category
    )


def _history(spells: Sequence[Spell], day: date, months: int) -> History:
    """Which lists a household had been on, and left within the time looked back on."""
    since = months_after(day, -months)
    ended = {
        each.category for each in spells if each.until and since < each.until <= day
    }
    return History(Category.POOR in ended, Category.NEAR_POOR in ended)
