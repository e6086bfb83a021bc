"""The models of this registry: trained, looked at, accepted, and taken back.

A trained model is a candidate. It judges nothing before an administrator has seen how it
and the model in force fare on judgements neither was made from, and has accepted it.
Taking it back brings the one before it into force again. Pairs keep the name of the
model that scored them.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from server import clock
from server.audit import actions as audit
from server.db import db, serialise, transaction
from server.domain.actor import Actor
from server.domain.matching.model import Model, text_of
from server.domain.problems import Problem, Refused
from server.matching.tables import MatchingModel


def keep_candidate(*, by: Actor, model: Model, report: dict[str, Any]) -> MatchingModel:
    """Keep a model that was trained here; it waits for somebody to accept it."""
    with transaction() as session:
        row = MatchingModel(
            name=model.name,
            content=text_of(model),
            report=report,
            made_at=clock.now(),
            is_in_force=False,
            **by.signature(),
        )
        session.add(row)
        session.flush()
        audit.record(
            by=by,
            action="model.trained",
            subject_kind="matching_model",
            subject_id=row.id,
            details={"model": row.name},
        )
        return row


def accept(*, by: Actor, model_id: int) -> MatchingModel:
    """Judge pairs by this model from now on."""
    with transaction() as session:
        serialise("registry")
        row = _get(model_id)
        if row.is_in_force:
            raise Refused(Problem("model_in_force_already"), status=409)
        former = find_in_force()
        _put_out_of_force()
        row.is_in_force, row.accepted_at = True, clock.now()
        row.actor_kind, row.actor_id, row.actor_name = by.kind, by.id, by.name
        row.report = {**row.report, "replaced": former.id if former else None}
        session.flush()
        audit.record(
            by=by,
            action="model.accepted",
            subject_kind="matching_model",
            subject_id=row.id,
            details={"model": row.name, "replaced": row.report["replaced"]},
        )
        return row


def take_back(*, by: Actor, model_id: int) -> MatchingModel | None:
    """Judge by the model before this one again; None when that came with the program."""
    with transaction() as session:
        serialise("registry")
        row = _get(model_id)
        if not row.is_in_force:
            raise Refused(Problem("model_not_in_force"), status=409)
        _put_out_of_force()
        former = session.get(MatchingModel, row.report.get("replaced") or 0)
        if former is not None:
            former.is_in_force = True
        session.flush()
        audit.record(
            by=by,
            action="model.taken_back",
            subject_kind="matching_model",
            subject_id=row.id,
            details={"model": row.name, "restored": former.id if former else None},
        )
        return former


def find_in_force() -> MatchingModel | None:
    """The model of this registry that judges now; None for the program's own."""
    return db.session.scalar(select(MatchingModel).where(MatchingModel.is_in_force))


def all_models() -> Sequence[MatchingModel]:
    """Every model that was trained here, the newest first."""
    return db.session.scalars(
        select(MatchingModel).order_by(MatchingModel.id.desc())
    ).all()


def next_name(prefix: str = "ours") -> str:
    """A name no model of this registry has: ours-1, ours-2, …"""
    taken = set(db.session.scalars(select(MatchingModel.name)))
    number = len(taken) + 1
    while f"{prefix}-{number}" in taken:
        number += 1
    return f"{prefix}-{number}"


def _get(model_id: int) -> MatchingModel:
    row = db.session.get(MatchingModel, model_id)
    if row is None:
        raise Refused(Problem("model_not_found"), status=404)
    return row


def _put_out_of_force() -> None:
    # At once and not row by row: one at most may be in force at any moment.
    db.session.execute(
        update(MatchingModel)
        .where(MatchingModel.is_in_force)
        .values(is_in_force=False)
        .execution_options(synchronize_session="fetch")
    )
