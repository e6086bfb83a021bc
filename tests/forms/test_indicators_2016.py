"""The phone finds the 10 indicators of Decision 59/2015/QĐ-TTg as the law words them.

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
)
from tests.forms.review import send

RESULT = "/household/standard_2016/{}_2016"

CASES: list[Case] = [
    ("health_visit", "ill and untreated", "1", household(adult(ill_untreated="yes"))),
    ("health_visit", "not ill", "0", household(adult())),
    ("health_visit", "unknown", "", household(adult(ill_untreated="unknown"))),
    (
        "health_ins",
        "no insurance",
        "1",
        household(adult(has_insurance="no", insurance_type=None)),
    ),
    ("health_ins", "insured", "0", household(adult())),
    (
        "edu_adult",
        "born 1986, primary only",
        "1",
        household(adult(birth_date="1986-01-01", education_level="primary")),
    ),
    (
        "edu_adult",
        "born 1985, primary only",
        "0",
        household(adult(birth_date="1985-12-31", education_level="primary")),
    ),
    (
        "edu_adult",
        "born 1990, lower secondary",
        "0",
        household(adult(birth_date="1990-01-01", education_level="lower_secondary")),
    ),
    (
        "edu_child",
        "9 and not at school",
        "1",
        household(adult(), child(attending="none")),
    ),
    (
        "edu_child",
        "4 and not at school",
        "0",
        household(
            adult(),
            child(birth_date="2022-05-01", attending="none", education_level=None),
        ),
    ),
    (
        "edu_child",
        "15 and not at school",
        "0",
        household(
            adult(),
            child(
                birth_date="2011-11-20",
                attending="none",
                can_work="no",
                employment="not_seeking",
            ),
        ),
    ),
    (
        "edu_child",
        "9 and at any school",
        "0",
        household(adult(), child(attending="preschool")),
    ),
    ("house_qual", "fragile", "1", household(dwelling__house_grade="fragile")),
    (
        "house_qual",
        "semi-permanent",
        "0",
        household(dwelling__house_grade="semi_permanent"),
    ),
    ("house_area", "small", "1", household(dwelling__area_m2="7.5")),
    ("house_area", "exactly 8", "0", household(dwelling__area_m2="8")),
    (
        "water",
        "an unprotected well",
        "1",
        household(water_power__water_source="unprotected_dug_well"),
    ),
    ("water", "tap", "0", household()),
    ("toilet", "other", "1", household(water_power__toilet="other")),
    ("toilet", "septic", "0", household()),
    (
        "telecom",
        "neither phone nor internet",
        "1",
        household(information__uses_internet="no", information__uses_phone="no"),
    ),
    (
        "telecom",
        "a phone but no internet",
        "0",
        household(information__uses_internet="no", information__uses_phone="yes"),
    ),
    (
        "telecom",
        "no internet, phone unknown",
        "",
        household(information__uses_internet="no", information__uses_phone="unknown"),
    ),
    (
        "info_asset",
        "only a smartphone",
        "1",
        household(information__devices=["smartphone"]),
    ),
    (
        "info_asset",
        "the loudspeaker is heard",
        "0",
        household(information__devices=["loudspeaker"]),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_an_indicator_of_2016_is_what_the_answers_say(case: Case) -> None:
    indicator, _, expected, answers = case

    sent = send(answers)

    assert sent[RESULT.format(indicator)] == expected


def test_every_indicator_of_2016_is_tried_both_ways() -> None:
    assert len(tried_both_ways(CASES)) == 10
