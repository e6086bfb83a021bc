"""Proposals: computed from the comparison of records, and from where the records are.

A proposal exists for every compared pair the comparison has something to say about,
also for pairs the machine decided by itself: a person may want to look at that again.
Nothing here depends on the order in which records arrived.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, or_, select

from server import clock
from server.db import db, transaction
from server.domain.matching.facts import facts
from server.domain.matching.judgement import pair
from server.domain.matching.linkage import WEAK
from server.domain.matching.telling import agreeing
from server.domain.matching.waterfall import Explained
from server.domain.plain import to_plain
from server.domain.survey.record import Household, SurveyRecord
from server.matching.candidates import candidates_of
from server.matching.comparing import Beside, beside
from server.matching.in_force import thresholds_in_force
from server.matching.keeping import features_of, keep_features
from server.registry import queries as registry
from server.registry.counting import withdrawn_among
from server.review import field_checks, queries
from server.review.asking import asked_among, between_households
from server.review.tables import MergeProposal

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the comparison of one record with its candidates came to, and the records
    whose pairs with it were certain before and may not be now."""

    compared: int
    proposed: int
    touched: frozenset[str]


@dataclass(frozen=True, slots=True)
class Compared:
    """One pair: what it weighs, why, and whether that needs nobody's word."""

    bits: float
    score: float
    is_certain: bool
    facts: list[dict[str, object]]
    codes: str
    weighing: dict[str, object]


def propose(record_id: str, among: Collection[str] = ()) -> Outcome:
    """Compare a record with all its candidates and write what comes of it.

    Candidates are records that were compared before, and those `among` which it is
    compared now: a record that has just arrived is compared in its own turn. Comparing
    again writes the same; a pair that a newer model passes over loses its proposal.
    """
    with transaction() as session:
        known = {
            (row.left_record_id, row.right_record_id): row
            for row in proposals_of([record_id])
        }
        touched = {
            each for sides, row in known.items() if row.is_certain for each in sides
        }
        compared, found = _comparisons(record_id, among)
        for sides, each in found.items():
            row = known.pop(sides, None)
            if row is None:
                session.add(_new(sides, compared, each))
            else:
                _update(row, compared, each)
        if known:
            gone = [row.id for row in known.values()]
            session.execute(delete(MergeProposal).where(MergeProposal.id.in_(gone)))
        session.flush()
    return Outcome(len(compared.others), len(found), frozenset(touched - {record_id}))


def follow(record_ids: Collection[str]) -> None:
    """Bring state, households and areas of the proposals about these records up to
    date with where the records are now."""
    with transaction() as session:
        rows = proposals_of(record_ids)
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
        session.flush()
        between = between_households(rows)
        asked = asked_among(between)
        for row in between:
            row.is_asked = row.state != "open" or row.id in asked
        session.flush()


def proposals_of(record_ids: Collection[str]) -> list[MergeProposal]:
    """Every proposal about any of the records."""
    found: dict[int, MergeProposal] = {}
    for chunk in registry.in_chunks(record_ids):
        rows = db.session.scalars(
            select(MergeProposal).where(
                or_(
                    MergeProposal.left_record_id.in_(chunk),
                    MergeProposal.right_record_id.in_(chunk),
                )
            )
        )
        found.update((row.id, row) for row in rows)
    return list(found.values())


def _comparisons(
    record_id: str, among: Collection[str]
) -> tuple[Beside, dict[Pair, Compared]]:
    mine = features_of([record_id]).get(record_id) or keep_features(
        record_id=record_id, record=registry.get_record(record_id)
    )
    edits = set(registry.edit_links(record_id))
    named = queries.same_entity(record_id)
    others = candidates_of(mine, queries.households_of) | edits | named
    others &= queries.households_of(others).keys() | set(among)
    compared = beside(mine, others)
    bits = compared.bits()
    worth_keeping = {
        each for each in bits if bits[each] > WEAK or each in edits or each in named
    }
    views = registry.record_views({record_id, *worth_keeping} if worth_keeping else ())
    records = {view.id: view.record for view in views}
    explained = compared.explain(
        {each: record.household for each, record in records.items()}
    )
    auto_from = thresholds_in_force().auto_from
    found = {}
    for each in sorted(worth_keeping):
        are_two = _are_two_chosen(records[record_id], records[each])
        rules = {
            code for code, ids in (("edit", edits), ("entity", named)) if each in ids
        }
        sides = pair(record_id, each)
        found[sides] = _compared(
            (records[sides[0]], records[sides[1]]),
            explained[each], bits[each], rules, are_two, auto_from,
        )  # fmt: skip
    return compared, found


def _compared(
    sides: tuple[SurveyRecord, SurveyRecord],
    explained: Explained,
    bits: float,
    rules: set[str],
    are_two: bool,
    auto_from: float,
) -> Compared:
    left, right = (side.household for side in sides)
    by_rule = "edit" in rules or (
        "entity" in rules and _is_confirmed(left, right, explained)
    )
    told = facts(
        left, right, explained.people, explained.weights,
        is_same_entity="entity" in rules, are_two_entities=are_two, is_edit="edit" in rules,
    )  # fmt: skip
    return Compared(
        bits=bits,
        score=1.0 if by_rule else round(explained.score.probability, 4),
        # Who stood at two doors of the list and chose twice knows more than the model.
        is_certain=by_rule or (bits > auto_from and not are_two),
        facts=[to_plain(fact) for fact in told],
        codes=f" {' '.join(agreeing(told))} ",
        weighing={
            "prior": list(explained.prior),
            "steps": [to_plain(step) for step in explained.steps],
        },
    )


def _are_two_chosen(one: SurveyRecord, other: SurveyRecord) -> bool:
    """Whether two households were chosen from the list on the phones. A household that
    was registered as new may be another one of the list all the same."""
    chosen = [
        side.entity.id.removeprefix("uuid:").lower()
        for side in (one, other)
        if side.entity is not None and not side.entity.is_create
    ]
    return len(set(chosen)) == 2


def _is_confirmed(left: Household, right: Household, explained: Explained) -> bool:
    """The phone named the household; is there anybody to contradict it?

    A record that only confirms the answers of last year has nobody to compare.
    """
    is_bare = not (left.members and right.members)
    return is_bare or bool(explained.people)


def _new(sides: Pair, compared: Beside, found: Compared) -> MergeProposal:
    row = MergeProposal(
        left_record_id=sides[0],
        right_record_id=sides[1],
        # Where the records are is filled in by `follow`, after the households are made.
        state="open",
        is_asked=True,
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
        "score": found.score,
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
