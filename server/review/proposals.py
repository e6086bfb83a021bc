"""Proposals: computed from the comparison of records, and from where the records are.

A proposal exists for every compared pair the comparison has something to say about,
also for pairs the machine decided by itself: a person may want to look at that again.
Nothing here depends on the order in which records arrived.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, inspect, or_, select
from sqlalchemy.sql.base import ExecutableOption

from server import clock
from server.db import GIVEN, db, transaction
from server.domain.matching.field_answers import chance_after
from server.domain.matching.judgement import pair
from server.matching.comparing import Beside
from server.registry import queries as registry
from server.registry.counting import withdrawn_among
from server.review import door_answers, field_checks, queries
from server.review.asking import asked_among, between_households
from server.review.comparisons import Compared, Comparison, compare_each
from server.review.tables import MergeProposal

# Records compared at once: they share most of what one costs.
TOGETHER = 50
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the comparison of one record with its candidates came to, and the records
    whose pairs with it were certain before and may not be now."""

    compared: int
    proposed: int
    touched: frozenset[str]


def propose(record_id: str, among: Collection[str] = ()) -> Outcome:
    """Compare a record with all its candidates and write what comes of it.

    Candidates are records that were compared before, and those `among` which it is
    compared now: a record that has just arrived is compared in its own turn. Comparing
    again writes the same; a pair that a newer model passes over loses its proposal.
    """
    return propose_each([record_id], among)[0]


def propose_each(
    record_ids: Collection[str], among: Collection[str] = ()
) -> list[Outcome]:
    """The same for many records, compared some at a time."""
    ordered = sorted(record_ids)
    outcomes = []
    with transaction():
        for start in range(0, len(ordered), TOGETHER):
            some = ordered[start : start + TOGETHER]
            compared = compare_each(some, among)
            known = _Known(proposals_of(some))
            outcomes += [_write(each, found, known) for each, found in compared.items()]
            db.session.flush()
    return outcomes


class _Known:
    """The proposals about some records, as they become while these are compared."""

    def __init__(self, rows: Iterable[MergeProposal]) -> None:
        self.by_pair: dict[Pair, MergeProposal] = {}
        self.pairs_of: defaultdict[str, set[Pair]] = defaultdict(set)
        for row in rows:
            self.add(row)

    def add(self, row: MergeProposal) -> None:
        sides = (row.left_record_id, row.right_record_id)
        self.by_pair[sides] = row
        for each in sides:
            self.pairs_of[each].add(sides)

    def remove(self, sides: Pair) -> None:
        row = self.by_pair.pop(sides)
        for each in sides:
            self.pairs_of[each].discard(sides)
        if inspect(row).pending:
            db.session.expunge(row)
        else:
            db.session.delete(row)


def _write(record_id: str, comparison: Comparison, known: _Known) -> Outcome:
    """Let the proposals about a record be those of its comparison."""
    compared = comparison.beside
    before = set(known.pairs_of[record_id])
    touched = {
        each for sides in before if known.by_pair[sides].is_certain for each in sides
    }
    for sides, each in comparison.pairs.items():
        row = known.by_pair.get(sides)
        if row is None:
            row = _new(sides, compared, each)
            db.session.add(row)
            known.add(row)
        else:
            _update(row, compared, each)
    for sides in before - comparison.pairs.keys():
        known.remove(sides)
    return Outcome(
        len(compared.others), len(comparison.pairs), frozenset(touched - {record_id})
    )


def follow(record_ids: Collection[str], *, are_asked: bool) -> None:
    """Bring state, households and areas of the proposals about these records up to
    date with where the records are now; `are_asked` when families were asked about
    some of them, so that what they said has to be weighed too."""
    with transaction() as session:
        rows = proposals_of(record_ids, options=queries.UNOPENED)
        records = {r for row in rows for r in (row.left_record_id, row.right_record_id)}
        household_of = queries.households_of(records)
        area_of = queries.areas_of(records)
        judged_pairs, judged_households = _judged(records, household_of)
        withdrawn = withdrawn_among(records)
        for row in rows:
            left, right = row.left_record_id, row.right_record_id
            if not {left, right} <= household_of.keys():
                continue
            row.left_household_id = household_of[left]
            row.right_household_id = household_of[right]
            row.left_area_id, row.right_area_id = area_of[left], area_of[right]
            households = pair(row.left_household_id, row.right_household_id)
            if (left, right) in judged_pairs:
                row.state = "decided"
            elif households[0] == households[1] or withdrawn & {left, right}:
                row.state = "stale"
            else:
                row.state = "decided" if households in judged_households else "open"
        if are_asked:
            door_answers.weigh(rows)
        session.flush()
        between = between_households(rows)
        asked = asked_among(between)
        for row in between:
            row.is_asked = row.state != "open" or row.id in asked
        session.flush()


def proposals_of(
    record_ids: Collection[str], *, options: tuple[ExecutableOption, ...] = ()
) -> list[MergeProposal]:
    """Every proposal about any of the records."""
    found: dict[int, MergeProposal] = {}
    for chunk in registry.in_chunks(record_ids):
        rows = db.session.scalars(_about(options), {"given": chunk})
        found.update((row.id, row) for row in rows)
    return list(found.values())


@cache
def _about(options: tuple[ExecutableOption, ...]) -> Select[MergeProposal]:
    return (
        select(MergeProposal)
        .where(
            or_(
                MergeProposal.left_record_id.in_(GIVEN),
                MergeProposal.right_record_id.in_(GIVEN),
            )
        )
        .options(*options)
    )


def _new(sides: Pair, compared: Beside, found: Compared) -> MergeProposal:
    row = MergeProposal(
        left_record_id=sides[0],
        right_record_id=sides[1],
        # Where the records are is filled in by `follow`, after the households are made.
        state="open",
        is_asked=True,
        answer_bits=0.0,
        left_household_id="",
        right_household_id="",
        created_at=clock.now(),
    )
    _update(row, compared, found)
    return row


def _update(row: MergeProposal, compared: Beside, found: Compared) -> None:
    """Set what differs: sealed values would be sealed anew otherwise."""
    values = {
        "bits": found.bits,
        "model_score": found.score,
        "score": chance_after(found.score, row.answer_bits),
        "is_certain": found.is_certain,
        "evidence": found.facts,
        "evidence_codes": found.codes,
        "weighing": found.weighing,
        "model": compared.model.name,
    }
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _judged(
    records: Collection[str], household_of: dict[str, str]
) -> tuple[set[Pair], set[Pair]]:
    """The pairs of records, and of households, about which something is said."""
    rows = queries.live_judgements(records)
    # An "unsure" to which a family has answered leaves the pair to be decided.
    answered = field_checks.answered_unsure(rows)
    rows = [row for row in rows if row.id not in answered]
    strangers = {
        record for row in rows for record in (row.left_record_id, row.right_record_id)
    } - household_of.keys()
    known = {**household_of, **queries.households_of(strangers)}
    pairs = {(row.left_record_id, row.right_record_id) for row in rows}
    return pairs, {pair(known[left], known[right]) for left, right in pairs}
