"""What is known about the synchronisation, for those who run it."""

from datetime import UTC, datetime

from sqlalchemy import func, or_, select

from server.central.tables import SyncCheckup
from server.db import db
from server.dispatch.tables import EntityClaim, EntityLink
from server.jobs.tables import Job
from server.mirror.queries import open_forms
from server.mirror.tables import MirroredForm, MirroredVersion

# Before there was any.
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def oldest_reconcile(server: str, project: int) -> datetime | None:
    """When the form that waits longest was compared with Central; None when there is
    none that could be."""
    db.session.rollback()
    stamps = db.session.scalars(
        select(MirroredForm.reconciled_at).where(
            MirroredForm.server == server,
            MirroredForm.project == project,
            MirroredForm.closed_at.is_(None),
            MirroredForm.stopped_reason.is_(None),
        )
    ).all()
    return min((stamp or NEVER for stamp in stamps), default=None)


def jobs_left(at: datetime) -> tuple[int, int, datetime | None]:
    """How many jobs are due, how many failed for good, and since when the one that is
    due longest waits."""
    db.session.rollback()
    is_due = (Job.state == "waiting") & (Job.run_at <= at)
    due, oldest = db.session.execute(
        select(func.count(), func.min(Job.run_at)).select_from(Job).where(is_due)
    ).one()
    failed = db.session.scalar(
        select(func.count()).select_from(Job).where(Job.state == "failed")
    )
    return due, failed or 0, oldest


def forms_waiting_for_a_person(server: str, project: int) -> list[str]:
    """Forms that are not followed until somebody decides."""
    return [
        form.form_id
        for form in open_forms(server, project)
        if form.stopped_reason is not None or form.losses > form.allowed_losses
    ]


def entities_failed(server: str) -> int:
    """Entities that Central refuses, that differ there, or that it could not make."""
    db.session.rollback()
    links = db.session.scalar(
        select(func.count())
        .select_from(EntityLink)
        .where(
            EntityLink.server == server,
            EntityLink.retired_at.is_(None),
            or_(EntityLink.refusal.is_not(None), EntityLink.conflict.is_not(None)),
        )
    )
    claims = db.session.scalar(
        select(func.count())
        .select_from(EntityClaim)
        .where(EntityClaim.server == server, EntityClaim.failed_at.is_not(None))
    )
    return (links or 0) + (claims or 0)


def raced_versions(mirrored_id: int) -> list[int]:
    """The submissions of the inbox that are versions of one race, oldest first."""
    return list(
        db.session.scalars(
            select(MirroredVersion.submission_id)
            .where(
                MirroredVersion.mirrored_id == mirrored_id,
                MirroredVersion.is_raced.is_(True),
                MirroredVersion.is_replaced.is_(False),
            )
            .order_by(MirroredVersion.id)
        )
    )


def newest_checkup() -> datetime:
    """When the synchronisation was last examined."""
    db.session.rollback()
    return db.session.scalar(select(func.max(SyncCheckup.at))) or NEVER
