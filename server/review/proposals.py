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
from server.domain.households.sources import RecordView
from server.domain.matching.households import MODEL, Comparison, Decision, compare
from server.domain.matching.judgement import pair
from server.domain.plain import to_plain
from server.domain.survey.record import SurveyRecord
from server.registry import queries as registry
from server.registry.counting import withdrawn_among
from server.review import field_checks, queries
from server.review.tables import MergeProposal

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the comparison of one record with its candidates came to."""

    compared: int
    proposed: int
    certain: tuple[Pair, ...]


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
        compared, found = _comparisons(record_id, among)
        for sides, comparison in found.items():
            row = known.pop(sides, None)
            if row is None:
                session.add(_new(sides, comparison))
            else:
                _update(row, comparison)
        if known:
            gone = [row.id for row in known.values()]
            session.execute(delete(MergeProposal).where(MergeProposal.id.in_(gone)))
        session.flush()
    certain = tuple(
        sides for sides, each in found.items() if each.decision is Decision.SAME
    )
    return Outcome(compared, len(found), certain)


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
) -> tuple[int, dict[Pair, Comparison]]:
    edits = set(registry.edit_links(record_id))
    others = set(registry.candidates(record_id)) | edits
    others |= queries.same_entity(record_id)
    others &= queries.households_of(others).keys() | set(among)
    views = {view.id: view for view in registry.record_views({record_id, *others})}
    mine = views.pop(record_id)
    found: dict[Pair, Comparison] = {}
    for other in views.values():
        left, right = sorted((mine, other), key=lambda view: view.id)
        comparison = _compare(left, right, is_edit=other.id in edits)
        if comparison.decision is not Decision.NONE:
            found[pair(mine.id, other.id)] = comparison
    return len(views), found


def _compare(left: RecordView, right: RecordView, *, is_edit: bool) -> Comparison:
    return compare(
        left.record.household,
        right.record.household,
        is_same_entity=_entity(left.record) is not None
        and _entity(left.record) == _entity(right.record),
        is_edit=is_edit,
    )


def _entity(record: SurveyRecord) -> str | None:
    """The entity a record names, without the prefix and case a phone may vary."""
    if record.entity is None:
        return None
    return record.entity.id.removeprefix("uuid:").lower()


def _new(sides: Pair, comparison: Comparison) -> MergeProposal:
    row = MergeProposal(
        left_record_id=sides[0],
        right_record_id=sides[1],
        # Where the records are is filled in by `follow`, after the households are made.
        state="open",
        left_household_id="",
        right_household_id="",
        created_at=clock.now(),
    )
    _update(row, comparison)
    return row


def _update(row: MergeProposal, comparison: Comparison) -> None:
    row.score = comparison.score
    row.is_certain = comparison.decision is Decision.SAME
    evidence = to_plain(comparison.evidence)
    if row.evidence != evidence:
        row.evidence = evidence
    codes = " ".join(each.code for each in comparison.evidence)
    row.evidence_codes = f" {codes} "
    row.model = MODEL


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
