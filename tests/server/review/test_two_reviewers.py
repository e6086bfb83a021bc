"""Two people at one pair at the same moment: one wins, the other is told."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server.areas.tables import Area
from server.db import db
from server.domain.actor import Actor
from server.domain.matching.judgement import Verdict
from server.domain.problems import Refused
from server.invariants import verify
from server.review.actions import decide, undo
from server.review.choosing import Choice
from server.review.reserving import reserve
from server.review.tables import JudgementRow, MergeProposal
from tests.server.review.surveys import COLLEAGUE, STAFF, arrive, survey

ROUNDS = 6


@pytest.fixture
def pair(ward: Area) -> int:
    arrive(survey("Nguyễn Văn Bình", "1960-03-02"))
    arrive(survey("Nguyen Van Binh", "1960-03-02"))
    found = db.session.scalars(select(MergeProposal.id)).one()
    db.session.rollback()
    return found


def at_once(app: Flask, *work: Callable[[], Any]) -> list[Any]:
    """What each gives, or the code with which it is refused; all begin together."""
    ready = threading.Barrier(len(work))
    results: list[Any] = [None] * len(work)

    def run(place: int, task: Callable[[], Any]) -> None:
        with app.app_context():
            ready.wait(timeout=10)
            try:
                results[place] = task()
            except Refused as refused:
                results[place] = refused.problems[0].code
            finally:
                db.session.remove()

    threads = [
        threading.Thread(target=run, args=(place, task), daemon=True)
        for place, task in enumerate(work)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)
    db.session.rollback()
    return results


def deciding(by: Actor, pair: int, verdict: Verdict) -> Callable[[], int]:
    def work() -> int:
        proposal = db.session.get_one(MergeProposal, pair)
        choices = [Choice("address.lane", "35", proposal.left_record_id)]
        chosen = choices if verdict is Verdict.SAME else ()
        row = decide(by=by, proposal_id=pair, verdict=verdict, choices=chosen)
        return row.id

    return work


def live() -> list[JudgementRow]:
    statement = select(JudgementRow).where(JudgementRow.superseded_at.is_(None))
    return list(db.session.scalars(statement))


def test_of_two_decisions_at_once_one_counts(app: Flask, pair: int) -> None:
    for _round in range(ROUNDS):
        results = at_once(
            app,
            deciding(STAFF, pair, Verdict.SAME),
            deciding(COLLEAGUE, pair, Verdict.DIFFERENT),
        )

        won = [each for each in results if isinstance(each, int)]
        assert len(won) == 1
        assert "proposal_already_decided" in results
        [row] = live()
        assert row.id == won[0]
        undo(by=STAFF, judgement_id=row.id)
        db.session.rollback()
    assert verify() == []


def test_of_two_who_open_a_pair_at_once_one_has_it(app: Flask, pair: int) -> None:
    results = at_once(
        app,
        lambda: reserve(by=STAFF, proposal_id=pair) is None,
        lambda: reserve(by=COLLEAGUE, proposal_id=pair) is None,
    )

    assert sorted(results) == [False, True]


def test_an_undo_and_a_decision_at_once_lose_nothing(app: Flask, pair: int) -> None:
    for _round in range(ROUNDS):
        row = decide(by=STAFF, proposal_id=pair, verdict=Verdict.SAME)
        row_id = row.id
        db.session.rollback()

        results = at_once(
            app,
            lambda row_id=row_id: undo(by=COLLEAGUE, judgement_id=row_id),
            deciding(COLLEAGUE, pair, Verdict.DIFFERENT),
        )

        assert results[0] is None
        rows = live()
        if isinstance(results[1], int):
            assert [each.id for each in rows] == [results[1]]
            undo(by=STAFF, judgement_id=results[1])
        else:
            assert results[1] == "proposal_already_decided"
            assert rows == []
        db.session.rollback()
    assert verify() == []
