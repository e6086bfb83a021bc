"""Many pairs with the very same evidence, decided at once and taken back at once."""

from typing import Any

import pytest
from sqlalchemy import select

from server.areas.tables import Area
from server.db import db
from server.domain.actor import EVERYWHERE
from server.domain.matching.judgement import Verdict
from server.domain.problems import Refused
from server.domain.survey.record import Address
from server.invariants import verify
from server.invariants.fingerprints import of_households, of_proposals
from server.registry.tables import HouseholdRow, SurveyRecordRow
from server.review.actions import decide, decide_batch, undo_change
from server.review.batches import evidence_classes
from server.review.tables import JudgementRow, MergeProposal
from server.review.weighing import keep_stakes
from tests.browsing import Browser
from tests.server.review.surveys import STAFF, arrive, survey

FAMILIES = (
    ("Lê Thị Hoa", "1960-03-02", Address(house_number="3", street="Cát Linh")),
    ("Phạm Văn Tú", "1971-11-20", Address(house_number="40", street="Hàng Bột")),
    ("Trần Văn Sáu", "1948-07-15", Address(house_number="7", street="La Thành")),
)

pytestmark = pytest.mark.usefixtures("ward")


def alike() -> list[int]:
    """Three pairs with one and the same evidence, and one with another."""
    for name, born, address in FAMILIES:
        arrive(survey(name, born, address=address))
        arrive(survey(name, born, address=address))
    ids = list(db.session.scalars(select(MergeProposal.id).order_by(MergeProposal.id)))
    arrive(survey("Nguyễn Văn Bình", "1960-03-02", phones=("0912345678",)))
    arrive(survey("Nguyen Van Binh", "1960-03-02", phones=("0912345678",)))
    return ids


def everything() -> dict[Any, str]:
    db.session.rollback()
    ids = set(db.session.scalars(select(HouseholdRow.id)))
    records = set(db.session.scalars(select(SurveyRecordRow.id)))
    return {**of_households(ids), **of_proposals(records)}


def live() -> list[JudgementRow]:
    db.session.rollback()
    statement = select(JudgementRow).where(JudgementRow.superseded_at.is_(None))
    return list(db.session.scalars(statement))


def test_a_class_holds_pairs_with_exactly_the_same_evidence() -> None:
    ids = alike()

    [found] = evidence_classes(EVERYWHERE)

    assert [row.id for row in found.pairs] == ids
    assert ("head_name", "equal") in found.findings
    assert 1 <= len(found.sample) <= 10


def test_what_needs_two_people_is_in_no_batch() -> None:
    ids = alike()
    row = db.session.get_one(MergeProposal, ids[0])
    keep_stakes(stakes={row.left_household_id: 3})

    [found] = evidence_classes(EVERYWHERE)

    assert [row.id for row in found.pairs] == ids[1:]


def test_a_batch_is_decided_and_taken_back_as_one() -> None:
    ids = alike()
    before = everything()
    [found] = evidence_classes(EVERYWHERE)

    change = decide_batch(
        by=STAFF,
        scope=EVERYWHERE,
        key=found.key,
        proposal_ids=ids,
        verdict=Verdict.SAME,
        reason="đã xem mẫu",
    )
    change_id = change.id

    assert [row.verdict for row in live()] == ["same"] * 3
    assert verify() == []
    undo_change(by=STAFF, change_id=change_id)
    assert live() == []
    assert everything() == before
    assert verify() == []


def test_a_pair_that_was_decided_meanwhile_stops_the_batch() -> None:
    ids = alike()
    [found] = evidence_classes(EVERYWHERE)
    key = found.key
    decide(by=STAFF, proposal_id=ids[0], verdict=Verdict.DIFFERENT)

    with pytest.raises(Refused) as refused:
        decide_batch(
            by=STAFF,
            scope=EVERYWHERE,
            key=key,
            proposal_ids=ids,
            verdict=Verdict.SAME,
            reason="đã xem mẫu",
        )

    assert refused.value.problems[0].code == "batch_changed_meanwhile"
    assert len(live()) == 1


def test_the_screens_show_a_sample_and_decide_what_is_ticked(
    officer: Browser, neighbour: Browser, ward: Area
) -> None:
    ids = alike()
    [found] = evidence_classes(EVERYWHERE)
    address = f"/review/batches/{found.key}"
    assert f'href="{address}"' in officer.get("/review/batches").text
    assert neighbour.get(address).status_code == 404
    page = officer.get(address).text
    assert "Lê Thị Hoa" in page
    assert f'href="/review/{ids[0]}"' in page

    sent = {
        "verdict": "different",
        "proposal_ids": [str(each) for each in ids[:2]],
        "reason": "đã hỏi tổ trưởng",
    }
    answer = officer.post(address, data=sent)

    assert answer.status_code == 303
    assert [row.verdict for row in live()] == ["different"] * 2
    assert "/review/changes/" in officer.get("/review/batches").text
