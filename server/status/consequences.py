"""What joining two households would mean for their status, told before it is decided.

Computed by the code that assesses and recognises, on the household that would be; a
recognised status is never changed by a merge, so what it would contradict is said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup
from sqlalchemy import bindparam, exists, func, select

from server import clock
from server.areas.queries import find_area
from server.db import db
from server.registry.tables import HouseholdRow
from server.review.outcome import Outcome
from server.status import queries
from server.status.assessing import assessments
from server.status.lists import standard_name
from server.status.standards import place_of
from server.status.tables import AssessmentRow, PovertyStatus
from server.web.panels import pair_panel

Category = str | None


@dataclass(frozen=True, slots=True)
class StandardConsequence:
    """Under one standard: the class of A, of B and of the household that would be, and
    what the commune recognised of A and B."""

    name: str
    left: Category
    right: Category
    result: Category
    left_status: Category
    right_status: Category
    stays_left: bool

    @property
    def is_contradiction(self) -> bool:
        """Whether the commune has to decide: the two were recognised differently, or
        what stays is recognised as something else than it would be assessed."""
        kept = self.left_status if self.stays_left else self.right_status
        given_up = self.right_status if self.stays_left else self.left_status
        if given_up is not None and given_up != kept:
            return True
        return kept is not None and self.result not in (None, kept)


@dataclass(frozen=True, slots=True)
class WardConsequence:
    """How many households a ward has, and how many of them are recognised poor or
    near-poor, before and after."""

    name: str
    households: tuple[int, int]
    listed: tuple[int, int]


_LIVING = select(func.count()).where(
    HouseholdRow.area_id == bindparam("area"), HouseholdRow.state == "live"
)
_LISTED = _LIVING.where(
    exists().where(
        PovertyStatus.household_id == HouseholdRow.id,
        PovertyStatus.category.in_(queries.LISTED),
        queries.holding(bindparam("on")),
    )
)


@dataclass(frozen=True, slots=True)
class Consequences:
    """Everything that would follow."""

    members: tuple[int, int, int]
    standards: Sequence[StandardConsequence]
    wards: Sequence[WardConsequence]
    code: str


def consequences(outcome: Outcome) -> Consequences:
    """What would follow if the pair were one household."""
    left, right = outcome.left_row, outcome.right_row
    statuses = queries.statuses_on([left.id, right.id], clock.today())
    assessed = queries.assessments_of([left.id, right.id])
    made = assessments(outcome.result, place_of(outcome.area_id))
    names = {
        *made,
        *(row.standard for rows in assessed.values() for row in rows),
        *(name for held in statuses.values() for name in held),
    }
    found = []
    for name in sorted(names):
        category = made[name].category if name in made else None
        found.append(
            StandardConsequence(
                name=standard_name(name),
                left=_assessed(assessed.get(left.id, ()), name),
                right=_assessed(assessed.get(right.id, ()), name),
                result=category.value if category else None,
                left_status=_held(statuses.get(left.id, {}), name),
                right_status=_held(statuses.get(right.id, {}), name),
                stays_left=outcome.row_id == left.id,
            )
        )
    members = (left.member_count, right.member_count)
    return Consequences(
        members=(*members, len(outcome.result.household.members)),
        standards=found,
        wards=_wards(outcome, _listed(statuses)),
        code=left.code if outcome.row_id == left.id else right.code,
    )


def _assessed(rows: Sequence[AssessmentRow], standard: str) -> Category:
    return next((row.category for row in rows if row.standard == standard), None)


def _held(held: dict[str, PovertyStatus], standard: str) -> Category:
    return held[standard].category if standard in held else None


def _wards(outcome: Outcome, listed_now: set[str]) -> list[WardConsequence]:
    """Each ward of the two; the household that is given up leaves its lists."""
    rows = (outcome.left_row, outcome.right_row)
    gone = next(row for row in rows if row.id != outcome.row_id)
    stays = next(row for row in rows if row.id == outcome.row_id)
    listed_gone, listed_stays = gone.id in listed_now, stays.id in listed_now
    found = []
    areas = {gone.area_id, stays.area_id, outcome.area_id} - {None}
    for area_id in sorted(each for each in areas if each is not None):
        living = _living(area_id)
        listed = _listed_in(area_id)
        more = (area_id == outcome.area_id) - (area_id == stays.area_id)
        less = area_id == gone.area_id
        area = find_area(area_id)
        found.append(
            WardConsequence(
                name=area.name if area is not None else "",
                households=(living, living + more - less),
                listed=(
                    listed,
                    listed + more * listed_stays - (less and listed_gone),
                ),
            )
        )
    return found


def _living(area_id: int) -> int:
    return db.session.scalar(_LIVING, {"area": area_id}) or 0


def _listed_in(area_id: int) -> int:
    return db.session.scalar(_LISTED, {"area": area_id, "on": clock.today()}) or 0


def _listed(held: Mapping[str, Mapping[str, PovertyStatus]]) -> set[str]:
    return {
        household_id
        for household_id, rows in held.items()
        if any(row.category in queries.LISTED for row in rows.values())
    }


@pair_panel
def consequences_panel(outcome: Outcome) -> Markup:
    """Put it on the page of the pair."""
    return Markup(  # noqa: S704 - our own template, which escapes what it shows
        render_template("status/_consequences.html", found=consequences(outcome))
    )
