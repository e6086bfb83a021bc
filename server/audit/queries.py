"""Reading the audit trail."""

from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from server.audit.chain import FIRST_HASH, event_hash
from server.audit.tables import AuditEvent
from server.clock import VIETNAM
from server.db import db
from server.domain.people.names import fold

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


def subjects_seen() -> list[str]:
    """Every kind of thing that anything ever happened to."""
    found = select(AuditEvent.subject_kind).distinct()
    return list(db.session.scalars(found.order_by(AuditEvent.subject_kind)))


def last_event() -> AuditEvent | None:
    """The newest event, whose hash seals all others."""
    return db.session.scalar(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1))


def find_by_hash(text: str) -> AuditEvent | None:
    """The event with this seal."""
    return db.session.scalar(
        select(AuditEvent).where(AuditEvent.hash == text.strip().lower())
    )


def by_actor(statement: Select[Any], text: str) -> Select[Any]:
    """Only events of people, phones or programs whose name has every word."""
    words = fold(text).split()
    names = db.session.scalars(select(AuditEvent.actor_name).distinct())
    found = [name for name in names if all(word in fold(name) for word in words)]
    return statement.where(AuditEvent.actor_name.in_(found))


def from_day(statement: Select[Any], day: str) -> Select[Any]:
    """Only events from the beginning of a day in Vietnam (ISO)."""
    return statement.where(AuditEvent.at >= _midnight(day))


def until_day(statement: Select[Any], day: str) -> Select[Any]:
    """Only events until the end of a day in Vietnam (ISO)."""
    return statement.where(AuditEvent.at < _midnight(day) + timedelta(days=1))


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=VIETNAM)
