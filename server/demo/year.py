"""The commune's decisions in the demo: last year's whole list, this year's first half.

The second half of this year is left to the visitor, so that there is work to do.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from server.accounts.queries import find_user_by_login
from server.db import db
from server.demo.ward import STAFF, Ward
from server.domain.actor import Actor
from server.domain.poverty.pack import PovertyCategory
from server.registry.tables import HouseholdRow
from server.review.queries import doubtful_households
from server.status.actions import recognise
from server.status.queries import LISTED, assessments_of, status_map
from server.status.tables import Recognition

STANDARD = "vn-2022"
SIGNER = "Nguyễn Văn Chủ Tịch"
THIS_YEAR = "198/QĐ-UBND"  # the number of the decision that ends the demo
RECOGNISED_GROUPS = range(1, 8)


def last_year_is_recognised(ward: Ward, on: date) -> None:
    """Everybody who was assessed poor or near-poor is, by one decision."""
    number = f"215/QĐ-UBND/{on.year}"
    found = _assessed(ward, households_of(ward))
    _decide(ward, number, on, [(h, c) for h, c in found if c in LISTED])


def this_year_is_recognised(ward: Ward, on: date) -> None:
    """The first groups: who is poor or near-poor now, and who no longer is."""
    before = status_map([ward.area_id], STANDARD, on)
    groups = {ward.group_code(number) for number in RECOGNISED_GROUPS}
    households = [row for row in households_of(ward) if row.group_code in groups]
    items = [
        (household, category)
        for household, category in _assessed(ward, households)
        if category in LISTED or before.get(household) in LISTED
    ]
    _decide(ward, f"{THIS_YEAR}/{on.year}", on, items)


def was_interrupted() -> bool:
    """Whether the field day that was begun never came to its last decision."""
    numbers = select(Recognition.document_number)
    return not any(n.startswith(THIS_YEAR) for n in db.session.scalars(numbers))


def households_of(ward: Ward) -> list[HouseholdRow]:
    """The live households of the made-up ward."""
    statement = select(HouseholdRow).where(HouseholdRow.state == "live")
    return [
        row
        for row in db.session.scalars(statement.order_by(HouseholdRow.id))
        if row.group_code.startswith(ward.code)
    ]


def _assessed(ward: Ward, households: Iterable[HouseholdRow]) -> list[tuple[str, str]]:
    """Households with the category the machine found, where it found one; those that
    may be counted twice wait for a person."""
    ids = {row.id for row in households}
    found = assessments_of(ids - doubtful_households(ids).keys())
    return [
        (household_id, PovertyCategory(row.category).value)
        for household_id, rows in sorted(found.items())
        for row in rows
        if row.standard == STANDARD and row.category
    ]


def _decide(ward: Ward, number: str, on: date, items: list[tuple[str, str]]) -> None:
    user = find_user_by_login(STAFF[1][0])
    if user is None or not items:
        return
    recognise(
        by=Actor("user", user.id, user.name),
        document_number=number,
        decided_on=on,
        valid_from=on,
        signer=SIGNER,
        standard=STANDARD,
        area_id=ward.area_id,
        items=items,
        note="Dữ liệu mẫu",
        confirmation=number,
    )
