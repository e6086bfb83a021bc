"""The way of households through a round: what is done, refused, kept and undone."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from server.audit.tables import AuditEvent
from server.db import db, transaction
from server.domain.problems import Refused
from server.invariants.finding import silent
from server.invariants.statuses import check_statuses
from server.pipeline import HANDLERS
from server.registry.tables import HouseholdRow
from server.rounds import actions, acts, evidence, queries, stepping
from server.rounds.standing import computed
from server.rounds.tables import CaseStep, ReviewCase, ReviewRound
from server.status import actions as status
from server.status import queries as statuses
from tests.domain.poverty.households import household
from tests.server.rounds.reviews import (
    BEGINS,
    case_of,
    decide,
    ids,
    later,
    listed,
    meet,
    open_round,
    post,
    score,
    steps_of,
    surveyed_household,
)
from tests.server.status.households import (
    OFFICER,
    TODAY,
    make_household,
    make_record,
    make_ward,
    recognise,
)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_a_yearly_round_begins_with_everybody_on_the_lists(app: Flask) -> None:
    ward, other = make_ward(), make_ward()
    poor, near, out = (make_household(ward) for _ in range(3))
    elsewhere = make_household(other)
    recognise(
        ward,
        [(poor, "POOR"), (near, "NEAR_POOR"), (out, "NON_POOR")],
        valid_from=date(2025, 12, 20),
    )
    recognise(other, [(elsewhere, "POOR")], valid_from=date(2025, 12, 20))

    review = open_round(ward, kind="yearly")

    rows = queries.cases_at(review.id)
    assert {row.household.id for row in rows} == {poor.id, near.id}
    assert {row.case.origin for row in rows} == {"carried_over"}
    assert {row.case.next_step for row in rows} == {"surveyed"}


def test_a_survey_that_arrives_moves_its_case_on_by_itself(app: Flask) -> None:
    ward = make_ward()
    row = make_household(ward, reviewed=date(2025, 10, 1))
    make_record(row, row.id, date(2025, 10, 1))
    (case,) = listed(open_round(ward), row)
    assert case_of(case).next_step == "surveyed"

    make_record(row, row.id, date(2026, 9, 12))
    HANDLERS["households_changed"]({"household_ids": [row.id]})

    found = case_of(case)
    assert (found.next_step, found.since) == ("scored", date(2026, 9, 12))


@pytest.mark.sqlite_only
def test_who_was_surveyed_before_being_listed_goes_on_at_once(app: Flask) -> None:
    ward = make_ward()
    (case,) = listed(open_round(ward), surveyed_household(ward))

    assert case_of(case).next_step == "scored"


def test_a_whole_way_ends_in_a_dated_status(app: Flask) -> None:
    ward = make_ward()
    review = open_round(ward, upper_level="district")
    rows = [surveyed_household(ward), surveyed_household(ward, "NEAR_POOR")]
    cases = listed(review, *rows, origin="requested")
    by_household = {each.household_id: each for each in cases}
    stepping.screen(
        by=OFFICER, round_id=review.id, on=later(1),
        outcomes=dict.fromkeys(ids(cases), "survey"),
    )  # fmt: skip
    assert score(review, cases).count == 2
    wanted = {each.id: str(case_of(each).category) for each in cases}
    meet(review, wanted)
    posting = post(review, cases)
    acts.ask(
        by=OFFICER, round_id=review.id, case_ids=ids(cases), on=later(30),
        document_number="5/TTr",
    )  # fmt: skip
    acts.answer(
        by=OFFICER, round_id=review.id, on=later(33), document_number="9/UBND",
        opinions={each.id: acts.Opinion("") for each in cases},
    )  # fmt: skip
    act = decide(review, wanted)

    assert posting.until == date(2026, 9, 25)
    assert act.recognition_id is not None
    assert statuses.status_map([ward.id], "vn-2022", TODAY) == {
        rows[0].id: "POOR",
        rows[1].id: "NEAR_POOR",
    }
    first = case_of(by_household[rows[0].id])
    assert (first.next_step, first.last_step, first.category) == (
        None, "decided", "POOR",
    )  # fmt: skip
    assert steps_of(first) == [
        "listed", "screened", "surveyed", "scored", "meeting", "posted", "asked",
        "answered", "decided",
    ]  # fmt: skip


@pytest.mark.sqlite_only
def test_nothing_is_skipped_without_a_reason_and_a_skip_stays_visible(
    app: Flask,
) -> None:
    ward = make_ward()
    review = open_round(ward)
    cases = listed(review, surveyed_household(ward))
    score(review, cases)

    with pytest.raises(Refused) as refused:
        post(review, cases)
    assert codes(refused) == ["case_step_not_next"]
    with pytest.raises(Refused) as refused:
        stepping.skip(
            by=OFFICER, round_id=review.id, case_ids=ids(cases), step="meeting",
            on=later(20), reason=" ",
        )  # fmt: skip
    assert codes(refused) == ["step_needs_reason"]

    stepping.skip(
        by=OFFICER, round_id=review.id, case_ids=ids(cases), step="meeting",
        on=later(20), reason="Dịch bệnh, không họp được",
    )  # fmt: skip
    post(review, cases)

    assert case_of(cases[0]).has_skip
    (row,) = [each for each in queries.every_step(cases[0].id) if each.is_skip]
    assert row.reason == "Dịch bệnh, không họp được"


def test_all_of_a_bulk_is_done_or_nothing_and_the_household_is_named(
    app: Flask,
) -> None:
    ward = make_ward()
    review = open_round(ward)
    ready = listed(review, surveyed_household(ward))
    waiting = listed(review, make_household(ward, reviewed=date(2025, 1, 1)))
    score(review, ready)

    with pytest.raises(Refused) as refused:
        meet(review, dict.fromkeys(ids([*ready, *waiting]), "POOR"))

    (problem,) = refused.value.problems
    code = db.session.get_one(HouseholdRow, waiting[0].household_id).code
    assert (problem.code, problem.values["codes"]) == ("case_step_not_next", code)
    assert queries.acts_of(review.id) == []
    assert case_of(ready[0]).next_step == "meeting"


@pytest.mark.sqlite_only
def test_who_cannot_be_classified_stays_with_the_question_to_ask(app: Flask) -> None:
    ward = make_ward()
    review = open_round(ward)
    unclear = surveyed_household(ward, content=household(b1_score=None))
    cases = listed(review, surveyed_household(ward), unclear)

    scored = score(review, cases)

    assert scored.count == 1
    ((code, ask),) = scored.left
    assert code == unclear.code
    assert ask is not None


@pytest.mark.sqlite_only
def test_the_meeting_and_the_machine_may_disagree_and_both_are_kept(
    app: Flask,
) -> None:
    ward = make_ward()
    review = open_round(ward)
    cases = listed(review, surveyed_household(ward, "NEAR_POOR"))
    score(review, cases)
    meet(review, {cases[0].id: "POOR"})

    found = case_of(cases[0])
    assert (found.scored, found.category) == ("NEAR_POOR", "POOR")


@pytest.mark.sqlite_only
def test_a_meeting_with_too_few_people_says_nothing_and_is_kept(app: Flask) -> None:
    ward = make_ward()
    review = open_round(ward)
    cases = listed(review, surveyed_household(ward))
    score(review, cases)

    act = meet(review, {cases[0].id: "POOR"}, (10, 4, 4))

    assert queries.acts_of(review.id) == [act]
    assert case_of(cases[0]).next_step == "meeting"


@pytest.mark.sqlite_only
def test_a_meeting_that_does_not_agree_asks_for_a_new_survey(app: Flask) -> None:
    ward = make_ward()
    review = open_round(ward)
    row = surveyed_household(ward)
    cases = listed(review, row)
    score(review, cases)

    meet(review, {cases[0].id: "POOR"}, (10, 8, 3))

    assert case_of(cases[0]).next_step == "surveyed"
    stepping.notice_surveys(household_ids=[row.id])
    assert case_of(cases[0]).next_step == "surveyed"  # the old one does not count

    make_record(row, row.id, later(25))
    stepping.notice_surveys(household_ids=[row.id])
    assert case_of(cases[0]).next_step == "scored"


@pytest.mark.sqlite_only
@pytest.mark.parametrize("numbers", [(0, 0, 0), (10, 11, 5), (10, 5, 6), (10, -1, -1)])
def test_impossible_numbers_of_people_are_refused(
    app: Flask, numbers: tuple[int, int, int]
) -> None:
    ward = make_ward()
    review = open_round(ward)
    cases = listed(review, surveyed_household(ward))

    with pytest.raises(Refused) as refused:
        meet(review, {cases[0].id: "POOR"}, numbers)

    assert codes(refused) == ["meeting_numbers_impossible"]


def posted_case(ward_given: str = "NEAR_POOR") -> tuple[ReviewRound, ReviewCase]:
    ward = make_ward()
    review = open_round(ward)
    cases = listed(review, surveyed_household(ward, ward_given))
    score(review, cases)
    meet(review, {cases[0].id: ward_given})
    post(review, cases)
    return review, case_of(cases[0])


def complain(review: ReviewRound, case: ReviewCase) -> None:
    stepping.complain(
        by=OFFICER, round_id=review.id, case_id=case.id, on=later(22),
        who="Bà Lê Thị B", text="Hộ không có nhà vệ sinh",
    )  # fmt: skip


def test_a_complaint_freezes_what_the_case_rests_on_and_is_re_checked(
    app: Flask,
) -> None:
    review, case = posted_case()
    complain(review, case)
    found = case_of(case)
    assert (found.next_step, found.due_on) == ("rechecked", date(2026, 10, 2))

    (row,) = [e for e in queries.every_step(case.id) if e.step == "complaint"]
    (again,) = evidence.rerun(row)
    assert again.is_same
    assert again.before["category"] == "NEAR_POOR"
    with transaction() as session:  # the household changes; the evidence does not
        session.get_one(HouseholdRow, case.household_id).content = {"other": 1}
    assert evidence.rerun(row)[0].is_same

    stepping.recheck(
        by=OFFICER, round_id=review.id, case_id=case.id, on=later(24),
        category="POOR", reason="Đã đến xem",
    )  # fmt: skip

    found = case_of(case)
    assert (found.next_step, found.category, found.has_complaint) == (
        "posted", "POOR", True,
    )  # fmt: skip


@pytest.mark.sqlite_only
def test_nothing_is_decided_while_the_list_hangs(app: Flask) -> None:
    review, case = posted_case()

    with pytest.raises(Refused) as refused:
        decide(review, {case.id: "NEAR_POOR"}, decided_on=later(24))

    assert codes(refused) == ["case_posting_not_over"]
    assert statuses.statuses_of(case.household_id) == []


def test_a_decision_is_withdrawn_with_its_act_and_the_case_is_open_again(
    app: Flask,
) -> None:
    review, case = posted_case()
    act = decide(review, {case.id: "NEAR_POOR"})

    acts.undo_act(by=OFFICER, act_id=act.id, reason="Nhập nhầm số")

    assert case_of(case).next_step == "decided"
    assert statuses.status_map(None, "vn-2022", TODAY) == {}
    everything = queries.every_step(case.id)
    assert everything[-1].superseded_reason == "Nhập nhầm số"
    again = decide(review, {case.id: "NEAR_POOR"})
    assert again.id != act.id


def test_a_decision_withdrawn_on_its_own_page_opens_the_case_again(app: Flask) -> None:
    review, case = posted_case()
    act = decide(review, {case.id: "NEAR_POOR"})
    status.withdraw(by=OFFICER, recognition_id=act.recognition_id or 0, reason="sai")

    given = {"recognition_id": act.recognition_id, "household_ids": []}
    HANDLERS["status_recognised"](given)

    assert case_of(case).next_step == "decided"


def test_every_step_can_be_undone_from_the_last_one_back(app: Flask) -> None:
    review, case = posted_case()
    while steps := queries.live_steps([case.id]).get(case.id):
        if len(steps) > 1:
            with pytest.raises(Refused) as refused:
                stepping.undo_step(
                    by=OFFICER, round_id=review.id, step_id=steps[-2].id, reason=""
                )
            assert codes(refused) == ["case_step_followed"]
        stepping.undo_step(
            by=OFFICER, round_id=review.id, step_id=steps[-1].id, reason="thử"
        )
        db.session.expire_all()

    assert case_of(case).last_step == ""
    assert queries.cases_at(review.id) == []
    kept = queries.every_step(case.id)
    assert [row.step for row in kept] == [
        "listed", "surveyed", "scored", "meeting", "posted",
    ]  # fmt: skip
    (again,) = listed(
        review, db.session.get_one(HouseholdRow, case.household_id), origin="requested"
    )
    assert (again.id, case_of(case).next_step) == (case.id, "screened")


@pytest.mark.sqlite_only
def test_an_act_that_was_built_on_is_not_undone_under_its_cases(app: Flask) -> None:
    review, case = posted_case()
    meeting = queries.acts_of(review.id)[-1]

    with pytest.raises(Refused) as refused:
        acts.undo_act(by=OFFICER, act_id=meeting.id, reason="sai")

    assert codes(refused) == ["case_step_followed"]
    assert case_of(case).next_step == "decided"


@pytest.mark.sqlite_only
def test_who_asked_is_refused_with_a_reason_and_who_is_listed_is_not(
    app: Flask,
) -> None:
    ward = make_ward()
    review = open_round(ward)
    asked = listed(review, make_household(ward), origin="requested")
    carried = listed(review, make_household(ward), origin="carried_over")

    def refuse(cases: list[ReviewCase]) -> None:
        stepping.end(
            by=OFFICER, round_id=review.id, case_ids=ids(cases), step="refused",
            on=later(2), reason="Phiếu A đủ 3 mục",
        )  # fmt: skip

    refuse(asked)
    with pytest.raises(Refused) as refused:
        refuse(carried)

    assert case_of(asked[0]).next_step is None
    assert codes(refused) == ["case_listed_not_refused"]


def test_a_round_that_is_given_up_takes_no_step_and_can_be_taken_up_again(
    app: Flask,
) -> None:
    ward = make_ward()
    review = open_round(ward)
    cases = listed(review, surveyed_household(ward))
    actions.give_up(by=OFFICER, round_id=review.id, reason="Mở nhầm")
    assert case_of(cases[0]).due_on is None

    with pytest.raises(Refused) as refused:
        score(review, cases)
    assert codes(refused) == ["round_given_up"]

    actions.take_up_again(by=OFFICER, round_id=review.id)
    assert score(review, cases).count == 1


@pytest.mark.sqlite_only
def test_households_of_another_ward_or_gone_are_not_listed(app: Flask) -> None:
    ward = make_ward()
    review = open_round(ward)

    with pytest.raises(Refused) as refused:
        listed(review, make_household(make_ward()))
    assert codes(refused) == ["case_household_elsewhere"]

    gone = make_household(ward, state="departed", departed_on=BEGINS)
    with pytest.raises(Refused) as refused:
        listed(review, gone)
    assert codes(refused) == ["case_household_gone"]


def test_what_a_round_says_of_itself_is_put_right_and_terms_follow(app: Flask) -> None:
    ward = make_ward()
    review = open_round(ward)
    cases = listed(review, make_household(ward, reviewed=date(2025, 1, 1)))

    actions.change_round(
        by=OFFICER, round_id=review.id, name="Tên mới", ends_on=date(2026, 12, 20),
        responsible="Người khác", upper_level="province",
    )  # fmt: skip

    assert case_of(cases[0]).due_on == date(2026, 12, 20)
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "round.changed")
    ).one()
    assert event.details["before"]["name"] == "Rà soát tháng 9"


@pytest.mark.sqlite_only
def test_an_impossible_round_is_refused_with_everything_that_is_wrong(
    app: Flask,
) -> None:
    with pytest.raises(Refused) as refused:
        open_round(
            make_ward(), name=" ", responsible="", ends_on=date(2026, 8, 1),
            standard="vn-9999",
        )  # fmt: skip

    assert codes(refused) == [
        "round_without_name", "round_without_responsible", "round_days_impossible",
        "round_standard_elsewhere",
    ]  # fmt: skip


def test_the_columns_of_a_case_are_what_its_steps_say(app: Flask) -> None:
    review, case = posted_case()
    complain(review, case)

    found = case_of(case)
    review = db.session.get_one(ReviewRound, review.id)
    expected = computed(found, review, queries.live_steps([case.id])[case.id])

    assert {key: getattr(found, key) for key in expected} == expected


@pytest.mark.sqlite_only
def test_audit_events_of_a_step_name_no_people(app: Flask) -> None:
    review, case = posted_case()
    complain(review, case)

    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.subject_kind == "review_round")
    ).all()
    assert {each.action for each in events} == {"round.opened", "cases.step_taken"}
    assert not any("Lê Thị" in str(each.details) for each in events)
    rows = db.session.scalars(select(CaseStep)).all()
    assert all(row.actor_name for row in rows)


def test_verifying_notices_a_case_that_stands_elsewhere(app: Flask) -> None:
    _review, case = posted_case()
    assert [each.code for each in check_statuses(silent)] == []

    with transaction() as session:
        session.get_one(ReviewCase, case.id).next_step = "listed"

    assert [each.code for each in check_statuses(silent)] == ["case_differs_from_steps"]
