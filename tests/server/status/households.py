"""Households as the register has computed them, and decisions about them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from server import clock
from server.areas.tables import Area
from server.db import db, transaction
from server.domain.actor import Actor
from server.domain.households.codes import household_code
from server.domain.households.golden import GoldenHousehold
from server.domain.people.names import fold
from server.domain.plain import from_plain, to_plain
from server.domain.survey.record import Household, SurveyRecord
from server.inbox.tables import Submission
from server.registry.tables import (
    HouseholdEvent,
    HouseholdRecord,
    HouseholdRow,
    SurveyRecordRow,
)
from server.review.tables import JudgementRow
from server.status import actions
from server.status.tables import Recognition
from tests.domain.poverty.households import household
from tests.factories import make_area

OFFICER = Actor("user", 7, "Trần Thị Hoa")
WHO = {"actor_kind": "user", "actor_id": 7, "actor_name": "Trần Thị Hoa"}
REVIEWED = date(2026, 10, 20)
TODAY = date(2026, 11, 24)
# What a household lacks and earns to be assessed as each category under vn-2022.
SITUATIONS: dict[str, dict[str, Any]] = {
    "POOR": {"lacks": ("WATER", "TOILET", "TELECOM"), "b1_score": 100},
    "NEAR_POOR": {"lacks": ("WATER",), "b1_score": 100},
    "NON_POOR": {"lacks": (), "b1_score": 300},
}
_numbers = count(1)


def at(year: int, month: int, day: int, hour: int = 9) -> datetime:
    """An instant by the clock in Vietnam."""
    return datetime(year, month, day, hour, tzinfo=clock.VIETNAM).astimezone(UTC)


def set_clock(monkeypatch: pytest.MonkeyPatch, instant: datetime) -> None:
    """Let the product believe that it is `instant`."""
    monkeypatch.setattr(clock, "now", lambda: instant)
    monkeypatch.setattr(
        clock, "today", lambda: instant.astimezone(clock.VIETNAM).date()
    )


def make_ward(code: str = "01", **given: Any) -> Area:
    """A ward of a province of its own (Hanoi unless told otherwise)."""
    province = db.session.query(Area).filter_by(code=code, level="province").first()
    province = province or make_area(code=code, level="province", name="Hà Nội")
    return make_area(**{"level": "ward", "parent_id": province.id, **given})


def make_household(
    area: Area | None,
    assessed: str = "POOR",
    *,
    content: Household | None = None,
    reviewed: date = REVIEWED,
    **given: Any,
) -> HouseholdRow:
    """A live household that answers so as to be assessed as `assessed`."""
    number = next(_numbers)
    found = content or household(**SITUATIONS[assessed])
    found = replace(found, head_name=given.get("head_name", f"Nguyễn Văn {number}"))
    golden = to_plain(GoldenHousehold(found, reviewed))
    identity = given.pop("id", str(UUID(int=number + (4 << 76) + (2 << 62))))
    values: dict[str, Any] = {
        "id": identity,
        "code": household_code(UUID(identity)),
        "state": "live",
        "area_id": area.id if area else None,
        "needs_area_review": False,
        "group_code": "",
        "head_name": found.head_name,
        "head_sort_key": fold(found.head_name or ""),
        "address_text": f"Số {number} ngõ 12 phố Khâm Thiên",
        "search_text": "",
        "member_count": len(found.members),
        "record_count": 1,
        "review_date": reviewed,
        "content": golden,
        "content_hash": str(number),
        **given,
    }
    with transaction() as session:
        row = HouseholdRow(**values)
        session.add(row)
        session.flush()
    return row


def make_record(
    of: HouseholdRow,
    seed: str,
    reviewed: date = REVIEWED,
    area: Area | None = None,
    said: Household | None = None,
) -> str:
    """A survey record of a household, which proposed `seed` as its id. It tells what is
    known of the household, unless it `said` something else."""
    number = next(_numbers)
    told = said or from_plain(GoldenHousehold, of.content).household
    content = SurveyRecord("f", "1", f"uuid:{number}", None, reviewed, False, told)
    with transaction() as session:
        submission = Submission(
            source="openrosa", form_id="f", form_version="1",
            instance_id=f"uuid:{number}", version=1, payload_kind="xml",
            payload=b"<f/>", payload_sha256=str(number), expected_files=[],
            received_at=clock.now(), **WHO,
        )  # fmt: skip
        session.add(submission)
        session.flush()
        record = SurveyRecordRow(
            id=f"record-{number:05}", submission_id=submission.id, form_id="f",
            form_version="1", instance_id=f"uuid:{number}", seed_household_id=seed,
            review_date=reviewed, area_id=area.id if area else of.area_id,
            content=to_plain(content), warnings=[], received_at=clock.now(),
        )  # fmt: skip
        session.add(record)
        session.flush()
        session.add(HouseholdRecord(record_id=record.id, household_id=of.id))
    return record.id


def merge(younger: HouseholdRow, elder: HouseholdRow, when: datetime) -> None:
    """What the register looks like after the two were judged to be one."""
    left = make_record(elder, elder.id, date(2020, 1, 1))
    right = make_record(elder, younger.id, date(2021, 1, 1))
    with transaction() as session:
        row = session.get_one(HouseholdRow, younger.id)
        row.state, row.merged_into = "merged", elder.id
    judge_same(left, right, when)


def judge_same(left: str, right: str, when: datetime) -> None:
    """Somebody said that two records tell of one household."""
    with transaction() as session:
        session.add(
            JudgementRow(left_record_id=left, right_record_id=right, verdict="same",
                         reason="", at=when, **WHO)
        )  # fmt: skip


def depart(row: HouseholdRow, on: date, kind: str = "moved_out") -> None:
    """The household left."""
    with transaction() as session:
        found = session.get_one(HouseholdRow, row.id)
        found.state, found.departed_on = "departed", on
        session.add(
            HouseholdEvent(
                household_id=row.id, kind=kind, on=on, reason="", at=clock.now(), **WHO
            )
        )


def recognise(
    area: Area,
    items: Sequence[tuple[HouseholdRow, str]],
    number: str = "",
    **given: Any,
) -> Recognition:
    """Enter a decision that is in order, unless told otherwise."""
    number = number or f"{next(_numbers)}/QĐ-UBND"
    values: dict[str, Any] = {
        "document_number": number,
        "decided_on": TODAY,
        "valid_from": TODAY,
        "signer": "Lê Văn Chủ",
        "standard": "vn-2022",
        "area_id": area.id,
        "items": [(row.id, category) for row, category in items],
        "confirmation": number,
        **given,
    }
    return actions.recognise(by=OFFICER, **values)
