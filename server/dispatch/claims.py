"""Submissions of which ODK Central could make no entity.

Central accepts a submission, makes entities of it half a minute later, and says nowhere
but in the log of that submission when it failed. So those whose entity is missing, or
has not followed an update, are asked about, a few times, and what is said is kept for
good.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select

from server import clock
from server.audit import actions as audit
from server.db import db, serialise, transaction
from server.dispatch.tables import EntityClaim
from server.domain.actor import Actor
from server.domain.problems import Problem
from server.inbox.tables import Submission
from server.mirror.tables import MirroredForm, MirroredSubmission, MirroredVersion
from server.registry.queries import in_chunks
from server.registry.tables import SurveyRecordRow

PAUSES = (timedelta(minutes=1), timedelta(minutes=10))
# What was not written to the log by then never will be.
LATEST = timedelta(minutes=15)
# So long an update that Central did not make is looked for.
UPDATED = timedelta(hours=1)
# What Central's codes mean, as entries of the catalogue.
_WORDS = {
    "404.8": "central_entity_unknown",
    "404.9": "central_entity_version_unknown",
    "409.3": "central_entity_twice",
    "409.19": "central_entity_deleted",
    "409.20": "central_entity_deleted",
    "400.43": "central_entity_of_several",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A submission to be asked about, as Central calls it."""

    submission_id: int
    form_id: str
    central_id: str


def note(
    *, server: str, project: int, missing: Collection[str], behind: Collection[str] = ()
) -> None:
    """Some entities are missing: ask about the submissions that speak of them. Others
    are `behind`: ask about their updates of late, which Central should have made."""
    with transaction():
        # Who looks at the same moment must see what is noted here.
        serialise("entity_claims")
        _note(server, project, _unasked(missing))
        since = clock.now() - UPDATED
        late = _unasked(behind, SurveyRecordRow.content, since=since)
        updates = [row for row in late if not row.content["entity"]["is_create"]]
        _note(server, project, updates)


def _unasked(
    uuids: Collection[str], *more: Any, since: datetime | None = None
) -> Iterator[Any]:
    statement = (
        select(Submission.id, SurveyRecordRow.entity_id, *more)
        .join(SurveyRecordRow, SurveyRecordRow.submission_id == Submission.id)
        .where(
            Submission.source == "central",
            ~exists().where(EntityClaim.submission_id == Submission.id),
        )
    )
    if since is not None:
        statement = statement.where(Submission.received_at > since)
    for chunk in in_chunks(uuids):
        yield from db.session.execute(
            statement.where(SurveyRecordRow.entity_id.in_(chunk))
        ).all()


def _note(server: str, project: int, rows: Iterable[Any]) -> None:
    db.session.add_all(
        EntityClaim(
            submission_id=row.id,
            server=server,
            project=project,
            uuid=row.entity_id,
            due_at=clock.now(),
        )
        for row in rows
    )
    db.session.flush()


def due(server: str, project: int, limit: int) -> list[Asked]:
    """Submissions to ask about now, those that waited longest first."""
    rows = db.session.execute(
        select(
            EntityClaim.submission_id,
            MirroredForm.form_id,
            MirroredSubmission.central_id,
        )
        .join(
            MirroredVersion, MirroredVersion.submission_id == EntityClaim.submission_id
        )
        .join(MirroredSubmission, MirroredSubmission.id == MirroredVersion.mirrored_id)
        .join(MirroredForm, MirroredForm.id == MirroredSubmission.form_id)
        .where(
            EntityClaim.server == server,
            EntityClaim.project == project,
            EntityClaim.due_at <= clock.now(),
        )
        .order_by(EntityClaim.due_at, EntityClaim.submission_id)
        .limit(limit)
    )
    return [Asked(*row) for row in rows]


def answered(
    *,
    by: Actor,
    submission_id: int,
    code: str | None = None,
    message: str = "",
    at: datetime | None = None,
    is_made: bool = False,
) -> bool:
    """What Central's log says of a submission; True when it is a failure.

    While it says nothing the entity may still be made, and it is asked again later.
    """
    with transaction() as session:
        claim = session.get_one(EntityClaim, submission_id)
        claim.looks += 1
        if code is None:
            received_at = session.get_one(Submission, submission_id).received_at
            is_old = received_at < clock.now() - LATEST
            is_last = is_made or is_old or claim.looks > len(PAUSES)
            pause = None if is_last else PAUSES[claim.looks - 1]
            claim.due_at = clock.now() + pause if pause else None
            session.flush()
            return False
        claim.due_at = None
        claim.code, claim.message, claim.failed_at = code, message, at
        session.flush()
        audit.record(
            by=by,
            action="entity.failed",
            subject_kind="submission",
            subject_id=submission_id,
            details={"code": code},
        )
        return True


def failure_of(claim: EntityClaim) -> Problem:
    """In words: what Central could not do, and what that means."""
    code = _WORDS.get(claim.code or "", "central_entity_failed")
    return Problem(code, "", {"value": claim.uuid, "code": claim.code or "-"})


def failures_of(submission_ids: Collection[int]) -> Iterator[EntityClaim]:
    """The failures among some submissions."""
    rows = db.session.scalars(
        select(EntityClaim).where(
            EntityClaim.submission_id.in_(submission_ids),
            EntityClaim.code.is_not(None),
        )
    )
    yield from rows


def count_failures(server: str, project: int) -> int:
    """How many submissions failed to become entities, ever."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(EntityClaim)
            .where(
                EntityClaim.server == server,
                EntityClaim.project == project,
                EntityClaim.code.is_not(None),
            )
        )
        or 0
    )
