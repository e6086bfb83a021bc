"""What is known about the synchronisation, for those who run it."""

from datetime import UTC, datetime

from sqlalchemy import func, select

from server.central.tables import SyncCheckup
from server.db import db
from server.mirror.tables import MirroredForm

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


def newest_checkup() -> datetime:
    """When the synchronisation was last examined."""
    db.session.rollback()
    return db.session.scalar(select(func.max(SyncCheckup.at))) or NEVER
