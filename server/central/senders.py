"""Which phone a submission at ODK Central came from."""

from sqlalchemy import select

from server.accounts.phones import seen_elsewhere
from server.accounts.tables import Phone
from server.central.tables import AppUser
from server.db import db
from server.inbox.tables import Submission
from server.mirror.queries import find_mirrored
from server.mirror.tables import MirroredForm, MirroredSubmission, MirroredVersion


def phone_of(server: str, project: int, submitter_id: int) -> Phone | None:
    """The phone that is this app user."""
    return db.session.scalar(
        select(Phone)
        .join(AppUser, AppUser.phone_id == Phone.id)
        .where(
            AppUser.server == server,
            AppUser.project == project,
            AppUser.actor_id == submitter_id,
        )
    )


def sender_of(submission: Submission) -> Phone | None:
    """The phone a submission came from by way of ODK Central."""
    if submission.source != "central":
        return None
    row = db.session.execute(
        select(MirroredForm.server, MirroredForm.project)
        .join(MirroredSubmission, MirroredSubmission.form_id == MirroredForm.id)
        .join(MirroredVersion, MirroredVersion.mirrored_id == MirroredSubmission.id)
        .where(MirroredVersion.submission_id == submission.id)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return phone_of(row.server, row.project, submission.actor_id)


def note_sender(submission: Submission) -> None:
    """Remember that a phone was heard of, when Central received what it sent."""
    phone = sender_of(submission)
    mirrored = find_mirrored(submission.id)
    if phone is not None and mirrored is not None:
        seen_elsewhere(phone_id=phone.id, at=mirrored.submitted_at)
