"""Taking over what ODK Central tells: forms, pages of submissions, what vanished.

A page is one transaction: the versions that go to the inbox with their jobs, what is
known of each submission, and how far we are. It is applied only if nothing was applied
to its form since it was asked for, so that two pullers, or one that was slow, never put
an older state over a newer one.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from server import clock
from server.audit import actions as audit
from server.db import db, serialise, transaction
from server.domain.actor import Actor
from server.domain.problems import Problem, Refused
from server.mirror import applying, queries
from server.mirror.files import comments_arrived, file_arrived, files_looked_for, want
from server.mirror.overtaken import Overtaken, undisturbed
from server.mirror.seen import Json, by_id, canonical_row
from server.mirror.sighting import Context
from server.mirror.tables import MirroredForm, MirroredSubmission

__all__ = [
    "Overtaken", "comments_arrived", "file_arrived", "files_looked_for", "want",
]  # fmt: skip

# So many submissions, or this share of them, do not vanish in the course of work.
MOST_LOSSES = 20
LARGEST_LOSS = 0.01


@dataclass(frozen=True, slots=True)
class Window:
    """What Central's ETag said of all that had changed since an instant, or ever."""

    begin: datetime | None = None
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of how many submissions, and the sequence of their form since."""

    counts: Counter[str]
    sequence: int


@dataclass(frozen=True, slots=True)
class FormFacts:
    """What Central's list of forms says of one."""

    form_id: str
    created_at: datetime
    version: str
    hash: str
    published_at: datetime | None


def meet_form(*, by: Actor, server: str, project: int, facts: FormFacts) -> int:
    """Follow a form; returns its number here.

    One that was created anew under the same id stops until a person says what to do:
    its submissions are gone, which must not look as if somebody had deleted them. A new
    version lets rows that were edited since be pulled once more.
    """
    with transaction() as session:
        serialise(f"mirror {server} {project} {facts.form_id}")
        form = _find_open(server, project, facts.form_id)
        if form is None:
            form = _begin(server, project, facts)
            session.flush()
            _tell(by, "mirror.form_followed", form)
        elif form.created_at != facts.created_at:
            _stop(by, form, "form_recreated")
            return form.id
        elif form.stopped_reason == "form_missing":
            form.stopped_reason = form.stopped_at = None
            _tell(by, "mirror.form_found", form)
        if (form.version, form.hash) != (facts.version, facts.hash):
            since = facts.published_at
            if since is not None and form.hash:
                form.pull_again_from = min(since, form.pull_again_from or since)
            form.version, form.hash = facts.version, facts.hash
        return form.id


def know_fields(*, form_id: int, version_hash: str, file_paths: Sequence[str]) -> None:
    """Which questions of a form version take files. Those of older versions go on
    doing so in what was sent with them."""
    with transaction() as session:
        form = session.get_one(MirroredForm, form_id, with_for_update=True)
        form.fields_hash = version_hash
        form.file_paths = sorted({*form.file_paths, *file_paths})


def miss_forms(*, by: Actor, server: str, project: int, found: Collection[str]) -> None:
    """Forms that are no longer in the project wait; their submissions stay."""
    with transaction():
        for form in queries.open_forms(server, project):
            if form.form_id not in found and form.stopped_reason is None:
                _stop(by, form, "form_missing")


def follow_recreated(*, by: Actor, form_id: int) -> None:
    """A person decides: what the old form brought stays here, and the form that has its
    id now is followed from its beginning."""
    with transaction() as session:
        form = session.get(MirroredForm, form_id, with_for_update=True)
        if form is None or form.stopped_reason != "form_recreated":
            raise Refused(Problem("mirrored_form_not_recreated"), status=409)
        form.closed_at = clock.now()
        _tell(by, "mirror.form_closed", form)


def apply_page(
    *,
    by: Actor,
    form_id: int,
    sequence: int,
    rows: Sequence[Json],
    form_versions: Mapping[str, str],
    wants_files: bool = False,
    watermark: datetime | None = None,
    window: Window | None = None,
) -> Applied:
    """Take over rows of Central; tells how many were "new", "changed" and so on.

    `sequence` is that of the form before the rows were asked for; raises Overtaken when
    it has moved since. `form_versions` are known versions of the form by version of the
    submission. With the last page of a whole pull come its `watermark` and `window`.
    """
    with undisturbed():
        form = _locked(form_id)
        if form.sequence != sequence:
            raise Overtaken
        groups, strays = by_id(rows)
        counts: Counter[str] = Counter()
        for stray in strays:
            counts.update(applying.keep_stray(by, form, canonical_row(stray)))
        context = Context(by, form, form_versions, wants_files)
        counts.update(applying.apply_all(context, groups))
        if watermark is not None:
            form.watermark = max(watermark, form.watermark or watermark)
            _note_pull(form, window)
        _note_change(by, form, counts)
        return Applied(counts, form.sequence)


