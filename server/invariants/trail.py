"""I5: every action left its event, and no event was changed or lost since."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, String, cast, exists, func, literal, select, text, union

from server.audit.actions import FIRST_HASH, event_hash
from server.audit.tables import AuditEvent
from server.db import db
from server.inbox.tables import Amendment, Submission, SubmissionWithdrawal
from server.invariants.finding import Finding, Progress, finding
from server.registry.tables import Correction, HouseholdEvent, SurveyRecordRow
from server.review.tables import JudgementRow
from server.status.tables import Recognition

# What was written by an action, and the subject its event is about.
WITNESSED: tuple[tuple[str, Any], ...] = (
    ("submission", Submission.id),
    ("submission", Amendment.submission_id),
    ("submission", SubmissionWithdrawal.submission_id),
    ("record", SurveyRecordRow.id),
    ("judgement", JudgementRow.id),
    ("correction", Correction.id),
    ("household", HouseholdEvent.household_id),
    ("recognition", Recognition.id),
)


def _unsaid(place: int, kind: str, column: Any) -> Select[Any]:
    subject = cast(column, String)
    said = exists().where(
        AuditEvent.subject_kind == kind, AuditEvent.subject_id == subject
    )
    return select(literal(place), literal(kind), subject).where(~said)


# Made once: every part is asked for whenever the trail is checked.
_UNSAID = union(
    *(_unsaid(place, *witnessed) for place, witnessed in enumerate(WITNESSED))
).order_by(text("1, 3"))


def check_trail(progress: Progress) -> Iterator[Finding]:
    """The chain of hashes holds, and nothing was written without an event."""
    yield from _check_chain(progress)
    for _, kind, subject in db.session.execute(_UNSAID):
        yield finding("audit_event_missing", subject, kind=kind)
    progress("I5", 1, 1)


def _check_chain(progress: Progress) -> Iterator[Finding]:
    total = db.session.scalar(select(func.count()).select_from(AuditEvent)) or 0
    events = db.session.scalars(
        select(AuditEvent).order_by(AuditEvent.id).execution_options(yield_per=500)
    )
    previous = FIRST_HASH
    for number, event in enumerate(events, start=1):
        if event.previous_hash != previous or event_hash(event) != event.hash:
            yield finding("audit_chain_broken", event.id)
        previous = event.hash
        db.session.expunge(event)
        progress("I5 audit trail", number, total)
