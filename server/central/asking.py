"""What staff ask of the one who synchronises: a row that it finds."""

from sqlalchemy import select

from server.audit import actions as audit
from server.db import db, serialise, transaction
from server.domain.actor import Actor
from server.jobs.actions import enqueue
from server.jobs.tables import Job

UNDER_WAY = ("waiting", "running")


def ask_for_sync(*, by: Actor) -> int:
    """Have everything synchronised now; returns the number of the job. Whoever asks
    while another's wish waits shares it."""
    with transaction():
        serialise("central_sync")
        known = db.session.scalar(
            select(Job.id)
            .where(Job.kind == "central_sync", Job.state.in_(UNDER_WAY))
            .limit(1)
        )
        if known is not None:
            return known
        job = enqueue("central_sync", {})
        audit.record(
            by=by,
            action="central.sync_asked",
            subject_kind="job",
            subject_id=job.id,
            details={},
        )
        return job.id
