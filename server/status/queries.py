"""Reading assessments, decisions and dated statuses: what held when, known when."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select

from server import clock
from server.areas.tables import Area
from server.db import GIVEN, db, within
from server.domain.actor import Scope
from server.domain.poverty.pack import PovertyCategory
from server.domain.poverty.periods import Period
from server.domain.problems import Problem, Refused
from server.registry.queries import in_chunks
from server.registry.tables import HouseholdRow
from server.status.held import Listed, holding, known, lists_on, status_map
from server.status.tables import (
    AssessmentRow,
    PastAssessment,
    PovertyStatus,
    RecognisedHousehold,
    Recognition,
)
from server.status.transitions import Transited, newly_escaped, transitions

__all__ = [
    "Listed",
    "Transited",
    "holding",
    "known",
    "lists_on",
    "newly_escaped",
    "status_map",
    "transitions",
]

CATEGORIES = tuple(category.value for category in PovertyCategory)
LISTED = (PovertyCategory.POOR.value, PovertyCategory.NEAR_POOR.value)

_ASSESSED = (
    select(AssessmentRow)
    .where(AssessmentRow.household_id.in_(GIVEN))
    .order_by(AssessmentRow.standard)
)
_CODES = select(HouseholdRow.id, HouseholdRow.code).where(HouseholdRow.id.in_(GIVEN))
_HELD = select(PovertyStatus).where(
    PovertyStatus.household_id.in_(GIVEN), holding(bindparam("on"))
)


def assessments_of(household_ids: Collection[str]) -> dict[str, list[AssessmentRow]]:
    """The assessments of each household, by standard."""
    found: defaultdict[str, list[AssessmentRow]] = defaultdict(list)
    for chunk in in_chunks(household_ids):
        rows = db.session.scalars(_ASSESSED, {"given": chunk})
        for row in rows:
            found[row.household_id].append(row)
    return dict(found)


def find_assessment(household_id: str, standard: str) -> AssessmentRow | None:
    """The assessment of one household under one standard."""
    return db.session.get(AssessmentRow, (household_id, standard))


def past_assessments_of(household_id: str) -> dict[str, list[PastAssessment]]:
    """What was assessed before a standard changed, by standard, newest first."""
    found: defaultdict[str, list[PastAssessment]] = defaultdict(list)
    for row in db.session.scalars(
        select(PastAssessment)
        .where(PastAssessment.household_id == household_id)
        .order_by(PastAssessment.id.desc())
    ):
        found[row.standard].append(row)
    return dict(found)


def assessed_under(standards: Collection[str]) -> list[str]:
    """The households that have an assessment under one of these standards."""
    return list(
        db.session.scalars(
            select(AssessmentRow.household_id)
            .where(AssessmentRow.standard.in_(standards))
            .distinct()
            .order_by(AssessmentRow.household_id)
        )
    )


def statuses_of(household_id: str) -> list[PovertyStatus]:
    """Every row ever believed of a household, in the order in which it was recorded."""
    return list(
        db.session.scalars(
            select(PovertyStatus)
            .where(PovertyStatus.household_id == household_id)
            .order_by(PovertyStatus.recorded_at, PovertyStatus.id)
        )
    )


def statuses_on(
    household_ids: Collection[str], on: date
) -> dict[str, dict[str, PovertyStatus]]:
    """For each household, by standard: the status that holds on a day, known now."""
    found: defaultdict[str, dict[str, PovertyStatus]] = defaultdict(dict)
    for chunk in in_chunks(household_ids):
        rows = db.session.scalars(_HELD, {"given": chunk, "on": on})
        for row in rows:
            found[row.household_id][row.standard] = row
    return dict(found)


def codes_of(household_ids: Iterable[str]) -> dict[str, str]:
    """The printed code of each household."""
    return {
        id_: code
        for chunk in in_chunks(household_ids)
        for id_, code in db.session.execute(_CODES, {"given": chunk})
    }


def period_of(row: PovertyStatus) -> Period:
    """The row as the domain sees it."""
    return Period(
        category=row.category,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        recorded_at=row.recorded_at,
        superseded_at=row.superseded_at,
        recognition=row.recognition_id,
        row=row.id,
        sub=row.sub,
    )


def live_statuses(
    household_ids: Collection[str], standard: str
) -> dict[str, list[PovertyStatus]]:
    """The rows now believed of each household under a standard."""
    found: defaultdict[str, list[PovertyStatus]] = defaultdict(list)
    for chunk in in_chunks(household_ids):
        rows = db.session.scalars(
            select(PovertyStatus)
            .where(
                PovertyStatus.household_id.in_(chunk),
                PovertyStatus.standard == standard,
                PovertyStatus.superseded_at.is_(None),
            )
            .order_by(PovertyStatus.valid_from)
        )
        for row in rows:
            found[row.household_id].append(row)
    return dict(found)


def recognitions(scope: Scope) -> Select[Recognition]:
    """The decisions about the areas of `scope`."""
    return within(select(Recognition), Recognition.area_id, scope)


def recognitions_with_counts(scope: Scope) -> Select[Any]:
    """Decisions with `area_name` and how many `households` each names."""
    counted = (
        select(func.count())
        .where(RecognisedHousehold.recognition_id == Recognition.id)
        .scalar_subquery()
    )
    statement = select(
        Recognition, Area.name.label("area_name"), counted.label("households")
    ).join(Area, Area.id == Recognition.area_id)
    return within(statement, Recognition.area_id, scope)


def get_recognition(recognition_id: int, scope: Scope) -> Recognition:
    """A decision somebody may look at; refused as absent when they may not."""
    statement = recognitions(scope).where(Recognition.id == recognition_id)
    found = db.session.scalar(statement)
    if found is None:
        raise Refused(Problem("recognition_not_found"), status=404)
    return found


def recognised_by(
    recognition_id: int,
) -> list[tuple[RecognisedHousehold, HouseholdRow]]:
    """The households a decision names, with what the register knows of them now."""
    rows = db.session.execute(
        select(RecognisedHousehold, HouseholdRow)
        .join(HouseholdRow, HouseholdRow.id == RecognisedHousehold.household_id)
        .where(RecognisedHousehold.recognition_id == recognition_id)
        .order_by(HouseholdRow.head_sort_key, HouseholdRow.id)
    )
    return [(item, row) for item, row in rows]


def documents(recognition_ids: Collection[int]) -> dict[int, Recognition]:
    """Decisions by their id."""
    if not recognition_ids:
        return {}
    rows = db.session.scalars(
        select(Recognition).where(Recognition.id.in_(sorted(recognition_ids)))
    )
    return {row.id: row for row in rows}


def unrecognised(scope: Scope, standard: str, on: date) -> Select[str]:
    """Live households assessed as poor or near-poor whose recognised status says
    something else, or nothing."""
    statement = (
        select(HouseholdRow.id)
        .join(AssessmentRow, AssessmentRow.household_id == HouseholdRow.id)
        .outerjoin(
            PovertyStatus,
            and_(
                PovertyStatus.household_id == HouseholdRow.id,
                PovertyStatus.standard == standard,
                holding(on),
            ),
        )
        .where(
            AssessmentRow.standard == standard,
            AssessmentRow.category.in_(LISTED),
            HouseholdRow.state == "live",
            PovertyStatus.category.is_distinct_from(AssessmentRow.category),
        )
    )
    return within(statement, HouseholdRow.area_id, scope)


def count_unrecognised(scope: Scope, standard: str) -> int:
    """How many households wait for the commune to recognise what was assessed."""
    waiting = unrecognised(scope, standard, clock.today()).subquery()
    return db.session.scalar(select(func.count()).select_from(waiting)) or 0
