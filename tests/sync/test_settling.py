"""What a person decides about a household that differs at ODK Central."""

import pytest
from flask import Flask

from server.audit.tables import AuditEvent
from server.db import db
from server.dispatch.settling import settle_conflict, take_back_settlement
from server.domain.actor import EVERYWHERE, Scope
from server.domain.problems import Refused
from server.jobs.worker import run_due
from server.pipeline import HANDLERS
from server.registry.actions import correct
from tests.factories import make_area
from tests.fakes.central import FakeCentral
from tests.sync.listing import STAFF, A, ListOffice

NEW = "số 1 phố Mới"


@pytest.fixture
def office(app: Flask, fake: FakeCentral) -> ListOffice:
    district = make_area(code="006", name="Đống Đa", level="district")
    make_area(code="00229", name="Khâm Thiên", parent_id=district.id)
    office = ListOffice(app, fake)
    office.publish()
    office.guard()
    office.arrive("uuid:a")
    office.give_back()
    return office


@pytest.fixture
def changed(office: ListOffice) -> ListOffice:
    """Somebody at Central has changed the address."""
    office.by_hand(address=NEW)
    office.give_back()
    return office


def settle(office: ListOffice, choice: str) -> None:
    settle_conflict(by=STAFF, link_id=office.link().id, choice=choice, scope=EVERYWHERE)


def take_back(office: ListOffice) -> None:
    take_back_settlement(by=STAFF, link_id=office.link().id, scope=EVERYWHERE)


def test_ours_goes_there_and_comes_back_from_there(changed: ListOffice) -> None:
    settle(changed, "ours")

    changed.give_back()

    assert changed.held()["address"] == "số 12A ngõ 9 phố Khâm Thiên"
    assert (changed.link().conflict, changed.give_back()) == (None, {})

    take_back(changed)
    changed.give_back()

    assert changed.held()["address"] == NEW
    assert (changed.link().conflict, changed.link().wish) == ("changed_there", None)
    changed.give_back()
    assert changed.held()["address"] == NEW
    settle(changed, "ours")
    changed.give_back()
    assert changed.held()["address"] == "số 12A ngõ 9 phố Khâm Thiên"


def test_theirs_stays_until_something_moves(changed: ListOffice) -> None:
    settle(changed, "theirs")
    changed.give_back()
    assert changed.held()["address"] == NEW
    correct(by=STAFF, household_id=A, path="address.lane", value="11", reason="x")
    run_due(HANDLERS)

    changed.give_back()

    assert changed.held()["address"] == NEW
    assert (changed.link().conflict, changed.link().wish) == ("changed_there", None)


def test_a_decision_is_taken_back_before_it_went_there(changed: ListOffice) -> None:
    settle(changed, "ours")
    take_back(changed)

    changed.give_back()

    assert changed.held()["address"] == NEW
    assert (changed.link().conflict, changed.link().wish) == ("changed_there", None)


def test_a_decision_is_about_what_the_person_saw(changed: ListOffice) -> None:
    settle(changed, "ours")
    changed.by_hand(address="số 2 phố Mới")

    changed.give_back()

    assert changed.held()["address"] == "số 2 phố Mới"
    assert (changed.link().conflict, changed.link().wish) == ("changed_there", None)


def test_what_was_deleted_there_comes_back_and_goes_again(office: ListOffice) -> None:
    office.central.send("DELETE", office.there.entity(A))
    office.give_back()
    settle(office, "ours")
    office.give_back()
    assert (office.live(), office.link().conflict) == ([A], None)

    take_back(office)
    office.give_back()

    assert (office.live(), office.link().conflict) == ([], "deleted_there")
    settle(office, "theirs")
    assert office.give_back() == {}
    assert office.live() == []


def test_edits_that_overlapped_are_resolved_by_a_person_only(
    office: ListOffice,
) -> None:
    for name, lane in (("uuid:b", "15"), ("uuid:c", "17")):
        office.visit(
            name, base=2, household__address__lane=lane,
            household__address_line=f"ngõ {lane}", visit__review_date="2026-11-22",
        )  # fmt: skip
        office.pass_time()
    office.take_over()
    office.give_back()
    assert (office.entity().conflict, office.link().flag) == ("hard", "hard")

    settle(office, "ours")
    office.give_back()

    assert (office.entity().conflict, office.link().flag) == (None, None)
    assert office.link().conflict is None
    assert office.give_back() == {}


def test_only_who_sees_the_household_decides_and_it_is_written_down(
    changed: ListOffice,
) -> None:
    link_id = changed.link().id
    elsewhere = Scope(frozenset({make_area().id}))
    with pytest.raises(Refused, match="entity_link_not_found"):
        settle_conflict(by=STAFF, link_id=link_id, choice="ours", scope=elsewhere)

    settle(changed, "ours")
    with pytest.raises(Refused, match="settled_already"):
        settle(changed, "theirs")
    take_back(changed)
    with pytest.raises(Refused, match="not_to_take_back"):
        take_back(changed)

    actions = [e.action for e in db.session.query(AuditEvent) if e.actor_id == STAFF.id]
    assert actions == ["entity.conflict_settled", "entity.settlement_taken_back"]


def test_without_a_question_there_is_nothing_to_decide(office: ListOffice) -> None:
    with pytest.raises(Refused, match="entity_without_conflict"):
        settle(office, "ours")
