"""A household as rows: what `golden` says of some records, ready to be written.

A pure function of the records, the live corrections and departures, and the areas of
today; nothing of what is stored already plays a part.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from server.areas.tables import Area
from server.clock import VIETNAM
from server.domain.households.golden import GoldenHousehold, golden
from server.domain.households.sources import CorrectionView, RecordView
from server.domain.people.names import fold, sort_key
from server.domain.places.addresses import format_address
from server.domain.plain import to_plain
from server.domain.survey.record import Household, Member
from server.registry.search import number_index, words_of
from server.registry.tables import HouseholdEvent

CurrentArea = Callable[[str, date], tuple[Area | None, bool]]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Computed:
    """The columns of a household, of its members by key, and of the members' numbers by
    (member key, kind, hash)."""

    household: Row
    members: dict[str, Row]
    identifiers: dict[tuple[str, str, str], Row]


def compute(
    code: str,
    records: Sequence[RecordView],
    corrections: Collection[CorrectionView],
    departures: Collection[HouseholdEvent],
    current_area: CurrentArea,
) -> Computed:
    """A household that has these records."""
    found = golden(records, corrections)
    household = found.household
    row = _columns(code, found, records, corrections, current_area)
    row["record_count"] = len(records)
    row.update(_state(found.review_date, departures))
    return Computed(
        household=row,
        members={
            member.key: _member_columns(place, member)
            for place, member in enumerate(household.members)
        },
        identifiers=dict(_identifiers(household)),
    )


def compute_merged(
    code: str,
    into: str,
    records: Sequence[RecordView],
    corrections: Collection[CorrectionView],
    current_area: CurrentArea,
) -> Computed:
    """What is left of a household whose records went to another one.

    It keeps the look those records give it by themselves, so that people recognise it;
    its people and their numbers are those of the other household now.
    """
    found = golden(records, corrections)
    row = _columns(code, found, records, corrections, current_area)
    row.update(state="merged", merged_into=into, departed_on=None, record_count=0)
    return Computed(row, {}, {})


def compute_withdrawn(
    code: str,
    records: Sequence[RecordView],
    corrections: Collection[CorrectionView],
    current_area: CurrentArea,
) -> Computed:
    """A household none of whose records counts any more, as it looked before.

    It left the lists without a day: nobody said that it moved. Its people are counted
    nowhere.
    """
    found = golden(records, corrections)
    row = _columns(code, found, records, corrections, current_area)
    row.update(state="departed", merged_into=None, departed_on=None, record_count=0)
    return Computed(row, {}, {})


def content_hash(content: dict[str, Any]) -> str:
    """sha256 (hex) of the content, whatever the order of its keys."""
    plain = json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(plain.encode()).hexdigest()


def _columns(
    code: str,
    found: GoldenHousehold,
    records: Sequence[RecordView],
    corrections: Collection[CorrectionView],
    current_area: CurrentArea,
) -> Row:
    household = found.household
    head_name = household.head_name or ""
    address = format_address(household.address)
    area, is_certain = _area(found, records, corrections, current_area)
    content = to_plain(found)
    return {
        "code": code,
        "area_id": area.id if area is not None else None,
        "needs_area_review": not is_certain,
        "group_code": household.group_code or "",
        "head_name": head_name,
        "head_sort_key": sort_key(head_name),
        "address_text": address,
        "search_text": words_of(
            code,
            head_name,
            *(member.full_name for member in household.members),
            address,
            household.address.text,
            *household.phones,
        ),
        "member_count": household.size,
        "review_date": found.review_date,
        "content": content,
        "content_hash": content_hash(content),
    }


def _state(reviewed: date, departures: Collection[HouseholdEvent]) -> Row:
    """Departed since the last departure; a later review finds the household back."""
    last = max(departures, key=lambda event: (event.on, event.id), default=None)
    has_departed = last is not None and last.on >= reviewed
    return {
        "state": "departed" if has_departed else "live",
        "departed_on": last.on if last is not None and has_departed else None,
        "merged_into": None,
    }


def _area(
    found: GoldenHousehold,
    records: Sequence[RecordView],
    corrections: Collection[CorrectionView],
    current_area: CurrentArea,
) -> tuple[Area | None, bool]:
    """Today's ward. Its code means what it meant on the day somebody gave it."""
    code = found.household.ward_code
    if not code:
        return None, False
    given_on = {
        **{view.id: view.record.review_date for view in records},
        **{
            f"correction:{each.id}": each.at.astimezone(VIETNAM).date()
            for each in corrections
        },
    }
    source = found.sources.get("ward_code", "")
    return current_area(code, given_on.get(source, found.review_date))


def _member_columns(place: int, member: Member) -> Row:
    return {
        "position": place,
        "full_name": member.full_name,
        "name_folded": fold(member.full_name),
        "relation_to_head": member.relation_to_head,
        "sex": member.sex,
        "birth_year": member.birth.year if member.birth else None,
    }


def _identifiers(household: Household) -> Iterator[tuple[tuple[str, str, str], Row]]:
    for member in household.members:
        for identifier in member.identifiers:
            key = (member.key, identifier.kind, number_index(identifier))
            yield key, {"number": identifier.number}
