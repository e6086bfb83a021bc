"""Writing the audit trail: called inside the transaction of the action it describes."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import select

from server import clock
from server.audit.tables import AuditEvent
from server.db import db, serialise, transaction
from server.domain.actor import Actor

FIRST_HASH = "0" * 64


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
        previous = db.session.scalar(
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
            details=details or {},
            previous_hash=previous or FIRST_HASH,
        )
        event.hash = event_hash(event)
        session.add(event)
        session.flush()
        return event


def event_hash(event: AuditEvent) -> str:
    """sha256 (hex) over what the event says and the hash of the one before it."""
    return hashlib.sha256(
        json.dumps(
            [
                _instant(event.at),
                event.actor_kind,
                event.actor_id,
                event.actor_name,
                event.action,
                event.subject_kind,
                event.subject_id,
                event.details,
                event.previous_hash,
            ],
            ensure_ascii=False,
            sort_keys=True,
        ).encode()
    ).hexdigest()


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
