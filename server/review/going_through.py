"""The way through the queue: the next pair, the one before, another of the same family."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, exists, or_, select, tuple_

from server import clock
from server.db import GIVEN, db
from server.domain.actor import Scope
from server.review.queries import UNOPENED, decidable
from server.review.queue import CARRIED, kept_filters, placed, queue, waiting
from server.review.tables import MergeProposal, Opinion, QueueEntry, Reservation
from server.web.keyset import few
from server.web.page import FilterState

Place = tuple[str, int]
Way = Callable[[Select[Any]], Select[Any]]
_ORDER = (QueueEntry.place, QueueEntry.proposal_id)
_GIVEN_PLACE = tuple_(
    bindparam("place", type_=QueueEntry.place.type),
    bindparam("id", type_=QueueEntry.proposal_id.type),
)
_ABOUT = select(MergeProposal.id).where(
    or_(
        MergeProposal.left_household_id.in_(GIVEN),
        MergeProposal.right_household_id.in_(GIVEN),
    )
)


def place_of(proposal_id: int) -> Place | None:
    """Where a pair stands in the queue; None when it does not wait."""
    entry = db.session.get(QueueEntry, proposal_id)
    return (entry.place, proposal_id) if entry is not None else None


def find_following(
    scope: Scope, reader_id: int, asked: Mapping[str, str], after: Place | None
) -> MergeProposal | None:
    """The next pair that somebody may decide, has not given an opinion on, and nobody
    else has open, within the filters of an address; from the top again when `after` was the last."""
    ask = _Asking(scope, reader_id, asked)
    if after is None:
        return ask(_first)
    place = {"place": after[0], "id": after[1]}
    return ask(_behind, **place) or ask(_others, **place)


def find_preceding(
    scope: Scope, reader_id: int, asked: Mapping[str, str], before: Place | None
) -> MergeProposal | None:
    """The pair before this one in the queue; None at its top."""
    if before is None:
        return None
    return _Asking(scope, reader_id, asked)(_above, place=before[0], id=before[1])


def find_beside(
    scope: Scope, reader_id: int, asked: Mapping[str, str], household_ids: set[str]
) -> MergeProposal | None:
    """Another pair about one of these households, the worthiest: who has just
    understood a family goes on with it."""
    # Found by the households first: in the order of the queue all of it would be read.
    ids = db.session.scalars(_ABOUT, {"given": household_ids}).all()
    if not ids:
        return None
    return _Asking(scope, reader_id, asked)(_among, given=ids)


class _Asking:
    """Ways through the queue of one reader, within the filters of an address. Without
    filters a statement is made once for a scope: making one takes longer than asking."""

    def __init__(self, scope: Scope, reader_id: int, asked: Mapping[str, str]) -> None:
        self.scope, self.reader_id, self.asked = scope, reader_id, asked

    def __call__(self, way: Way, **given: Any) -> MergeProposal | None:
        """The pair that is reached this way."""
        if kept_filters(self.asked):
            statement = way(self._filtered())
        else:
            statement = _unfiltered(self.scope, way)
        given |= {"reader": self.reader_id, "now": clock.now()}
        return db.session.scalar(statement, given)

    def _filtered(self) -> Select[Any]:
        statement = _free(self.scope, waiting)
        for one in queue(self.scope, "open", self.reader_id, self.asked).filters:
            state = FilterState.of(one, self.asked)
            if state.is_applied and one.key in CARRIED:
                statement = one.apply(statement, state.value)
        return statement


@lru_cache(maxsize=256)
def _unfiltered(scope: Scope, way: Way) -> Select[Any]:
    return way(_free(scope, placed))


def _first(pairs: Select[Any]) -> Select[Any]:
    return pairs.order_by(*(key.desc() for key in _ORDER)).limit(few(1))


def _others(pairs: Select[Any]) -> Select[Any]:
    return _first(pairs).where(QueueEntry.proposal_id != bindparam("id"))


def _behind(pairs: Select[Any]) -> Select[Any]:
    return _others(pairs).where(tuple_(*_ORDER) < _GIVEN_PLACE)


def _above(pairs: Select[Any]) -> Select[Any]:
    above = pairs.where(tuple_(*_ORDER) > _GIVEN_PLACE)
    return above.order_by(*_ORDER).limit(few(1))


def _among(pairs: Select[Any]) -> Select[Any]:
    return _first(pairs).where(QueueEntry.proposal_id.in_(GIVEN))


def _free(scope: Scope, among: Callable[..., Select[Any]]) -> Select[Any]:
    """Pairs that the reader may decide, has not spoken on, and nobody else has open."""
    reader = bindparam("reader", type_=Integer)
    said_already = exists().where(
        Opinion.left_record_id == MergeProposal.left_record_id,
        Opinion.right_record_id == MergeProposal.right_record_id,
        Opinion.superseded_at.is_(None),
        Opinion.actor_id == reader,
    )
    return (
        decidable(among(scope, reader, bindparam("now")), scope)
        .where(Reservation.proposal_id.is_(None), ~said_already)
        .with_only_columns(MergeProposal, maintain_column_froms=True)
        .options(*UNOPENED)
    )
