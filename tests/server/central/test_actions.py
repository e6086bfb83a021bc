"""What people decide about ODK Central is kept with its reason, and done."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from server import clock
from server.audit.tables import AuditEvent
from server.central import actions
from server.central.tables import CentralDecision
from server.db import db, transaction
from server.domain.actor import Actor
from server.domain.problems import Refused
from server.mirror.tables import MirroredForm, MirroredSubmission, MirroredVersion
from tests.sync.conftest import fake, office
from tests.sync.office import Office

__all__ = ["fake", "office"]
pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "localhost"])
STAFF = Actor("user", 3, "Trần Thị Lan")


def decisions() -> list[CentralDecision]:
    db.session.rollback()
    return list(db.session.scalars(select(CentralDecision)))


def audited() -> set[str]:
    return set(db.session.scalars(select(AuditEvent.action)))


@pytest.fixture
def losing(office: Office) -> Office:
    """Three of five submissions are gone at Central."""
    for number in range(5):
        office.create(f"uuid:{number}")
    office.pull()
    for number in range(3):
        office.purge(f"uuid:{number}")
    office.reconcile()
    return office


def test_losses_are_allowed_with_a_reason(losing: Office) -> None:
    form_id = losing.followed().id

    actions.allow_losses(by=STAFF, form_id=form_id, expected=3, reason=" Đợt tập huấn ")

    assert [(d.kind, d.submissions, d.reason) for d in decisions()] == [
        ("losses_allowed", 3, "Đợt tập huấn")
    ]
    assert "central.losses_allowed" in audited()
    assert losing.reconcile()["purged"] == 3


@pytest.mark.parametrize(("expected", "reason"), [(2, "tập huấn"), (3, "  ")])
def test_not_for_others_than_were_seen_nor_without_a_reason(
    losing: Office, expected: int, reason: str
) -> None:
    with pytest.raises(Refused):
        actions.allow_losses(
            by=STAFF, form_id=losing.followed().id, expected=expected, reason=reason
        )

    assert losing.reconcile()["purged"] == 0
    assert decisions() == []


def test_a_form_made_anew_is_followed_when_a_person_says_so(
    app: Flask, office: Office
) -> None:
    office.create("uuid:a")
    office.pull()
    form_id = office.followed().id
    with transaction() as session:
        form = session.get_one(MirroredForm, form_id)
        form.stopped_reason, form.stopped_at = "form_recreated", clock.now()

    actions.follow_recreated(by=STAFF, form_id=form_id, reason="Làm lại biểu mẫu")

    assert [d.kind for d in decisions()] == ["recreated_followed"]
    assert db.session.get_one(MirroredForm, form_id).closed_at


@pytest.fixture
def racing(office: Office) -> Office:
    office.create("uuid:a")
    office.pull()
    office.race("uuid:a", "uuid:a", "uuid:x", "uuid:y")
    office.pull()
    return office


def version(instance_id: str) -> int:
    return db.session.scalars(
        select(MirroredVersion.submission_id).where(
            MirroredVersion.instance_id == instance_id
        )
    ).one()


def test_of_two_edits_the_chosen_one_is_read(racing: Office) -> None:
    actions.settle_race(
        by=STAFF,
        mirrored_id=racing.mirrored("uuid:a").id,
        submission_id=version("uuid:y"),
        reason="Đã gọi điện hỏi",
    )

    assert racing.state("uuid:y") == "waiting"
    assert racing.state("uuid:x") == "set_aside"
    assert [d.kind for d in decisions()] == ["race_settled"]


def test_only_one_of_the_two_can_be_chosen(racing: Office) -> None:
    with pytest.raises(Refused):
        actions.settle_race(
            by=STAFF,
            mirrored_id=racing.mirrored("uuid:a").id,
            submission_id=version("uuid:a"),
            reason="x",
        )


def test_files_that_were_given_up_are_looked_for_again(office: Office) -> None:
    office.create("uuid:a")
    office.pull()
    mirrored_id = office.mirrored("uuid:a").id
    with pytest.raises(Refused):
        actions.look_for_files(by=STAFF, mirrored_id=mirrored_id)
    with transaction() as session:
        session.execute(
            update(MirroredSubmission).values(
                files_given_up_at=clock.now(), files_due_at=None
            )
        )

    actions.look_for_files(by=STAFF, mirrored_id=mirrored_id)

    assert office.mirrored("uuid:a").files_given_up_at is None
    assert office.mirrored("uuid:a").files_due_at
    assert "central.files_looked_for" in audited()
