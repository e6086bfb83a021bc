"""Keeping many submissions at once, as they come from another server page by page.

Five statements for a page instead of a dozen for each of its rows: a district that turns
to us brings tens of thousands on its first day.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from server import clock
from server.audit import actions as audit
from server.audit.actions import Entry
from server.db import db, serialise, transaction
from server.domain.actor import Actor
from server.inbox.tables import Reading, Submission
from server.jobs.actions import enqueue_all


@dataclass(frozen=True, slots=True)
class Arrival:
    """One submission that was sent by `by`."""

    by: Actor
    form_version: str
    instance_id: str
    payload: bytes
    expected_files: Sequence[str]
    area_id: int | None = None
    device_id: str | None = None


def known_instances(
    *, source: str, form_id: str, instance_ids: Sequence[str]
) -> set[str]:
    """Those of which some version is here. None of them comes until commit."""
    serialise(f"instances {source} {form_id}")
    return set(
        db.session.scalars(
            select(Submission.instance_id).where(
                Submission.source == source,
                Submission.form_id == form_id,
                Submission.instance_id.in_(instance_ids),
            )
        )
    )


def receive_all(
    *, source: str, form_id: str, payload_kind: str, arrivals: Sequence[Arrival]
) -> list[int]:
    """Keep submissions of which no version is here; returns their numbers in order.

    They wait to be read, as each does that comes alone.
    """
    if not arrivals:
        return []
    with transaction() as session:
        at = clock.now()
        told = {
            "source": source,
            "form_id": form_id,
            "version": 1,
            "payload_kind": payload_kind,
            "received_at": at,
        }
        statement = insert(Submission).returning(
            Submission.id, sort_by_parameter_order=True
        )
        rows = [{**told, **_columns(each)} for each in arrivals]
        ids = list(session.scalars(statement, rows))
        session.execute(
            insert(Reading),
            [{"submission_id": i, "problems": [], "changed_at": at} for i in ids],
        )
        enqueue_all("submission_received", [{"submission_id": each} for each in ids])
        audit.record_all(
            Entry(each.by, "submission.received", "submission", number, {"version": 1})
            for each, number in zip(arrivals, ids, strict=True)
        )
        return ids


def _columns(arrival: Arrival) -> dict[str, Any]:
    return {
        "form_version": arrival.form_version,
        "instance_id": arrival.instance_id,
        "payload": arrival.payload,
        "payload_sha256": hashlib.sha256(arrival.payload).hexdigest(),
        "expected_files": list(arrival.expected_files),
        "area_id": arrival.area_id,
        "device_id": arrival.device_id,
        **arrival.by.signature(),
    }
