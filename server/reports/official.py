"""An official table asked of the register: of a unit, a period and a standard, as on a
day, as known at an instant."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from server.domain.places.addresses import format_address
from server.domain.poverty.pack import Pack
from server.domain.poverty.transitions import Transition
from server.domain.reporting.definition import Definition
from server.domain.reporting.facts import Facts, facts_of
from server.domain.reporting.register import Listed, Place, Register
from server.domain.reporting.table import Table
from server.domain.reporting.tabulate import tabulate
from server.reports import queries
from server.reports.movement import Comparison
from server.reports.places import Rows, Unit
from server.reports.question import Question
from server.status import queries as status
from server.status.households_then import households_then, in_groups_then
from server.status.standards import place_of

Lists = Mapping[str, status.Listed]


@dataclass(frozen=True)
class Official:
    """A table with what it was made from."""

    definition: Definition
    question: Question
    unit: Unit
    register: Register
    table: Table


def official(definition: Definition, question: Question, unit: Unit) -> Official:
    """The table as the register knows it."""
    register = register_of(definition, question, unit)
    return Official(
        definition, question, unit, register, tabulate(definition, register)
    )


def register_of(definition: Definition, question: Question, unit: Unit) -> Register:
    """The lists of both ends and the facts that the table needs."""
    first = question.start_standard
    start: Lists = (
        status.lists_on(first.id, question.start, question.known_at) if first else {}
    )
    end = status.lists_on(question.standard.id, question.end, question.known_at)
    rows = Rows(unit)
    if unit.is_by_group:
        start = _in_groups(rows, start, question.start, question.known_at)
        end = _in_groups(rows, end, question.end, question.known_at)
    facts = _facts(_wanted(definition, rows, start, end), question)
    starts, ends = (_placed(rows, lists, facts) for lists in (start, end))
    return Register(
        pack=question.standard,
        places=_places(rows, question.end, question.known_at, (starts, ends)),
        start=starts,
        end=ends,
        moves=_moves(question, start, end, (starts, ends)),
        facts={each: facts[each] for each in ends if each in facts},
        standard_changed=question.standard_changed,
        all_residents=_all_residents(unit, question),
    )


def _in_groups(rows: Rows, lists: Lists, on: date, known_at: datetime | None) -> Lists:
    """Lists of a day with the groups of that day, as far as the rows may need them."""
    here = [each for each, listed in lists.items() if rows.may_hold(listed)]
    return in_groups_then(lists, here, on, known_at)


def _wanted(definition: Definition, rows: Rows, start: Lists, end: Lists) -> set[str]:
    """Whose answers have to be read: of a large register only those of the lists."""
    found = {
        household_id
        for lists in (start, end)
        for household_id, each in lists.items()
        if rows.needs_facts(each)
    }
    if definition.needs_facts:
        for household_id, each in end.items():
            is_meant = each.category in definition.categories
            if is_meant and rows.key_of(each, None) is not None:
                found.add(household_id)
    return found


def _facts(household_ids: set[str], question: Question) -> dict[str, Facts]:
    found = {}
    kind_of = cache(lambda area_id: place_of(area_id).area_type)
    then = households_then(household_ids, question.end, question.known_at)
    for household_id, (row, golden) in then.items():
        if golden is not None:
            found[household_id] = facts_of(
                golden.household,
                golden.review_date,
                question.standard,
                row.code,
                format_address(golden.household.address),
                kind_of(row.area_id),
            )
    return found


def _placed(rows: Rows, lists: Lists, facts: Mapping[str, Facts]) -> dict[str, Listed]:
    found = {}
    for household_id in sorted(lists):
        each = lists[household_id]
        key = rows.key_of(each, facts.get(household_id))
        if key is not None:
            found[household_id] = Listed(each.category, key, each.sub)
    return found


def _moves(
    question: Question,
    start: Lists,
    end: Lists,
    placed: tuple[dict[str, Listed], dict[str, Listed]],
) -> dict[tuple[str, str], Transition]:
    """What happened to each household, in each place it was listed in."""
    comparison = Comparison(question, start, end)
    parts: defaultdict[str, tuple[dict[str, status.Listed], ...]] = defaultdict(
        lambda: ({}, {})
    )
    for side, (lists, found) in enumerate(zip((start, end), placed, strict=True)):
        for household_id, each in found.items():
            parts[each.place][side][household_id] = lists[household_id]
    return {
        (key, household_id): code
        for key, (starts, ends) in sorted(parts.items())
        for household_id, code in comparison.line(
            key, "", starts, ends
        ).table.codes.items()
    }


def _places(
    rows: Rows,
    on: date,
    known_at: datetime | None,
    placed: tuple[dict[str, Listed], dict[str, Listed]],
) -> tuple[Place, ...]:
    """Every row; the one of unknown groups only when somebody stands in it."""
    used = {each.place for lists in placed for each in lists.values()}
    residents = queries.residents_on(rows.areas, on, known_at)
    return tuple(
        Place(key, name, residents.get(key))
        for key, name in rows.names.items()
        if name or key in used
    )


def _all_residents(unit: Unit, question: Question) -> int | None:
    if unit.area is None:
        return None
    own = {"": unit.area.id}
    return queries.residents_on(own, question.end, question.known_at).get("")


def packs_of(question: Question) -> dict[str, Pack]:
    """The standards a table rests on."""
    found = {question.standard.id: question.standard}
    if question.start_standard is not None:
        found[question.start_standard.id] = question.start_standard
    return found
