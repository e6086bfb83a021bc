"""How one event is sealed by the one before it.

Each hash covers what the event says and the hash before, so a changed, moved or missing
event is noticed. Only the newest ones can vanish without a trace; whoever writes down
the last hash from time to time closes that gap too.
"""

import hashlib
import json
from datetime import UTC, datetime

from server.audit.tables import AuditEvent

FIRST_HASH = "0" * 64


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
    return at.astimezone(UTC).isoformat(timespec="microseconds")
