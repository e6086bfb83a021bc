"""The list of a ward on a day, as it was known on a day: who is recognised as what.

Beside the recognised category stands what the machine makes of the household now, so
that the two are seen apart and the commune sees what is left to decide.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, or_, select

from server.db import db, within
from server.domain.actor import Scope
from server.registry.tables import HouseholdRow
from server.status import presence, residence
from server.status.particulars import TODAY, Told, is_past, told_on
from server.status.queries import LISTED, holding
from server.status.tables import AssessmentRow, PovertyStatus, Recognition

# Households that cannot be classified: somebody has to ask them something.
UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Moment:
    """Which list: of a standard, as on a day, as known at an instant (None is now)."""

    standard: str
    on: date
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WardList:
    """A list: its statement, and what it says of each household (today's or then's)."""

    statement: Select[Any]
    told: Told

    @property
    def in_order(self) -> tuple[Any, ...]:
        """By group and name, as on paper."""
        return (self.told.group_code, self.told.head_sort_key, HouseholdRow.id)

    def in_group(self, statement: Select[Any], group_code: str) -> Select[Any]:
        """Only the rows of one residential group."""
        return statement.where(self.told.group_code == group_code)

    def was_in(self, statement: Select[Any], ward_id: str) -> Select[Any]:
        """Only the rows of one ward of then."""
        return statement.where(self.told.ward_id == int(ward_id))


def list_of(
    scope: Scope,
    moment: Moment,
    area_ids: Collection[int] | None = None,
    kind: str = "",
) -> WardList:
    """The list of some areas, with who each household was on the day of the list."""

    def narrowed(told: Told) -> Select[Any]:
        statement = ward_list(scope, moment, told)
        if area_ids is not None:
            statement = in_areas(statement, area_ids, moment)
        return narrowed_to_kind(statement, kind) if kind in KINDS else statement

    told = TODAY
    if is_past(moment.on, moment.known_at):
        ids = narrowed(TODAY).with_only_columns(HouseholdRow.id)
        told = told_on(list(db.session.scalars(ids)), moment.on, moment.known_at)
    return WardList(narrowed(told), told)


def ward_list(
    scope: Scope, moment: Moment, told: Told = TODAY
) -> Select[*tuple[Any, ...]]:
    """Households of `scope` with `recognised`, `assessed` and the document."""
    statement: Select[*tuple[Any, ...]] = (
        select(
            HouseholdRow.id,
            HouseholdRow.code,
            HouseholdRow.area_id,
            *told.columns,
            PovertyStatus.category.label("recognised"),
            PovertyStatus.valid_from,
            AssessmentRow.category.label("assessed"),
            AssessmentRow.standard.label("assessed_under"),
            AssessmentRow.sub,
            Recognition.id.label("recognition_id"),
            Recognition.document_number,
        )
        .outerjoin(
            PovertyStatus,
            and_(
                PovertyStatus.household_id == HouseholdRow.id,
                PovertyStatus.standard == moment.standard,
                holding(moment.on, moment.known_at),
            ),
        )
        .outerjoin(
            AssessmentRow,
            and_(
                AssessmentRow.household_id == HouseholdRow.id,
                AssessmentRow.standard == moment.standard,
            ),
        )
        .outerjoin(Recognition, Recognition.id == PovertyStatus.recognition_id)
        .where(_there(moment))
    )
    return within(told.joined(statement), lived_in(moment), scope)


def lived_in(moment: Moment) -> Any:
    """Where a household lived on the day of a list, as it was known: today's area for
    all but those that have moved since."""
    then = residence.lived_elsewhere(moment.on, moment.known_at)
    if not then:
        return HouseholdRow.area_id
    return case(then, value=HouseholdRow.id, else_=HouseholdRow.area_id)


def rows_on_paper(
    scope: Scope,
    moment: Moment,
    kind: str,
    area_ids: Collection[int] | None,
    group_code: str = "",
) -> tuple[Sequence[Any], Told]:
    """All rows of a list, by group and name, as they stand on paper; and how its people
    are told."""
    listed = list_of(scope, moment, area_ids, kind)
    statement = listed.statement
    if group_code:
        statement = listed.in_group(statement, group_code)
    rows = db.session.execute(statement.order_by(*listed.in_order)).all()
    return rows, listed.told


def with_reasons(statement: Select[Any]) -> Select[Any]:
    """With `trace`, which says why a household cannot be classified."""
    return statement.add_columns(AssessmentRow.trace)


def narrowed_to_kind(statement: Select[Any], kind: str) -> Select[Any]:
    """Only the rows that one of `KINDS` names."""
    return statement.where(KINDS[kind])


def in_areas(
    statement: Select[Any], area_ids: Collection[int], moment: Moment
) -> Select[Any]:
    """Only the rows of households that lived in some areas."""
    return statement.where(lived_in(moment).in_(sorted(area_ids)))


def differs() -> ColumnElement[bool]:
    """What was assessed is not what is recognised, and one of the two is on a list.

    A household that cannot be classified yet contradicts nothing.
    """
    return and_(
        AssessmentRow.category.is_not(None),
        PovertyStatus.category.is_distinct_from(AssessmentRow.category),
        or_(PovertyStatus.category.in_(LISTED), AssessmentRow.category.in_(LISTED)),
    )


KINDS: dict[str, ColumnElement[bool]] = {
    "listed": PovertyStatus.category.in_(LISTED),
    "poor": PovertyStatus.category == "POOR",
    "near_poor": PovertyStatus.category == "NEAR_POOR",
    "recognised": PovertyStatus.category.is_not(None),
    "differs": differs(),
    "unrecognised": and_(
        AssessmentRow.category.in_(LISTED),
        PovertyStatus.category.is_distinct_from(AssessmentRow.category),
    ),
    UNCLEAR: and_(
        AssessmentRow.standard.is_not(None), AssessmentRow.category.is_(None)
    ),
    "candidates": or_(
        PovertyStatus.category.in_(LISTED), AssessmentRow.category.in_(LISTED)
    ),
}


def _there(moment: Moment) -> ColumnElement[bool]:
    """Live households, but those that had left by then; and those that left later."""
    gone = set(presence.gone_by(moment.on, moment.known_at))
    held = (
        select(HouseholdRow.id, HouseholdRow.state)
        .join(PovertyStatus, PovertyStatus.household_id == HouseholdRow.id)
        .where(
            PovertyStatus.standard == moment.standard,
            holding(moment.on, moment.known_at),
            or_(HouseholdRow.state != "live", HouseholdRow.id.in_(sorted(gone))),
        )
    )
    states = dict(db.session.execute(held).all())
    left_later = {id_ for id_, state in states.items() if state != "live"} - gone
    came_back = {id_ for id_, state in states.items() if state == "live"}
    return or_(
        and_(HouseholdRow.state == "live", HouseholdRow.id.not_in(sorted(came_back))),
        HouseholdRow.id.in_(sorted(left_later)),
    )
