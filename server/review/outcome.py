"""What a pair of households would be together, computed but not written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from server import clock
from server.db import db
from server.domain.households.alignment import Aligned, align_with_result
from server.domain.households.corrections import check_correction
from server.domain.households.golden import GoldenHousehold
from server.domain.households.sources import CorrectionView
from server.domain.matching.judgement import Judgement, Verdict
from server.domain.matching.rosters import same_people
from server.domain.plain import from_plain
from server.domain.problems import Refused
from server.registry import queries as registry
from server.registry.anchors import anchor_of
from server.registry.computing import Computed
from server.registry.previewing import preview
from server.registry.tables import HouseholdRow, SurveyRecordRow
from server.review import queries
from server.review.choosing import Choice
from server.review.tables import MergeProposal


@dataclass(frozen=True, slots=True)
class Outcome:
    """Both households as they are and the one they would become, person by person.

    `row_id` is the household that stays; `columns` are what its row would say.
    """

    left: GoldenHousehold
    right: GoldenHousehold
    result: GoldenHousehold
    left_row: HouseholdRow
    right_row: HouseholdRow
    left_records: frozenset[str]
    row_id: str
    computed: Computed
    people: tuple[Aligned, ...]

    @property
    def area_id(self) -> int | None:
        """The ward the household would be in."""
        area_id: int | None = self.computed.household["area_id"]
        return area_id


def suppose(
    proposal: MergeProposal, outcome: Outcome, choices: Iterable[Choice]
) -> Outcome:
    """The same pair with values chosen against the defaults. Raises Refused for what
    could not be chosen either."""
    newest = max(registry.records_of(outcome.left_row.id), key=_age).id
    supposed = []
    for number, choice in enumerate(choices):
        problem = check_correction(choice.path, choice.value)
        if problem is not None:
            raise Refused(problem)
        # Behind every correction that was made, in the order of the form.
        supposed.append(
            CorrectionView(
                id=f"~{number:06}",
                record_id=anchor_of(outcome.result, newest, choice.path),
                path=choice.path,
                value=choice.value,
                at=clock.now(),
            )
        )
    return find_outcome(proposal, supposed) or outcome


def _age(row: SurveyRecordRow) -> tuple[date, datetime, str]:
    return row.review_date, row.received_at, row.id


def find_outcome(
    proposal: MergeProposal, supposed: Iterable[CorrectionView] = ()
) -> Outcome | None:
    """What SAME would make of an open pair; None when the two already are one household
    or a judgement keeps them apart. `supposed` are corrections nobody has made yet."""
    sides = (proposal.left_record_id, proposal.right_record_id)
    if proposal.left_household_id == proposal.right_household_id:
        return None
    closed, judgements = queries.closure(sides)
    joined = Judgement(*sides, Verdict.SAME, by_staff=True, at=clock.now(), id="~")
    others = [each for each in judgements if {each.left, each.right} != set(sides)]
    found = preview(closed, [*others, joined], supposed)
    together = next(
        ((row_id, made) for row_id, (made, ids) in found.items() if sides[0] in ids),
        None,
    )
    if together is None or sides[1] not in found[together[0]][1]:
        return None
    return _outcome(proposal, *together)


def _outcome(proposal: MergeProposal, row_id: str, made: Computed) -> Outcome:
    left_row = db.session.get_one(HouseholdRow, proposal.left_household_id)
    right_row = db.session.get_one(HouseholdRow, proposal.right_household_id)
    left, right = registry.golden_of(left_row), registry.golden_of(right_row)
    result = from_plain(GoldenHousehold, made.household["content"])
    return Outcome(
        left=left,
        right=right,
        result=result,
        left_row=left_row,
        right_row=right_row,
        left_records=frozenset(registry.record_ids_of(left_row.id)),
        row_id=row_id,
        computed=made,
        people=align_with_result(left, right, result, same_people),
    )
