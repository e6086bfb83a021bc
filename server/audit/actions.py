"""Writing the audit trail: called inside the transaction of the action it describes."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select

from server import clock
from server.audit.chain import FIRST_HASH, event_hash
from server.audit.tables import AuditEvent
from server.db import db, serialise, transaction
from server.domain.actor import Actor

__all__ = ["FIRST_HASH", "Entry", "event_hash", "record", "record_all"]

_COLUMNS = (
    "at", "actor_kind", "actor_id", "actor_name", "action", "subject_kind",
    "subject_id", "details", "previous_hash", "hash",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """What one event says. `details` are ids and codes only, never personal data."""

    by: Actor
    action: str
    subject_kind: str
    subject_id: str | int
    details: dict[str, Any] = field(default_factory=dict)


def record(
    *,
    by: Actor,
    action: str,
    subject_kind: str,
    subject_id: str | int,
    details: dict[str, Any] | None = None,
) -> AuditEvent:
    """Append one event. `details` are ids and codes only, never personal data."""
    with transaction() as session:
        entry = Entry(by, action, subject_kind, subject_id, details or {})
        event = _sealed(entry, _last_hash())
        session.add(event)
        session.flush()
        return event


def record_all(entries: Iterable[Entry]) -> None:
    """Append many events in their order, in one statement."""
    with transaction() as session:
        last, rows = _last_hash(), []
        for entry in entries:
            event = _sealed(entry, last)
            last = event.hash
            rows.append({name: getattr(event, name) for name in _COLUMNS})
        if rows:
            session.execute(insert(AuditEvent), rows)


def _last_hash() -> str:
    # One chain: two events must not both follow the same one.
    serialise("audit")
    last = select(AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)
    return db.session.scalar(last) or FIRST_HASH


def _sealed(entry: Entry, previous_hash: str) -> AuditEvent:
    event = AuditEvent(
        at=clock.now(),
        **entry.by.signature(),
        action=entry.action,
        subject_kind=entry.subject_kind,
        subject_id=str(entry.subject_id),
        # As the database will give them back: the hash must still fit then.
        details=json.loads(json.dumps(entry.details)),
        previous_hash=previous_hash,
    )
    event.hash = event_hash(event)
    return event
