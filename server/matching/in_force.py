"""The model and the thresholds by which pairs are judged now."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import bindparam, select

from server.db import db
from server.domain.matching.model import Model, load_model, read_model
from server.matching.tables import MatchingModel, MatchingThresholds

_IN_FORCE = select(MatchingModel.id, MatchingModel.made_at).where(
    MatchingModel.is_in_force
)
_DECIDED = select(MatchingThresholds).where(
    MatchingThresholds.model == bindparam("model"),
    MatchingThresholds.superseded_at.is_(None),
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
    model = model_in_force()
    row = db.session.scalar(_DECIDED, {"model": model.name})
    if row is None:
        zones = model.zones
        return Thresholds(zones.same, zones.propose, model.name, None)
    return Thresholds(row.auto_from, row.propose_from, row.actor_name, row.at)


@lru_cache(maxsize=1)
def _shipped() -> Model:
    return load_model()


@lru_cache(maxsize=2)
def _accepted(row_id: int, _made_at: datetime) -> Model:
    # The content of a row never changes, so a process reads it once.
    return read_model(db.session.get_one(MatchingModel, row_id).content)
