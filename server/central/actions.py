"""What people decide about ODK Central: each with a reason, kept and audited.

The synchronisation stops where only a person can know what happened: many submissions
gone at once, a form made anew, two edits of one submission at the same time.
"""

from typing import Any

from sqlalchemy import select

from server import clock
from server.audit import actions as audit
from server.central.queries import raced_versions
from server.central.tables import CentralDecision
from server.db import db, transaction
from server.domain.actor import Actor
from server.domain.problems import Problem, Refused
from server.inbox import actions as inbox
from server.inbox.queries import FOR_A_PERSON, reading_of
from server.mirror import actions as mirror
from server.mirror.tables import MirroredForm, MirroredSubmission, MirroredVersion


def allow_losses(*, by: Actor, form_id: int, expected: int, reason: str) -> None:
    """The submissions that are missing were really removed there.

    `expected` is how many the person saw: a permission for 30 is none for 300.
    """
    with transaction() as session:
        _need(reason)
        form = session.get(MirroredForm, form_id, with_for_update=True)
        if form is not None and form.losses and form.losses != expected:
            values = {"count": form.losses, "expected": expected}
            raise Refused(Problem("central_losses_moved_on", "", values), status=409)
        mirror.allow_losses(by=by, form_id=form_id)
        _decided(by, "losses_allowed", form_id, reason, submissions=expected)


def follow_recreated(*, by: Actor, form_id: int, reason: str) -> None:
    """What the old form brought stays, and the form that has its id now is followed."""
    with transaction():
        _need(reason)
        mirror.follow_recreated(by=by, form_id=form_id)
        _decided(by, "recreated_followed", form_id, reason)


def settle_race(
    *, by: Actor, mirrored_id: int, submission_id: int, reason: str
) -> None:
    """Of edits that were made at the same time one counts: it is read, the others are
    set aside. Each can be taken back on its own page."""
    with transaction() as session:
        _need(reason)
        mirrored = session.get(MirroredSubmission, mirrored_id, with_for_update=True)
        raced = [] if mirrored is None else raced_versions(mirrored_id)
        if mirrored is None or submission_id not in raced:
            raise Refused(Problem("central_race_gone"), status=409)
        for other in raced:
            state = reading_of(other).state
            if other != submission_id and state in FOR_A_PERSON:
                inbox.set_aside(by=by, submission_id=other, reason=reason)
        if reading_of(submission_id).state == "set_aside":
            inbox.take_back(by=by, submission_id=submission_id)
        inbox.retry(by=by, submission_id=submission_id)
        _decided(
            by,
            "race_settled",
            mirrored.form_id,
            reason,
            mirrored_id=mirrored_id,
            submissions=len(raced),
        )


def look_for_files(*, by: Actor, mirrored_id: int) -> None:
    """Files that were given up are looked for once more."""
    with transaction() as session:
        mirrored = session.get(MirroredSubmission, mirrored_id, with_for_update=True)
        version = db.session.scalar(
            select(MirroredVersion.submission_id)
            .where(MirroredVersion.mirrored_id == mirrored_id)
            .order_by(MirroredVersion.id.desc())
            .limit(1)
        )
        if mirrored is None or version is None or mirrored.files_given_up_at is None:
            raise Refused(Problem("central_files_not_given_up"), status=409)
        mirror.want(submission_id=version)
        _decided(
            by, "files_looked_for", mirrored.form_id, "", mirrored_id=mirrored_id,
            submissions=1,
        )  # fmt: skip


def _need(reason: str) -> None:
    if not reason.strip():
        raise Refused(Problem("reason_missing", "reason"))


def _decided(by: Actor, kind: str, form_id: int, reason: str, **more: Any) -> None:
    decision = CentralDecision(
        kind=kind,
        form_id=form_id,
        reason=reason.strip(),
        at=clock.now(),
        **by.signature(),
        **more,
    )
    db.session.add(decision)
    db.session.flush()
    audit.record(
        by=by,
        action=f"central.{kind}",
        subject_kind="mirrored_form",
        subject_id=form_id,
        details={"decision": decision.id, **more},
    )
