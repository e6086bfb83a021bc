"""Finding submissions, and what people did with them."""

from collections.abc import Collection

from sqlalchemy import Select, func, select

from server.audit.tables import AuditEvent
from server.db import db, within
from server.domain.actor import EVERYWHERE, Scope
from server.domain.problems import Problem, Refused
from server.inbox.tables import (
    Amendment,
    Reading,
    Submission,
    SubmissionFile,
    SubmissionNote,
)

# Where somebody has to do something.
FOR_A_PERSON = ("quarantined", "sent_back")


def get_submission(submission_id: int, scope: Scope = EVERYWHERE) -> Submission:
    """A submission in the areas of `scope`; refused as absent otherwise."""
    wanted = select(Submission).where(Submission.id == submission_id)
    found = db.session.scalar(within(wanted, Submission.area_id, scope))
    if found is None:
        raise Refused(Problem("submission_not_found"), status=404)
    return found


def reading_of(submission_id: int) -> Reading:
    """Where a submission stands."""
    return db.session.get_one(Reading, submission_id)


def is_waiting(submission_id: int) -> bool:
    """Whether it has still to be read: not understood, not parked for a person."""
    return reading_of(submission_id).state == "waiting"


def submissions(scope: Scope) -> Select[Submission, Reading]:
    """Rows of (Submission, Reading) that may be seen, for lists."""
    statement = select(Submission, Reading).join(
        Reading, Reading.submission_id == Submission.id
    )
    return within(statement, Submission.area_id, scope)


def count_waiting_for_a_person(scope: Scope) -> int:
    """How many submissions are in quarantine."""
    statement = (
        select(func.count())
        .select_from(Reading)
        .join(Submission, Submission.id == Reading.submission_id)
        .where(Reading.state == "quarantined")
    )
    return db.session.scalar(within(statement, Submission.area_id, scope)) or 0


def amendments_of(submission_id: int) -> list[Amendment]:
    """Answers that people put right, oldest first: the last one of a place counts."""
    return list(
        db.session.scalars(
            select(Amendment)
            .where(Amendment.submission_id == submission_id)
            .order_by(Amendment.id)
        )
    )


def files_of(submission_id: int) -> list[SubmissionFile]:
    """The files that came with it, by name; of one name the newest first."""
    return list(
        db.session.scalars(
            select(SubmissionFile)
            .where(SubmissionFile.submission_id == submission_id)
            .order_by(SubmissionFile.name, SubmissionFile.id.desc())
        )
    )


def find_file(submission_id: int, name: str) -> SubmissionFile | None:
    """The newest file of that name."""
    return next((f for f in files_of(submission_id) if f.name == name), None)


def missing_files(submission: Submission) -> list[str]:
    """Files the answers name that have not come yet."""
    arrived = {file.name for file in files_of(submission.id)}
    return [name for name in submission.expected_files if name not in arrived]


def versions_of(source: str, form_id: str, instance_id: str) -> list[Submission]:
    """Everything that was sent under one instance id, in the order of arrival."""
    return list(
        db.session.scalars(
            select(Submission)
            .where(
                Submission.source == source,
                Submission.form_id == form_id,
                Submission.instance_id == instance_id,
            )
            .order_by(Submission.version)
        )
    )


def edits_of(submission: Submission) -> list[Submission]:
    """Submissions that say they replace this one."""
    return list(
        db.session.scalars(
            select(Submission)
            .where(
                Submission.source == submission.source,
                Submission.form_id == submission.form_id,
                Submission.deprecated_id == submission.instance_id,
            )
            .order_by(Submission.id)
        )
    )


def replaced_by(submission: Submission) -> list[Submission]:
    """Submissions that this one says it replaces."""
    if submission.deprecated_id is None:
        return []
    return versions_of(submission.source, submission.form_id, submission.deprecated_id)


def is_understood_among(submission_ids: Collection[int]) -> bool:
    """Whether a survey record was made of at least one of these."""
    wanted = select(Reading.submission_id).where(
        Reading.submission_id.in_(submission_ids), Reading.state == "understood"
    )
    return db.session.scalar(wanted.limit(1)) is not None


def events_of(submission_id: int) -> list[AuditEvent]:
    """What happened to a submission, oldest first."""
    return list(
        db.session.scalars(
            select(AuditEvent)
            .where(
                AuditEvent.subject_kind == "submission",
                AuditEvent.subject_id == str(submission_id),
            )
            .order_by(AuditEvent.id)
        )
    )


def notes_of(submission_id: int) -> dict[int, str]:
    """What people wrote about a submission, by the id that audit events name."""
    rows = db.session.scalars(
        select(SubmissionNote).where(SubmissionNote.submission_id == submission_id)
    )
    return {row.id: row.text for row in rows}
