"""Reading judgements and proposals: who said what about which records."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from sqlalchemy import Executable, Select, bindparam, func, or_, select, text
from sqlalchemy.orm import defer

from server.db import GIVEN, db, within
from server.domain.actor import Scope
from server.domain.matching.judgement import Judgement, Verdict
from server.domain.problems import Problem, Refused
from server.registry import queries as registry
from server.registry.tables import (
    Correction,
    HouseholdRecord,
    HouseholdRow,
)
from server.review.tables import (
    JudgementRow,
    MergeProposal,
    StaffChange,
    StaffChangePart,
)

_LIVE_ABOUT = select(JudgementRow).where(
    JudgementRow.superseded_at.is_(None),
    or_(
        JudgementRow.left_record_id.in_(GIVEN), JudgementRow.right_record_id.in_(GIVEN)
    ),
)
_LIVE = select(JudgementRow).where(
    JudgementRow.left_record_id == bindparam("left"),
    JudgementRow.right_record_id == bindparam("right"),
    JudgementRow.superseded_at.is_(None),
)
_PLACED = select(HouseholdRecord.record_id, HouseholdRecord.household_id)
_HOUSEHOLDS: dict[str, Executable] = {
    "postgresql": _PLACED.where(HouseholdRecord.record_id.in_(GIVEN)),
    # Without statistics it takes the key of the table, and then each row.
    "sqlite": text(
        "SELECT record_id, household_id FROM household_records"
        " INDEXED BY ix_household_records_covering WHERE record_id IN :given"
    ).bindparams(GIVEN),
}
_RECORDS = _PLACED.where(HouseholdRecord.household_id.in_(GIVEN))
_SIZES = (
    select(HouseholdRecord.household_id, func.count())
    .where(HouseholdRecord.household_id.in_(GIVEN))
    .group_by(HouseholdRecord.household_id)
)
_AREAS = (
    select(HouseholdRecord.record_id, HouseholdRow.area_id)
    .join(HouseholdRow, HouseholdRow.id == HouseholdRecord.household_id)
    .where(HouseholdRecord.record_id.in_(GIVEN))
)
# Opening what is sealed takes longer than finding it. For statements about proposals of
# which only the place and the state count: evidence is opened once somebody asks for it.
UNOPENED = (defer(MergeProposal.evidence), defer(MergeProposal.weighing))


def live_judgements(record_ids: Collection[str]) -> list[JudgementRow]:
    """Live judgements about any of the records, oldest first."""
    found: dict[int, JudgementRow] = {}
    for chunk in registry.in_chunks(record_ids):
        rows = db.session.scalars(_LIVE_ABOUT, {"given": chunk})
        found.update((row.id, row) for row in rows)
    return sorted(found.values(), key=lambda row: (row.at, row.id))


def find_live_judgement(left: str, right: str) -> JudgementRow | None:
    """The live judgement on a pair, which is given in order."""
    return db.session.scalar(_LIVE, {"left": left, "right": right})


def as_judgement(row: JudgementRow) -> Judgement:
    """The row as the domain sees it. A restored verdict keeps the place of the
    original in any order, so that taking something back leaves no trace in the result.
    """
    return Judgement(
        left=row.left_record_id,
        right=row.right_record_id,
        verdict=Verdict(row.verdict),
        by_staff=row.actor_kind != "system",
        at=row.at,
        id=f"{row.restores_id or row.id:012}",
    )


def closure(record_ids: Collection[str]) -> tuple[set[str], list[Judgement]]:
    """Every record whose household may depend on one of these, with the judgements
    among them: over live SAME judgements and equal seeds until nothing new comes."""
    closed: set[str] = set()
    frontier = set(record_ids)
    rows: dict[int, JudgementRow] = {}
    while frontier:
        closed |= frontier
        found = live_judgements(frontier)
        rows.update((row.id, row) for row in found)
        frontier = registry.same_seed(frontier)
        for row in found:
            if row.verdict == Verdict.SAME:
                frontier |= {row.left_record_id, row.right_record_id}
        frontier -= closed
    inside = [
        as_judgement(row)
        for row in rows.values()
        if {row.left_record_id, row.right_record_id} <= closed
    ]
    return closed, inside


def households_of(record_ids: Collection[str]) -> dict[str, str]:
    """The household of each record that has one."""
    found: dict[str, str] = {}
    statement = _HOUSEHOLDS[db.engine.dialect.name]
    for chunk in registry.in_chunks(record_ids):
        rows = db.session.execute(statement, {"given": chunk})
        found.update((record_id, household_id) for record_id, household_id in rows)
    return found


def sizes_of(household_ids: Collection[str]) -> dict[str, int]:
    """How many records each household has."""
    found: dict[str, int] = {}
    for chunk in registry.in_chunks(household_ids):
        rows = db.session.execute(_SIZES, {"given": chunk})
        found.update((household_id, number) for household_id, number in rows)
    return found


def areas_of(record_ids: Collection[str]) -> dict[str, int | None]:
    """The area of the household of each record."""
    found: dict[str, int | None] = {}
    for chunk in registry.in_chunks(record_ids):
        rows = db.session.execute(_AREAS, {"given": chunk})
        found.update((record_id, area_id) for record_id, area_id in rows)
    return found


def said_about(
    proposal: MergeProposal,
) -> tuple[JudgementRow | None, list[JudgementRow]]:
    """The live judgement on a pair itself, and every one between its two households,
    oldest first; none of these once they are one."""
    sides = (proposal.left_record_id, proposal.right_record_id)
    homes = (proposal.left_household_id, proposal.right_household_id)
    if homes[0] == homes[1]:
        return find_live_judgement(*sides), []
    between = judgements_between(*homes)
    own = (row for row in between if (row.left_record_id, row.right_record_id) == sides)
    return next(own, None), between


def judgements_between(left: str, right: str) -> list[JudgementRow]:
    """Live judgements between the records of two households, oldest first."""
    rows = db.session.execute(_RECORDS, {"given": [left, right]})
    household_of: dict[str, str] = dict(iter(rows))
    mine = [record for record, household in household_of.items() if household == left]
    return [
        row
        for row in live_judgements(mine)
        if {
            household_of.get(row.left_record_id),
            household_of.get(row.right_record_id),
        }
        == {left, right}
    ]


def visible_proposals(scope: Scope) -> Select[MergeProposal]:
    """Proposals of which one household at least is in the areas of `scope`."""
    if scope.area_ids is None:
        return select(MergeProposal)
    left = within(select(MergeProposal.id), MergeProposal.left_area_id, scope)
    right = within(select(MergeProposal.id), MergeProposal.right_area_id, scope)
    return select(MergeProposal).where(
        or_(MergeProposal.id.in_(left), MergeProposal.id.in_(right))
    )


def decidable_proposals(scope: Scope) -> Select[MergeProposal]:
    """Proposals of which both households are in the areas of `scope`."""
    return decidable(select(MergeProposal), scope)


def decidable(statement: Select[Any], scope: Scope) -> Select[Any]:
    """Of a statement about proposals: those with both households in `scope`."""
    statement = within(statement, MergeProposal.left_area_id, scope)
    return within(statement, MergeProposal.right_area_id, scope)


def get_proposal(proposal_id: int, scope: Scope) -> MergeProposal:
    """A proposal somebody may look at; refused as absent when they may not."""
    found = db.session.scalar(_visible(scope), {"id": proposal_id})
    if found is None:
        raise Refused(Problem("proposal_not_found"), status=404)
    return found


@lru_cache(maxsize=256)
def _visible(scope: Scope) -> Select[MergeProposal]:
    return visible_proposals(scope).where(MergeProposal.id == bindparam("id"))


def proposals_about(judgement: JudgementRow) -> Select[MergeProposal]:
    """The proposal of the pair a judgement is about, if there is one."""
    return select(MergeProposal).where(
        MergeProposal.left_record_id == judgement.left_record_id,
        MergeProposal.right_record_id == judgement.right_record_id,
    )


def sides_of(proposal: MergeProposal) -> set[str]:
    """The households of a pair, as they are now."""
    return {proposal.left_household_id, proposal.right_household_id}


def may_decide(proposal: MergeProposal, scope: Scope) -> bool:
    """Whether both households are in the areas of `scope`."""
    return scope.holds(proposal.left_area_id) and scope.holds(proposal.right_area_id)


def get_judgement(judgement_id: int, scope: Scope) -> JudgementRow:
    """A judgement whose two records are both in the areas of `scope`."""
    found = db.session.get(JudgementRow, judgement_id)
    if found is None or not all(
        scope.holds(area_id)
        for area_id in areas_of([found.left_record_id, found.right_record_id]).values()
    ):
        raise Refused(Problem("judgement_not_found"), status=404)
    return found


def get_change(change_id: int, scope: Scope) -> StaffChange:
    """A change of which every record is in the areas of `scope`; refused as absent
    otherwise."""
    found = db.session.get(StaffChange, change_id)
    areas = areas_of(records_of_change(change_id)) if found is not None else {}
    if found is None or not all(scope.holds(each) for each in areas.values()):
        raise Refused(Problem("change_not_found"), status=404)
    return found


def records_of_change(change_id: int) -> set[str]:
    """The records that the judgements and corrections of a change are about."""
    judged = (
        select(JudgementRow.left_record_id, JudgementRow.right_record_id)
        .join(StaffChangePart, StaffChangePart.judgement_id == JudgementRow.id)
        .where(StaffChangePart.change_id == change_id)
    )
    corrected = (
        select(Correction.record_id)
        .join(StaffChangePart, StaffChangePart.correction_id == Correction.id)
        .where(StaffChangePart.change_id == change_id)
    )
    found = set(db.session.scalars(corrected))
    for left, right in db.session.execute(judged):
        found |= {left, right}
    return found


def doubtful_households(household_ids: Collection[str]) -> dict[str, int]:
    """Which of these may be one with another household, with the pair to decide."""
    found: dict[str, int] = {}
    sides = (MergeProposal.left_household_id, MergeProposal.right_household_id)
    for side in sides:
        statement = (
            select(side, MergeProposal.id)
            .where(
                MergeProposal.state == "open",
                MergeProposal.is_asked,
                side.in_(sorted(household_ids)),
            )
            .order_by(MergeProposal.score)
        )
        found.update((row[0], row[1]) for row in db.session.execute(statement))
    return found
