"""From the rows of a list to its households, each with what is wrong by cell.

Twice through the rows, a thousand at a time, so that memory does not grow with the list:
first each row gets the number of its household, then households are read one after the
other and go through the very reading that surveys go through. Nothing is imported yet.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import delete, insert, select, update

from server import clock
from server.accounts.tables import User
from server.areas.queries import current_area, scope_of
from server.areas.tables import Area
from server.db import db, transaction
from server.domain.actor import NOWHERE, Scope
from server.domain.people.names import fold
from server.domain.problems import Problem
from server.domain.register.cells import Choices
from server.domain.register.converting import Reading
from server.domain.register.grouping import Grouping
from server.domain.register.translating import Translated, translate
from server.domain.survey import register
from server.domain.survey.answers import SubmissionMeta
from server.domain.survey.normalise import normalise
from server.domain.survey.record import Household
from server.imports import places, queries
from server.imports.knowing import find_known
from server.imports.rereading import (
    AT_ONCE,
    columns_of,
    lines_of,
    look_at_rows,
    reading_of,
    rows_after,
)
from server.imports.tables import (
    ImportHousehold,
    ImportProblem,
    ImportRow,
    RegisterImport,
)
from server.imports.telling import Told, of_cell, of_survey

TOGETHER = 200
_UNNAMED = SubmissionMeta(register.FORM_ID, register.FORM_VERSION, "uuid:preview")


@dataclass(frozen=True, slots=True)
class _Read:
    """A household with its rows, and the record that would be made of it."""

    number: int
    sheet: dict[str, Any]
    rows: Sequence[ImportRow]
    translated: Translated
    told: tuple[Told, ...]
    household: Household | None

    @property
    def is_ready(self) -> bool:
        return self.household is not None and not any(t.is_blocking for t in self.told)


def analyse(import_id: int) -> None:
    """Find the households of an import whose rows are stored, from the beginning."""
    with transaction() as session:
        one = queries.locked(import_id, "analysing")
        one.household_count = 0
        for table in (ImportProblem, ImportHousehold):
            session.execute(delete(table).where(table.import_id == import_id))
    one = queries.get_import(import_id)
    look_at_rows(one)
    _number_rows(one)
    for together in _together(_read_all(one)):
        _keep(one, together)
    with transaction():
        queries.locked(import_id, "analysing").state = "preview"


def _number_rows(one: RegisterImport) -> None:
    grouping = Grouping(one.layout)
    sheets = {sheet["number"]: sheet for sheet in one.sheets}
    readings = {number: reading_of(sheet) for number, sheet in sheets.items()}
    last = 0
    while rows := rows_after(one.id, last):
        changes = []
        for row in rows:
            sheet = sheets[row.sheet]
            is_above = row.number <= sheet["heading_row"]
            columns = columns_of(sheet)
            number = 0
            if not is_above and columns and sheet["heading_row"]:
                cells, _asked = readings[row.sheet].read(row.cells)
                number = grouping.household_of(row.sheet, columns, cells)
            state = "above" if is_above else "ready" if number else "aside"
            changes.append({"id": row.id, "household_number": number, "state": state})
        last = rows[-1].id
        with transaction() as session:
            session.execute(update(ImportRow), changes)


def _read_all(one: RegisterImport) -> Iterator[_Read]:
    scope, choices_on = _scope_of(one), cache(places.choices_on)
    area_on = cache(current_area)
    sheets = {sheet["number"]: sheet for sheet in one.sheets}
    readings = {number: reading_of(sheet) for number, sheet in sheets.items()}
    for rows in _households(one.id):
        yield _read(
            one,
            sheets[rows[0].sheet],
            readings[rows[0].sheet],
            rows,
            choices_on,
            lambda *at: _outside(scope, *area_on(*at)),
        )


def _read(
    one: RegisterImport,
    sheet: dict[str, Any],
    reading: Reading,
    rows: Sequence[ImportRow],
    choices_on: Callable[[str], Choices],
    objections: Callable[[str, date], list[Problem]],
) -> _Read:
    columns = columns_of(sheet)
    lines, told = lines_of(rows, reading, sheet)
    asked = {(each.row, each.place) for each in told}
    given = {key: str(value) for key, value in one.given.items()}
    translated = translate(
        lines, columns, one.layout, choices_on, given, sheet["texts"]
    )
    told += [
        of_cell(problem, sheet)
        for problem in translated.problems
        if (problem.row, problem.place) not in asked
    ]
    household = None
    if translated.is_usable:
        result = normalise(translated.answers, _UNNAMED, register.TABLE, clock.today())
        problems = [*result.problems]
        if result.record is not None:
            household = result.record.household
            problems += objections(household.ward_code or "", result.record.review_date)
        told += [of_survey(each, sheet, columns, lines) for each in problems]
    return _Read(rows[0].household_number, sheet, rows, translated, tuple(told), household)  # fmt: skip


def _outside(scope: Scope, area: Area | None, _is_certain: bool) -> list[Problem]:
    """A list reaches no farther than whoever brings it."""
    if area is not None and scope.holds(area.id):
        return []
    values = {"value": area.name if area else "?"}
    return [Problem("import_outside_areas", "ward_code", values)]


def _keep(one: RegisterImport, together: Sequence[_Read]) -> None:
    known = find_known(
        {each.number: each.household for each in together if each.household}
    )
    households = [
        {
            "import_id": one.id,
            "number": each.number,
            "sheet": each.sheet["number"],
            "first_row": each.rows[0].number,
            "row_count": len(each.rows),
            "code": each.translated.code,
            "head_name": each.translated.head_name,
            "head_folded": fold(each.translated.head_name),
            "state": "ready" if each.is_ready else "aside",
            "answers": each.translated.answers,
            "status": _status(each.translated),
            "category": each.translated.status.category,
            "known_by": known.get(each.number, ("", None))[0],
            "known_household_id": known.get(each.number, ("", None))[1],
        }
        for each in together
    ]
    problems = [
        {"import_id": one.id, "household_number": each.number, **told.columns()}
        for each in together
        for told in each.told
    ]
    aside = [r.id for each in together if not each.is_ready for r in each.rows]
    with transaction() as session:
        row = queries.locked(one.id, "analysing")
        session.execute(insert(ImportHousehold), households)
        if problems:
            session.execute(insert(ImportProblem), problems)
        if aside:
            changes = [{"id": row_id, "state": "aside"} for row_id in aside]
            session.execute(update(ImportRow), changes)
        row.household_count += len(households)


def _status(translated: Translated) -> dict[str, str]:
    status = translated.status
    names = ("category", "document_number", "decided_on", "valid_from", "signer")
    return {name: getattr(status, name) for name in names}


def _households(import_id: int) -> Iterator[list[ImportRow]]:
    """The rows of one household after the other, whatever lies between them."""
    at, waiting = (0, 0), list[ImportRow]()
    while True:
        number, last = at
        rows = list(
            db.session.scalars(
                select(ImportRow)
                .where(
                    ImportRow.import_id == import_id,
                    ImportRow.household_number > 0,
                    (ImportRow.household_number > number)
                    | ((ImportRow.household_number == number) & (ImportRow.id > last)),
                )
                .order_by(ImportRow.household_number, ImportRow.id)
                .limit(AT_ONCE)
            )
        )
        for row in rows:
            if waiting and waiting[0].household_number != row.household_number:
                yield waiting
                waiting = []
            waiting.append(row)
        if not rows:
            break
        at = rows[-1].household_number, rows[-1].id
    if waiting:
        yield waiting


def _together(reads: Iterator[_Read]) -> Iterator[list[_Read]]:
    chunk: list[_Read] = []
    for each in reads:
        chunk.append(each)
        if len(chunk) == TOGETHER:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _scope_of(one: RegisterImport) -> Scope:
    user = db.session.get(User, one.actor_id)
    return scope_of(user) if user is not None else NOWHERE
