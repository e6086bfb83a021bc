"""The whole of what leaves for phones about a household. Nothing else ever does.

A phone is lost, lent and read over a shoulder, so it gets what is needed to find a
household again and no more: no identity number, no telephone, nobody's name but the
head's, no answer of the questionnaire. Where a family is to be asked whether it is one
with another household, the name of that one's head and its address go along
(`check_about`). A test compares `COLUMNS` with the form's list.
"""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from server.domain.households.golden import GoldenHousehold
from server.domain.people.names import fold, given_name
from server.domain.places.addresses import format_address
from server.domain.poverty.pack import PovertyCategory
from server.registry.tables import HouseholdRow

COLUMNS = (
    "name",
    "label",
    "__version",
    "code",
    "head_name",
    "ward",
    "group",
    "address",
    "search",
    "given_name_folded",
    "last_status",
    "last_review",
    "member_count",
    "check_id",
    "check_about",
)
# A row without them has the hash it had before there were questions to ask.
_WHEN_ASKED = frozenset({"check_id", "check_about"})
_STATUS_WORDS = {
    PovertyCategory.POOR: "Hộ nghèo",
    PovertyCategory.NEAR_POOR: "Hộ cận nghèo",
    PovertyCategory.AVERAGE: "Hộ có mức sống trung bình",
    PovertyCategory.NON_POOR: "Hộ không nghèo",
}


def properties_of(
    row: HouseholdRow,
    golden: GoldenHousehold,
    status: str,
    ward_code: str,
    check: tuple[str, str] = ("", ""),
) -> dict[str, str]:
    """One row of the list, without its version; `check` is what the family is asked.

    `ward_code` is that of today's ward: the questionnaire may carry an older one, under
    which the phone would not find the household any more.
    """
    household = golden.household
    head_name = _line(household.head_name)
    address = _line(format_address(household.address))
    check_id, check_about = check
    return {
        "name": row.id,
        "label": label_of(row, golden),
        "code": row.code,
        "head_name": head_name,
        "ward": ward_code,
        "group": household.group_code or "",
        "address": address,
        "search": fold(f"{head_name} {address}"),
        "given_name_folded": fold(given_name(head_name)),
        "last_status": status,
        "last_review": golden.review_date.isoformat(),
        "member_count": str(row.member_count),
        "check_id": check_id,
        "check_about": check_about,
    }


def label_of(row: HouseholdRow, golden: GoldenHousehold) -> str:
    """How a household is called in the list of a phone."""
    head_name = _line(golden.household.head_name)
    address = _line(format_address(golden.household.address))
    return " - ".join(part for part in (head_name, address) if part) or row.code


def status_words(categories: Iterable[str]) -> str:
    """Recognised categories in words; two standards may say two things."""
    words = [_STATUS_WORDS[PovertyCategory(category)] for category in categories]
    return "; ".join(dict.fromkeys(words))


def properties_hash(properties: dict[str, Any]) -> str:
    """Equal for equal properties."""
    told = {k: v for k, v in properties.items() if v or k not in _WHEN_ASKED}
    plain = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return sha256(plain.encode()).hexdigest()


def _line(text: str | None) -> str:
    return " ".join((text or "").split())
