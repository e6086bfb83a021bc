"""The jobs of an import: a hundred households at a time, there and back.

Each step is one transaction and leaves the next one as a job in it, so an import that
is killed goes on where it was and doubles nothing: a household that was handed over has
its submission, and its submission has an id that follows from the list. Between two
steps the surveys of phones get their turn.
"""

import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select

from server import clock
from server.accounts.tables import User
from server.areas.queries import current_area
from server.db import db, transaction
from server.domain.actor import SYSTEM, Actor
from server.domain.survey import register
from server.imports import queries, settling
from server.imports.tables import ImportHousehold, RegisterImport
from server.inbox import actions as inbox
from server.jobs.actions import enqueue

AT_ONCE = 100
SOURCE = "list"


def hand_over(import_id: int, user_id: int) -> None:
    """Make submissions of the next households of a list."""
    with transaction():
        one = queries.locked(import_id)
        if one.state != "importing":
            return
        by = actor_of(user_id)
        households = _next(import_id, "ready")
        rows = queries.row_numbers(import_id, [each.number for each in households])
        area_of = cache(_area_id)
        for household in households:
            household.submission_id = _submit(
                by, one, household, rows.get(household.number, []), area_of
            )
            household.state = "imported"
        one.done_count += len(households)
        payload: dict[str, Any] = {"import_id": import_id, "user_id": user_id}
        if len(households) == AT_ONCE:
            enqueue("list_step", payload)
        else:
            one.state = "settling"
            enqueue("list_settle", {**payload, "turn": 0})


def settle(import_id: int, user_id: int, turn: int) -> None:
    """When every household is computed, enter what the list says was recognised."""
    with transaction():
        one = queries.locked(import_id)
        if one.state != "settling":
            return
        if settling.is_waiting(import_id) and turn < settling.MOST_TURNS:
            payload = {"import_id": import_id, "user_id": user_id, "turn": turn + 1}
            enqueue("list_settle", payload, pause=settling.PAUSE)
            return
        if one.given.get("with_statuses"):
            settling.recognise(actor_of(user_id), one)
        one.state, one.finished_at = "done", clock.now()


def take_back(import_id: int, user_id: int) -> None:
    """Withdraw what a list recognised, then the next of its submissions."""
    with transaction():
        one = queries.locked(import_id)
        if one.state != "undoing":
            return
        by = actor_of(user_id)
        settling.withdraw(by, one)
        households = _next(import_id, "imported")
        for household in households:
            if household.submission_id is not None:
                inbox.withdraw(
                    by=by,
                    submission_id=household.submission_id,
                    reason="import_undone",
                )
            household.state = "undone"
        one.done_count = max(one.done_count - len(households), 0)
        if len(households) == AT_ONCE:
            payload = {"import_id": import_id, "user_id": user_id}
            enqueue("list_undo_step", payload)
        else:
            one.state = "undone"


def actor_of(user_id: int) -> Actor:
    """The person for whom a job is done."""
    user = db.session.get(User, user_id) if user_id else None
    return Actor("user", user.id, user.name) if user else SYSTEM


def _next(import_id: int, state: str) -> list[ImportHousehold]:
    statement = select(ImportHousehold).where(
        ImportHousehold.import_id == import_id, ImportHousehold.state == state
    )
    return list(
        db.session.scalars(statement.order_by(ImportHousehold.number).limit(AT_ONCE))
    )


def _submit(
    by: Actor,
    one: RegisterImport,
    household: ImportHousehold,
    rows: Sequence[int],
    area_of: Callable[[str, str], int | None],
) -> int:
    name = f"urn:ra-soat:list:{one.token}:{household.number}"
    instance_id = f"uuid:{uuid5(NAMESPACE_URL, name)}"
    sheet = next(s for s in one.sheets if s["number"] == household.sheet)
    origin = {
        "file": one.file_name,
        "sheet": sheet["name"],
        "rows": " ".join(map(str, rows)),
        "household_code": household.code,
    }
    answers = {**household.answers}
    answers["list"] = {**answers.get("list", {}), **origin}
    said = {"__id": instance_id, "meta": {"instanceID": instance_id}, **answers}
    payload = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
    ward = answers.get("place", {}).get("ward", "")
    day = answers.get("visit", {}).get("review_date", "")
    receipt = inbox.receive(
        by=by,
        source=SOURCE,
        form_id=register.FORM_ID,
        form_version=register.FORM_VERSION,
        instance_id=instance_id,
        deprecated_id=None,
        payload=payload,
        payload_kind="odata",
        expected_files=(),
        files=(),
        area_id=area_of(ward, day),
    )
    return receipt.submission_id


def _area_id(code: str, day: str) -> int | None:
    area, _ = current_area(code, clock.day_of(day) or clock.today())
    return area.id if area else None
