"""What the system joins by itself, and takes back."""

from itertools import permutations

import pytest
from sqlalchemy import select

from server.db import db, transaction
from server.domain.matching.judgement import Verdict, pair
from server.domain.matching.model import load_model
from server.review.actions import decide, relink, undo
from server.review.tables import JudgementRow, MergeProposal
from tests.server.review.surveys import (
    ELSEWHERE,
    STAFF,
    arrive,
    survey,
    trust_the_model,
)

pytestmark = pytest.mark.usefixtures("ward")


def joined() -> set[tuple[str, str]]:
    live = select(JudgementRow).where(JudgementRow.superseded_at.is_(None))
    return {
        (row.left_record_id, row.right_record_id)
        for row in db.session.scalars(live)
        if row.verdict == "same"
    }


def weigh_as(bits: dict[tuple[str, str], float]) -> None:
    """Let pairs weigh what is told, as if the model had said so."""
    with transaction() as session:
        for row in session.scalars(select(MergeProposal)):
            row.bits = bits[row.left_record_id, row.right_record_id]
            row.is_certain = row.bits > load_model().zones.same
        session.flush()
        relink(record_ids={each for sides in bits for each in sides})


@pytest.fixture
def three() -> list[str]:
    """Three surveys that look alike, by id."""
    found = sorted(arrive(survey()) for _ in range(3))
    trust_the_model()
    return found


def test_one_strong_pair_does_not_chain_two_families(three: list[str]) -> None:
    first, second, third = three

    weigh_as({(first, second): 9.0, (second, third): 8.0, (first, third): -5.0})

    assert joined() == {(first, second)}
    row = db.session.scalars(
        select(MergeProposal).where(
            MergeProposal.left_record_id == second,
            MergeProposal.right_record_id == third,
        )
    ).one()
    assert (row.state, row.is_asked) == ("open", True)


def test_the_order_of_arrival_decides_nothing(three: list[str]) -> None:
    first, second, third = three
    alone = {(first, second): 8.0, (second, third): 0.0, (first, third): 0.0}
    weigh_as(alone)
    assert joined() == {(first, second)}

    weigh_as({(first, second): 8.0, (second, third): 9.0, (first, third): -5.0})

    assert joined() == {(second, third)}
    weigh_as(alone)
    assert joined() == {(first, second)}


def test_different_is_never_joined_through_a_third(three: list[str]) -> None:
    first, second, third = three
    strong = dict.fromkeys(((first, second), (second, third), (first, third)), 9.0)  # fmt: skip
    weigh_as(strong)
    assert joined() == set(strong)
    proposal = db.session.scalars(
        select(MergeProposal).where(
            MergeProposal.left_record_id == first,
            MergeProposal.right_record_id == third,
        )
    ).one()
    live = db.session.scalars(
        select(JudgementRow).where(
            JudgementRow.left_record_id == first, JudgementRow.right_record_id == third
        )
    ).one()

    row = decide(
        by=STAFF,
        proposal_id=proposal.id,
        verdict=Verdict.DIFFERENT,
        reason="hai anh em",
        replaces=live.id,
    )

    assert len(joined()) == 1
    undo(by=STAFF, judgement_id=row.id)
    assert joined() == set(strong)


def test_surveys_far_apart_on_average_are_not_asked_about(three: list[str]) -> None:
    first, second, third = three

    weigh_as({(first, second): 9.0, (second, third): -4.9, (first, third): -4.9})

    asked = {
        (row.left_record_id, row.right_record_id): row.is_asked
        for row in db.session.scalars(select(MergeProposal))
        if row.state == "open"
    }
    assert asked == {(first, third): False, (second, third): False}


def test_whoever_comes_first_the_same_are_joined() -> None:
    trust_the_model()
    surveys = [
        survey(born="1960-03-02", number="001060012345"),
        survey("Nguyen Van Binh", "1960-03-02"),
        survey("Nguyễn Văn Bính", "1961", address=ELSEWHERE),
    ]
    results = set()
    for order in permutations(surveys):
        with pytest.raises(RuntimeError), transaction():
            ids = {arrive(each): each.instance_id for each in order}
            results.add(
                frozenset(pair(ids[one], ids[other]) for one, other in joined())
            )
            raise RuntimeError("roll back")
    assert len(results) == 1


def test_two_households_of_the_list_are_a_question_however_alike() -> None:
    trust_the_model()
    known = {"born": "1960-03-02", "number": "001060012345"}
    one = arrive(survey(**known, entity="uuid:11111111-0000-4000-8000-000000000001"))
    two = arrive(survey(**known, entity="uuid:22222222-0000-4000-8000-000000000002"))
    row = db.session.scalars(select(MergeProposal)).one()

    assert {row.left_record_id, row.right_record_id} == {one, two}
    assert (row.state, row.is_asked, row.is_certain) == ("open", True, False)
    assert {"code": "entity", "level": "different"}.items() <= row.evidence[0].items()
