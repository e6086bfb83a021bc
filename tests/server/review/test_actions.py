"""Matching, deciding, taking back."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from server.audit.tables import AuditEvent
from server.db import db
from server.domain.actor import SYSTEM
from server.domain.matching.judgement import Verdict, pair
from server.domain.problems import Refused
from server.jobs.tables import Job
from server.registry.tables import HouseholdRecord, HouseholdRow
from server.review.actions import decide, match_record, undo
from server.review.tables import JudgementRow, MergeProposal
from tests.server.review.surveys import (
    COLLEAGUE,
    ELSEWHERE,
    STAFF,
    arrive,
    make_ward,
    survey,
    trust_the_model,
)

pytestmark = pytest.mark.usefixtures("app")
NUMBER = "001060012345"
ENTITY = "uuid:11111111-0000-4000-8000-000000000001"


@pytest.fixture(autouse=True)
def ward(app: Flask) -> None:
    make_ward()


def household_of(record_id: str) -> str:
    return db.session.get_one(HouseholdRecord, record_id).household_id


def proposal_of(left: str, right: str) -> MergeProposal:
    one, other = pair(left, right)
    found = db.session.scalar(
        select(MergeProposal).where(
            MergeProposal.left_record_id == one, MergeProposal.right_record_id == other
        )
    )
    assert found is not None
    return found


def judgements() -> list[JudgementRow]:
    return list(db.session.scalars(select(JudgementRow).order_by(JudgementRow.id)))


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def two_lookalikes() -> tuple[str, str]:
    return arrive(survey()), arrive(survey("Nguyen Van Binh"))


def test_the_same_number_and_name_are_joined_by_the_system() -> None:
    trust_the_model()
    first = arrive(survey(number=NUMBER))
    second = arrive(survey(number=NUMBER))

    assert household_of(first) == household_of(second)
    [row] = judgements()
    assert (row.verdict, row.actor_kind) == ("same", "system")
    assert proposal_of(first, second).state == "decided"
    assert proposal_of(first, second).is_certain


def test_lookalikes_wait_for_a_person() -> None:
    first, second = two_lookalikes()

    assert household_of(first) != household_of(second)
    assert judgements() == []
    proposal = proposal_of(first, second)
    assert proposal.state == "open"
    assert {proposal.left_household_id, proposal.right_household_id} == {
        household_of(first),
        household_of(second),
    }
    assert " head_name " in proposal.evidence_codes


def test_strangers_are_not_proposed() -> None:
    arrive(survey())
    arrive(survey("Lê Thị Hoa", "1981", address=ELSEWHERE))

    assert db.session.scalar(select(func.count()).select_from(MergeProposal)) == 0


def test_an_edit_stays_with_what_it_replaces() -> None:
    first = survey()
    edited = survey(
        "Trần Thị Mai", "1999", address=ELSEWHERE, deprecated_id=first.instance_id
    )

    ids = arrive(edited), arrive(first)

    assert household_of(ids[0]) == household_of(ids[1])


def test_surveys_that_name_one_entity_are_compared_without_a_common_key() -> None:
    wife = survey("Lê Thị Hoa", "1970", entity=ENTITY)
    stranger = survey("Phạm Văn Tú", "1990", address=ELSEWHERE, entity=ENTITY)

    first, second = arrive(wife), arrive(stranger)

    assert proposal_of(first, second).state == "open"
    assert not proposal_of(first, second).is_certain


def test_matching_again_changes_nothing() -> None:
    first, second = two_lookalikes()
    before = proposal_of(first, second).id

    match_record(by=SYSTEM, record_id=first)

    assert proposal_of(first, second).id == before
    assert db.session.scalar(select(func.count()).select_from(MergeProposal)) == 1


def test_changed_households_are_handed_on_in_the_same_transaction() -> None:
    first, second = two_lookalikes()
    decide(by=STAFF, proposal_id=proposal_of(first, second).id, verdict=Verdict.SAME)

    job = db.session.scalar(
        select(Job).where(Job.kind == "households_changed").order_by(Job.id.desc())
    )

    assert job is not None
    assert household_of(first) in job.payload["household_ids"]


def test_same_makes_one_household_and_undo_makes_two() -> None:
    first, second = two_lookalikes()
    apart = household_of(first), household_of(second)
    proposal = proposal_of(first, second)

    row = decide(by=STAFF, proposal_id=proposal.id, verdict=Verdict.SAME)
    assert household_of(first) == household_of(second)
    assert proposal_of(first, second).state == "decided"

    undo(by=COLLEAGUE, judgement_id=row.id, reason="nhầm")
    assert (household_of(first), household_of(second)) == apart
    assert proposal_of(first, second).state == "open"
    assert row.superseded_by == COLLEAGUE.name
    assert row.superseded_reason == "nhầm"


def test_a_merged_household_points_to_the_one_it_went_to() -> None:
    first, second = two_lookalikes()
    decide(by=STAFF, proposal_id=proposal_of(first, second).id, verdict=Verdict.SAME)

    merged = db.session.scalars(
        select(HouseholdRow).where(HouseholdRow.state == "merged")
    ).all()

    assert [row.merged_into for row in merged] == [household_of(first)]


def test_the_second_reviewer_learns_who_was_faster() -> None:
    first, second = two_lookalikes()
    proposal_id = proposal_of(first, second).id
    decide(by=STAFF, proposal_id=proposal_id, verdict=Verdict.SAME)

    with pytest.raises(Refused) as refused:
        decide(by=COLLEAGUE, proposal_id=proposal_id, verdict=Verdict.DIFFERENT)

    assert refused.value.status == 409
    assert codes(refused) == ["proposal_already_decided"]
    assert STAFF.name in refused.value.problems[0].sentence("vi")
    assert "one household" in refused.value.problems[0].sentence("en")


def test_a_verdict_is_replaced_knowingly_and_comes_back_by_undo() -> None:
    first, second = two_lookalikes()
    proposal_id = proposal_of(first, second).id
    same = decide(by=STAFF, proposal_id=proposal_id, verdict=Verdict.SAME)

    different = decide(
        by=COLLEAGUE,
        proposal_id=proposal_id,
        verdict=Verdict.DIFFERENT,
        replaces=same.id,
    )
    assert household_of(first) != household_of(second)

    restored = undo(by=STAFF, judgement_id=different.id)
    assert household_of(first) == household_of(second)
    assert restored is not None
    assert (restored.verdict, restored.actor_name, restored.at) == (
        "same",
        STAFF.name,
        same.at,
    )
    assert restored.restores_id == same.id

    undo(by=STAFF, judgement_id=restored.id)
    assert household_of(first) != household_of(second)
    assert proposal_of(first, second).state == "open"


def test_replacing_what_was_taken_back_meanwhile_is_refused() -> None:
    first, second = two_lookalikes()
    proposal_id = proposal_of(first, second).id
    same = decide(by=STAFF, proposal_id=proposal_id, verdict=Verdict.SAME)
    undo(by=COLLEAGUE, judgement_id=same.id)

    with pytest.raises(Refused) as refused:
        decide(
            by=STAFF,
            proposal_id=proposal_id,
            verdict=Verdict.DIFFERENT,
            replaces=same.id,
        )

    assert codes(refused) == ["decision_taken_back"]


def test_a_judgement_is_taken_back_once() -> None:
    first, second = two_lookalikes()
    proposal_id = proposal_of(first, second).id
    row = decide(by=STAFF, proposal_id=proposal_id, verdict=Verdict.UNSURE)
    undo(by=COLLEAGUE, judgement_id=row.id)

    with pytest.raises(Refused) as refused:
        undo(by=STAFF, judgement_id=row.id)

    assert refused.value.status == 409
    assert COLLEAGUE.name in refused.value.problems[0].sentence()


def test_going_against_certain_evidence_needs_a_reason() -> None:
    trust_the_model()
    first = arrive(survey(number=NUMBER))
    second = arrive(survey(number=NUMBER))
    proposal_id, [by_system] = proposal_of(first, second).id, judgements()

    with pytest.raises(Refused) as refused:
        decide(
            by=STAFF,
            proposal_id=proposal_id,
            verdict=Verdict.DIFFERENT,
            reason="  ",
            replaces=by_system.id,
        )
    assert codes(refused) == ["reason_against_certain_missing"]
    assert household_of(first) == household_of(second)

    decide(
        by=STAFF,
        proposal_id=proposal_id,
        verdict=Verdict.DIFFERENT,
        reason="Hai anh em mượn giấy tờ của nhau",
        replaces=by_system.id,
    )
    assert household_of(first) != household_of(second)


def test_the_system_never_repeats_what_was_taken_back() -> None:
    trust_the_model()
    first = arrive(survey(number=NUMBER))
    second = arrive(survey(number=NUMBER))
    [by_system] = judgements()
    undo(by=STAFF, judgement_id=by_system.id)

    match_record(by=SYSTEM, record_id=second)

    assert household_of(first) != household_of(second)
    assert len(judgements()) == 1
    assert proposal_of(first, second).state == "open"


def three_lookalikes() -> tuple[str, str, str]:
    return arrive(survey()), arrive(survey()), arrive(survey("Nguyen Van Binh"))


def test_a_merge_that_a_verdict_forbids_is_refused_and_names_it() -> None:
    first, second, third = three_lookalikes()
    decide(
        by=COLLEAGUE,
        proposal_id=proposal_of(first, third).id,
        verdict=Verdict.DIFFERENT,
    )
    decide(by=STAFF, proposal_id=proposal_of(first, second).id, verdict=Verdict.SAME)

    with pytest.raises(Refused) as refused:
        decide(
            by=STAFF, proposal_id=proposal_of(second, third).id, verdict=Verdict.SAME
        )

    assert refused.value.status == 409
    assert codes(refused) == ["merge_blocked"]
    said = refused.value.problems[0].sentence("vi")
    assert COLLEAGUE.name in said
    assert "lấy lại nó trước" in said
    assert household_of(third) != household_of(second)


def test_a_pair_joined_through_a_third_record_is_stale() -> None:
    first, second, third = three_lookalikes()
    decide(by=STAFF, proposal_id=proposal_of(first, second).id, verdict=Verdict.SAME)
    decide(by=STAFF, proposal_id=proposal_of(second, third).id, verdict=Verdict.SAME)

    assert proposal_of(first, third).state == "stale"
    with pytest.raises(Refused) as refused:
        decide(
            by=STAFF,
            proposal_id=proposal_of(first, third).id,
            verdict=Verdict.DIFFERENT,
        )
    assert codes(refused) == ["records_already_together"]


def test_what_was_said_about_two_households_settles_their_other_pairs() -> None:
    first, second, third = three_lookalikes()
    decide(by=STAFF, proposal_id=proposal_of(first, second).id, verdict=Verdict.SAME)

    decide(
        by=STAFF, proposal_id=proposal_of(first, third).id, verdict=Verdict.DIFFERENT
    )

    assert proposal_of(second, third).state == "decided"
    with pytest.raises(Refused) as refused:
        decide(
            by=COLLEAGUE,
            proposal_id=proposal_of(second, third).id,
            verdict=Verdict.DIFFERENT,
        )
    assert codes(refused) == ["proposal_already_decided"]


def test_unsure_takes_a_pair_off_the_queue_and_joins_nothing() -> None:
    first, second = two_lookalikes()
    proposal_id = proposal_of(first, second).id

    row = decide(by=STAFF, proposal_id=proposal_id, verdict=Verdict.UNSURE)

    assert proposal_of(first, second).state == "decided"
    assert household_of(first) != household_of(second)
    decide(by=STAFF, proposal_id=proposal_id, verdict=Verdict.SAME, replaces=row.id)
    assert household_of(first) == household_of(second)


def test_a_late_survey_does_not_change_what_was_decided() -> None:
    first, second = two_lookalikes()
    decide(
        by=STAFF,
        proposal_id=proposal_of(first, second).id,
        verdict=Verdict.DIFFERENT,
    )
    late = arrive(survey("Nguyễn Văn Bình", review_date=date(2025, 1, 5)))

    assert household_of(late) not in (household_of(first), household_of(second))
    assert household_of(first) != household_of(second)


def test_proposals_do_not_depend_on_the_order_of_arrival() -> None:
    surveys = [
        survey(number=NUMBER),
        survey("Nguyen Van Binh", number="001060012354"),
        survey("Nguyễn Văn Bính", "1961", entity=ENTITY),
    ]
    known: dict[str, str] = {}
    for each in surveys:
        known[arrive(each, is_matched=False)] = each.instance_id

    def proposed() -> set[tuple[object, ...]]:
        rows = db.session.scalars(select(MergeProposal))
        return {
            (row.left_record_id, row.right_record_id, row.score, str(row.evidence))
            for row in rows
        }

    results = []
    for order in (sorted(known), sorted(known, reverse=True)):
        for record_id in order:
            match_record(by=SYSTEM, record_id=record_id)
        results.append(proposed())

    assert results[0] == results[1]
    assert results[0]


def test_every_verdict_and_every_undo_is_in_the_audit_trail() -> None:
    first, second = two_lookalikes()
    row = decide(
        by=STAFF, proposal_id=proposal_of(first, second).id, verdict=Verdict.SAME
    )
    undo(by=COLLEAGUE, judgement_id=row.id)

    events = db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.subject_kind == "judgement")
        .order_by(AuditEvent.id)
    ).all()

    assert [(each.action, each.actor_name) for each in events] == [
        ("judgement.made", STAFF.name),
        ("judgement.undone", COLLEAGUE.name),
    ]
    assert "Bình" not in str([each.details for each in events])


def test_an_unknown_pair_or_judgement_is_refused_as_absent() -> None:
    for attempt in (
        lambda: decide(by=STAFF, proposal_id=99, verdict=Verdict.SAME),
        lambda: undo(by=STAFF, judgement_id=99),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.status == 404
