"""Which pair is decided first: what a decision is worth, and what belongs together.

A decision is worth more the less the machine knows by itself, the more is at stake for
the family, and the longer the pair waits: its worth doubles in `DOUBLES_IN` days. As
every pair doubles alike, the order among pairs never changes while time passes, and can
be kept with an index. Pairs that touch one household stand together, at the place of
the worthiest of them: who has understood a family decides all that is about it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from math import log2

from sqlalchemy import delete, or_, select

from server.db import GIVEN, db, serialise, transaction
from server.domain.matching.judgement import pair
from server.registry.queries import CHUNK, in_chunks
from server.review.queries import UNOPENED
from server.review.tables import HouseholdStake, MergeProposal, QueueEntry

DOUBLES_IN = 30  # days
LEAST_DOUBT = 0.05
# From here on days are counted; any day before the first proposal does.
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
# A place is text of fixed width, so that three numbers sort by one index.
_ABOVE_ZERO, _FINE, _LARGEST = 1_000, 1_000_000, 9_999_999_999

_ABOUT = [
    select(MergeProposal).where(side.in_(GIVEN)).options(*UNOPENED)
    for side in (MergeProposal.left_household_id, MergeProposal.right_household_id)
]
_STAKES = select(HouseholdStake).where(HouseholdStake.household_id.in_(GIVEN))
_SETTLED = select(MergeProposal.id).where(
    or_(MergeProposal.state != "open", MergeProposal.is_asked.is_(False)),
    or_(
        MergeProposal.left_household_id.in_(GIVEN),
        MergeProposal.right_household_id.in_(GIVEN),
    ),
)
_FORGET = (
    delete(QueueEntry)
    .where(QueueEntry.proposal_id.in_(_SETTLED))
    .execution_options(synchronize_session="fetch")
)


def doubt(score: float) -> float:
    """How little a probability says: 1 for an even chance, hardly anything at its
    ends."""
    return max(4 * score * (1 - score), LEAST_DOUBT)


def worth(score: float, stake: int, since: datetime) -> float:
    """The worth of a decision, on a scale on which one more is twice as much."""
    waited_less = (since - _EPOCH).total_seconds() / 86_400 / DOUBLES_IN
    return log2(doubt(score) * (1 + stake)) - waited_less


def weigh(household_ids: Collection[str]) -> None:
    """Give every open pair about these households, and those that hang together with
    them, its place in the queue; others lose theirs."""
    with transaction():
        groups = _groups(_reached(household_ids))
        rows = [row for group in groups for row in group]
        stakes = stakes_of(
            {
                side
                for row in rows
                for side in (row.left_household_id, row.right_household_id)
            }
        )
        known = _entries(row.id for row in rows)
        for group in groups:
            _place(group, stakes, known)
        _forget_settled(household_ids)
        db.session.flush()


def keep_stakes(*, stakes: Mapping[str, int]) -> None:
    """Remember what is at stake for each of these households."""
    with transaction() as session:
        serialise("registry")
        known = stakes_of(stakes)
        before = {each: known[each].stake if each in known else 0 for each in stakes}
        changed = {each for each in stakes if stakes[each] != before[each]}
        for household_id in changed:
            if household_id not in known:
                row = HouseholdStake(household_id=household_id)
                session.add(row)
            else:
                row = known[household_id]
            row.stake = stakes[household_id]
        session.flush()
        weigh(changed)


def stakes_of(household_ids: Iterable[str]) -> dict[str, HouseholdStake]:
    """What is at stake for those of the households for which something is."""
    found: dict[str, HouseholdStake] = {}
    for chunk in in_chunks(household_ids):
        rows = db.session.scalars(_STAKES, {"given": chunk})
        found.update((row.household_id, row) for row in rows)
    return found


def _reached(household_ids: Iterable[str]) -> list[MergeProposal]:
    """Every open pair that hangs together with one about these households."""
    found: dict[int, MergeProposal] = {}
    seen: set[str] = set()
    frontier = set(household_ids)
    while frontier:
        seen |= frontier
        rows = _open_about(frontier)
        found.update((row.id, row) for row in rows)
        frontier = {
            side
            for row in rows
            for side in (row.left_household_id, row.right_household_id)
        } - seen
    return list(found.values())


def _groups(rows: Iterable[MergeProposal]) -> list[list[MergeProposal]]:
    """The pairs, those together that hang together over households."""
    group_of: dict[str, list[MergeProposal]] = {}
    for row in rows:
        sides = (row.left_household_id, row.right_household_id)
        met = {id(group): group for side in sides if (group := group_of.get(side))}
        joined = [row, *(each for group in met.values() for each in group)]
        for each in joined:
            group_of[each.left_household_id] = joined
            group_of[each.right_household_id] = joined
    return list({id(group): group for group in group_of.values()}.values())


def _open_about(household_ids: Collection[str]) -> list[MergeProposal]:
    found: dict[int, MergeProposal] = {}
    for chunk in in_chunks(household_ids):
        for about in _ABOUT:
            # The state is looked at here: asked for it, a database may read every open
            # pair instead of the few about these households.
            rows = db.session.scalars(about, {"given": chunk})
            found.update(
                (row.id, row) for row in rows if row.state == "open" and row.is_asked
            )
    return list(found.values())


def _place(
    group: list[MergeProposal],
    stakes: Mapping[str, HouseholdStake],
    known: Mapping[int, QueueEntry],
) -> None:
    by_pair: defaultdict[tuple[str, str], list[MergeProposal]] = defaultdict(list)
    for row in group:
        by_pair[pair(row.left_household_id, row.right_household_id)].append(row)
    mains = {
        max(rows, key=lambda row: (row.score, -row.id)).id for rows in by_pair.values()
    }
    worths = {
        row.id: worth(row.score, _stake(row, stakes), row.created_at) for row in group
    }
    first, highest = min(worths), max(worths[each] for each in mains)
    for row in group:
        parts = (_wide(highest), _LARGEST - first, _wide(worths[row.id]))
        values = {
            "is_main": row.id in mains,
            "place": ".".join(f"{part:010}" for part in parts),
            "group_id": first,
            "group_size": len(mains),
        }
        entry = known.get(row.id) or QueueEntry(proposal_id=row.id)
        for name, value in values.items():
            if getattr(entry, name) != value:
                setattr(entry, name, value)
        db.session.add(entry)


def _stake(row: MergeProposal, stakes: Mapping[str, HouseholdStake]) -> int:
    sides = (row.left_household_id, row.right_household_id)
    return max((stakes[each].stake for each in sides if each in stakes), default=0)


def _wide(value: float) -> int:
    return round((value + _ABOVE_ZERO) * _FINE)


def _entries(proposal_ids: Iterable[int]) -> dict[int, QueueEntry]:
    ids = sorted(proposal_ids)
    found: dict[int, QueueEntry] = {}
    for start in range(0, len(ids), CHUNK):
        rows = db.session.scalars(
            select(QueueEntry).where(
                QueueEntry.proposal_id.in_(ids[start : start + CHUNK])
            )
        )
        found.update((row.proposal_id, row) for row in rows)
    return found


def _forget_settled(household_ids: Collection[str]) -> None:
    for chunk in in_chunks(household_ids):
        db.session.execute(_FORGET, {"given": chunk})
