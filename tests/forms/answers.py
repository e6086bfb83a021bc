"""Complete answers to the household review, to be changed one by one in a test.

Other suites use these too: `new_household()` are the answers of a household with
nothing wrong, `member()` those of one person, `known_household()` those of one chosen
from the list. Paths are those of forms/household_review/PATHS.md.
"""

from collections.abc import Mapping
from typing import Any

Answers = dict[str, Any]

WARD = "00199"
GROUP = "00199-07"
MEMBER = "/household/roster/member[{}]"
ADULT: Mapping[str, Any] = {
    "person/full_name": "Nguyễn Văn An",
    "person/relation_to_head": "head",
    "person/sex": "male",
    "person/birth_precision": "full_date",
    "person/birth_date": "1980-05-17",
    "papers/ethnicity": "01",
    "papers/identity_kinds": ["none"],
    "residence_schooling/resident_status": "permanent",
    "residence_schooling/months_present": "12",
    "residence_schooling/attending": "none",
    "residence_schooling/education_level": "upper_secondary",
    "work/can_work": "yes",
    "work/employment": "contract",
    "health/has_insurance": "yes",
    "health/insurance_type": "employer",
    "health/disability": "none",
    "health/ill_untreated": "no",
    "health/social_allowance": "no",
}
CHILD: Mapping[str, Any] = {
    "person/full_name": "Nguyễn Gia Bảo",
    "person/relation_to_head": "child",
    "person/sex": "male",
    "person/birth_precision": "full_date",
    "person/birth_date": "2017-03-02",
    "papers/ethnicity": "01",
    "papers/identity_kinds": ["none"],
    "residence_schooling/resident_status": "permanent",
    "residence_schooling/attending": "primary",
    "residence_schooling/education_level": "none",
    "health/has_insurance": "yes",
    "health/insurance_type": "student",
    "health/disability": "none",
    "health/ill_untreated": "no",
    "health/social_allowance": "no",
    "nutrition/is_malnourished": "no",
}
VISIT: Mapping[str, Any] = {
    "/visit/reviewer": "Trần Thị Rà",
    "/visit/review_date": "2026-11-20",
    "/visit/notice_given": "yes",
    "/visit/legal_basis": "legal_duty",
    "/place/ward": WARD,
    "/place/residential_group": GROUP,
}
HOUSEHOLD: Mapping[str, Any] = {
    "/household/contact/head_name": "Nguyễn Văn An",
    "/household/contact/phone_1": "0912345678",
    "/household/address/house_number": "12",
    "/household/address/alley": "7/9",
    "/household/address/lane": "9",
    "/household/address/street": "Khâm Thiên",
    "/household/location/position_consent": "yes",
    "/household/location/position": "21.0205 105.8350 12 4.5",
    "/household/location/photo_consent": "no",
    "/household/dwelling/house_grade": "permanent",
    "/household/dwelling/wall": "brick_stone",
    "/household/dwelling/column": "reinforced_concrete",
    "/household/dwelling/roof": "concrete",
    "/household/dwelling/area_m2": "60",
    "/household/dwelling/ownership": "owned",
    "/household/water_power/water_source": "tap",
    "/household/water_power/toilet": "septic",
    "/household/water_power/electricity_kwh": "150",
    "/household/information/uses_internet": "yes",
    "/household/information/uses_phone": "yes",
    "/household/information/devices": ["tv", "smartphone"],
    "/household/economy/assets": ["motorbike", "fridge"],
    "/household/economy/is_agricultural": "no",
    "/household/economy/economy_basis": "income",
    "/household/economy/income_per_capita": "6000000",
}


def member(row: int, base: Mapping[str, Any] = ADULT, **changes: Any) -> Answers:
    """The answers of roster row `row` (from 1); `changes` name fields without page.

    `None` takes an answer away (the question is then not asked, or left blank).
    """
    pages = {path.split("/")[-1]: path for path in {**CHILD, **ADULT}} | {
        "birth_year_stated": "person/birth_year_stated",
        "birth_month_stated": "person/birth_month_stated",
        "age_stated": "person/age_stated",
        "cccd12_number": "papers/cccd12_number",
        "cmnd9_number": "papers/cmnd9_number",
        "cmnd12_number": "papers/cmnd12_number",
        "birth_registration_number": "papers/birth_registration_number",
        "trained_on_job": "residence_schooling/trained_on_job",
        "is_pregnant": "health/is_pregnant",
    }
    answers = {**base, **{pages[name]: value for name, value in changes.items()}}
    prefix = MEMBER.format(row)
    return {
        f"{prefix}/{path}": value
        for path, value in answers.items()
        if value is not None
    }


def new_household(
    *members: Answers, changes: Mapping[str, Any] | None = None
) -> Answers:
    """A household not on the list; one well-off adult unless `members` are given."""
    rows = members or (member(1),)
    answers: Answers = {**VISIT, "/find/search_in": "new", **HOUSEHOLD}
    answers["/household/roster/member_count"] = str(len(rows))
    for row in rows:
        answers |= row
    answers |= changes or {}
    return {path: value for path, value in answers.items() if value is not None}


def known_household(
    typed_name: str = "",
    picked: str = "",
    changes: Mapping[str, Any] | None = None,
) -> Answers:
    """A household chosen from the list of its group, and nothing changed since."""
    answers: Answers = {
        **VISIT,
        "/find/search_in": "group",
        "/find/typed_name": typed_name,
        "/pick/picked_in_group": picked,
        "/confirm/is_unchanged": "yes",
    } | dict(changes or {})
    return {path: value for path, value in answers.items() if value is not None}
