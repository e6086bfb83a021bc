"""Filling an official table from the lists and the facts of a register."""

from collections.abc import Iterator
from typing import Any

from server.domain.people.ethnic_groups import KINH, UNKNOWN, ethnic_groups
from server.domain.poverty.pack import Choice
from server.domain.reporting.conditions import (
    NONE_OF_THEM,
    NOT_ASKED,
    children_matching,
    facts_match,
    listed_matches,
    sub_matches,
)
from server.domain.reporting.definition import (
    Definition,
    Measure,
    Words,
    catalogue,
)
from server.domain.reporting.register import Register
from server.domain.reporting.soundness import checks_of, overlap_of
from server.domain.reporting.table import (
    TOTAL,
    Cell,
    Missing,
    Row,
    Table,
    percent,
)

SUM = Row(TOTAL, Words("Tổng cộng", "Total"))
LISTED = ("POOR", "NEAR_POOR")


def tabulate(definition: Definition, register: Register) -> Table:
    """The table with every cell, what is missing, and whether it is sound."""
    headings = definition.headings(register.pack)
    measures = [each for top in headings for each in top.measures()]
    rows = (*_rows(definition, register), SUM)
    cells: dict[tuple[str, str], Cell] = {}
    for measure in measures:
        for row in rows:
            if measure.count is not None:
                cells[row.key, measure.code] = _count(measure, row, register)
    for measure in measures:
        for row in rows:
            if measure.is_rate:
                cells[row.key, measure.code] = _rate(measure, row, cells)
    table = Table(
        definition=definition,
        headings=headings,
        rows=rows,
        cells=cells,
        missing=(),
        checks=(),
        overlap=0,
        standard_changed=register.standard_changed,
    )
    return Table(
        definition,
        headings,
        rows,
        cells,
        missing=tuple(_missing(table, register)),
        checks=tuple(checks_of(table)),
        overlap=overlap_of(table),
        standard_changed=register.standard_changed,
    )


def _count(measure: Measure, row: Row, register: Register) -> Cell:
    if measure.count == "residents":
        return Cell(register.residents(row.place) if not row.where else None)
    if measure.is_movement and register.standard_changed:
        return Cell(None)
    where = {**measure.where, **row.where}
    counted, unknown = [], []
    for household_id, listed in register.entries(where.get("at", "end"), row.place):
        move = register.moves.get((listed.place, household_id))
        if not listed_matches(listed, move, where):
            continue
        facts = register.facts.get(household_id)
        belongs = _both(facts_match(facts, where), sub_matches(listed, where))
        weight = _weight(measure, facts, where)
        if belongs is None or (belongs and weight is None):
            unknown.append(household_id)
        elif belongs and weight:
            counted.append((household_id, weight))
    total = sum(weight for _, weight in counted)
    return Cell(total, tuple(counted), tuple(unknown))


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _weight(measure: Measure, facts: Any, where: dict[str, Any]) -> int | None:
    if measure.count == "persons":
        size: int | None = facts.size if facts else None
        return size
    if measure.count == "children":
        return children_matching(facts, where)
    return 1


def _rate(measure: Measure, row: Row, cells: dict[tuple[str, str], Cell]) -> Cell:
    if measure.rate_of is not None:
        part, whole = cells[row.key, measure.code], cells[row.key, measure.rate_of]
    elif measure.share is not None:
        part, whole = cells[row.key, measure.share], cells[TOTAL, measure.share]
    else:
        first, second = measure.rate or ("", "")
        part, whole = cells[row.key, first], cells[row.key, second]
    if not isinstance(part.value, int) or not isinstance(whole.value, int):
        return Cell(None)
    value = percent(part.value, whole.value) if whole.value else None
    return Cell(value, part.counted, part.unknown)


def _rows(definition: Definition, register: Register) -> Iterator[Row]:
    if definition.is_of_places:
        for place in register.places:
            name = Words(place.name, place.name) if place.name else _NO_GROUP
            yield Row(place.key, name, place.key)
    elif definition.rows == "groups":
        for code, name in catalogue().groups.items():
            yield Row(code, name, where={"group": code})
    elif definition.rows == "ethnicities":
        yield from _ethnicities(register)
    else:
        yield from _causes(register)


def _ethnicities(register: Register) -> Iterator[Row]:
    """All minorities together, then each group that is on the lists."""
    found = set()
    for household_id, listed in register.end.items():
        if listed.category in LISTED:
            facts = register.facts.get(household_id)
            found.add(facts.ethnicity if facts and facts.ethnicity else UNKNOWN)
    minorities = catalogue().groups["minority"]
    yield Row("minority", minorities, where={"group": "minority"}, is_subtotal=True)
    known = ethnic_groups()
    order = sorted(found - {KINH, UNKNOWN})
    for code in (*order, KINH, *({UNKNOWN} & found)):
        entry = known.get(code)
        name = Words(entry["name_vi"], entry["name_en"]) if entry else _NOT_KNOWN
        yield Row(f"ethnicity-{code}", name, where={"ethnicity": code})


def _causes(register: Register) -> Iterator[Row]:
    """The standard's list, then causes of another list, then those without any."""
    said = {
        cause
        for household_id, listed in register.end.items()
        if listed.category in LISTED and household_id in register.facts
        for cause in register.facts[household_id].causes or ()
    }
    names = {each.code: _named(each) for each in register.pack.causes}
    for code in (*names, *sorted(said - names.keys())):
        yield Row(f"cause-{code}", names.get(code, Words(code, code)), None,
                  {"cause": code})  # fmt: skip
    yield Row("cause-none", _NO_CAUSE, where={"cause": NONE_OF_THEM})
    yield Row("cause-not-asked", _NOT_ASKED, where={"cause": NOT_ASKED})


def _missing(table: Table, register: Register) -> Iterator[Missing]:
    """By column, what nobody knows of how many; rows for the unknown tell of theirs."""
    for measure in table.measures:
        cell = table.cells[TOTAL, measure.code]
        name = table.name_of(measure.code)
        if measure.count == "residents":
            places = [each.key for each in register.places if each.residents is None]
            if places or not register.places:
                yield Missing(measure.code, name, places=tuple(places))
        elif cell.unknown and (measure.rate_of or not measure.is_rate):
            yield Missing(measure.code, name, cell.unknown)
    if table.definition.needs_indicators and not register.pack.indicators:
        yield Missing("lacks", _NO_INDICATORS)


def _named(choice: Choice) -> Words:
    return Words(choice.vi, choice.en)


_NOT_KNOWN = Words("Chưa rõ dân tộc", "Ethnic group not known")
_NO_GROUP = Words("Chưa rõ tổ", "Group not known")
_NO_CAUSE = Words("Không có nguyên nhân nào", "No cause given")
_NO_INDICATORS = Words("Chuẩn này không có chỉ số thiếu hụt", "No indicators")
_NOT_ASKED = Words("Chưa hỏi nguyên nhân", "Causes not asked")
