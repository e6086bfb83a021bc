"""Splitting a household, moving somebody, naming another head; all taken back as one."""

from typing import Any

import pytest
from sqlalchemy import select

from server.audit.tables import AuditEvent
from server.db import db
from server.domain.matching.judgement import Verdict
from server.domain.problems import Refused
from server.domain.survey.record import BirthDate, Member
from server.invariants import verify
from server.invariants.fingerprints import of_households, of_proposals
from server.registry.actions import correct
from server.registry.queries import golden_of
from server.registry.tables import HouseholdRecord, HouseholdRow, SurveyRecordRow
from server.review.actions import change_household, decide, relink, undo_change
from server.review.tables import MergeProposal, StaffChange
from tests.browsing import Browser
from tests.server.review.surveys import (
    COLLEAGUE,
    ELSEWHERE,
    STAFF,
    arrive,
    survey,
    trust_the_model,
)

LAN = Member("lan", "Trần Thị Lan", "spouse", "female", BirthDate(1963))
AN = Member("an", "Nguyễn Văn An", "child", "male", BirthDate(1990))
NUMBER = "001060012345"

pytestmark = pytest.mark.usefixtures("ward")


def household_of(record_id: str) -> HouseholdRow:
    db.session.rollback()
    found = db.session.get_one(HouseholdRecord, record_id).household_id
    return db.session.get_one(HouseholdRow, found)


def names(record_id: str) -> dict[str, str | None]:
    """Who is in the household of a record, and what they are to its head."""
    people = golden_of(household_of(record_id)).household.members
    return {one.full_name: one.relation_to_head for one in people}


def everything() -> dict[Any, str]:
    db.session.expire_all()
    ids = set(db.session.scalars(select(HouseholdRow.id)))
    records = set(db.session.scalars(select(SurveyRecordRow.id)))
    return {**of_households(ids), **of_proposals(records)}


def the_change() -> StaffChange:
    db.session.rollback()
    return db.session.scalars(select(StaffChange)).one()


def test_surveys_that_were_joined_wrongly_are_parted_and_joined_again() -> None:
    trust_the_model()
    first, second = (arrive(survey(number=NUMBER, others=(LAN,))) for _ in range(2))
    third = arrive(survey(number=NUMBER, others=(AN,)))
    whole = household_of(first).id
    assert household_of(second).id == household_of(third).id == whole
    before = everything()

    change = change_household(
        by=STAFF, kind="split", household_id=whole, record_ids=[third], reason="hai hộ"
    )

    assert household_of(first).id == household_of(second).id
    assert household_of(third).id != household_of(first).id
    assert verify() == []
    undo_change(by=COLLEAGUE, change_id=change.id, reason="nhầm")
    assert everything() == before
    assert verify() == []


def test_a_split_leaves_a_survey_on_each_side() -> None:
    first = arrive(survey(number=NUMBER))
    for chosen in ([], [first]):
        with pytest.raises(Refused) as refused:
            change_household(
                by=STAFF,
                kind="split",
                household_id=household_of(first).id,
                record_ids=chosen,
                reason="thử",
            )
        assert refused.value.problems[0].code == "split_needs_both_halves"
    assert db.session.scalars(select(StaffChange)).all() == []


def test_somebody_moves_to_another_household_and_back() -> None:
    home = arrive(survey("Nguyễn Văn Bình", "1960-03-02", others=(LAN, AN)))
    other = arrive(survey("Lê Thị Hoa", "1971-05-06", address=ELSEWHERE))
    before = everything()

    change = change_household(
        by=STAFF,
        kind="transfer",
        household_id=household_of(home).id,
        member_key="an",
        to_id=household_of(other).id,
        reason="về ở với mẹ vợ",
    )

    assert "Nguyễn Văn An" not in names(home)
    assert names(other)["Nguyễn Văn An"] is None
    assert verify() == []
    undo_change(by=STAFF, change_id=change.id)
    assert everything() == before


def test_another_person_is_the_head() -> None:
    home = arrive(survey("Nguyễn Văn Bình", "1960-03-02", others=(LAN, AN)))
    before = everything()

    change = change_household(
        by=STAFF,
        kind="new_head",
        household_id=household_of(home).id,
        member_key="lan",
        former_relation="spouse",
        reason="ông Bình đi làm xa",
    )

    assert names(home)["Trần Thị Lan"] == "head"
    assert names(home)["Nguyễn Văn Bình"] == "spouse"
    assert household_of(home).head_name == "Trần Thị Lan"
    undo_change(by=STAFF, change_id=change.id)
    assert everything() == before
    with pytest.raises(Refused):
        undo_change(by=STAFF, change_id=change.id)


