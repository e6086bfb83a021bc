"""What a family said at its door counts when a pair is weighed, and people decide."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from server.accounts.tables import User
from server.areas.tables import Area
from server.db import db, transaction
from server.domain.matching.field_answers import assumed_weights, chance_after
from server.domain.matching.judgement import Verdict
from server.inbox.withdrawing import reinstate, withdraw
from server.invariants.finding import silent
from server.invariants.households import check_households
from server.pipeline import recount
from server.registry.tables import HouseholdRecord, SurveyRecordRow
from server.review import training
from server.review.actions import decide, undo
from server.review.door_tables import FieldCheck
from server.review.tables import HouseholdStake, JudgementRow, MergeProposal, QueueEntry
from tests.browsing import Browser
from tests.server.review.surveys import (
    COLLEAGUE,
    STAFF,
    arrive,
    survey,
    trust_the_model,
)

# Both databases meet answers in the histories (tests/journeys).
pytestmark = pytest.mark.sqlite_only
PHONE = ("0912345678",)
LATER = date(2026, 11, 2)


@pytest.fixture
def pair(ward: Area) -> MergeProposal:
    """Two households that look alike, about which somebody has one asked."""
    arrive(survey(phones=PHONE))
    arrive(survey("Nguyen Van Binh", born="1961", phones=PHONE))
    found = db.session.scalars(select(MergeProposal)).one()
    decide(by=STAFF, proposal_id=found.id, verdict=Verdict.UNSURE, ask="A")
    return found


def again(pair: MergeProposal) -> MergeProposal:
    db.session.rollback()
    return db.session.get_one(MergeProposal, pair.id)


def place(pair: MergeProposal) -> str:
    db.session.rollback()
    return db.session.get_one(QueueEntry, pair.id).place


def answer(said: str | None, **given: Any) -> str:
    """A later survey of the family that was asked, with its answer."""
    check = db.session.scalars(
        select(FieldCheck).order_by(FieldCheck.id.desc())
    ).first()
    assert check is not None
    values = {"review_date": LATER, "phones": PHONE, **given}
    values.setdefault("entity", check.asked_household_id)
    return arrive(survey(asked_check=str(check.id), same_family=said, **values))


def withdraw_survey(record_id: str) -> None:
    row = db.session.get_one(SurveyRecordRow, record_id)
    withdraw(by=STAFF, submission_id=row.submission_id, reason="deleted_at_source")
    recount(row.submission_id)


@pytest.mark.parametrize("said", ["same", "split", "different"])
def test_an_answer_moves_the_probability_its_way(
    pair: MergeProposal, said: str
) -> None:
    before = pair.score

    answer(said)

    pair, bits = again(pair), assumed_weights().of(said)
    assert (pair.answer, pair.answer_bits) == (said, bits)
    assert pair.model_score == before
    assert pair.score == chance_after(before, bits)
    assert (pair.score > before) == (said == "same")
    assert list(check_households(silent)) == []


def test_what_could_not_be_found_out_moves_nothing(pair: MergeProposal) -> None:
    before = pair.score

    answer("unknown")

    assert (again(pair).answer, again(pair).score) == (None, before)


def test_the_pair_gets_its_new_place_in_the_queue(pair: MergeProposal) -> None:
    [live] = db.session.scalars(select(JudgementRow)).all()
    undo(by=STAFF, judgement_id=live.id)
    before = place(pair)
    decide(by=STAFF, proposal_id=pair.id, verdict=Verdict.UNSURE, ask="A")

    answer("different")

    assert place(pair) != before
    assert again(pair).is_asked


def test_the_answer_is_a_step_of_the_score_in_both_languages(
    pair: MergeProposal, officer: Browser
) -> None:
    answer("same")

    page = officer.get(f"/review/{pair.id}").text
    assert "Trả lời tại hộ" in page
    assert "Được hỏi tại nhà, gia đình nói hai hộ là một." in page
    assert "+4,6" in page
    assert "giả định" in page
    with transaction() as session:
        for user in session.scalars(select(User)):
            user.language = "en"
    english = officer.get(f"/review/{pair.id}").text
    assert "Asked at the door, the family said that the two are one." in english
    listed = officer.get("/review?evidence=field_answer").text
    assert f"/review/{pair.id}" in listed


def test_an_answer_no_longer_counts_when_its_survey_is_withdrawn(
    pair: MergeProposal,
) -> None:
    before = pair.score
    record_id = answer("different")
    row = db.session.get_one(SurveyRecordRow, record_id)

    withdraw_survey(record_id)
    assert (again(pair).answer, again(pair).score) == (None, before)

    reinstate(by=STAFF, submission_id=row.submission_id)
    recount(row.submission_id)
    assert again(pair).answer == "different"


def test_the_newest_answer_counts_in_whatever_order_they_come(ward: Area) -> None:
    found = set()
    told = [("same", date(2026, 11, 1)), ("different", date(2026, 11, 3)), (None, date(2026, 11, 5))]  # fmt: skip
    for number, order in enumerate([told, told[::-1]]):
        phones = (f"09123450{number:02}",)
        name = ("Nguyễn Văn Bình", "Trần Thị Lan")[number]
        sides = [arrive(survey(name, phones=phones)) for _ in range(2)]
        [row] = [
            row
            for row in db.session.scalars(select(MergeProposal))
            if {row.left_record_id, row.right_record_id} == set(sides)
        ]
        decide(by=STAFF, proposal_id=row.id, verdict=Verdict.UNSURE, ask="A")
        for said, day in order:
            answer(said, review_date=day, phones=phones)
        found.add(again(row).answer)

    assert found == {"different"}


def test_what_a_family_said_outlives_the_unsure_it_was_asked_for(
    pair: MergeProposal,
) -> None:
    answer("different")
    [live] = db.session.scalars(select(JudgementRow).where(JudgementRow.verdict == "unsure")).all()  # fmt: skip

    undo(by=STAFF, judgement_id=live.id)

    assert db.session.scalars(select(FieldCheck.state)).one() == "withdrawn"
    assert (again(pair).answer, again(pair).state) == ("different", "open")
    assert again(pair).is_asked


def test_deciding_and_taking_back_leaves_the_answer_as_it_was(
    pair: MergeProposal,
) -> None:
    answer("same")
    [live] = db.session.scalars(select(JudgementRow).where(JudgementRow.verdict == "unsure")).all()  # fmt: skip
    before = (again(pair).score, place(pair))

    for verdict in (Verdict.SAME, Verdict.DIFFERENT):
        row = decide(by=COLLEAGUE, proposal_id=pair.id, verdict=verdict, replaces=live.id)  # fmt: skip
        assert isinstance(row, JudgementRow)
        assert again(pair).score == before[0]
        restored = undo(by=COLLEAGUE, judgement_id=row.id)
        assert restored is not None
        live = restored
        assert (again(pair).score, place(pair)) == before


@pytest.mark.parametrize("said", ["same", "different"])
def test_the_machine_joins_nobody_between_whom_a_family_has_answered(
    ward: Area, said: str
) -> None:
    """The survey with the answer is as like the other household as can be."""
    number = "001160012345"
    one = arrive(survey(number=number, phones=PHONE))
    other = arrive(survey(number=number, phones=PHONE))
    row = db.session.scalars(select(MergeProposal)).one()
    decide(by=STAFF, proposal_id=row.id, verdict=Verdict.UNSURE, ask="A")
    trust_the_model()
    assert row.is_certain

    record_id = answer(said, number=number)

    placed = {
        each.record_id: each.household_id
        for each in db.session.scalars(select(HouseholdRecord))
    }
    assert placed[one] != placed[other]
    assert placed[record_id] in {placed[one], placed[other]}
    assert again(row).state == "open"
    assert list(check_households(silent)) == []


def test_a_yes_about_a_recognised_family_waits_for_two_people(
    pair: MergeProposal,
) -> None:
    with transaction() as session:
        session.add(HouseholdStake(household_id=pair.left_household_id, stake=3))

    answer("same")

    [live] = db.session.scalars(select(JudgementRow).where(JudgementRow.verdict == "unsure")).all()  # fmt: skip
    first = decide(by=STAFF, proposal_id=pair.id, verdict=Verdict.SAME, replaces=live.id)  # fmt: skip
    assert not isinstance(first, JudgementRow)
    assert again(pair).state == "open"


def test_a_no_takes_a_pair_out_of_those_that_are_almost_certain(
    ward: Area, officer: Browser
) -> None:
    number = "001160012345"
    arrive(survey(number=number, phones=PHONE))
    arrive(survey(number=number, phones=PHONE))
    row = db.session.scalars(select(MergeProposal)).one()
    decide(by=STAFF, proposal_id=row.id, verdict=Verdict.UNSURE, ask="A")
    trust_the_model()

    answer("different", number=number)

    assert again(row).is_certain
    assert not again(row).seems_certain
    listed = officer.get("/review?band=certain").text
    assert f'href="/review/{row.id}' not in listed
    [live] = db.session.scalars(select(JudgementRow).where(JudgementRow.verdict == "unsure")).all()  # fmt: skip
    decided = decide(by=STAFF, proposal_id=row.id, verdict=Verdict.DIFFERENT, replaces=live.id)  # fmt: skip
    assert isinstance(decided, JudgementRow)


def test_answers_are_counted_beside_what_people_decided(pair: MergeProposal) -> None:
    answer("same")
    [live] = db.session.scalars(select(JudgementRow).where(JudgementRow.verdict == "unsure")).all()  # fmt: skip
    assert training.answered() == training.Answered()

    row = decide(by=COLLEAGUE, proposal_id=pair.id, verdict=Verdict.DIFFERENT, replaces=live.id)  # fmt: skip
    assert isinstance(row, JudgementRow)
    assert training.answered() == training.Answered(different=(0, 1))

    undo(by=COLLEAGUE, judgement_id=row.id)
    assert training.answered() == training.Answered()
