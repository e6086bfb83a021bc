"""What staff see of the lists at ODK Central, and of surveys it made no entity of."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from sqlalchemy import text

from server import clock
from server.areas.tables import Area
from server.db import db, transaction
from server.dispatch import at_central, claims
from server.dispatch.at_central import LinkState
from server.dispatch.tables import EntityClaim
from server.domain.actor import EVERYWHERE, Scope
from server.inbox.tables import Submission
from server.jobs.worker import run_due
from server.pipeline import HANDLERS
from server.registry.actions import record_departure
from tests.sync.listing import (
    STAFF,
    A,
    B,
    C,
    ListOffice,
    Wait,
    family,
    later,
    office,
    ward,
)

__all__ = ["later", "office", "ward"]


def test_each_household_is_in_one_state(office: ListOffice, ward: Area) -> None:
    office.arrive("uuid:a")
    office.arrive("uuid:b", B, **family(2))
    office.give_back()
    office.by_hand(B, address="số 1 phố Mới")
    stranger = {"uuid": C, "label": "Nhà văn hoá", "data": {}}
    office.central.send("POST", f"{office.there.path}/entities", stranger)
    office.give_back()

    counts = at_central.count(EVERYWHERE)

    assert counts.by_state == {LinkState.PUBLISHED: 1, LinkState.CONFLICT: 1}
    assert (counts.strays, counts.failed) == (1, 0)
    statement = at_central.in_state(at_central.linked(EVERYWHERE), "conflict")
    ((link, entity_list, household, _),) = db.session.execute(statement)
    assert (household.id, entity_list.name) == (B, "households")
    assert link.theirs["address"] == "số 1 phố Mới"
    assert at_central.ours_of(B)["address"] == "số 2 ngõ 9 Phố 2"
    here, elsewhere = Scope(frozenset({ward.id})), Scope(frozenset({ward.id + 99}))
    assert at_central.count(here).of(LinkState.CONFLICT) == 1
    assert at_central.count(elsewhere).by_state == {}
    assert at_central.find_linked(link.id, elsewhere) is None


def test_why_central_made_no_entity_is_asked_and_kept_for_good(
    office: ListOffice, later: Wait
) -> None:
    office.arrive("uuid:a")
    office.give_back()
    record_departure(
        by=STAFF, household_id=A, kind="moved_out", on=clock.today(), reason="về quê"
    )
    run_due(HANDLERS)
    office.give_back()
    office.arrive("uuid:b", base=2, visit__review_date="2026-11-22")

    counts = office.give_back()

    assert counts["failed"] == 1
    ((claim, submission),) = db.session.execute(at_central.failed(EVERYWHERE))
    assert (submission.instance_id, claim.code, claim.uuid) == ("uuid:b", "404.8", A)
    assert "survey counts here" in claims.failure_of(claim).sentence("en")
    assert office.give_back() == {}
    assert at_central.count(EVERYWHERE).failed == 1


def test_a_survey_without_a_failure_is_asked_about_a_few_times_only(
    office: ListOffice, later: Wait
) -> None:
    office.visit("uuid:a")
    office.take_over()
    with office.fake.world.lock:
        office.fake.world._waiting.clear()  # its entity is never made
    looks = []
    for _ in range(6):
        later(minutes=30)
        office.sent()
        office.give_back()
        looks += [path for _, path in office.fake.asked if path.endswith("audits")]

    assert office.live() == [A]
    submission = db.session.query(Submission).one()
    claim = db.session.get(EntityClaim, submission.id)
    assert claim is None or (claim.code, claim.due_at) == (None, None)
    assert len(looks) <= 3


def test_two_that_miss_one_entity_at_once_ask_about_it_once(
    app: Flask, office: ListOffice
) -> None:
    office.visit("uuid:a")
    office.take_over()
    db.session.query(EntityClaim).delete()
    db.session.commit()
    missing = {"server": office.central.url, "project": 1, "missing": [A]}

    with ThreadPoolExecutor(1) as elsewhere:
        with transaction():
            claims.note(**missing)
            second = elsewhere.submit(_noted, app, missing)
            if db.engine.dialect.name == "postgresql":
                _until_somebody_waits()
        second.result(timeout=20)

    assert db.session.query(EntityClaim).count() == 1


def _noted(app: Flask, missing: dict[str, Any]) -> None:
    with app.app_context():
        claims.note(**missing)


def _until_somebody_waits() -> None:
    until = time.monotonic() + 20
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    while not db.session.scalar(waiting) and time.monotonic() < until:
        time.sleep(0.01)
