"""Which households a new decision could name, and what its list would change."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from server.db import db, within
from server.domain.actor import Scope
from server.domain.poverty.pack import PovertyCategory
from server.registry.tables import HouseholdRow
from server.review.queries import doubtful_households
from server.status import ward_list
from server.status.asked import Asked

CATEGORIES = tuple(category.value for category in PovertyCategory)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A household that is on a list or was assessed into one.

    `category` is what the decision would say of it: as assessed, or as it is while
    nothing can be told. `is_ticked`: the two differ, and nobody waits for a decision
    whether this is another household of the register as well (`doubtful_pair`).
    """

    id: str
    code: str
    head_name: str
    address: str
    group_code: str
    recognised: str | None
    assessed: str | None
    category: str
    doubtful_pair: int | None
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """How many households a list would put where, and how many it leaves as they are."""

    total: int
    by_category: Sequence[tuple[str, int]]
    unchanged: int
    against_assessment: int


def candidates(asked: Asked, scope: Scope) -> list[Candidate]:
    """The households of a ward that a decision should look at, by name."""
    statement = ward_list.narrowed_to_kind(
        ward_list.ward_list(scope, asked.moment), "candidates"
    ).order_by(HouseholdRow.group_code, HouseholdRow.head_sort_key, HouseholdRow.id)
    area_ids = asked.area_ids()
    if area_ids is not None:
        statement = ward_list.in_areas(statement, area_ids, asked.moment)
    return _candidates(db.session.execute(statement).all())


def chosen(asked: Asked, scope: Scope, items: Mapping[str, str]) -> list[Candidate]:
    """The named households of a ward, each with the category chosen for it."""
    statement = ward_list.ward_list(scope, asked.moment).where(
        HouseholdRow.id.in_(sorted(items))
    )
    rows = db.session.execute(statement.order_by(HouseholdRow.head_sort_key)).all()
    return _candidates(rows, items)


def preview(found: Iterable[Candidate]) -> Preview:
    """What a decision about these households would say."""
    listed = list(found)
    counts = Counter(each.category for each in listed)
    return Preview(
        total=len(listed),
        by_category=[(each, counts[each]) for each in CATEGORIES if counts[each]],
        unchanged=sum(each.category == each.recognised for each in listed),
        against_assessment=sum(
            each.assessed is not None and each.category != each.assessed
            for each in listed
        ),
    )


def find_by_code(code: str, asked: Asked, scope: Scope) -> str | None:
    """The id of a live household of the asked ward, by its printed code."""
    statement = select(HouseholdRow.id).where(
        HouseholdRow.code == code, HouseholdRow.state == "live"
    )
    area_ids = asked.area_ids()
    if area_ids is not None:
        statement = statement.where(HouseholdRow.area_id.in_(sorted(area_ids)))
    return db.session.scalar(within(statement, HouseholdRow.area_id, scope))


def _candidates(
    rows: Sequence[Any], chosen_for: Mapping[str, str] | None = None
) -> list[Candidate]:
    doubtful = doubtful_households([row.id for row in rows])
    chosen_for = chosen_for or {}
    return [
        _candidate(row, chosen_for.get(row.id), doubtful.get(row.id)) for row in rows
    ]


def _candidate(row: Any, category: str | None, doubtful_pair: int | None) -> Candidate:
    told = row.assessed or row.recognised or CATEGORIES[0]
    differs = row.assessed is not None and row.assessed != row.recognised
    return Candidate(
        id=row.id,
        code=row.code,
        head_name=row.head_name,
        address=row.address_text,
        group_code=row.group_code,
        recognised=row.recognised,
        assessed=row.assessed,
        category=category or told,
        doubtful_pair=doubtful_pair,
        is_ticked=differs and doubtful_pair is None,
    )
