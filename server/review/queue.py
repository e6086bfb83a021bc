"""The queue of pairs that wait for a person, and the way through it."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from sqlalchemy import (
    Select,
    and_,
    func,
    literal,
    null,
    select,
)
from sqlalchemy.orm import defer

from server import clock
from server.areas import queries as areas
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
from server.review.queries import visible_proposals
from server.review.queue_filters import queue_filters
from server.review.tables import (
    PROPOSAL_STATES,
    MergeProposal,
    QueueEntry,
    Reservation,
)
from server.review.words import band_labels, band_of, main_sentence
from server.web.i18n import _
from server.web.listing import Column, Listing

_SIDES = (MergeProposal, Left, Right, LeftArea.name, RightArea.name)


def queue(
    scope: Scope, state: str, reader_id: int, asked: Mapping[str, str]
) -> Listing:
    """One line for each pair of households: their best proposal in that `state`."""
    is_open = state not in PROPOSAL_STATES or state == "open"
    wards = tuple((str(ward.id), ward.name) for ward in areas.wards(scope))
    return Listing(
        name="de-nghi-gop",
        statement=waiting(scope, reader_id, clock.now())
        if is_open
        else _settled(scope, state),
        columns=_columns(scope, kept_filters(asked), is_open=is_open),
        identity=MergeProposal.id,
        filters=queue_filters(scope, wards),
        default_sort="-place" if is_open else "-score",
        counted=_counted(scope) if is_open else None,
    )


def kept_filters(asked: Mapping[str, str]) -> dict[str, str]:
    """The filters of an address, to be carried from pair to pair."""
    return {key: asked[key] for key in CARRIED if asked.get(key)}


def waiting(scope: Scope, reader: Any, now: Any) -> Select[Any]:
    """Open pairs with their two households, their place, and who else has one open."""
    columns = (*_SIDES, QueueEntry, Reservation.actor_name)
    found = with_sides(placed(scope, reader, now).with_only_columns(*columns))
    return found.options(defer(MergeProposal.weighing))


def placed(scope: Scope, reader: Any, now: Any) -> Select[Any]:
    """Open pairs that stand in the queue, with whoever else has one open."""
    held = and_(
        Reservation.proposal_id == MergeProposal.id,
        Reservation.actor_id != reader,
        Reservation.until > now,
    )
    return (
        visible_proposals(scope)
        .join(QueueEntry, QueueEntry.proposal_id == MergeProposal.id)
        .outerjoin(Reservation, held)
        .where(QueueEntry.is_main)
    )


def _counted(scope: Scope) -> Select[Any]:
    """As many as `waiting`, without what their lines show."""
    waiting = select(QueueEntry.proposal_id).where(QueueEntry.is_main)
    if scope.area_ids is None:
        return waiting
    seen = visible_proposals(scope).with_only_columns(MergeProposal.id)
    return waiting.where(QueueEntry.proposal_id.in_(seen))


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


CARRIED = ("q", "ward", "enumerator", "band", "evidence", "age")
