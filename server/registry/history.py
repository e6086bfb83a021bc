"""What happened to a household, in sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from server.audit.tables import AuditEvent
from server.db import db
from server.registry.words import sentence_of


@dataclass(frozen=True, slots=True)
class Told:
    """One event, who was behind it, and how it is told."""

    event: AuditEvent
    text: str


def history_of(
    subjects: Mapping[str, Sequence[str]], names: Mapping[str, str]
) -> list[Told]:
    """Everything that was done to a household, newest first. `subjects` are the ids of
    what belongs to it, by kind; the words come from the household as it is now."""
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
