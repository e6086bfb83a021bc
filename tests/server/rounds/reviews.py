"""A ward with a round, and its cases brought as far as a test needs."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from server import clock
from server.areas.tables import Area
from server.db import db
from server.registry.tables import HouseholdRow
from server.rounds import actions, acts, queries, stepping
from server.rounds.tables import ReviewCase, ReviewRound, RoundAct
from server.status import actions as status
from tests.server.status.households import OFFICER, make_household, make_record

BEGINS = date(2026, 9, 1)
ENDS = date(2026, 12, 14)
GROUP = "00235-01"


SCORED_ON, MET_ON, POSTED_ON = (BEGINS + timedelta(days=each) for each in (14, 20, 21))


def later(days: int) -> date:
    return BEGINS + timedelta(days=days)


def surveyed_household(
    ward: Area, assessed: str = "POOR", **given: Any
) -> HouseholdRow:
    """A household with an assessment and a survey of this autumn."""
    reviewed = given.pop("surveyed", date(2026, 9, 10))
    row = make_household(
        ward, assessed, reviewed=reviewed, **{"group_code": GROUP, **given}
    )
    make_record(row, row.id, reviewed)
    status.assess(household_ids=[row.id])
    return row


def open_round(ward: Area, **given: Any) -> ReviewRound:
    values: dict[str, Any] = {
        "kind": "monthly", "name": "Rà soát tháng 9", "area_id": ward.id,
        "standard": "vn-2022", "begins_on": BEGINS, "ends_on": ENDS,
        "responsible": "Trần Thị Hoa", "upper_level": "none", **given,
    }  # fmt: skip
    return actions.open_round(by=OFFICER, **values)


def listed(
    review: ReviewRound, *rows: HouseholdRow, origin: str = "new", on: date = BEGINS
) -> list[ReviewCase]:
    return actions.put_on_list(
        by=OFFICER, round_id=review.id, household_ids=[row.id for row in rows],
        origin=origin, on=on,
    )  # fmt: skip


def ids(cases: Sequence[ReviewCase]) -> list[int]:
    return [each.id for each in cases]


def score(
    review: ReviewRound, cases: Sequence[ReviewCase], on: date = SCORED_ON
) -> Any:
    return stepping.score(by=OFFICER, round_id=review.id, case_ids=ids(cases), on=on)


def meet(
    review: ReviewRound,
    opinions: dict[int, str],
    numbers: tuple[int, int, int] = (10, 8, 6),
    on: date = MET_ON,
    **given: Any,
) -> RoundAct:
    return acts.hold_meeting(
        by=OFFICER, round_id=review.id, on=on, document_number="03/BB", chair="Ông Tổ",
        place="Nhà văn hoá", attendance=acts.Attendance(*numbers),
        opinions={key: acts.Opinion(said) for key, said in opinions.items()}, **given,
    )  # fmt: skip


def post(review: ReviewRound, cases: Sequence[ReviewCase], on: date = POSTED_ON) -> Any:
    return acts.post(
        by=OFFICER, round_id=review.id, case_ids=ids(cases), on=on, place="UBND"
    )


def decide(review: ReviewRound, items: dict[int, str], **given: Any) -> RoundAct:
    values: dict[str, Any] = {
        "document_number": "77/QĐ-UBND", "decided_on": later(40),
        "valid_from": later(40), "signer": "Lê Văn Chủ", "confirmation": "77/QĐ-UBND",
        **given,
    }  # fmt: skip
    return acts.decide(by=OFFICER, round_id=review.id, items=items, **values)


def case_of(case: ReviewCase) -> ReviewCase:
    """The case as the database has it now."""
    db.session.expire_all()
    return db.session.get_one(ReviewCase, case.id)


def steps_of(case: ReviewCase) -> list[str]:
    return [row.step for row in queries.live_steps([case.id]).get(case.id, [])]


def frozen_clock(patch: pytest.MonkeyPatch, instant: datetime) -> None:
    patch.setattr(clock, "now", lambda: instant)
