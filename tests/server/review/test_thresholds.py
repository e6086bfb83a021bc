"""Thresholds: priced before they are changed, dated, audited, and taken back."""

import pytest
from flask import Flask
from sqlalchemy import select

from server.audit.tables import AuditEvent
from server.db import db, transaction
from server.domain.matching.model import load_model
from server.domain.problems import Refused
from server.matching.in_force import thresholds_in_force
from server.matching.tables import MatchingThresholds
from server.review import measured, thresholds
from server.review.tables import JudgementRow, MergeProposal
from tests.browsing import Browser, signed_in
from tests.factories import make_user
from tests.server.review.surveys import STAFF, arrive, survey

SHIPPED = (load_model().zones.same, load_model().zones.propose)
BETWEEN, HIGHER = SHIPPED[0] + 0.3, SHIPPED[0] + 0.5


@pytest.fixture(autouse=True)
def caution(app: Flask) -> None:
    """As they were measured for the model."""


@pytest.fixture
def admin(app: Flask) -> Browser:
    return signed_in(app, make_user(role="admin"))


@pytest.fixture
def pairs(app: Flask) -> list[MergeProposal]:
    """Three pairs of one family, at scores that are known."""
    for _ in range(3):
        arrive(survey(number="001160001234"))
    with transaction() as session:
        rows = list(session.scalars(select(MergeProposal).order_by(MergeProposal.id)))
        for row, bits in zip(rows, (-3.0, BETWEEN, 9.0), strict=True):
            row.bits = bits
    return rows


def judge(row: MergeProposal, verdict: str) -> None:
    with transaction() as session:
        for former in session.scalars(select(JudgementRow).where(
            JudgementRow.left_record_id == row.left_record_id,
            JudgementRow.right_record_id == row.right_record_id,
        )):  # fmt: skip
            session.delete(former)
        session.flush()
        session.add(
            JudgementRow(
                left_record_id=row.left_record_id,
                right_record_id=row.right_record_id,
                verdict=verdict,
                reason="",
                at=row.created_at,
                actor_kind="user",
                actor_id=STAFF.id,
                actor_name=STAFF.name,
            )
        )


def decide(auto_from: float, propose_from: float = -4.0) -> MatchingThresholds:
    return thresholds.decide_thresholds(
        by=STAFF, auto_from=auto_from, propose_from=propose_from, reason="ít lỗi hơn"
    )


def test_pairs_are_counted_where_they_lie(pairs: list[MergeProposal]) -> None:
    found = measured.registry_pairs()

    assert found.records == 3
    assert found.spread.between(-3.0, -2.75).total == 1
    assert found.spread.between(BETWEEN - 0.05, HIGHER).total == 1
    assert found.spread.between(9.0).total == 1


def test_what_people_decided_measures_the_machine(pairs: list[MergeProposal]) -> None:
    judge(pairs[1], "same")
    judge(pairs[2], "different")

    found = measured.zone(load_model(), measured.reviewed_pairs(), 4.0, 20.0)

    assert (found.reviewed.right, found.reviewed.total) == (1, 2)
    assert [name for name, *_ in found.known] == ["field-301", "harsh-302", "harsh-303"]
    assert found.known[0][2].value > 0.99


def test_a_change_is_dated_audited_and_keeps_its_price(
    pairs: list[MergeProposal],
) -> None:
    row = decide(HIGHER)

    now = thresholds_in_force()
    assert (now.auto_from, now.propose_from, now.origin) == (HIGHER, -4.0, STAFF.name)
    assert now.decided_at == row.at
    assert row.price["before"]["questions"] < row.price["after"]["questions"]
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "thresholds.decided")
    ).one()
    assert event.details["auto_from"] == [load_model().zones.same, HIGHER]


def test_taking_a_change_back_restores_what_held_before(
    pairs: list[MergeProposal],
) -> None:
    first, second = decide(HIGHER), decide(HIGHER + 1)

    restored = thresholds.take_back_thresholds(by=STAFF, thresholds_id=second.id)

    assert restored is not None
    assert thresholds_in_force().auto_from == HIGHER
    assert restored.price["restores"] == first.id
    assert thresholds.take_back_thresholds(by=STAFF, thresholds_id=restored.id) is None
    assert thresholds_in_force().auto_from == load_model().zones.same
    with pytest.raises(Refused) as refused:
        thresholds.take_back_thresholds(by=STAFF, thresholds_id=first.id)
    assert refused.value.status == 409


@pytest.mark.parametrize(
    ("auto_from", "propose_from", "reason", "code"),
    [
        (5.0, -4.0, " ", "thresholds_reason_missing"),
        (-4.5, -4.0, "vì sao", "thresholds_out_of_order"),
        (5.0, -9.0, "vì sao", "thresholds_out_of_order"),
        (*SHIPPED, "vì sao", "thresholds_unchanged"),
    ],
)
def test_what_makes_no_sense_is_refused(
    app: Flask, auto_from: float, propose_from: float, reason: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        thresholds.decide_thresholds(
            by=STAFF, auto_from=auto_from, propose_from=propose_from, reason=reason
        )

    assert refused.value.problems[0].code == code


def test_an_administrator_sees_the_price_then_changes_and_takes_back(
    admin: Browser, officer: Browser, pairs: list[MergeProposal]
) -> None:
    seen = admin.get(f"/review/thresholds?auto_from={HIGHER}").text
    assert "Giá của lựa chọn này" in seen
    assert "đo khi làm ra mô hình" in seen
    sent = {"auto_from": str(HIGHER), "propose_from": "-4.0", "reason": "ít lỗi hơn"}

    assert admin.post("/review/thresholds", data=sent).status_code == 303

    after = admin.get("/review/thresholds").text
    assert "ít lỗi hơn" in after
    row = db.session.scalars(select(MatchingThresholds)).one()
    assert admin.post(f"/review/thresholds/{row.id}/undo").status_code == 303
    assert thresholds_in_force().auto_from == load_model().zones.same
    assert officer.get("/review/thresholds").status_code == 403
