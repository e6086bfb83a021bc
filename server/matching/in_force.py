"""The model and the thresholds by which pairs are judged now."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import bindparam, func, literal, select

from server.db import db
from server.domain.matching.model import Model, load_model, read_model
from server.matching.tables import MatchingModel, MatchingThresholds

_IN_FORCE = select(MatchingModel.id, MatchingModel.made_at).where(
    MatchingModel.is_in_force
)
# The model in force and what was decided for it; one row, whether they are there or not.
_ALWAYS = select(literal(1).label("one")).subquery("given")
_DECIDED = select(
    MatchingModel.id,
    MatchingModel.made_at,
    MatchingThresholds.auto_from,
    MatchingThresholds.propose_from,
    MatchingThresholds.actor_name,
    MatchingThresholds.at,
).select_from(
    _ALWAYS.outerjoin(MatchingModel, MatchingModel.is_in_force).outerjoin(
        MatchingThresholds,
        (
            MatchingThresholds.model
            == func.coalesce(MatchingModel.name, bindparam("shipped"))
        )
        & MatchingThresholds.superseded_at.is_(None),
    )
)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From how many bits on a pair is one household without asking, and from how many
    on it is asked about; `origin` is who decided so, or the model they come with."""

    auto_from: float
    propose_from: float
    origin: str
    decided_at: datetime | None


def model_in_force() -> Model:
    """The model that was accepted last; the one that comes with the program before."""
    row = db.session.execute(_IN_FORCE).one_or_none()
    return _shipped() if row is None else _accepted(*row)


def thresholds_in_force() -> Thresholds:
    """What was decided for the model in force, or the zones that were measured for
    it."""
    row = db.session.execute(_DECIDED, {"shipped": _shipped().name}).one()
    if row.auto_from is not None:
        return Thresholds(row.auto_from, row.propose_from, row.actor_name, row.at)
    model = _shipped() if row.id is None else _accepted(row.id, row.made_at)
    return Thresholds(model.zones.same, model.zones.propose, model.name, None)


@lru_cache(maxsize=1)
def _shipped() -> Model:
    return load_model()


@lru_cache(maxsize=2)
def _accepted(row_id: int, _made_at: datetime) -> Model:
    # The content of a row never changes, so a process reads it once.
    return read_model(db.session.get_one(MatchingModel, row_id).content)
