"""How far a plan is: each ward and the whole, what is left of a group, and who is near.

Counted by the same tables that are signed (`server.reports.official`), so the numbers of
a plan and of a report of the same day cannot differ.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from server import clock
from server.areas import queries as areas
from server.areas.tables import Area
from server.db import db
from server.domain.actor import Scope
from server.domain.plans.plan import LISTS, NoneLeft, Plan
from server.domain.plans.progress import Counts, NoneLeftProgress, Progress
from server.domain.poverty.pack import Pack
from server.domain.reporting.definition import catalogue
from server.domain.reporting.register import Register
from server.domain.reporting.table import TOTAL, Table
from server.domain.reporting.tabulate import tabulate
from server.registry.tables import HouseholdRow
from server.reports.official import register_of
from server.reports.places import Rows, Unit
from server.reports.question import Question
from server.status.presence import end_of_day
from server.status.queries import Listed
from server.status.standards import find_standard, place_of
from server.status.tables import AssessmentRow

TABLES = {"POOR": "poor_movement", "NEAR_POOR": "near_movement"}
EXITS = {"POOR": ("exited", "to_near"), "NEAR_POOR": ("exited",)}


@dataclass(frozen=True)
class Ward:
    """One ward of a plan, list by list."""

    key: str
    name: str
    lists: Mapping[str, Progress]


@dataclass(frozen=True)
class PlanProgress:
    """A plan on a day. `is_whole`: all of its wards are in sight, so that its own
    targets can be judged; `is_projected`: the day is today and the plan still runs."""

    plan: Plan
    pack: Pack
    on: date
    known_on: date | None
    unit: Unit
    register: Register
    wards: Sequence[Ward]
    total: Mapping[str, Progress]
    none_left: Sequence[tuple[NoneLeft, NoneLeftProgress]]
    is_whole: bool
    is_projected: bool

    @property
    def is_empty(self) -> bool:
        """Whether the register has no list of these days at all."""
        return not self.register.start and not self.register.end

    @property
    def known_at(self) -> datetime | None:
        return end_of_day(self.known_on) if self.known_on else None


def progress_of(
    plan: Plan, area: Area, scope: Scope, on: date | None, known_on: date | None
) -> PlanProgress:
    """The plan as on a day: by default today, or its last day once that is over."""
    today = clock.today()
    on = min(max(on or today, plan.start), plan.end)
    known_at = end_of_day(known_on) if known_on else None
    pack = find_standard(plan.standard, place_of(area.id), on, known_at)
    if pack is None:
        raise LookupError(plan.standard)
    unit, is_whole = _unit(area, scope, on)
    question = Question(pack, plan.start, on, known_on)
    definition = catalogue().tables["groups"]
    register = register_of(definition, question, unit)
    tables = {
        each: tabulate(catalogue().tables[TABLES[each]], register) for each in LISTS
    }
    is_projected = on == today and known_on is None
    waiting = _waiting(plan, unit, register) if is_projected else Counter()
    wards = [
        Ward(place.key, place.name, _lists(plan, tables, waiting, place.key, area))
        for place in register.places
    ]
    return PlanProgress(
        plan=plan,
        pack=pack,
        on=on,
        known_on=known_on,
        unit=unit,
        register=register,
        wards=wards,
        total=_lists(plan, tables, waiting, TOTAL, area),
        none_left=[(each, _left(each, register)) for each in plan.none_left],
        is_whole=is_whole,
        is_projected=is_projected,
    )


def _unit(area: Area, scope: Scope, on: date) -> tuple[Unit, bool]:
    """The wards of the plan in sight, and whether these are all."""
    everything = Scope(frozenset(areas.descendants([area.id]) | {area.id}))
    all_wards = areas.wards(everything, on)
    seen = [each for each in all_wards if scope.holds(each.id)]
    return Unit(area, seen, on), len(seen) == len(all_wards)


def _lists(
    plan: Plan,
    tables: Mapping[str, Table],
    waiting: Counter[tuple[str, str, str]],
    key: str,
    area: Area,
) -> dict[str, Progress]:
    found = {}
    for category, table in tables.items():
        exits = sum(_value(table, key, each) for each in EXITS[category])
        keys = [key] if key != TOTAL else [row.key for row in table.rows]
        counts = Counts(
            start=_value(table, key, "start"),
            now=_value(table, key, "end"),
            exits=exits,
            waiting_off=sum(waiting[each, category, "off"] for each in keys),
            waiting_on=sum(waiting[each, category, "on"] for each in keys),
        )
        code = None if key == TOTAL else _code_of(key)
        whole = plan.target_for(category)
        found[category] = Progress(
            counts,
            plan.target_for(category, code),
            whole.measure if whole else "net",
        )
    return found


def _code_of(key: str) -> str:
    """Rows are wards by their id, or groups by their code."""
    area = areas.find_area(int(key)) if key.isdecimal() and len(key) < 10 else None
    return area.code if area is not None else key


def _value(table: Table, key: str, column: str) -> int:
    value = table.cell(key, column).value
    return int(value) if value is not None else 0


def _left(rule: NoneLeft, register: Register) -> NoneLeftProgress:
    left, unknown = [], []
    for household_id, listed in register.end.items():
        if listed.category == rule.category:
            facts = register.facts.get(household_id)
            said = facts.groups.get(rule.group) if facts else None
            if said is None:
                unknown.append(household_id)
            elif said:
                left.append(household_id)
    return NoneLeftProgress(tuple(left), tuple(unknown))


def _waiting(
    plan: Plan, unit: Unit, register: Register
) -> Counter[tuple[str, str, str]]:
    """What the newest assessments would take off each list, and put on it."""
    rows = Rows(unit)
    inside = {each.id for each in unit.wards}
    inside |= areas.descendants(inside)
    found: Counter[tuple[str, str, str]] = Counter()
    assessed = db.session.execute(
        select(
            HouseholdRow.id,
            HouseholdRow.area_id,
            HouseholdRow.group_code,
            AssessmentRow.category,
        )
        .join(AssessmentRow, AssessmentRow.household_id == HouseholdRow.id)
        .where(
            AssessmentRow.standard == plan.standard,
            AssessmentRow.category.is_not(None),
            HouseholdRow.state == "live",
            HouseholdRow.area_id.in_(sorted(inside)),
        )
    )
    for household_id, area_id, group_code, category in assessed:
        listed = register.end.get(household_id)
        held = listed.category if listed else None
        if held == category:
            continue
        if listed is not None and held in LISTS:
            found[listed.place, held, "off"] += 1
        if category in LISTS:
            key = listed.place if listed else None
            key = key or rows.key_of(Listed(category, area_id, group_code), None)
            if key is not None:
                found[key, category, "on"] += 1
    return found
