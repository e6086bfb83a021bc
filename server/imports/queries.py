"""Finding imports, their households and what is wrong with them."""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import Select, func, select

from server.db import db
from server.domain.problems import Problem, Refused
from server.domain.register.headings import plain_heading
from server.imports.tables import (
    ImportHousehold,
    ImportMapping,
    ImportProblem,
    ImportRecognition,
    ImportRow,
    RegisterImport,
)

# What was imported counts; what is only looked at does not.
IMPORTED = ("importing", "settling", "done")
BUSY = ("reading", "analysing", "importing", "settling", "undoing")


def imports_of(user_id: int | None) -> Select[RegisterImport]:
    """What somebody brought; None is everything."""
    statement = select(RegisterImport).where(RegisterImport.state != "discarded")
    if user_id is None:
        return statement
    return statement.where(RegisterImport.actor_id == user_id)


def get_import(import_id: int, user_id: int | None = None) -> RegisterImport:
    """One import; what somebody else brought looks absent."""
    found = db.session.scalar(imports_of(user_id).where(RegisterImport.id == import_id))
    if found is None:
        raise Refused(Problem("import_not_found"), status=404)
    return found


def locked(import_id: int, *states: str) -> RegisterImport:
    """An import, ours until commit. Refuses when it is in none of `states`."""
    found = db.session.get(RegisterImport, import_id, with_for_update=True)
    if found is None:
        raise Refused(Problem("import_not_found"), status=404)
    if states and found.state not in states:
        raise Refused(Problem("import_moved_on"), status=409)
    return found


def twin_of(one: RegisterImport) -> RegisterImport | None:
    """An import of the same file, or of one with the same cells, that counts."""
    same = RegisterImport.file_sha256 == one.file_sha256
    if one.fingerprint:
        same = same | (RegisterImport.fingerprint == one.fingerprint)
    return db.session.scalar(
        select(RegisterImport)
        .where(same, RegisterImport.id != one.id, RegisterImport.state.in_(IMPORTED))
        .order_by(RegisterImport.id.desc())
        .limit(1)
    )


def row_numbers(
    import_id: int, household_numbers: Collection[int]
) -> dict[int, list[int]]:
    """Which rows of the file tell of each household."""
    found: dict[int, list[int]] = {}
    rows = db.session.execute(
        select(ImportRow.household_number, ImportRow.number)
        .where(
            ImportRow.import_id == import_id,
            ImportRow.household_number.in_(household_numbers),
        )
        .order_by(ImportRow.id)
    )
    for household_number, number in rows:
        found.setdefault(household_number, []).append(number)
    return found


def households_of(import_id: int, *states: str) -> Select[ImportHousehold]:
    """Households of an import in these states, for lists and steps."""
    statement = select(ImportHousehold).where(ImportHousehold.import_id == import_id)
    return statement.where(ImportHousehold.state.in_(states)) if states else statement


def counts_of(import_id: int) -> dict[str, int]:
    """How many households are in each state, and how many rows belong to none."""
    rows = db.session.execute(
        select(ImportHousehold.state, func.count())
        .where(ImportHousehold.import_id == import_id)
        .group_by(ImportHousehold.state)
    )
    found = {row[0]: row[1] for row in rows}
    found["known"] = _count(
        households_of(import_id).where(ImportHousehold.known_by != "")
    )
    found["rows_aside"] = _count(
        select(ImportRow).where(
            ImportRow.import_id == import_id, ImportRow.state == "aside"
        )
    )
    found["warnings"] = _count(
        select(ImportProblem).where(
            ImportProblem.import_id == import_id, ~ImportProblem.is_blocking
        )
    )
    return found


def rows_aside(import_id: int) -> Iterator[ImportRow]:
    """Every row that is not imported, in the order of the file."""
    yield from db.session.scalars(
        select(ImportRow)
        .where(ImportRow.import_id == import_id, ImportRow.state == "aside")
        .order_by(ImportRow.id)
    )


def problems_of(
    import_id: int, household_numbers: Collection[int]
) -> dict[int, list[ImportProblem]]:
    """What is wrong, by household."""
    found: dict[int, list[ImportProblem]] = {}
    rows = db.session.scalars(
        select(ImportProblem)
        .where(
            ImportProblem.import_id == import_id,
            ImportProblem.household_number.in_(household_numbers),
        )
        .order_by(ImportProblem.row, ImportProblem.id)
    )
    for row in rows:
        found.setdefault(row.household_number, []).append(row)
    return found


def recognitions_of(import_id: int) -> list[int]:
    """The recognitions that were entered from an import, newest first."""
    return list(
        db.session.scalars(
            select(ImportRecognition.recognition_id)
            .where(ImportRecognition.import_id == import_id)
            .order_by(ImportRecognition.recognition_id.desc())
        )
    )


def find_mapping(headings: str) -> ImportMapping | None:
    """What the columns under these headings were said to be the last time."""
    return db.session.get(ImportMapping, headings)


def latest_mapping(headings: Collection[str]) -> str | None:
    """Under which of these headings columns were said most lately."""
    return db.session.scalar(
        select(ImportMapping.headings)
        .where(ImportMapping.headings.in_(headings))
        .order_by(ImportMapping.at.desc(), ImportMapping.headings)
        .limit(1)
    )


def headings_key(texts: Iterable[str]) -> str:
    """Under which the columns of a heading are remembered."""
    plain = "\n".join(plain_heading(text) for text in texts)
    return hashlib.sha256(plain.encode()).hexdigest()


def documents_of(import_id: int) -> list[dict[str, Any]]:
    """The decisions that a list names, with how many households each."""
    found: dict[tuple[str, ...], int] = {}
    names = ("document_number", "decided_on", "valid_from", "signer")
    rows = db.session.scalars(
        households_of(import_id).where(ImportHousehold.category != "")
    )
    for row in rows.yield_per(1000):
        key = tuple(row.status.get(name, "") for name in names)
        found[key] = found.get(key, 0) + 1
    return [
        {**dict(zip(names, key, strict=True)), "households": count}
        for key, count in sorted(found.items())
    ]


def _count(statement: Select[Any]) -> int:
    return (
        db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    )