def test_every_change_and_its_undo_are_in_the_audit_trail() -> None:
    home = arrive(survey("Nguyễn Văn Bình", "1960-03-02", others=(LAN,)))
    change = change_household(
        by=STAFF,
        kind="new_head",
        household_id=household_of(home).id,
        member_key="lan",
        former_relation="spouse",
        reason="chủ hộ mất",
    )
    undo_change(by=COLLEAGUE, change_id=change.id)

    events = db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.subject_kind == "change")
        .order_by(AuditEvent.id)
    ).all()

    assert [(each.action, each.actor_name) for each in events] == [
        ("change.made", STAFF.name),
        ("change.undone", COLLEAGUE.name),
    ]


def test_the_page_of_a_household_changes_it_and_takes_it_back(
    officer: Browser, neighbour: Browser
) -> None:
    home = arrive(survey("Nguyễn Văn Bình", "1960-03-02", others=(LAN, AN)))
    other = arrive(survey("Lê Thị Hoa", "1971-05-06", address=ELSEWHERE))
    address = f"/households/{household_of(home).id}"
    before = everything()
    page = officer.get(f"{address}/change").text
    assert "Trần Thị Lan" in page

    sent = {
        "kind": "transfer",
        "member_key": "an",
        "to_code": household_of(other).code,
        "reason": "về ở với mẹ vợ",
    }
    assert neighbour.post(f"{address}/change", data=sent).status_code == 404
    answer = officer.post(f"{address}/change", data=sent)
    assert answer.status_code == 303
    assert "Nguyễn Văn An" in names(other)

    page = officer.get(f"/households/{household_of(other).id}").text
    undoing = f"/review/changes/{the_change().id}/undo"
    assert undoing in page
    assert neighbour.post(undoing).status_code == 404
    officer.post(undoing)
    assert everything() == before


def test_a_split_is_made_from_the_page_of_the_household(officer: Browser) -> None:
    first = arrive(survey(number=NUMBER, others=(LAN,)))
    second = arrive(survey(number=NUMBER, others=(AN,)))
    address = f"/households/{household_of(first).id}/change"

    officer.post(
        address, data={"kind": "split", "record_ids": second, "reason": "hai anh em"}
    )

    assert household_of(first).id != household_of(second).id


def test_what_cannot_be_done_is_told_on_the_same_page(officer: Browser) -> None:
    home = arrive(survey("Nguyễn Văn Bình", "1960-03-02", others=(LAN,)))
    address = f"/households/{household_of(home).id}/change"

    for sent in (
        {"kind": "transfer", "member_key": "lan", "to_code": "HN-00000-00000"},
        {"kind": "split"},
        {"kind": "new_head", "member_key": "head-x", "former_relation": "spouse"},
    ):
        answer = officer.post(address, data={**sent, "reason": "thử"})
        assert answer.status_code in (404, 422)
    assert db.session.scalars(select(StaffChange)).all() == []


def test_what_came_since_a_merge_is_looked_through_when_it_is_undone(
    officer: Browser,
) -> None:
    first = arrive(survey("Nguyễn Văn Bình", "1960-03-02"))
    second = arrive(survey("Nguyen Van Binh", "1960-03-02"))
    pair = db.session.scalars(select(MergeProposal)).one()
    row = decide(by=STAFF, proposal_id=pair.id, verdict=Verdict.SAME)
    made = correct(
        by=COLLEAGUE,
        household_id=household_of(first).id,
        path="address.lane",
        value="35",
        reason="xem biển số nhà",
    )
    relink(record_ids={made.record_id})

    answer = officer.post(f"/review/judgements/{row.id}/undo")

    assert answer.location == f"/review/judgements/{row.id}/since"
    page = officer.get(answer.location).text
    assert "35" in page
    right = household_of(made.record_id)
    wrong = household_of(first if made.record_id == second else second)
    sent = {
        "kind": "moved_value",
        "correction_id": str(made.id),
        "to_code": wrong.code,
        "reason": "xem biển số nhà",
    }
    officer.post(f"/households/{right.id}/change", data=sent)
    assert lane_of(wrong.id) == "35"
    assert lane_of(right.id) == "9"
    assert verify() == []

    undo_change(by=STAFF, change_id=the_change().id)
    assert (lane_of(wrong.id), lane_of(right.id)) == ("9", "35")


def lane_of(household_id: str) -> str | None:
    db.session.rollback()
    row = db.session.get_one(HouseholdRow, household_id)
    return golden_of(row).household.address.lane


def test_nothing_to_look_through_leads_back_to_the_pair(officer: Browser) -> None:
    arrive(survey("Nguyễn Văn Bình", "1960-03-02"))
    arrive(survey("Nguyen Van Binh", "1960-03-02"))
    pair = db.session.scalars(select(MergeProposal)).one()
    row = decide(by=STAFF, proposal_id=pair.id, verdict=Verdict.SAME)

    answer = officer.post(f"/review/judgements/{row.id}/undo")

    assert answer.location == f"/review/{pair.id}"
