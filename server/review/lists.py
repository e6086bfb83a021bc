"""What the queue and the list of judgements share: how two households are named."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, or_, select
from sqlalchemy.orm import aliased, defer

from server.areas.tables import Area
from server.db import within
from server.domain.actor import Scope
from server.registry import queries as registry
from server.registry.tables import HouseholdRow
from server.review.tables import MergeProposal
from server.web.i18n import _
from server.web.listing import Filter

Left, Right = aliased(HouseholdRow), aliased(HouseholdRow)
LeftArea, RightArea = aliased(Area), aliased(Area)
Apply = Callable[[Select[Any], str], Select[Any]]


@dataclass(frozen=True, slots=True)
class SideName:
    """A household in a line of a list; `name` is blank for one of another area."""

    household_id: str
    name: str
    code: str
    area: str

    @property
    def text(self) -> str:
        """What may be said of it: the head, or only where it is."""
        return self.name or _("Hộ ngoài địa bàn")


def side_names(row: Any, scope: Scope) -> tuple[SideName, SideName]:
    """The two households of a row of either list."""
    return _side(row[1], row[3], scope), _side(row[2], row[4], scope)


def is_masked(row: Any, scope: Scope) -> bool:
    """Whether one of the two households lies outside the reader's areas."""
    return not (scope.holds(row[1].area_id) and scope.holds(row[2].area_id))


def with_sides(statement: Select[Any]) -> Select[Any]:
    """Add the two households of each proposal and the areas they lie in."""
    return (
        statement.join(Left, Left.id == MergeProposal.left_household_id)
        .join(Right, Right.id == MergeProposal.right_household_id)
        .outerjoin(LeftArea, LeftArea.id == MergeProposal.left_area_id)
        .outerjoin(RightArea, RightArea.id == MergeProposal.right_area_id)
        # Opening what is sealed takes longer than finding it, and lists show none of it.
        .options(defer(Left.content), defer(Right.content))
    )


def _side(household: HouseholdRow, area: str | None, scope: Scope) -> SideName:
    is_mine = scope.holds(household.area_id)
    return SideName(
        household_id=household.id if is_mine else "",
        name=(household.head_name or household.code) if is_mine else "",
        code=household.code if is_mine else "",
        area=area or "",
    )


def pair_key(left: Any, right: Any) -> Any:
    """One value for two households, whichever stands first."""
    return case((left < right, left + "|" + right), else_=right + "|" + left)


def text_filter(scope: Scope) -> Filter:
    """Search households on the reader's own side only: finding is seeing."""

    def find(statement: Select[Any], text: str) -> Select[Any]:
        found = within(select(HouseholdRow.id), HouseholdRow.area_id, scope)
        ids = registry.search(found, text)
        return statement.where(or_(Left.id.in_(ids), Right.id.in_(ids)))

    return Filter("q", _("Tên, địa chỉ, mã hộ"), find, kind="text")


def choices_of(labels: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Labels by code as the choices of a filter."""
    return tuple(labels.items())
