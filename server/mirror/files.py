"""Files and comments, which Central shows without moving any stamp."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from server import clock
from server.db import db, transaction
from server.domain.actor import Actor
from server.inbox import actions as inbox
from server.inbox.file_store import ReceivedFile
from server.mirror import queries
from server.mirror.tables import (
    MirroredComment,
    MirroredFile,
    MirroredForm,
    MirroredSubmission,
    MirroredVersion,
)

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(days=1)
# Files come within days, or the phone is lost: a person has to ask for them.
PATIENCE = timedelta(days=30)


def want(*, submission_id: int) -> None:
    """Somebody looks at a submission of the inbox: fetch its files, or see whether
    they were replaced."""
    with transaction():
        mirrored = queries.find_mirrored(submission_id)
        if mirrored is None or mirrored.deleted_at or mirrored.purged_at:
            return
        mirrored.files_wanted, mirrored.files_due_at = True, clock.now()
        mirrored.files_attempts, mirrored.files_given_up_at = 0, None
        mirrored.files_since = clock.now()


def file_arrived(
    *, by: Actor, mirrored_id: int, instance_id: str, file: ReceivedFile, etag: str
) -> bool:
    """A file is in the store; False when the submission was edited in the meantime, so
    that it may be a file of another version."""
    with transaction() as session:
        mirrored = _locked(mirrored_id)
        version = session.scalar(
            select(MirroredVersion)
            .where(
                MirroredVersion.mirrored_id == mirrored_id,
                MirroredVersion.instance_id == instance_id,
            )
            .order_by(MirroredVersion.id.desc())
            .limit(1)
        )
        if mirrored.current_instance_id != instance_id or version is None:
            return False
        inbox.add_files(by=by, submission_id=version.submission_id, files=[file])
        known = queries.files_of(mirrored_id).get(file.name)
        if known is None:
            known = MirroredFile(mirrored_id=mirrored_id, name=file.name)
            session.add(known)
        known.instance_id, known.etag = instance_id, etag
        known.sha256, known.fetched_at = file.sha256, clock.now()
        return True


def files_looked_for(*, mirrored_id: int, mark: str, is_complete: bool) -> None:
    """All files are here, or it is tried again after a pause that grows.

    `mark` is that of the submission whose files were looked for: one that changed
    meanwhile has its own day already.
    """
    with transaction():
        mirrored = _locked(mirrored_id)
        at = clock.now()
        if mirrored.mark != mark:
            return
        if is_complete:
            mirrored.files_due_at, mirrored.files_attempts = None, 0
        elif at - (mirrored.files_since or at) > PATIENCE:
            mirrored.files_due_at, mirrored.files_given_up_at = None, at
        else:
            pause = FIRST_PAUSE * 2 ** min(mirrored.files_attempts, 11)
            mirrored.files_attempts += 1
            mirrored.files_due_at = at + min(pause, LONGEST_PAUSE)


def comments_arrived(
    *, mirrored_id: int, comments: Sequence[Mapping[str, str | datetime]]
) -> int:
    """Keep the comments that are new, oldest first; returns how many."""
    with transaction() as session:
        mirrored = _locked(mirrored_id)
        known = (
            db.session.scalar(
                select(func.count())
                .select_from(MirroredComment)
                .where(MirroredComment.mirrored_id == mirrored_id)
            )
            or 0
        )
        for number, given in enumerate(comments, start=1):
            if number > known:
                session.add(
                    MirroredComment(mirrored_id=mirrored_id, number=number, **given)
                )
        mirrored.has_new_comments = False
        return max(0, len(comments) - known)


def _locked(mirrored_id: int) -> MirroredSubmission:
    """A submission, ours until commit. Its form comes first, as for a whole page: who
    has a page at hand holds the audit trail and needs the submissions next."""
    session = db.session
    form_id = session.get_one(MirroredSubmission, mirrored_id).form_id
    session.get_one(MirroredForm, form_id, with_for_update=True)
    return session.get_one(
        MirroredSubmission, mirrored_id, with_for_update=True, populate_existing=True
    )
