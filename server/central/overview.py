"""What the sync page shows: whether the synchronisation lives, and where each form stands."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from server import clock
from server.central.findings import Finding
from server.central.tables import CentralDecision, SyncCheckup, SyncLease, SyncRun
from server.clock import VIETNAM
from server.db import db, within
from server.domain.actor import Scope
from server.inbox.queries import FOR_A_PERSON
from server.inbox.tables import Reading, Submission
from server.jobs.tables import Job
from server.mirror.tables import MirroredForm, MirroredSubmission, MirroredVersion

# It beats every few seconds; after this it is taken for dead.
SILENT_AFTER = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class FormState:
    """Where one form stands, as far as the areas of the reader go."""

    form: MirroredForm
    arrived_today: int = 0
    waiting_files: int = 0
    given_up: int = 0
    races: int = 0
    quarantined: int = 0

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody has to decide before it goes on."""
        return bool(self.form.stopped_reason) or self.has_losses

    @property
    def has_losses(self) -> bool:
        """Whether so many submissions are missing that a person has to look."""
        return self.form.losses > self.form.allowed_losses


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole page."""

    lease: SyncLease | None
    is_alive: bool
    job: Job | None
    job_runs: list[SyncRun]
    failing: SyncRun | None
    checkup: SyncCheckup | None
    findings: list[Finding]
    forms: list[FormState]
    races: list[Any]
    given_up: list[Any] = field(default_factory=list)


def overview(server: str, project: int, scope: Scope) -> Overview:
    """Gather it for somebody who sees `scope`."""
    lease = db.session.scalar(select(SyncLease))
    checkup = db.session.scalar(
        select(SyncCheckup).order_by(SyncCheckup.id.desc()).limit(1)
    )
    job = db.session.scalar(
        select(Job).where(Job.kind == "central_sync").order_by(Job.id.desc()).limit(1)
    )
    return Overview(
        lease=lease,
        is_alive=is_alive(lease),
        job=job,
        job_runs=_runs_of(job),
        failing=_failing(),
        checkup=checkup,
        findings=[Finding.of(each) for each in checkup.findings] if checkup else [],
        forms=form_states(server, project, scope),
        races=list(db.session.execute(races(scope).limit(50))),
        given_up=list(db.session.execute(given_up(scope).limit(50))),
    )


def is_alive(lease: SyncLease | None) -> bool:
    """Whether somebody synchronises now."""
    if lease is None or not lease.holder:
        return False
    return clock.now() - lease.beat_at < SILENT_AFTER


def form_states(server: str, project: int, scope: Scope) -> list[FormState]:
    """The forms that are followed, with what waits at each."""
    forms = db.session.scalars(
        select(MirroredForm)
        .where(
            MirroredForm.server == server,
            MirroredForm.project == project,
            MirroredForm.closed_at.is_(None),
        )
        .order_by(MirroredForm.form_id)
    ).all()
    is_here = MirroredSubmission.deleted_at.is_(None) & (
        MirroredSubmission.purged_at.is_(None)
    )
    lacking = MirroredSubmission.files_present < MirroredSubmission.files_expected
    unasked = MirroredSubmission.files_given_up_at
    counted = {
        "arrived_today": MirroredVersion.seen_at >= midnight(),
        "waiting_files": is_here & lacking & unasked.is_(None),
        "given_up": is_here & unasked.is_not(None),
        "races": is_here & _is_undecided(),
        "quarantined": Reading.state == "quarantined",
    }
    found = {
        name: dict(_pairs(_by_form(scope).where(condition)))
        for name, condition in counted.items()
    }
    return [
        FormState(form, **{name: by.get(form.id, 0) for name, by in found.items()})
        for form in forms
    ]


def races(scope: Scope) -> Select[Any]:
    """Submissions of which two edits compete and nobody has chosen yet."""
    statement = (
        select(MirroredSubmission, MirroredForm)
        .join(MirroredForm, MirroredForm.id == MirroredSubmission.form_id)
        .join(MirroredVersion, MirroredVersion.mirrored_id == MirroredSubmission.id)
        .join(Submission, Submission.id == MirroredVersion.submission_id)
        .join(Reading, Reading.submission_id == Submission.id)
        .where(
            MirroredSubmission.deleted_at.is_(None),
            MirroredSubmission.purged_at.is_(None),
            _is_undecided(),
        )
        .distinct()
        .order_by(MirroredSubmission.id)
    )
    return within(statement, Submission.area_id, scope)


def given_up(scope: Scope) -> Select[Any]:
    """Submissions whose files did not come for so long that nobody looks any more."""
    statement = (
        select(MirroredSubmission, Submission, Reading)
        .join(MirroredVersion, MirroredVersion.mirrored_id == MirroredSubmission.id)
        .join(Submission, Submission.id == MirroredVersion.submission_id)
        .join(Reading, Reading.submission_id == Submission.id)
        .where(
            MirroredSubmission.files_given_up_at.is_not(None),
            MirroredSubmission.deleted_at.is_(None),
            MirroredSubmission.purged_at.is_(None),
            Submission.instance_id == MirroredSubmission.current_instance_id,
        )
        .order_by(MirroredSubmission.id)
    )
    return within(statement, Submission.area_id, scope)


def find_form(form_id: int) -> MirroredForm | None:
    """A form that is or was followed."""
    return db.session.get(MirroredForm, form_id)


def find_mirrored(mirrored_id: int, scope: Scope) -> MirroredSubmission | None:
    """A submission at Central that may be seen: one of its versions lies in `scope`."""
    statement = (
        select(MirroredSubmission)
        .join(MirroredVersion, MirroredVersion.mirrored_id == MirroredSubmission.id)
        .join(Submission, Submission.id == MirroredVersion.submission_id)
        .where(MirroredSubmission.id == mirrored_id)
        .limit(1)
    )
    return db.session.scalar(within(statement, Submission.area_id, scope))


def decisions_about(form_id: int) -> list[CentralDecision]:
    """What people decided about a form, newest first."""
    return list(
        db.session.scalars(
            select(CentralDecision)
            .where(CentralDecision.form_id == form_id)
            .order_by(CentralDecision.id.desc())
        )
    )


def midnight() -> datetime:
    """When today began in Vietnam."""
    return datetime.combine(clock.today(), time(), VIETNAM)


def _by_form(scope: Scope) -> Select[Any]:
    statement = (
        select(
            MirroredSubmission.form_id,
            func.count(MirroredSubmission.id.distinct()),
        )
        .join(MirroredVersion, MirroredVersion.mirrored_id == MirroredSubmission.id)
        .join(Submission, Submission.id == MirroredVersion.submission_id)
        .join(Reading, Reading.submission_id == Submission.id)
        .group_by(MirroredSubmission.form_id)
    )
    return within(statement, Submission.area_id, scope)


def _pairs(statement: Select[Any]) -> Iterable[tuple[int, int]]:
    return ((form_id, count) for form_id, count in db.session.execute(statement))


def _is_undecided() -> Any:
    return (
        MirroredSubmission.is_raced.is_(True)
        & MirroredVersion.is_raced.is_(True)
        & MirroredVersion.is_replaced.is_(False)
        & Reading.state.in_(FOR_A_PERSON)
    )


def _runs_of(job: Job | None) -> list[SyncRun]:
    if job is None:
        return []
    wanted = select(SyncRun).where(SyncRun.job_id == job.id).order_by(SyncRun.id)
    return list(db.session.scalars(wanted))


def _failing() -> SyncRun | None:
    """The newest run, if it failed: Central is away, or refuses us."""
    newest = db.session.scalar(select(SyncRun).order_by(SyncRun.id.desc()).limit(1))
    return newest if newest is not None and newest.outcome == "failed" else None
