"""The commune's decision of last year in the demo, and what is known of this year's: it
names the first groups, so that there is work left for the visitor."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from server.db import db
from server.demo.ward import Ward, actor_of_the_ward
from server.domain.poverty.pack import PovertyCategory
from server.registry.tables import HouseholdRow
from server.review.queries import doubtful_households
from server.status.actions import recognise
from server.status.queries import LISTED, assessments_of
from server.status.tables import Recognition

STANDARD = "vn-2022"
SIGNER = "Nguyễn Văn Chủ Tịch"
THIS_YEAR = "198/QĐ-UBND"  # the number of the decision that ends the demo
RECOGNISED_GROUPS = range(1, 8)


def last_year_is_recognised(ward: Ward, on: date) -> None:
    """Everybody who was assessed poor or near-poor is, by one decision. Pairs in doubt
    wait for a person."""
    number = f"215/QĐ-UBND/{on.year}"
    found = _assessed(ward, households_of(ward))
    _decide(ward, number, on, [(h, c) for h, c in found if c in LISTED])


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
    if not items:
        return
    recognise(
        by=actor_of_the_ward(),
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
