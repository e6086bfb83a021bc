"""Who has a pair open, so that two people do not work on the same one.

Opening a pair reserves it for a while. A second person sees who has it, may look on, and
takes it over only by saying so. Whoever opens the next pair lets go of the last one. A
reservation is no promise: it decides nothing, and what counts is what was shown
(`server.review.seen`).
"""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import bindparam, delete, select

from server import clock
from server.db import db, transaction
from server.domain.actor import Actor
from server.domain.problems import Problem, Refused
from server.review import seen
from server.review.opinions import find_opinion
from server.review.tables import MergeProposal, Reservation

HELD_FOR = timedelta(minutes=10)
_LET_GO = delete(Reservation).where(
    Reservation.actor_id == bindparam("by"),
    Reservation.proposal_id != bindparam("kept"),
)


def reserve(
    *, by: Actor, proposal_id: int, takes_over: bool = False
) -> Reservation | None:
    """Open a pair. Returns the reservation of somebody else when they have it; of a
    pair that waits for nobody, or for another person, there is none."""
    with transaction() as session:
        proposal = session.get(MergeProposal, proposal_id, with_for_update=True)
        if proposal is None:
            raise Refused(Problem("proposal_not_found"), status=404)
        session.execute(_LET_GO, {"by": by.id, "kept": proposal_id})
        row = session.get(Reservation, proposal_id)
        opinion = find_opinion(proposal)
        has_spoken = opinion is not None and opinion.actor_id == by.id
        if proposal.state != "open" or has_spoken:
            if row is not None and _is_of_another(row, by):
                return row if proposal.state == "open" else None
            if row is not None:
                session.delete(row)
            return None
        now = clock.now()
        if row is not None and _is_of_another(row, by) and not takes_over:
            return row
        hashed = seen.hash_of(proposal)
        if row is None:
            row = Reservation(proposal_id=proposal_id)
        if row.actor_id != by.id:
            row.actor_id, row.actor_name, row.since = by.id, by.name, now
        row.until = now + HELD_FOR
        if row.seen != hashed:
            row.seen, row.shown = hashed, seen.snapshot(proposal)
        session.add(row)
        session.flush()
        return None


def refuse_reserved(*, by: Actor, proposal_id: int) -> None:
    """Raise Refused while somebody else has the pair open."""
    row = db.session.get(Reservation, proposal_id)
    if row is not None and _is_of_another(row, by):
        values = {"name": row.actor_name, "at": _minute(row)}
        raise Refused(Problem("proposal_reserved", "", values), status=409)


def release(*, proposal_id: int) -> None:
    """Nobody has to look at the pair any more."""
    with transaction() as session:
        session.execute(
            delete(Reservation).where(Reservation.proposal_id == proposal_id)
        )


def find_own(proposal_id: int, actor_id: int) -> Reservation | None:
    """What somebody was shown of a pair when they last opened it."""
    row = db.session.get(Reservation, proposal_id)
    return row if row is not None and row.actor_id == actor_id else None


def reserved_by_others(actor_id: int, proposal_ids: Collection[int]) -> dict[int, str]:
    """Who has which of these pairs open, but for one person's own."""
    rows = db.session.execute(
        select(Reservation.proposal_id, Reservation.actor_name).where(
            Reservation.proposal_id.in_(sorted(proposal_ids)),
            Reservation.actor_id != actor_id,
            Reservation.until > clock.now(),
        )
    )
    return {proposal_id: name for proposal_id, name in rows}  # noqa: C416 - rows, no pairs


def _is_of_another(row: Reservation, by: Actor) -> bool:
    return row.actor_id != by.id and row.until > clock.now()


def _minute(row: Reservation) -> str:
    return row.since.astimezone(clock.VIETNAM).strftime("%H:%M")
