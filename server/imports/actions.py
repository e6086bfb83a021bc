"""Bringing a list into the register, and taking all of it out again.

A list is read and shown first; nothing of it counts before somebody starts the import.
Then every household becomes a submission in the inbox and goes the way of every survey.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete

from server import clock
from server.audit import actions as audit
from server.db import serialise, transaction
from server.domain.actor import Actor
from server.domain.people.names import fold
from server.domain.problems import Problem, Refused
from server.domain.register.columns import register_columns
from server.domain.register.grouping import LAYOUTS
from server.imports import queries
from server.imports.rereading import Said, with_sayings
from server.imports.tables import (
    ImportHousehold,
    ImportMapping,
    ImportProblem,
    ImportRow,
    RegisterImport,
)
from server.inbox.file_store import ReceivedFile
from server.jobs.actions import enqueue


@dataclass(frozen=True, slots=True)
class Given:
    """What a person says for a whole list, where its rows say nothing."""

    ward: str = ""
    review_date: date | None = None
    document_number: str = ""
    decided_on: date | None = None
    valid_from: date | None = None
    signer: str = ""
    standard: str = ""
    names_everybody: bool = False

    def as_dict(self) -> dict[str, str]:
        """As it is kept; what was not said is absent."""
        said = {name: getattr(self, name) for name in self.__slots__}
        return {name: _as_text(value) for name, value in said.items() if value}


def _as_text(value: str | date | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return value.isoformat() if isinstance(value, date) else value.strip()


def bring(*, by: Actor, file: ReceivedFile) -> RegisterImport:
    """Keep a file that somebody brought, and have it read."""
    with transaction() as session:
        one = RegisterImport(
            token=secrets.token_hex(16),
            file_name=file.name,
            file_sha256=file.sha256,
            file_size=file.size,
            problems=[],
            sheets=[],
            given={},
            at=clock.now(),
            **by.signature(),
        )
        session.add(one)
        session.flush()
        _tell(by, "import.brought", one, size=file.size)
        enqueue("long_list_read", {"import_id": one.id})
        return one


def say_columns(
    *,
    by: Actor,
    import_id: int,
    columns: Mapping[int, Mapping[int, str]],
    layout: str,
    given: Given,
    said: Said | None = None,
) -> None:
    """Say what the columns of each sheet are and how their cells are read (`said`), and
    what holds for the whole list; the list is read again, and the next one with these
    headings has these columns."""
    with transaction() as session:
        one = queries.locked(import_id, "preview")
        if layout not in LAYOUTS:
            raise Refused(Problem("import_layout_unknown", "layout"))
        sheets = []
        for sheet in one.sheets:
            named = columns.get(sheet["number"])
            if named is not None:
                _refuse_twice(named, sheet)
                kept = {str(place): key for place, key in sorted(named.items()) if key}
                sheet = {**sheet, "columns": kept}  # noqa: PLW2901 - a new value of it
                session.merge(_mapping(by, sheet, layout))
            sheets.append(with_sayings(sheet, said or {}))
        one.sheets, one.layout, one.given = sheets, layout, given.as_dict()
        one.state = "analysing"
        _tell(by, "import.columns_said", one)
        enqueue("long_list_read", {"import_id": one.id})


def start(
    *,
    by: Actor,
    import_id: int,
    with_statuses: bool,
    again: bool = False,
    confirmation: str = "",
) -> None:
    """Import every household that was understood."""
    with transaction() as session:
        serialise("imports")
        one = queries.locked(import_id, "preview")
        counts = queries.counts_of(import_id)
        if not counts.get("ready"):
            raise Refused(Problem("import_nothing_ready"))
        twin = queries.twin_of(one)
        if twin is not None and not again:
            values = {"value": twin.file_name, "date": f"{twin.at:%d/%m/%Y}", "name": twin.actor_name}  # fmt: skip
            raise Refused(Problem("import_known_file", "again", values))
        if with_statuses and fold(confirmation) not in CONFIRMED:
            raise Refused(Problem("import_not_confirmed", "confirmation"))
        for sheet in one.sheets:
            if sheet.get("is_picked"):
                session.merge(_mapping(by, sheet, one.layout))
        one.given = {**one.given, "with_statuses": "yes" if with_statuses else ""}
        one.state, one.started_at, one.started_by = "importing", clock.now(), by.name
        _tell(by, "import.started", one, households=counts["ready"])
        enqueue("list_step", {"import_id": one.id, "user_id": by.id})


# Typed by whoever enters statuses of a list: its papers were looked at.
CONFIRMED = ("da doi chieu", "compared")


def undo(*, by: Actor, import_id: int, reason: str) -> None:
    """Take an import back: what it recognised, then every household of it."""
    with transaction():
        one = queries.locked(import_id, "importing", "settling", "done")
        if not reason.strip():
            raise Refused(Problem("reason_missing", "reason"))
        one.state, one.undo_reason = "undoing", reason.strip()
        one.undone_at, one.undone_by = clock.now(), by.name
        _tell(by, "import.undone", one)
        enqueue("list_undo_step", {"import_id": one.id, "user_id": by.id})


def discard(*, by: Actor, import_id: int) -> None:
    """Forget a list of which nothing was imported, with all its rows."""
    with transaction() as session:
        one = queries.locked(import_id, "preview", "refused")
        for table in (ImportProblem, ImportHousehold, ImportRow):
            session.execute(delete(table).where(table.import_id == import_id))
        one.state = "discarded"
        _tell(by, "import.discarded", one)


def settle_again(*, by: Actor, import_id: int) -> None:
    """Enter the statuses of households that were put right since."""
    with transaction():
        one = queries.locked(import_id, "done")
        one.state = "settling"
        _tell(by, "import.settled_again", one)
        enqueue("list_settle", {"import_id": one.id, "user_id": by.id, "turn": 0})


def _refuse_twice(said: Mapping[int, str], sheet: Mapping[str, Any]) -> None:
    seen: set[str] = set()
    for key in said.values():
        column = register_columns().get(key) if key else None
        if key and column is None:
            raise Refused(Problem("import_column_unknown", "columns", {"value": key}))
        if column and key in seen and not column.is_repeatable:
            values = {"value": column.vi, "value_en": column.en, "sheet": sheet["name"]}
            raise Refused(Problem("import_column_twice", "columns", values))
        seen.add(key)
    if not seen & {"full_name", "head_name"}:
        values = {"sheet": sheet["name"]}
        raise Refused(Problem("import_column_of_names", "columns", values))


def _mapping(by: Actor, sheet: Mapping[str, Any], layout: str) -> ImportMapping:
    return ImportMapping(
        headings=queries.headings_key(sheet["texts"]),
        columns=sheet["columns"],
        layout=layout,
        at=clock.now(),
        actor_name=by.name,
    )


def _tell(by: Actor, action: str, one: RegisterImport, **details: Any) -> None:
    audit.record(
        by=by,
        action=action,
        subject_kind="import",
        subject_id=one.id,
        details=details,
    )
