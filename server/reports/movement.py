"""How the poor and near-poor lists moved between two days, area by area.

Start and end are the recognised statuses on both days; every household in between is
counted once a list, as what happened to it. A household that moves between two wards of
the table leaves one and enters the other; the total is the sum of its rows.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from server.areas import queries as areas
from server.areas.tables import Area
from server.db import db
from server.domain.poverty.load import all_packs
from server.domain.poverty.pack import PovertyCategory
from server.domain.poverty.transitions import (
    Arrival,
    Departure,
    History,
    MovementRow,
    MovementTable,
    Transition,
    movement,
)
from server.reports.question import Question
from server.status import presence
from server.status.arrivals import arrivals_known
from server.status.households_then import in_groups_then
from server.status.queries import LISTED, Listed, known, lists_on
from server.status.tables import PovertyStatus


@dataclass(frozen=True)
class Line:
    """The movement of one area or group."""

    key: str
    name: str
    table: MovementTable
    start: frozenset[str]  # households on its lists at the start, and at the end
    end: frozenset[str]


@dataclass(frozen=True)
class Movement:
    """A whole table. `statuses` are the lists at both ends, wherever they lived."""

    question: Question
    lines: Sequence[Line]
    start: Mapping[str, Listed]
    end: Mapping[str, Listed]

    def total(self, of: PovertyCategory) -> MovementRow:
        """The sum of all rows of one list."""
        rows = (row_of(line.table, of) for line in self.lines)
        return sum(rows, MovementRow())

    @property
    def reconciles(self) -> bool:
        """Start - decreases + increases = end, on every row and in both totals."""
        totals = (self.total(each) for each in PovertyCategory if each.value in LISTED)
        return all(line.table.reconciles for line in self.lines) and all(
            total.reconciles for total in totals
        )


def row_of(table: MovementTable, of: PovertyCategory) -> MovementRow:
    """One of the two lists of a table."""
    return table.poor if of is PovertyCategory.POOR else table.near_poor


def movement_of(question: Question, units: Sequence[Area]) -> Movement:
    """The table of some wards; of one ward alone, its groups are the rows."""
    first = question.start_standard
    start = lists_on(first.id, question.start, question.known_at) if first else {}
    end = lists_on(question.standard.id, question.end, question.known_at)
    keys = _rows_of_groups(units[0]) if len(units) == 1 else _rows_of_wards(units)
    if keys.by_group:
        start = keys.in_groups_then(start, question.start, question.known_at)
        end = keys.in_groups_then(end, question.end, question.known_at)
    context = Comparison(question, start, end)
    starts, ends = keys.split(start), keys.split(end)
    lines = [
        context.line(key, name, starts.get(key, {}), ends.get(key, {}))
        for key, name in keys.names.items()
    ]
    return Movement(
        question, [line for line in lines if line.key or line.table.codes], start, end
    )


@dataclass(frozen=True)
class _Rows:
    """The rows of a table by their key, and which of them a household belongs to."""

    names: Mapping[str, str]
    area_keys: Mapping[int, str]
    by_group: bool

    def split(self, listed: Mapping[str, Listed]) -> dict[str, dict[str, Listed]]:
        """The households of each row; those that lived elsewhere are left out."""
        parts: defaultdict[str, dict[str, Listed]] = defaultdict(dict)
        for household_id, each in listed.items():
            key = self._key_of(each)
            if key is not None:
                parts[key][household_id] = each
        return parts

    def in_groups_then(
        self, listed: Mapping[str, Listed], on: date, known_at: datetime | None
    ) -> dict[str, Listed]:
        """The same with the groups of the day, for who lived in the ward."""
        here = [
            household_id
            for household_id, each in listed.items()
            if each.area_id in self.area_keys
        ]
        return in_groups_then(listed, here, on, known_at)

    def _key_of(self, listed: Listed) -> str | None:
        key = self.area_keys.get(listed.area_id or 0)
        if key is None or not self.by_group:
            return key
        return listed.group_code if listed.group_code in self.names else ""


def _rows_of_wards(wards: Sequence[Area]) -> _Rows:
    keys = {
        area_id: str(ward.id)
        for ward in wards
        for area_id in areas.descendants([ward.id]) | {ward.id}
    }
    return _Rows({str(ward.id): ward.name for ward in wards}, keys, by_group=False)


def _rows_of_groups(ward: Area) -> _Rows:
    names = {group.code: group.name for group in areas.groups_of(ward.id)}
    keys = dict.fromkeys(areas.descendants([ward.id]) | {ward.id}, "")
    return _Rows({**names, "": ""}, keys, by_group=True)


class Comparison:
    """What is the same for every row of one table."""

    def __init__(
        self, question: Question, start: Mapping[str, Listed], end: Mapping[str, Listed]
    ) -> None:
        self.question = question
        self.start = start
        self.end = end
        self.history = _histories(question)
        self.gone = presence.gone_by(question.end, question.known_at)
        self.arrived = {
            household_id: how
            for household_id, (on, how) in arrivals_known(question.known_at).items()
            if question.start < on <= question.end
        }
        self.came_by_merge = {
            merge.into
            for merge in presence.merges()
            if merge.household_id in self.gone
            and merge.household_id in start
            and start[merge.household_id].category in LISTED
        }

    def line(
        self, key: str, name: str, start: dict[str, Listed], end: dict[str, Listed]
    ) -> Line:
        table = movement(
            _categories(start),
            _categories(end),
            self.history,
            {id_: how for id_ in end if (how := self._came(id_, start))},
            {id_: left for id_ in start if (left := self._left(id_, end))},
            self.question.standard_changed,
        )
        return Line(key, name, table, frozenset(start), frozenset(end))

    def _came(self, household_id: str, start: Collection[str]) -> Arrival | None:
        """Its status came along: it moved here or split off, as somebody noted; from
        another area; or with a household merged in."""
        elsewhere = household_id not in start and (
            household_id in self.start and self.start[household_id].category in LISTED
        )
        if elsewhere or household_id in self.came_by_merge:
            return Arrival.IN_MOVE
        return None if household_id in self.start else self.arrived.get(household_id)

    def _left(self, household_id: str, end: Collection[str]) -> Departure | None:
        if household_id in end:
            return None
        if household_id in self.gone:
            return self.gone[household_id]
        return Departure.OUT_MOVE if household_id in self.end else None


def _categories(listed: Mapping[str, Listed]) -> dict[str, PovertyCategory]:
    return {key: PovertyCategory(each.category) for key, each in listed.items()}


def _histories(question: Question) -> dict[str, History]:
    """Who was on a list within the years looked back on, and left it by the start."""
    family = [
        pack.id
        for pack in all_packs()
        if pack.province_codes == question.standard.province_codes
    ]
    rows = db.session.execute(
        select(PovertyStatus.household_id, PovertyStatus.category)
        .where(
            PovertyStatus.standard.in_(family),
            PovertyStatus.category.in_(LISTED),
            PovertyStatus.valid_to <= question.start,
            PovertyStatus.valid_to
            > years_before(question.start, question.look_back_years),
            known(question.known_at),
        )
        .distinct()
    )
    was: defaultdict[str, set[str]] = defaultdict(set)
    for household_id, category in rows:
        was[household_id].add(category)
    return {
        household_id: History("POOR" in each, "NEAR_POOR" in each)
        for household_id, each in was.items()
    }


def years_before(day: date, years: int) -> date:
    """The same day of an earlier year; the 29th of February becomes the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


