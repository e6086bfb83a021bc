"""Whatever people and phones do, in whatever order, against a plain model.

The model is a list of records and the live verdicts on pairs; households are worked out
from it by hand. After each step the real households must be the model's, and in the
end they must be what recomputing everything gives.
"""

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from server.db import db, transaction
from server.domain.matching.judgement import Verdict
from server.domain.problems import Refused
from server.invariants.finding import Finding, silent
from server.invariants.fingerprints import of_households, of_proposals
from server.invariants.households import check_households
from server.registry.actions import correct
from server.registry.tables import HouseholdRecord, HouseholdRow
from server.review.actions import decide, relink, undo
from server.review.tables import JudgementRow, MergeProposal
from tests.server.review.surveys import (
    ELSEWHERE,
    HOME,
    STAFF,
    arrive,
    make_ward,
    number_anew,
    survey,
)

ENTITIES = [
    "uuid:11111111-0000-4000-8000-000000000001",
    "uuid:22222222-0000-4000-8000-000000000002",
]
# Few people who are easily taken for each other.
people = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Lê Thị Hoa", "Lê Thị Hoà", "Trần Văn Tư"]),
        "born": st.sampled_from(["1960", "1960-03-02", "1975"]),
        "address": st.sampled_from([HOME, ELSEWHERE]),
    },
    optional={
        "number": st.sampled_from(["001160012345", "001160099999"]),
        "entity": st.sampled_from(ENTITIES),
        "phones": st.just(("0912345678",)),
    },
)
Pair = tuple[str, str]


@pytest.fixture(autouse=True)
def caution(app: Flask) -> None:
    """As they were measured for the model."""


class Everything(RuleBasedStateMachine):
    """Each run is one transaction that is never committed."""

    def __init__(self) -> None:
        super().__init__()
        self.unit = transaction()
        self.unit.__enter__()
        number_anew()
        make_ward()
        self.records: dict[str, Any] = {}

    def teardown(self) -> None:
        broken = self.broken_in_the_end()
        stop = RuntimeError("roll back")
        with pytest.raises(RuntimeError):
            if not self.unit.__exit__(type(stop), stop, None):
                raise stop
        super().teardown()
        assert broken == []

    def broken_in_the_end(self) -> list[Finding]:
        return list(check_households(silent))

    @rule(person=people)
    def add(self, person: dict[str, Any]) -> None:
        record = survey(**person)
        self.records[arrive(record)] = record

    @precondition(lambda self: self.records)
    @rule(data=st.data(), person=people)
    def edit_late(self, data: st.DataObject, person: dict[str, Any]) -> None:
        earlier = data.draw(st.sampled_from(list(self.records.values())))
        record = survey(**person, deprecated_id=earlier.instance_id)
        self.records[arrive(record)] = record

    @precondition(lambda self: _proposals())
    @rule(data=st.data(), verdict=st.sampled_from(Verdict))
    def decide(self, data: st.DataObject, verdict: Verdict) -> None:
        proposal = data.draw(st.sampled_from(_proposals()))
        live = _live().get((proposal.left_record_id, proposal.right_record_id))
        before = _verdicts()
        try:
            decide(
                by=STAFF,
                proposal_id=proposal.id,
                verdict=verdict,
                reason="đã hỏi tổ trưởng",
                replaces=live.id if live else None,
            )
        except Refused:
            assert _verdicts() == before

    @precondition(lambda self: _live())
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        row = data.draw(st.sampled_from(list(_live().values())))

        undo(by=STAFF, judgement_id=row.id)

    @precondition(lambda self: _proposals())
    @rule(data=st.data(), verdict=st.sampled_from(Verdict))
    def decide_and_undo_leaves_no_trace(
        self, data: st.DataObject, verdict: Verdict
    ) -> None:
        proposal = data.draw(st.sampled_from(_proposals()))
        live = _live().get((proposal.left_record_id, proposal.right_record_id))
        before, said = self.everything(), _verdicts()
        try:
            row = decide(
                by=STAFF,
                proposal_id=proposal.id,
                verdict=verdict,
                reason="thử",
                replaces=live.id if live else None,
            )
        except Refused:
            return

        undo(by=STAFF, judgement_id=row.id)

        assert self.everything() == before
        assert _verdicts() == said

    @precondition(lambda self: self.records)
    @rule(data=st.data(), lane=st.sampled_from(["9", "11"]))
    def correct(self, data: st.DataObject, lane: str) -> None:
        record_id = data.draw(st.sampled_from(sorted(self.records)))
        household = db.session.get_one(HouseholdRecord, record_id).household_id

        correct(
            by=STAFF,
            household_id=household,
            path="address.lane",
            value=lane,
            reason="xem biển số nhà",
        )
        relink(record_ids={record_id})

    @invariant()
    def households_are_those_of_the_model(self) -> None:
        assert _households() == _by_hand(set(self.records), list(_live().values()))

    def everything(self) -> dict[Any, str]:
        db.session.expire_all()
        ids = set(db.session.scalars(select(HouseholdRow.id)))
        return {**of_households(ids), **of_proposals(set(self.records))}


def _proposals() -> list[MergeProposal]:
    return list(db.session.scalars(select(MergeProposal).order_by(MergeProposal.id)))


def _live() -> dict[Pair, JudgementRow]:
    rows = db.session.scalars(
        select(JudgementRow)
        .where(JudgementRow.superseded_at.is_(None))
        .order_by(JudgementRow.id)
    )
    return {(row.left_record_id, row.right_record_id): row for row in rows}


def _verdicts() -> dict[Pair, str]:
    return {pair: row.verdict for pair, row in _live().items()}


def _households() -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in db.session.scalars(select(HouseholdRecord)):
        found.setdefault(row.household_id, set()).add(row.record_id)
    return {frozenset(records) for records in found.values()}


def _by_hand(records: set[str], said: list[JudgementRow]) -> set[frozenset[str]]:
    """Join by staff's word, then by the system's, unless "different" stands between."""
    groups = [{record} for record in records]
    apart = [
        {row.left_record_id, row.right_record_id}
        for row in said
        if row.verdict == "different"
    ]
    said = sorted(
        said,
        key=lambda r: (
            (1, r.left_record_id, r.right_record_id)
            if r.actor_kind == "system"
            else (0, r.at, r.restores_id or r.id)
        ),
    )
    for row in said:
        if row.verdict != "same":
            continue
        ends = {row.left_record_id, row.right_record_id}
        touched = [group for group in groups if group & ends]
        joined = set().union(*touched)
        if not any(pair <= joined for pair in apart):
            groups = [group for group in groups if group not in touched] + [joined]
    return {frozenset(group) for group in groups}


def run_machine(examples: int, steps: int) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Everything,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            # Shrinking a run of a database takes minutes; the failing steps are short.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_households_follow_judgements_whatever_the_order(app: Flask) -> None:
    is_sqlite = db.engine.dialect.name == "sqlite"

    run_machine(examples=12 if is_sqlite else 3, steps=12)
