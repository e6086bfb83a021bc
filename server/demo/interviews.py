"""What an enumerator types into the household review about an invented family.

Paths are those of forms/household_review/PATHS.md; the form engine refuses an answer
that the form would not ask for, so this cannot drift from the form unnoticed.
"""

from datetime import date
from typing import Any

from server.demo.families import Family, Person

Answers = dict[str, Any]
_MEMBER = "/household/roster/member[{}]/"


def visit(reviewer: str, on: date, ward: str, group: str) -> Answers:
    """The first pages: who, when, where."""
    return {
        "/visit/reviewer": reviewer,
        "/visit/review_date": on.isoformat(),
        "/visit/notice_given": "yes",
        "/visit/legal_basis": "legal_duty",
        "/place/ward": ward,
        "/place/residential_group": group,
    }


def new_household(family: Family, on: date, *, photo: str = "") -> Answers:
    """A household that is not on the phone's list."""
    return {"/find/search_in": "new", **everything(family, on, photo=photo)}


def chosen(entity_id: str, typed_name: str, *, unchanged: bool) -> Answers:
    """A household picked from the list of its group by a name typed without marks."""
    return {
        "/find/search_in": "group",
        "/find/typed_name": typed_name,
        "/pick/picked_in_group": entity_id,
        "/confirm/is_unchanged": "yes" if unchanged else "no",
    }


def everything(family: Family, on: date, *, photo: str = "") -> Answers:
    """All answers about a household and its people."""
    answers: Answers = {
        "/household/contact/head_name": family.head.name,
        "/household/contact/phone_1": family.phone,
        "/household/address/house_number": family.house_number,
        "/household/address/alley": family.alley,
        "/household/address/lane": family.lane,
        "/household/address/street": family.street,
        "/household/location/position_consent": "yes",
        "/household/location/position": f"{family.latitude} {family.longitude} 9 6.5",
        "/household/location/photo_consent": "yes" if photo else "no",
        "/household/location/photo": photo,
        "/household/roster/member_count": len(family.people),
        **_dwelling(family),
        **_economy(family),
    }
    for row, person in enumerate(family.people, start=1):
        for path, value in _member(person, on).items():
            answers[_MEMBER.format(row) + path] = value
    return {path: value for path, value in answers.items() if value != ""}


def _dwelling(family: Family) -> Answers:
    lacks = family.lacks
    area = 6 * len(family.people) if "AREA" in lacks else 14 * len(family.people) + 8
    devices = ["telephone"] if family.level in ("near", "modest") else []
    devices = devices or (
        ["loudspeaker"] if "DEVICES" in lacks else ["tv", "smartphone"]
    )
    return {
        "/household/dwelling/house_grade": "fragile"
        if "ROOF" in lacks
        else "permanent",
        "/household/dwelling/wall": "metal_sheet" if "ROOF" in lacks else "brick_stone",
        "/household/dwelling/column": "reinforced_concrete",
        "/household/dwelling/roof": "metal_sheet" if "ROOF" in lacks else "concrete",
        "/household/dwelling/area_m2": area,
        "/household/dwelling/ownership": "owned",
        "/household/water_power/water_source": "tap",
        "/household/water_power/toilet": "other" if "TOILET" in lacks else "septic",
        "/household/water_power/electricity_kwh": 60 + 35 * len(family.people),
        "/household/information/uses_internet": "no" if "INTERNET" in lacks else "yes",
        "/household/information/uses_phone": "yes",
        "/household/information/devices": devices,
    }


def _economy(family: Family) -> Answers:
    income = {"fine": 5_600_000, "modest": 2_450_000, "near": 1_800_000}
    amount = income.get(family.level, 1_250_000) + (family.number % 7) * 50_000
    below = family.level in ("near", "poor")
    answers: Answers = {
        "/household/economy/assets": ["motorbike", "fridge"] if not below else ["none"],
        "/household/economy/is_agricultural": "no",
        "/household/support/causes": ["illness", "labour"] if below else "",
        "/household/support/needs": ["health", "credit"] if below else "",
    }
    if family.number % 41 == 0:
        return answers | {"/household/economy/economy_basis": "not_known"}
    if below and family.number % 3 == 0:
        score = 130 + family.number % 40
        return answers | {
            "/household/economy/economy_basis": "b1_score",
            "/household/economy/b1_score": score,
        }
    return answers | {
        "/household/economy/economy_basis": "income",
        "/household/economy/income_per_capita": amount,
    }


def _member(person: Person, on: date) -> Answers:
    age = _age(person.born if person.knows_birthday else _january(person.born), on)
    answers: Answers = {
        "person/full_name": person.name,
        "person/relation_to_head": person.relation,
        "person/sex": person.sex,
        "papers/ethnicity": "01",
        "papers/identity_kinds": ["cccd12"] if person.cccd else ["none"],
        "papers/cccd12_number": person.cccd,
        "residence_schooling/resident_status": "permanent",
        "residence_schooling/months_present": 12,
        "health/has_insurance": "yes" if person.insured else "no",
        "health/disability": "none",
        "health/ill_untreated": "no",
        "health/social_allowance": "yes" if age >= 80 else "no",
    }
    if person.knows_birthday:
        answers |= {
            "person/birth_precision": "full_date",
            "person/birth_date": person.born.isoformat(),
        }
    else:
        answers |= {
            "person/birth_precision": "year_only",
            "person/birth_year_stated": person.born.year,
        }
    return answers | _stage_of_life(person, age)


def _stage_of_life(person: Person, age: int) -> Answers:
    """The questions that depend on age: schooling, work, growth."""
    answers: Answers = {}
    if age >= 3:
        answers["residence_schooling/attending"] = _attending(age)
    if age >= 6:
        answers["residence_schooling/education_level"] = _finished(age)
    if 16 <= age <= 30:
        answers["residence_schooling/trained_on_job"] = "no"
    if age >= 15:
        able = not person.unable and age < 75
        work = "contract" if person.insured else "no_contract"
        studying = age < 18
        answers["work/can_work"] = "yes" if able else "no"
        answers["work/employment"] = (
            "not_seeking" if studying else work if able else "unable"
        )
    if age < 16:
        answers["nutrition/is_malnourished"] = "no"
    return answers


def _attending(age: int) -> str:
    steps = ((6, "preschool"), (11, "primary"), (15, "lower_secondary"))
    found = next((level for limit, level in steps if age < limit), "")
    return found or ("upper_secondary" if age < 18 else "none")


def _finished(age: int) -> str:
    steps = ((11, "none"), (15, "primary"), (18, "lower_secondary"))
    return next((level for limit, level in steps if age < limit), "upper_secondary")


def _january(born: date) -> date:
    return date(born.year, 1, 1)


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
