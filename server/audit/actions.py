"""Writing the audit trail: called inside the transaction of the action it describes."""

import json
from typing import Any

from sqlalchemy import select

from server import clock
from server.audit.chain import FIRST_HASH, event_hash
from server.audit.tables import AuditEvent
from server.db import serialise, transaction
from server.domain.actor import Actor

__all__ = ["FIRST_HASH", "event_hash", "record"]


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
        # One chain: two events must not both follow the same one.
        serialise("audit")
        previous = session.scalar(
            select(AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)
        )
        event = AuditEvent(
            at=clock.now(),
            actor_kind=by.kind,
            actor_id=by.id,
            actor_name=by.name,
            action=action,
            subject_kind=subject_kind,
            subject_id=str(subject_id),
            # As the database will give them back: the hash must still fit then.
            details=json.loads(json.dumps(details or {})),
            previous_hash=previous or FIRST_HASH,
        )
        event.hash = event_hash(event)
        session.add(event)
        session.flush()
        return event
