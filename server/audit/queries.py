"""Reading the audit trail."""

from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from server.audit.chain import FIRST_HASH, event_hash
from server.audit.tables import AuditEvent
from server.clock import VIETNAM
from server.db import db

_AT_ONCE = 500


def verify_chain() -> int | None:
    """The id of the first event that does not fit the one before; None when all do."""
    previous = FIRST_HASH
    events = db.session.scalars(
        select(AuditEvent)
        .order_by(AuditEvent.id)
        # Read afresh: what the session remembers may not be what is stored.
        .execution_options(yield_per=_AT_ONCE, populate_existing=True)
    )
    with closing(events):
        for event in events:
            if event.previous_hash != previous or event_hash(event) != event.hash:
                return event.id
            previous = event.hash
            db.session.expunge(event)
    return None


def events_of(subject_kind: str, subject_id: str | int) -> list[AuditEvent]:
    """What happened to one thing, the newest first."""
    return list(
        db.session.scalars(
            select(AuditEvent)
            .where(
                AuditEvent.subject_kind == subject_kind,
                AuditEvent.subject_id == str(subject_id),
            )
            .order_by(AuditEvent.id.desc())
        )
    )


def actions_seen() -> list[str]:
    """Every kind of action that ever happened."""
    found = select(AuditEvent.action).distinct().order_by(AuditEvent.action)
    return list(db.session.scalars(found))


def from_day(statement: Select[Any], day: str) -> Select[Any]:
    """Only events from the beginning of a day in Vietnam (ISO)."""
    return statement.where(AuditEvent.at >= _midnight(day))


def until_day(statement: Select[Any], day: str) -> Select[Any]:
    """Only events until the end of a day in Vietnam (ISO)."""
    return statement.where(AuditEvent.at < _midnight(day) + timedelta(days=1))


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=VIETNAM)