def finish_pull(*, form_id: int, window: Window | None = None) -> None:
    """A pull came to its end and there was nothing to take over."""
    with transaction() as session:
        _note_pull(session.get_one(MirroredForm, form_id), window)


def accept_vanished(
    *, by: Actor, form_id: int, sequence: int, central_ids: Collection[str]
) -> int:
    """Submissions that Central no longer has, not even as deleted; returns how many
    were taken as purged.

    Those that were deleted there before were due to go. Of all others a person has to
    say so when they are many: then nothing is done at all.
    """
    with undisturbed() as session:
        form = _locked(form_id)
        if form.sequence != sequence:
            raise Overtaken
        lost = queries.live_among(form_id, central_ids)
        most = min(MOST_LOSSES, LARGEST_LOSS * queries.count_live(form_id))
        if len(lost) > max(most, form.allowed_losses):
            _mark_missing(form_id, lost)
            if form.losses != len(lost):
                form.losses = len(lost)
                _tell(by, "mirror.losses_found", form, submissions=len(lost))
            return 0
        form.losses = form.allowed_losses = 0
        _mark_missing(form_id, ())
        wanted = select(MirroredSubmission).where(
            MirroredSubmission.form_id == form_id,
            MirroredSubmission.purged_at.is_(None),
        )
        gone = [row for row in session.scalars(wanted) if row.central_id in central_ids]
        for row in gone:
            applying.purge(by, row)
        _note_change(by, form, Counter(purged=len(gone)))
        return len(gone)


def finish_reconcile(*, form_id: int, is_complete: bool = False) -> None:
    """All submissions were compared with Central, which has every one of them when it
    `is_complete`: also those that were missing once."""
    with transaction() as session:
        form = session.get_one(MirroredForm, form_id)
        form.reconciled_at = clock.now()
        if is_complete and form.losses:
            form.losses = form.allowed_losses = 0
            _mark_missing(form_id, ())


def allow_losses(*, by: Actor, form_id: int) -> None:
    """A person looked: the submissions that are missing were really removed there."""
    with transaction() as session:
        form = session.get(MirroredForm, form_id, with_for_update=True)
        if form is None or not form.losses:
            raise Refused(Problem("mirrored_form_without_losses"), status=409)
        form.allowed_losses = form.losses
        _tell(by, "mirror.losses_allowed", form, submissions=form.losses)


def _mark_missing(form_id: int, central_ids: Collection[str]) -> None:
    """Remember which those are, for the person who has to look."""
    of_form = update(MirroredSubmission).where(MirroredSubmission.form_id == form_id)
    db.session.execute(
        of_form.where(MirroredSubmission.missing_at.is_not(None)).values(
            missing_at=None
        )
    )
    ordered = sorted(central_ids)
    for start in range(0, len(ordered), queries.CHUNK):
        some = ordered[start : start + queries.CHUNK]
        db.session.execute(
            of_form.where(MirroredSubmission.central_id.in_(some)).values(
                missing_at=clock.now()
            )
        )


def _locked(form_id: int) -> MirroredForm:
    form = db.session.get_one(MirroredForm, form_id, with_for_update=True)
    if form.closed_at is not None or form.stopped_reason is not None:
        raise Overtaken
    return form


def _note_pull(form: MirroredForm, window: Window | None) -> None:
    form.pulled_at, form.pull_again_from = clock.now(), None
    if window is not None:
        form.window_from, form.window_etag = window.begin, window.etag


def _note_change(by: Actor, form: MirroredForm, counts: Counter[str]) -> None:
    if +counts:
        form.sequence += 1
        db.session.flush()
        _tell(by, "mirror.changes_applied", form, **counts)


def _find_open(server: str, project: int, form_id: str) -> MirroredForm | None:
    return db.session.scalar(
        select(MirroredForm).where(
            MirroredForm.server == server,
            MirroredForm.project == project,
            MirroredForm.form_id == form_id,
            MirroredForm.closed_at.is_(None),
        )
    )


def _begin(server: str, project: int, facts: FormFacts) -> MirroredForm:
    form = MirroredForm(
        server=server,
        project=project,
        form_id=facts.form_id,
        created_at=facts.created_at,
        file_paths=[],
    )
    db.session.add(form)
    return form


def _stop(by: Actor, form: MirroredForm, reason: str) -> None:
    if form.stopped_reason != reason:
        form.stopped_reason, form.stopped_at = reason, clock.now()
        _tell(by, "mirror.form_stopped", form, reason=reason)


def _tell(by: Actor, action: str, form: MirroredForm, **details: Any) -> None:
    audit.record(
        by=by,
        action=action,
        subject_kind="mirrored_form",
        subject_id=form.id,
        details={"form": form.form_id, **details},
    )
