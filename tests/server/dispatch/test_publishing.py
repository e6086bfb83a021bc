from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask

from server import clock
from server.areas.tables import Area
from server.db import db, transaction
from server.dispatch.actions import publish
from server.dispatch.queries import deleted, entity_list, list_fingerprint
from server.dispatch.tables import Publication
from server.domain.actor import EVERYWHERE, NOWHERE, Scope
from server.domain.matching.judgement import Verdict
from server.domain.survey.record import Address, EntityClaim
from server.registry.actions import correct, record_departure
from server.registry.queries import household_of
from server.registry.tables import HouseholdRecord
from server.review.actions import decide, relink, undo
from server.review.tables import MergeProposal
from server.status.actions import recognise
from server.status.tables import PovertyStatus, Recognition
from tests.factories import make_area
from tests.server.review.surveys import STAFF, arrive, ask_about_everything, survey

HOUSEHOLD = "5f1c0f6e-8a53-4c6e-9a44-3a1fb4a7c2d1"
OTHER = "11111111-8a53-4c6e-9a44-3a1fb4a7c2d1"


@pytest.fixture
def ward(app: Flask) -> Area:
    district = make_area(code="006", name="Đống Đa", level="district")
    return make_area(code="00229", name="Khâm Thiên", parent_id=district.id)


def claim(household_id: str = HOUSEHOLD, *, is_create: bool = True) -> EntityClaim:
    return EntityClaim(household_id, is_create=is_create)


def sent(is_create: bool = True, day: int = 1, **given: Any) -> str:
    """A survey of the household arrives and is compared."""
    claimed = claim(given.pop("household_id", HOUSEHOLD), is_create=is_create)
    record = survey(review_date=date(2026, 10, day), **given)
    return arrive(replace(record, entity=claimed))


def published(household_id: str = HOUSEHOLD) -> Publication:
    publish(household_ids=[household_id])
    return db.session.get_one(Publication, household_id)


def test_publishing_again_changes_nothing(ward: Area) -> None:
    sent()
    first = published()
    assert (first.version, first.is_listed, first.area_id) == (1, True, ward.id)

    again = published()

    assert (again.version, again.revisions) == (1, 0)


def test_each_update_of_a_phone_counts_once(ward: Area) -> None:
    sent()
    published()
    sent(is_create=False, day=2, address=Address(house_number="14", lane="9"))
    assert published().version == 2

    sent(is_create=False, day=3, address=Address(house_number="16", lane="9"))
    sent(is_create=False, day=4, address=Address(house_number="18", lane="9"))

    assert (published().version, published().revisions) == (4, 0)
    assert published().properties["address"].startswith("số 18 ngõ 9")


def test_a_correction_reaches_phones_in_a_new_version(ward: Area) -> None:
    record_id = sent()
    published()
    correct(
        by=STAFF, household_id=HOUSEHOLD, path="address.lane", value="11", reason="x"
    )
    relink(record_ids={record_id})

    found = published()

    assert (found.version, found.revisions) == (2, 1)
    assert "ngõ 11" in found.properties["address"]


def test_a_recognition_reaches_phones_in_a_new_version(ward: Area) -> None:
    sent()
    published()
    recognise(
        by=STAFF,
        document_number="12/QĐ-UBND",
        decided_on=date(2026, 11, 1),
        valid_from=date(2026, 11, 1),
        signer="Nguyễn Văn Chủ",
        standard="vn-2022",
        area_id=ward.id,
        items=[(HOUSEHOLD, "NEAR_POOR")],
        confirmation="12/QĐ-UBND",
    )

    found = published()

    assert (found.version, found.properties["last_status"]) == (2, "Hộ cận nghèo")


def test_a_household_merged_away_is_deleted_until_that_is_undone(ward: Area) -> None:
    ask_about_everything()
    sent()
    record_id = sent(household_id=OTHER, day=2)
    publish(household_ids=[HOUSEHOLD, OTHER])
    proposal = db.session.query(MergeProposal).one()

    judged = decide(by=STAFF, proposal_id=proposal.id, verdict=Verdict.SAME)
    publish(household_ids=[HOUSEHOLD, OTHER])

    assert deleted([HOUSEHOLD, OTHER], EVERYWHERE) == {HOUSEHOLD: False, OTHER: True}
    assert [row["name"] for row in entity_list(EVERYWHERE)] == [HOUSEHOLD]
    assert published(OTHER).properties == {}

    undo(by=STAFF, judgement_id=judged.id, reason="nhầm")
    publish(household_ids=[HOUSEHOLD, OTHER])

    assert deleted([HOUSEHOLD, OTHER], EVERYWHERE) == {HOUSEHOLD: False, OTHER: False}
    assert published(OTHER).version > 1
    assert db.session.get_one(HouseholdRecord, record_id).household_id == OTHER


