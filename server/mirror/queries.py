"""What the mirror knows, for those who go to ODK Central."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import func, select

from server.db import db
from server.mirror.tables import (
    MirroredFile,
    MirroredForm,
    MirroredSubmission,
    MirroredVersion,
)

# A statement takes so many values at most on both engines, with room to spare.
CHUNK = 5000


def open_forms(server: str, project: int) -> list[MirroredForm]:
    """The forms of a project that are followed, or wait for a person, by id."""
    return list(
        db.session.scalars(
            select(MirroredForm)
            .where(
                MirroredForm.server == server,
                MirroredForm.project == project,
                MirroredForm.closed_at.is_(None),
            )
            .order_by(MirroredForm.form_id)
        )
    )


def get_form(form_id: int) -> MirroredForm:
    """A followed form as it is now, whatever was read before."""
    db.session.rollback()
    return db.session.get_one(MirroredForm, form_id, populate_existing=True)


def get_submission(mirrored_id: int) -> MirroredSubmission:
    """A submission as it is known now, whatever was read before."""
    db.session.rollback()
    return db.session.get_one(MirroredSubmission, mirrored_id, populate_existing=True)


def by_central_id(
    form_id: int, central_ids: Collection[str]
) -> dict[str, MirroredSubmission]:
    """Those of some submissions that are known, by `__id`."""
    found: dict[str, MirroredSubmission] = {}
    ordered = list(central_ids)
    for start in range(0, len(ordered), CHUNK):
        rows = db.session.scalars(
            select(MirroredSubmission).where(
                MirroredSubmission.form_id == form_id,
                MirroredSubmission.central_id.in_(ordered[start : start + CHUNK]),
            )
        )
        found |= {row.central_id: row for row in rows}
    return found


def unknown_versions(
    form_id: int, seen: Iterable[tuple[str, str]]
) -> set[tuple[str, str]]:
    """Those of (`__id`, version) that were never seen before."""
    wanted = set(seen)
    rows = db.session.execute(
        select(MirroredSubmission.central_id, MirroredVersion.instance_id)
        .join(MirroredVersion, MirroredVersion.mirrored_id == MirroredSubmission.id)
        .where(
            MirroredSubmission.form_id == form_id,
            MirroredSubmission.central_id.in_({central_id for central_id, _ in wanted}),
        )
    )
    return wanted - {(central_id, instance_id) for central_id, instance_id in rows}


def marks(form_id: int) -> dict[str, str]:
    """What is known of each submission that Central still had, by `__id`."""
    rows = db.session.execute(
        select(MirroredSubmission.central_id, MirroredSubmission.mark).where(
            MirroredSubmission.form_id == form_id,
            MirroredSubmission.purged_at.is_(None),
        )
    )
    return {row.central_id: row.mark for row in rows}


def count_live(form_id: int) -> int:
    """How many submissions of a form count, as far as we know."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(MirroredSubmission)
            .where(
                MirroredSubmission.form_id == form_id,
                MirroredSubmission.deleted_at.is_(None),
                MirroredSubmission.purged_at.is_(None),
            )
        )
        or 0
    )


def live_among(form_id: int, central_ids: Collection[str]) -> set[str]:
    """Those that are not known to be deleted."""
    found: set[str] = set()
    ordered = sorted(central_ids)
    for start in range(0, len(ordered), CHUNK):
        found.update(
            db.session.scalars(
                select(MirroredSubmission.central_id).where(
                    MirroredSubmission.form_id == form_id,
                    MirroredSubmission.central_id.in_(ordered[start : start + CHUNK]),
                    MirroredSubmission.deleted_at.is_(None),
                )
            )
        )
    return found


def due_files(form_id: int, at: datetime, limit: int) -> list[MirroredSubmission]:
    """Submissions whose files are to be looked for, those that waited longest first."""
    return list(
        db.session.scalars(
            select(MirroredSubmission)
            .where(
                MirroredSubmission.form_id == form_id,
                MirroredSubmission.files_due_at <= at,
            )
            .order_by(MirroredSubmission.files_due_at, MirroredSubmission.id)
            .limit(limit)
        )
    )


def due_comments(form_id: int, limit: int) -> list[MirroredSubmission]:
    """Submissions that may have comments we do not know."""
    return list(
        db.session.scalars(
            select(MirroredSubmission)
            .where(
                MirroredSubmission.form_id == form_id,
                MirroredSubmission.has_new_comments.is_(True),
                MirroredSubmission.deleted_at.is_(None),
                MirroredSubmission.purged_at.is_(None),
            )
            .order_by(MirroredSubmission.id)
            .limit(limit)
        )
    )


def files_of(mirrored_id: int) -> dict[str, MirroredFile]:
    """The files of a submission that were fetched, by name."""
    rows = db.session.scalars(
        select(MirroredFile).where(MirroredFile.mirrored_id == mirrored_id)
    )
    return {row.name: row for row in rows}


def find_mirrored(submission_id: int) -> MirroredSubmission | None:
    """The submission at Central that a submission of the inbox is a version of."""
    return db.session.scalar(
        select(MirroredSubmission)
        .join(MirroredVersion, MirroredVersion.mirrored_id == MirroredSubmission.id)
        .where(MirroredVersion.submission_id == submission_id)
    )
