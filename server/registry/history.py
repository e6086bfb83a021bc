"""What happened to a household, in sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import or_, select

from server.audit.tables import AuditEvent
from server.db import db
from server.registry import queries
from server.registry.tables import HouseholdRow
from server.registry.words import sentence_of


@dataclass(frozen=True, slots=True)
class Told:
    """One event, who was behind it, and how it is told."""

    event: AuditEvent
    text: str


def history_of(
    row: HouseholdRow, merged_here: Iterable[HouseholdRow], names: Mapping[str, str]
) -> list[Told]:
    """Everything that was done to a household and to those merged into it, newest
    first. Events tell ids only; the words come from the household as it is now."""
    subjects = {
        "household": [row.id, *(each.id for each in merged_here)],
        "record": queries.record_ids_of(row.id),
        "correction": [str(each.id) for each in queries.corrections_of(row.id)],
    }
    events = db.session.scalars(
        select(AuditEvent)
        .where(
            or_(
                *(
                    (AuditEvent.subject_kind == kind) & AuditEvent.subject_id.in_(ids)
                    for kind, ids in subjects.items()
                )
            )
        )
        .order_by(AuditEvent.id.desc())
    )
    told = (Told(event, sentence_of(event, names)) for event in events)
    return [each for each in told if each.text]