def test_a_household_that_never_should_have_been_is_deleted(ward: Area) -> None:
    first = sent()
    second = sent(is_create=False, day=2, name="Phạm Văn Út", born="1990")
    apart = household_of(second).id
    assert published(apart).is_listed

    proposal = db.session.query(MergeProposal).one()
    decide(by=STAFF, proposal_id=proposal.id, verdict=Verdict.SAME)
    publish(household_ids=[apart])

    assert household_of(first).id == household_of(second).id == HOUSEHOLD
    assert deleted([apart], EVERYWHERE) == {apart: True}
    assert apart not in {row["name"] for row in entity_list(EVERYWHERE)}


def test_a_household_that_left_is_deleted(ward: Area) -> None:
    record_id = sent()
    published()
    record_departure(
        by=STAFF,
        household_id=HOUSEHOLD,
        kind="moved_out",
        on=date(2026, 11, 2),
        reason="về quê",
    )
    relink(record_ids={record_id})

    assert published().is_listed is False
    assert deleted([HOUSEHOLD], EVERYWHERE) == {HOUSEHOLD: True}


def test_a_phone_sees_and_asks_about_its_own_areas_only(ward: Area) -> None:
    sent()
    published()
    here, elsewhere = Scope(frozenset({ward.id})), Scope(frozenset({ward.id + 999}))

    assert [row["name"] for row in entity_list(here)] == [HOUSEHOLD]
    assert entity_list(elsewhere) == entity_list(NOWHERE) == []
    assert deleted([HOUSEHOLD], here) == {HOUSEHOLD: False}
    assert deleted([HOUSEHOLD], elsewhere) == {HOUSEHOLD: True}
    assert deleted([OTHER], here) == {}


def test_a_household_without_an_area_stays_with_who_registered_it(ward: Area) -> None:
    sent(ward_code="99999")

    assert published().area_id is None
    assert deleted([HOUSEHOLD], Scope(frozenset({ward.id}))) == {HOUSEHOLD: False}
    assert entity_list(Scope(frozenset({ward.id}))) == []


def test_the_fingerprint_changes_exactly_with_the_list(ward: Area) -> None:
    scope = Scope(frozenset({ward.id}))
    empty = list_fingerprint(scope)
    sent()
    published()
    first = list_fingerprint(scope)
    published()

    assert empty != first == list_fingerprint(scope)

    sent(is_create=False, day=2)
    published()
    assert list_fingerprint(scope) != first
    assert entity_list(scope)[0]["__version"] == "2"


def test_an_unknown_household_is_passed_over(ward: Area) -> None:
    publish(household_ids=[OTHER])

    assert db.session.get(Publication, OTHER) is None


def test_a_status_of_a_standard_that_was_replaced_is_not_shown(ward: Area) -> None:
    sent()
    with transaction() as session:
        for standard, category, start in (
            ("vn-2016", "POOR", date(2016, 1, 1)),
            ("vn-2022", "NEAR_POOR", date(2022, 1, 1)),
        ):
            decision = Recognition(
                document_number=standard, decided_on=start, valid_from=start,
                signer="s", standard=standard, area_id=ward.id, note="",
                at=clock.now(), actor_kind="user", actor_id=1, actor_name="x",
            )  # fmt: skip
            session.add(decision)
            session.flush()
            session.add(
                PovertyStatus(
                    household_id=HOUSEHOLD,
                    standard=standard,
                    category=category,
                    valid_from=start,
                    recorded_at=clock.now(),
                    recognition_id=decision.id,
                )
            )

    assert published().properties["last_status"] == "Hộ cận nghèo"


def test_between_two_decrees_the_last_status_is_still_shown(
    ward: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    test_a_status_of_a_standard_that_was_replaced_is_not_shown(ward)
    monkeypatch.setattr(clock, "today", lambda: date(2040, 1, 1))

    assert published().properties["last_status"] == "Hộ nghèo; Hộ cận nghèo"