# What a number of the table counts: the codes, of households listed at one end.
CELLS: dict[str, tuple[str, tuple[Transition, ...]]] = {
    "start": ("start", ()),
    "exited": ("start", (Transition.EXIT_POOR, Transition.EXIT_NEAR)),
    "to_other": ("start", (Transition.POOR_TO_NEAR, Transition.NEAR_TO_POOR)),
    "moved_out": ("start", (Transition.OUT_MOVE,)),
    "from_other": ("end", (Transition.NEAR_TO_POOR, Transition.POOR_TO_NEAR)),
    "fell_again": ("end", (Transition.RE_POOR, Transition.RE_NEAR)),
    "new": ("end", (Transition.NEW_POOR, Transition.NEW_NEAR)),
    "moved_in": ("end", (Transition.IN_MOVE,)),
    "end": ("end", ()),
}
GROUPED_CELLS = {
    "decrease": ("exited", "to_other", "moved_out"),
    "increase": ("from_other", "fell_again", "new", "moved_in"),
}


def households_behind(
    found: Movement, of: PovertyCategory, cell: str, key: str | None = None
) -> list[tuple[str, Transition]]:
    """The households that a number counts, of one row or (None) of the total.

    Raises KeyError for a cell or row that the table does not have.
    """
    lines = [line for line in found.lines if key is None or line.key == key]
    if not lines:
        raise KeyError(key)
    return [
        each
        for line in lines
        for name in GROUPED_CELLS.get(cell, (cell,))
        for each in _behind(found, line, of, name)
    ]


def question_day(question: Question, cell: str) -> date:
    """The day on which the households of a number stood on its list."""
    first = GROUPED_CELLS.get(cell, (cell,))[0]
    return question.start if CELLS[first][0] == "start" else question.end


def _behind(
    found: Movement, line: Line, of: PovertyCategory, cell: str
) -> list[tuple[str, Transition]]:
    end_name, codes = CELLS[cell]
    listed = found.start if end_name == "start" else found.end
    here = line.start if end_name == "start" else line.end
    return [
        (household_id, code)
        for household_id, code in line.table.codes.items()
        if household_id in here
        and listed[household_id].category == of.value
        and (not codes or code in codes)
    ]
