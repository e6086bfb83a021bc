"""The phone finds the 12 indicators of Decree 07/2021/NĐ-CP as the law words them.

Each is tried with answers that deprive, that do not, and that leave it unknown.
"""

import pytest

from tests.forms.indicator_cases import (
    Case,
    adult,
    child,
    household,
    name_of,
    tried_both_ways,
    young,
)
from tests.forms.review import send

RESULT = "/household/standard_2022/{}_2022"

CASES: list[Case] = [
    (
        "emp_job",
        "a wage job without a contract",
        "1",
        household(adult(employment="no_contract")),
    ),
    ("emp_job", "looking for work", "1", household(adult(employment="seeking"))),
    (
        "emp_job",
        "looking for work past retirement",
        "0",
        household(adult(employment="seeking", birth_date="1950-01-01")),
    ),
    (
        "emp_job",
        "looking for work, unable",
        "0",
        household(adult(employment="seeking", can_work="no")),
    ),
    ("emp_job", "a contract", "0", household(adult(employment="contract"))),
    ("emp_job", "nobody knows", "", household(adult(employment="unknown"))),
    (
        "emp_job",
        "a man on the day before retirement age",
        "1",
        household(adult(employment="seeking", birth_date="1965-05-21")),
    ),
    (
        "emp_job",
        "a man on the day of retirement age, 61 and a half in 2026",
        "0",
        household(adult(employment="seeking", birth_date="1965-05-20")),
    ),
    (
        "emp_job",
        "a woman on the day of retirement age, 57 in 2026",
        "0",
        household(adult(employment="seeking", sex="female", birth_date="1969-11-20")),
    ),
    (
        "emp_job",
        "a woman the day before it",
        "1",
        household(adult(employment="seeking", sex="female", birth_date="1969-11-21")),
    ),
    (
        "emp_depend",
        "two of three are children",
        "1",
        household(adult(), child(2), child(3)),
    ),
    ("emp_depend", "exactly half", "0", household(adult(), child(2))),
    (
        "emp_depend",
        "an elder with the allowance, alone",
        "1",
        household(adult(birth_date="1950-01-01", social_allowance="yes")),
    ),
    (
        "emp_depend",
        "an elder without it",
        "0",
        household(adult(birth_date="1950-01-01", social_allowance="no")),
    ),
    (
        "emp_depend",
        "a disabled adult with the allowance",
        "1",
        household(adult(disability="heavy", social_allowance="yes")),
    ),
    (
        "emp_depend",
        "an able adult with the allowance",
        "0",
        household(adult(social_allowance="yes")),
    ),
    (
        "emp_depend",
        "an allowance nobody knows of decides",
        "",
        household(adult(birth_date="1950-01-01", social_allowance="unknown")),
    ),
    (
        "emp_depend",
        "an unknown allowance that cannot decide",
        "0",
        household(
            adult(), adult(2), adult(3, disability="heavy", social_allowance="unknown")
        ),
    ),
    (
        "health_nutr",
        "a malnourished child",
        "1",
        household(adult(), child(is_malnourished="yes")),
    ),
    ("health_nutr", "a healthy child", "0", household(adult(), child())),
    ("health_nutr", "no child at all", "0", household(adult())),
    (
        "health_nutr",
        "a child nobody measured",
        "",
        household(adult(), child(is_malnourished="unknown")),
    ),
    (
        "health_ins",
        "an adult without insurance",
        "1",
        household(adult(has_insurance="no", insurance_type=None)),
    ),
    (
        "health_ins",
        "a child of 5 without insurance",
        "0",
        household(
            adult(),
            child(
                birth_date="2021-01-01",
                has_insurance="no",
                insurance_type=None,
                education_level=None,
            ),
        ),
    ),
    (
        "health_ins",
        "a child on the sixth birthday",
        "1",
        household(
            adult(),
            child(birth_date="2020-11-20", has_insurance="no", insurance_type=None),
        ),
    ),
    (
        "health_ins",
        "nobody knows",
        "",
        household(adult(has_insurance="unknown", insurance_type=None)),
    ),
    (
        "edu_adult",
        "20, finished lower secondary only",
        "1",
        household(young(education_level="lower_secondary")),
    ),
    (
        "edu_adult",
        "20, studying",
        "0",
        household(young(education_level="lower_secondary", attending="vocational")),
    ),
    (
        "edu_adult",
        "20, trained on the job",
        "0",
        household(young(education_level="none", trained_on_job="yes")),
    ),
    (
        "edu_adult",
        "20, short vocational certificate",
        "0",
        household(young(education_level="short_vocational")),
    ),
    (
        "edu_adult",
        "17, finished lower secondary",
        "0",
        household(young(birth_date="2009-01-05", education_level="lower_secondary")),
    ),
    (
        "edu_adult",
        "30 and 11 months, primary only",
        "1",
        household(young(birth_date="1995-12-05", education_level="primary")),
    ),
    (
        "edu_adult",
        "31, primary only",
        "0",
        household(adult(birth_date="1995-11-20", education_level="primary")),
    ),
    (
        "edu_adult",
        "20, nobody knows the level",
        "",
        household(young(education_level="unknown")),
    ),
    (
        "edu_child",
        "9 and not at school",
        "1",
        household(adult(), child(attending="none")),
    ),
    ("edu_child", "9 and at primary school", "0", household(adult(), child())),
    (
        "edu_child",
        "4 and at home",
        "1",
        household(
            adult(),
            child(birth_date="2022-05-01", attending="none", education_level=None),
        ),
    ),
    (
        "edu_child",
        "13 and still at primary school",
        "1",
        household(adult(), child(birth_date="2013-05-01", attending="primary")),
    ),
    (
        "edu_child",
        "two years old",
        "0",
        household(
            adult(),
            child(birth_date="2024-05-01", attending=None, education_level=None),
        ),
    ),
    ("edu_child", "nobody knows", "", household(adult(), child(attending="unknown"))),
    (
        "house_qual",
        "weak wall and roof",
        "1",
        household(dwelling__wall="metal_sheet", dwelling__roof="leaf"),
    ),
    ("house_qual", "weak roof only", "0", household(dwelling__roof="leaf")),
    (
        "house_area",
        "7.9 square metres a head",
        "1",
        household(adult(), adult(2), dwelling__area_m2="15.8"),
    ),
    (
        "house_area",
        "exactly 8 a head",
        "0",
        household(adult(), adult(2), dwelling__area_m2="16"),
    ),
    ("house_area", "not measured", "", household(dwelling__area_m2=None)),
    ("water", "a pond", "1", household(water_power__water_source="river_pond")),
    ("water", "rain", "0", household(water_power__water_source="rain")),
    ("toilet", "none", "1", household(water_power__toilet="none")),
    ("toilet", "double vault", "0", household(water_power__toilet="double_vault")),
    ("telecom", "no internet", "1", household(information__uses_internet="no")),
    ("telecom", "internet", "0", household(information__uses_internet="yes")),
    ("telecom", "unknown", "", household(information__uses_internet="unknown")),
    (
        "info_asset",
        "only the loudspeaker",
        "1",
        household(information__devices=["loudspeaker"]),
    ),
    ("info_asset", "a telephone", "0", household(information__devices=["telephone"])),
]


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_an_indicator_of_2022_is_what_the_answers_say(case: Case) -> None:
    indicator, _, expected, answers = case

    sent = send(answers)

    assert sent[RESULT.format(indicator)] == expected


def test_every_indicator_of_2022_is_tried_both_ways() -> None:
    assert len(tried_both_ways(CASES)) == 12
