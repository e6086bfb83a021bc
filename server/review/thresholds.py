"""From which score on the machine joins alone, and from which on people are asked.

Thresholds are decided by an administrator who saw what they cost. They are superseded
and never edited; taking the ones in use back brings the former ones into force again.
They hold for what is compared from then on, and for everything after a re-scoring.
"""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import select

from server import clock
from server.audit import actions as audit
from server.db import db, serialise, transaction
from server.domain.actor import Actor
from server.domain.matching.linkage import WEAK
from server.domain.matching.pricing import HIGHEST
from server.domain.problems import Problem, Refused
from server.matching.in_force import model_in_force, thresholds_in_force
from server.matching.tables import MatchingThresholds
from server.review.measured import registry_pairs


def decide_thresholds(
    *, by: Actor, auto_from: float, propose_from: float, reason: str
) -> MatchingThresholds:
    """Let these thresholds hold; their price is kept as it was when they were decided.

    Raises Refused without a reason, out of order, beyond what is compared at all, and
    when nothing would change.
    """
    with transaction():
        serialise("registry")
        model, now = model_in_force(), thresholds_in_force()
        _refuse(auto_from, propose_from, reason)
        if (auto_from, propose_from) == (now.auto_from, now.propose_from):
            raise Refused(Problem("thresholds_unchanged"), status=409)
        registry = registry_pairs()
        prices = {
            "before": asdict(registry.price(model, now.auto_from, now.propose_from)),
            "after": asdict(registry.price(model, auto_from, propose_from)),
            "records": registry.records,
            "replaced": _supersede(model.name),
        }
        row = _insert(by, model.name, auto_from, propose_from, prices, reason.strip())
        audit.record(
            by=by,
            action="thresholds.decided",
            subject_kind="matching_thresholds",
            subject_id=row.id,
            details={
                "model": model.name,
                "auto_from": [now.auto_from, auto_from],
                "propose_from": [now.propose_from, propose_from],
            },
        )
        return row


def take_back_thresholds(*, by: Actor, thresholds_id: int) -> MatchingThresholds | None:
    """Take the thresholds in use back. Those they replaced hold again, as a new row;
    None when those were the model's own."""
    with transaction() as session:
        serialise("registry")
        row = session.get(MatchingThresholds, thresholds_id)
        if row is None:
            raise Refused(Problem("thresholds_not_found"), status=404)
        if row.superseded_at is not None:
            raise Refused(Problem("thresholds_not_in_force"), status=409)
        original = row
        while original.price.get("restores"):
            original = session.get_one(MatchingThresholds, original.price["restores"])
        former = session.get(MatchingThresholds, original.price.get("replaced") or 0)
        _supersede(row.model)
        restored = None
        if former is not None:
            restored = _insert(
                by, row.model, former.auto_from, former.propose_from,
                {**former.price, "restores": former.id}, former.reason,
            )  # fmt: skip
        audit.record(
            by=by,
            action="thresholds.taken_back",
            subject_kind="matching_thresholds",
            subject_id=row.id,
            details={"restored": former.id if former else None},
        )
        return restored


def decided_thresholds() -> Sequence[MatchingThresholds]:
    """Everything that was decided, the newest first."""
    return db.session.scalars(
        select(MatchingThresholds).order_by(MatchingThresholds.id.desc()).limit(50)
    ).all()


def _refuse(auto_from: float, propose_from: float, reason: str) -> None:
    if not reason.strip():
        raise Refused(Problem("thresholds_reason_missing", "reason"))
    if not WEAK <= propose_from <= auto_from <= HIGHEST:
        values = {"low": WEAK, "high": HIGHEST}
        raise Refused(Problem("thresholds_out_of_order", "auto_from", values))


def _supersede(model: str) -> int | None:
    """Let the live row of a model hold no longer; returns which one that was."""
    with transaction() as session:
        live = session.scalar(
            select(MatchingThresholds).where(
                MatchingThresholds.model == model,
                MatchingThresholds.superseded_at.is_(None),
            )
        )
        if live is None:
            return None
        live.superseded_at = clock.now()
        session.flush()
        return live.id


def _insert(
    by: Actor, model: str, auto_from: float, propose_from: float,
    prices: dict[str, object], reason: str,
) -> MatchingThresholds:  # fmt: skip
    with transaction() as session:
        row = MatchingThresholds(
            model=model,
            auto_from=auto_from,
            propose_from=propose_from,
            price=prices,
            reason=reason,
            at=clock.now(),
            **by.signature(),
        )
        session.add(row)
        session.flush()
        return row
