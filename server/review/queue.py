"""The queue of pairs that wait for a person, and the way through it."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from sqlalchemy import Select, and_, exists, func, literal, null, or_, select, tuple_
from sqlalchemy.orm import defer

from server import clock
from server.areas import queries as areas
from server.db import db
from server.domain.actor import Scope
from server.review.lists import (
    Left,
    LeftArea,
    Right,
    RightArea,
    is_masked,
    pair_key,
    side_names,
    with_sides,
)
from server.review.queries import UNOPENED, decidable, visible_proposals
from server.review.queue_filters import queue_filters
from server.review.tables import (
    PROPOSAL_STATES,
    MergeProposal,
    Opinion,
    QueueEntry,
    Reservation,
)
from server.review.words import band_labels, band_of, main_sentence
from server.web.i18n import _
from server.web.listing import Column, Listing
from server.web.page import FilterState

_SIDES = (MergeProposal, Left, Right, LeftArea.name, RightArea.name)
Place = tuple[str, int]


def queue(
    scope: Scope, state: str, reader_id: int, asked: Mapping[str, str]
) -> Listing:
    """One line for each pair of households: their best proposal in that `state`."""
    is_open = state not in PROPOSAL_STATES or state == "open"
    wards = tuple((str(ward.id), ward.name) for ward in areas.wards(scope))
    return Listing(
        name="de-nghi-gop",
        statement=_waiting(scope, reader_id) if is_open else _settled(scope, state),
        columns=_columns(scope, kept_filters(asked), is_open=is_open),
        identity=MergeProposal.id,
        filters=queue_filters(scope, wards),
        default_sort="-place" if is_open else "-score",
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
    waiting = _free(scope, reader_id, asked)
    order = (QueueEntry.place, QueueEntry.proposal_id)
    first = waiting.order_by(*(key.desc() for key in order)).limit(1)
    if after is None:
        return db.session.scalar(first)
    others = first.where(QueueEntry.proposal_id != after[1])
    behind = others.where(tuple_(*order) < after)
    return db.session.scalar(behind) or db.session.scalar(others)


def find_preceding(
    scope: Scope, reader_id: int, asked: Mapping[str, str], before: Place | None
) -> MergeProposal | None:
    """The pair before this one in the queue; None at its top."""
    if before is None:
        return None
    order = (QueueEntry.place, QueueEntry.proposal_id)
    above = _free(scope, reader_id, asked).where(tuple_(*order) > before)
    return db.session.scalar(above.order_by(*order).limit(1))


def find_beside(
    scope: Scope, reader_id: int, asked: Mapping[str, str], household_ids: set[str]
) -> MergeProposal | None:
    """Another pair about one of these households, the worthiest: who has just
    understood a family goes on with it."""
    # Found by the households first: in the order of the queue all of it would be read.
    about = select(MergeProposal.id).where(
        or_(
            MergeProposal.left_household_id.in_(household_ids),
            MergeProposal.right_household_id.in_(household_ids),
        )
    )
    ids = db.session.scalars(about).all()
    if not ids:
        return None
    touching = _free(scope, reader_id, asked).where(QueueEntry.proposal_id.in_(ids))
    order = (QueueEntry.place.desc(), QueueEntry.proposal_id.desc())
    return db.session.scalar(touching.order_by(*order).limit(1))


def kept_filters(asked: Mapping[str, str]) -> dict[str, str]:
    """The filters of an address, to be carried from pair to pair."""
    return {key: asked[key] for key in _CARRIED if asked.get(key)}


def _free(scope: Scope, reader_id: int, asked: Mapping[str, str]) -> Select[Any]:
    statement = _waiting(scope, reader_id)
    # What the filters offer takes queries of its own, which nobody needs without one.
    filters = (
        queue(scope, "open", reader_id, asked).filters if kept_filters(asked) else ()
    )
    for one in filters:
        state = FilterState.of(one, asked)
        if state.is_applied and one.key in _CARRIED:
            statement = one.apply(statement, state.value)
    said_already = exists().where(
        Opinion.left_record_id == MergeProposal.left_record_id,
        Opinion.right_record_id == MergeProposal.right_record_id,
        Opinion.superseded_at.is_(None),
        Opinion.actor_id == reader_id,
    )
    return (
        decidable(statement, scope)
        .where(Reservation.proposal_id.is_(None), ~said_already)
        .with_only_columns(MergeProposal, maintain_column_froms=True)
        .options(*UNOPENED)
    )


def _waiting(scope: Scope, reader_id: int) -> Select[Any]:
    """Open pairs with their place, and who else has one open."""
    held = and_(
        Reservation.proposal_id == MergeProposal.id,
        Reservation.actor_id != reader_id,
        Reservation.until > clock.now(),
    )
    return (
        with_sides(
            visible_proposals(scope).with_only_columns(
                *_SIDES, QueueEntry, Reservation.actor_name
            )
        )
        .join(QueueEntry, QueueEntry.proposal_id == MergeProposal.id)
        .outerjoin(Reservation, held)
        .where(QueueEntry.is_main)
        .options(defer(MergeProposal.weighing))
    )


def _settled(scope: Scope, state: str) -> Select[Any]:
    proposals = (
        visible_proposals(scope)
        .where(MergeProposal.state == state)
        .with_only_columns(
            MergeProposal.id,
            MergeProposal.score,
            MergeProposal.left_household_id,
            MergeProposal.right_household_id,
        )
        .subquery()
    )
    rank = func.row_number().over(
        partition_by=pair_key(
            proposals.c.left_household_id, proposals.c.right_household_id
        ),
        order_by=(proposals.c.score.desc(), proposals.c.id.desc()),
    )
    ranked = select(proposals.c.id, rank.label("rank")).subquery()
    nothing = (null().label("entry"), literal("").label("held_by"))
    return (
        with_sides(select(*_SIDES, *nothing))
        .join(ranked, ranked.c.id == MergeProposal.id)
        .where(ranked.c.rank == 1)
    )


def _columns(
    scope: Scope, asked: dict[str, Any], *, is_open: bool
) -> tuple[Column, ...]:
    bands = band_labels()
    columns = (
        Column(
            "left",
            _("Hộ A"),
            lambda row: side_names(row, scope)[0].text,
            link=lambda row: url_for("review.proposal", proposal_id=row[0].id, **asked),
        ),
        Column("right", _("Hộ B"), lambda row: side_names(row, scope)[1].text),
        Column("ward", _("Phường, xã"), _wards),
        Column(
            "score",
            _("Mức giống"),
            lambda row: bands[band_of(row[0])],
            sort=MergeProposal.score,
        ),
        Column(
            "evidence",
            _("Bằng chứng chính"),
            lambda row: main_sentence(row[0], is_masked=is_masked(row, scope)),
            kind="long",
        ),
        Column(
            "since",
            _("Chờ từ"),
            lambda row: row[0].created_at,
            sort=MergeProposal.created_at,
            kind="instant",
        ),
    )
    if not is_open:
        return columns
    return (*columns, Column("place", _("Nên xem trước"), _note, sort=QueueEntry.place))


def _note(row: Any) -> str:
    """Who has the pair open, and how many others are about the same family."""
    notes = []
    if row[6]:
        notes.append(_("{name} đang xem", name=row[6]))
    if row[5] is not None and row[5].group_size > 1:
        others = row[5].group_size - 1
        notes.append(_("cùng hộ với {n} cặp khác", n=others))
    return "; ".join(notes)


def _wards(row: Any) -> str:
    return ", ".join(dict.fromkeys(name for name in (row[3], row[4]) if name))


_CARRIED = ("q", "ward", "enumerator", "band", "evidence", "age")
