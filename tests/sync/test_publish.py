"""The lists at ODK Central say what the register says, whoever else writes there."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from server import clock
from server.areas.tables import Area
from server.audit.tables import AuditEvent
from server.db import db
from server.dispatch.projections import COLUMNS
from server.dispatch.tables import EntityLink, Publication
from server.domain.matching.judgement import Verdict
from server.jobs.worker import run_due
from server.pipeline import HANDLERS
from server.registry.actions import correct, record_departure
from server.registry.tables import HouseholdRecord, SurveyRecordRow
from server.review.actions import decide, undo
from server.review.tables import MergeProposal
from sync.publish import publish_all
from tests.domain.survey.submissions import person
from tests.factories import make_area
from tests.fakes.central import Fault
from tests.server.review.surveys import ask_about_everything
from tests.sync.listing import (
    STAFF,
    A,
    B,
    C,
    ListOffice,
    family,
    household_id,
    later,
    office,
    ward,
)
from tests.sync.office import quiet

__all__ = ["later", "office", "ward"]

ALIKE = {"household__roster__member": [person("Nguyễn Văn Bình", "head")]}


# What Central leaves out of an answer while it is blank.
BLANK = dict.fromkeys(("last_status", "check_id", "check_about"), "")


def wanted(household: str) -> dict[str, str]:
    db.session.rollback()
    said = db.session.get_one(Publication, household).properties
    return {name: value for name, value in said.items() if name != "name"}


def households(office: ListOffice, number: int) -> list[str]:
    """Households that did not come through Central, so that it has none of them."""
    made = [household_id(each) for each in range(1, number + 1)]
    for each in made:
        office.visit(f"uuid:{each}", each, **family(int(each[-3:])))
    office.take_over()
    with office.fake.world.lock:
        office.fake.world._waiting.clear()  # no entities are made of them
    return made


def settled(office: ListOffice) -> None:
    """Both sides are equal, and publishing again writes nothing."""
    office.sent()
    assert office.give_back() == {}
    assert office.sent("POST", "PATCH", "DELETE") == []


def test_an_entity_made_by_a_phone_is_taken_over_and_completed(
    office: ListOffice,
) -> None:
    office.arrive("uuid:a")

    assert office.give_back() == {"changed": 1}

    assert office.held() | BLANK == wanted(A)
    assert office.live() == [A]
    assert office.link().uuid == A


def test_nothing_is_sent_twice_and_an_idle_look_is_one_small_question(
    office: ListOffice,
) -> None:
    office.arrive("uuid:a")
    office.give_back()
    office.give_back()
    office.sent()

    assert office.give_back() == {}

    assert office.sent("GET") == [f"/v1/{office.there.path}/entities.csv"]


def test_a_list_that_shows_all_wards_to_every_phone_is_not_filled(
    office: ListOffice,
) -> None:
    office.arrive("uuid:a")
    office.central.send("PATCH", office.there.path, {"accessFilter": None})
    office.sent()

    outcome = publish_all(office.installation, quiet)

    assert [problem.code for _, problem in outcome.problems] == [
        "central_list_unguarded"
    ]
    assert office.sent("POST", "PATCH") == []


def test_only_the_columns_of_the_phones_leave(office: ListOffice, later: Any) -> None:
    bodies: list[bytes] = []
    usual = office.central.send

    def noted(method: str, path: str, body: Any = None, **given: Any) -> Any:
        bodies.append(json.dumps(body).encode())
        return usual(method, path, body, **given)

    households(office, 1)
    later(minutes=5)
    office.central.send = noted  # type: ignore[method-assign]
    office.give_back()
    correct(by=STAFF, household_id=A, path="address.lane", value="11", reason="x")
    run_due(HANDLERS)
    office.give_back()

    said = [json.loads(body) for body in bodies]
    entities = [each for body in said if body for each in body.get("entities", ())]
    entities += [body for body in said if body and "data" in body]
    assert len(entities) == 2
    names = {name for each in entities for name in each["data"]}
    assert names <= set(COLUMNS) - {"name", "label", "__version"}
    assert {key for each in entities for key in each} == {"uuid", "label", "data"}
    assert not any(b"001060012345" in body for body in bodies)


def test_households_that_central_lacks_are_made_all_at_once(
    office: ListOffice, later: Any
) -> None:
    made = households(office, 3)
    later(minutes=5)

    assert office.give_back() == {"created": 3}

    assert office.live() == made
    assert [path for path in office.sent("POST") if path.endswith("entities")] == [
        f"/v1/{office.there.path}/entities"
    ]
    assert office.held(B) == wanted(B)
    settled(office)


def test_an_entity_on_its_way_is_waited_for(office: ListOffice, later: Any) -> None:
    office.visit("uuid:a")
    office.take_over()

    assert office.give_back() == {"awaited": 1}

    assert office.live() == []
    office.pass_time()
    assert office.give_back() == {"changed": 1}
    assert len(office.entity().versions) == 2
    assert office.fake.world.audits[-1]["action"] != "entity.error"


def test_an_entity_made_by_a_phone_in_the_same_moment_is_not_doubled(
    office: ListOffice, later: Any
) -> None:
    office.visit("uuid:a")
    office.take_over()
    later(minutes=5)
    usual = office.central.send

    def slow(method: str, path: str, body: Any = None, **given: Any) -> Any:
        if path.endswith("/entities"):
            office.pass_time()  # the worker is faster than our call
        return usual(method, path, body, **given)

    office.central.send = slow  # type: ignore[method-assign]
    office.give_back()

    assert office.live() == [A]
    assert office.held() | BLANK == wanted(A)
    assert db.session.query(EntityLink).count() == 1


def test_a_correction_changes_only_what_differs(office: ListOffice) -> None:
    office.arrive("uuid:a")
    office.give_back()
    correct(by=STAFF, household_id=A, path="address.lane", value="11", reason="x")
    run_due(HANDLERS)

    assert office.give_back() == {"changed": 1}

    last = office.entity().versions[-1]
    assert set(last.received) == {"label", "address", "search"}
    assert "ngõ 11" in office.held()["address"]
    settled(office)


def test_a_newer_value_of_a_phone_is_waited_for_and_never_overwritten(
    office: ListOffice,
) -> None:
    office.arrive("uuid:a")
    office.give_back()
    base = office.entity().versions[-1].number
    office.visit(
        "uuid:b", base=base, household__address__lane="15",
        household__address_line="số 12A ngõ 15", visit__review_date="2026-11-22",
    )  # fmt: skip
    office.pass_time()

    assert office.give_back() == {"waiting": 1}

    assert office.held()["last_review"] == "2026-11-22"
    office.take_over()
    office.give_back()
    assert "ngõ 15" in office.held()["address"]
    assert office.held() | BLANK == wanted(A)
    assert office.link().conflict is None
    settled(office)


def test_what_a_person_changed_there_is_for_a_person_here(office: ListOffice) -> None:
    office.arrive("uuid:a")
    office.give_back()
    office.by_hand(address="số 1 phố Mới")

    assert office.give_back() == {"conflicts": 1}

    link = office.link()
    assert (link.conflict, link.theirs["address"]) == ("changed_there", "số 1 phố Mới")
    assert office.held()["address"] == "số 1 phố Mới"
    assert office.give_back() == {}


def test_a_survey_that_never_arrives_becomes_a_question_after_a_while(
    office: ListOffice, later: Any
) -> None:
    office.arrive("uuid:a")
    office.give_back()
    office.visit("uuid:b", base=2, household__contact__head_name="Trần Văn Khác")
    office.pass_time()
    office.give_back()
    assert office.link().conflict is None

    later(hours=2)
    office.give_back()

    assert office.link().conflict == "changed_there"
    office.take_over()
    office.give_back()
    assert office.link().conflict is None


def test_waiting_writes_nothing_into_the_audit_trail(office: ListOffice) -> None:
    office.arrive("uuid:a")
    office.give_back()
    office.visit("uuid:b", base=2, household__contact__head_name="Trần Văn Khác")
    office.pass_time()
    before = db.session.query(AuditEvent).count()

    assert office.give_back() == office.give_back() == {"waiting": 1}

    assert db.session.query(AuditEvent).count() == before


def test_an_edit_in_between_is_not_overwritten(office: ListOffice) -> None:
    office.arrive("uuid:a")
    office.give_back()
    correct(by=STAFF, household_id=A, path="address.lane", value="11", reason="x")
    run_due(HANDLERS)
    usual = office.central.send
    done: list[str] = []

    def overtaken(method: str, path: str, body: Any = None, **given: Any) -> Any:
        if method == "PATCH" and not done:
            done.append(path)
            office.by_hand(group="00229-99")
        return usual(method, path, body, **given)

    office.central.send = overtaken  # type: ignore[method-assign]
    office.give_back()

    assert office.held()["group"] == "00229-99"
    assert office.link().conflict == "changed_there"


def test_a_merged_household_leaves_the_list_and_comes_back(office: ListOffice) -> None:
    ask_about_everything()
    office.arrive("uuid:a")
    office.arrive("uuid:b", B, visit__review_date="2026-11-21", **ALIKE)
    office.give_back()
    assert office.live() == [A, B]
    proposals = db.session.query(MergeProposal).all()
    judged = [
        decide(by=STAFF, proposal_id=each.id, verdict=Verdict.SAME)
        for each in proposals
    ]
    run_due(HANDLERS)

    assert office.give_back()["removed"] == 1

    assert office.live() == [A]
    settled(office)
    # A phone that still has it sends a survey: it reaches the survivor.
    office.arrive("uuid:c", B, base=1, visit__review_date="2026-11-23", **ALIKE)
    assert {row.household_id for row in records()} == {A}
    office.give_back()
    assert office.live() == [A]

    for each in judged:
        undo(by=STAFF, judgement_id=each.id, reason="nhầm")
    run_due(HANDLERS)
    office.give_back()

    assert office.live() == [A, B]
    settled(office)


def test_a_household_that_left_leaves_the_list(office: ListOffice) -> None:
    office.arrive("uuid:a")
    office.give_back()
    record_departure(
        by=STAFF, household_id=A, kind="moved_out", on=clock.today(), reason="về quê"
    )
    run_due(HANDLERS)

    assert office.give_back() == {"removed": 1}

    assert office.live() == []
    settled(office)


def test_what_somebody_deleted_there_is_not_brought_back(office: ListOffice) -> None:
    office.arrive("uuid:a")
    office.give_back()
    office.central.send("DELETE", office.there.entity(A))

    office.give_back()

    assert office.live() == []
    assert office.link().conflict == "deleted_there"


def test_entities_of_others_are_left_alone_and_shown(office: ListOffice) -> None:
    office.arrive("uuid:a")
    stranger = {"uuid": C, "label": "Nhà văn hoá", "data": {}}
    office.central.send("POST", f"{office.there.path}/entities", stranger)

    office.give_back()

    assert office.live() == [A, C]
    office.central.send("POST", f"{office.there.path}/entities", stranger | {"uuid": B})
    office.give_back()
    strays = db.session.query(EntityLink).filter(EntityLink.household_id.is_(None))
    assert {(each.uuid, each.is_deleted) for each in strays} == {(B, False), (C, False)}


def test_a_household_in_no_ward_yet_stays_as_the_phone_made_it(
    office: ListOffice, later: Any
) -> None:
    office.arrive("uuid:a", place__ward="99999")
    before = office.held()
    later(minutes=5)

    assert office.give_back() == {"waiting": 1}

    assert (office.live(), office.held()) == ([A], before)


def test_a_household_whose_id_central_refuses_gets_an_entity_of_its_own(
    office: ListOffice, later: Any
) -> None:
    odd = "5f1c0f6e-8a53-1c6e-9a44-000000000001"
    office.arrive("uuid:a", odd)
    later(minutes=5)

    assert office.give_back()["created"] == 1

    (uuid,) = office.live()
    assert uuid != odd
    assert office.link(odd).uuid == uuid
    office.arrive("uuid:b", uuid, base=1, visit__review_date="2026-11-21")
    assert seeds() == {odd}
    office.give_back()
    assert office.held(uuid)["last_review"] == "2026-11-21"
    settled(office)


def test_an_id_that_another_list_used_up_is_replaced(
    office: ListOffice, later: Any
) -> None:
    at = f"projects/{office.project}/datasets"
    office.central.send("POST", at, {"name": "old"})
    body = {"uuid": B, "label": "x", "data": {}}
    office.central.send("POST", f"{at}/old/entities", body)
    office.central.send("POST", f"{at}/old/entities", body | {"uuid": C})
    office.central.send("DELETE", f"{at}/old/entities/{C}")
    households(office, 3)
    later(minutes=5)

    office.give_back()

    assert len(office.live()) == 3
    assert A in office.live()
    assert not {B, C} & set(office.live())
    settled(office)


def test_one_that_central_refuses_does_not_keep_the_others_waiting(
    office: ListOffice, later: Any
) -> None:
    made = households(office, 5)
    later(minutes=5)
    usual = office.central.send

    def refusing(method: str, path: str, body: Any = None, **given: Any) -> Any:
        for each in (body or {}).get("entities", ()):
            if each["uuid"] == C:
                each["label"] = ""
        return usual(method, path, body, **given)

    office.central.send = refusing  # type: ignore[method-assign]

    counts = office.give_back()

    assert (counts["created"], counts["refused"]) == (4, 1)
    assert office.live() == [each for each in made if each != C]
    assert office.link(C).refusal == "400.2"
    office.give_back()
    assert office.sent("POST") != []


@pytest.mark.parametrize("fault", [Fault.DONE_BUT_SILENT, Fault.BREAKS_OFF, Fault.PAGE])
def test_a_lost_answer_makes_nothing_twice(
    office: ListOffice, later: Any, fault: Fault
) -> None:
    made = households(office, 2)
    later(minutes=5)
    office.fake.faults.order(fault, method="POST", path="households/entities")
    office.give_back()
    assert office.live() == made
    correct(by=STAFF, household_id=A, path="address.lane", value="11", reason="x")
    run_due(HANDLERS)
    office.fake.faults.order(fault, method="PATCH", path=A)
    office.give_back()

    assert len(office.entity().versions) == 2
    assert "ngõ 11" in office.held()["address"]
    record_departure(
        by=STAFF, household_id=A, kind="dissolved", on=clock.today(), reason="x"
    )
    run_due(HANDLERS)
    office.fake.faults.order(fault, method="DELETE", path=A)
    office.give_back()
    assert office.live() == [B]
    assert office.link().conflict is None
    settled(office)


def test_a_list_that_came_short_is_read_again(office: ListOffice) -> None:
    office.arrive("uuid:a")
    for fault in (Fault.BREAKS_OFF, Fault.TRUNCATED, Fault.PAGE):
        office.fake.faults.order(fault, method="GET", path=".svc/Entities")

    office.give_back()

    assert office.live() == [A]
    assert office.link().version == 2


def test_before_filters_each_ward_has_a_list_of_its_own(
    office: ListOffice, ward: Area, later: Any
) -> None:
    make_area(code="00232", name="Phường Khác", parent_id=ward.parent_id)
    office.fake.world.has_filters = False
    office.arrive("uuid:a")
    later(minutes=5)

    office.give_back()

    here, there = "households_00229", "households_00232"
    (first,) = office.live(here)
    assert first == office.link().uuid
    office.arrive(
        "uuid:b", A, base=1, place__ward="00232", visit__review_date="2026-11-22"
    )
    later(minutes=5)
    office.give_back()

    assert office.live(here) == []
    (second,) = office.live(there)
    assert second != first
    office.arrive(
        "uuid:c", second, base=1, place__ward="00232", visit__review_date="2026-11-23",
        **family(4),
    )  # fmt: skip
    assert seeds() == {A}


def seeds() -> set[str]:
    """The households that surveys were made for, as far as phones know."""
    db.session.rollback()
    return set(db.session.scalars(select(SurveyRecordRow.seed_household_id)))


def records() -> list[HouseholdRecord]:
    db.session.rollback()
    return db.session.query(HouseholdRecord).all()
