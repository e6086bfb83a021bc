"""Classifying with gaps, overrides and two measures, and keeping the reasons."""

import json
from dataclasses import replace
from datetime import date

import pytest

from server.domain.poverty.classify import area_type_of, assess, judge_indicators
from server.domain.poverty.load import PACKS, load_pack
from server.domain.poverty.pack import AreaType, Measure, PovertyCategory
from server.domain.problems import Problem, catalogue
from server.domain.survey.record import Economy, Household, Override
from tests.domain.poverty.households import ADULT, household, member

ON = date(2026, 11, 20)
NATIONAL = load_pack("vn-2022")
BEFORE = load_pack("vn-2016")
REPOSITORY = PACKS.parents[3]


def codes(problems: tuple[Problem, ...]) -> list[str]:
    return [each.code for each in problems]


def test_an_empty_household_is_not_classified_and_says_what_is_missing() -> None:
    found = assess(Household(), ON, NATIONAL)

    assert found.category is None
    assert (found.deprivations_low, found.deprivations_high) == (0, 12)
    assert codes(found.missing)[0] == "assessment_needs_score"
    assert "assessment_needs_area" in codes(found.missing)
    assert codes(found.missing).count("assessment_needs_indicator") == 12
    assert found.ask is not None and found.ask.question == "b1_score"


def test_every_reason_and_warning_has_its_sentence_in_both_languages() -> None:
    asked = household(
        information={"devices": None}, lacks=["WATER", "TOILET"], b1_score=150
    )
    told = replace(asked, phone_results={"vn-2022": {"WATER": False}})

    found = assess(told, date(2027, 1, 5), NATIONAL)
    hanoi = assess(told, ON, load_pack("vn-hanoi-2016"), "urban")

    problems = (*found.missing, *found.warnings, *hanoi.missing)
    assert {each.code for each in problems} <= set(catalogue())
    assert codes(found.warnings) == [
        "assessment_not_in_force",
        "assessment_phone_disagrees",
    ]
    for problem in problems:
        assert "?" not in problem.sentence("vi") + problem.sentence("en")


def test_a_missing_indicator_is_named_with_the_answer_to_ask_for() -> None:
    found = assess(
        household(member(has_insurance=None), lacks=["WATER", "TOILET"], b1_score=100),
        ON,
        NATIONAL,
        "urban",
    )

    assert codes(found.missing) == ["assessment_needs_indicator"]
    sentence = found.missing[0].sentence("en")
    assert "“Health insurance” is not known (missing: has health insurance)" in sentence
    assert found.ask is not None
    assert found.ask.path == "members[adult1].has_insurance"


def test_an_override_counts_and_the_computed_verdict_is_kept() -> None:
    override = Override("vn-2022", "WATER", False, "The tap was being repaired")

    found = assess(
        household(lacks=["WATER"], overrides=(override,)), ON, NATIONAL, "urban"
    )

    water = next(each for each in found.indicators if each.code == "WATER")
    assert water.computed.deprived is True
    assert water.deprived is False
    assert water.override_reason == "The tap was being repaired"
    assert found.deprivations_high == 0


def test_an_override_settles_an_unknown_indicator() -> None:
    override = Override("vn-2022", "INFO_ASSET", True, "Saw no device")

    found = assess(
        household(information={"devices": None}, overrides=(override,)), ON, NATIONAL
    )

    assert (found.deprivations_low, found.deprivations_high) == (1, 1)


def test_a_citys_own_override_beats_the_inherited_one() -> None:
    national = Override("vn-2016", "WATER", True, "Nation")
    own = Override("vn-hanoi-2016", "WATER", False, "City")

    judged = judge_indicators(
        household(overrides=(own, national)), ON, load_pack("vn-hanoi-2016")
    )

    water = next(each for each in judged if each.code == "WATER")
    assert water.override_reason == "City"


def test_a_wrong_result_of_the_phone_is_reported_and_not_used() -> None:
    sent = replace(household(), phone_results={"vn-2022": {"WATER": True}})

    found = assess(sent, ON, NATIONAL, "urban")

    assert codes(found.warnings) == ["assessment_phone_disagrees"]
    assert found.deprivations_high == 0


def test_points_and_income_that_disagree_are_reported() -> None:
    lacks = ["WATER", "TOILET", "TELECOM"]

    low = assess(
        household(lacks=lacks, b1_score=100, income_per_capita=9_000_000),
        ON,
        NATIONAL,
        "urban",
    )
    same = assess(
        household(lacks=lacks, b1_score=100, income_per_capita=1_000_000),
        ON,
        NATIONAL,
        "urban",
    )
    above = assess(
        household(lacks=lacks, b1_score=200, income_per_capita=2_500_000),
        ON,
        NATIONAL,
        "urban",
    )

    assert low.category == "POOR"
    assert codes(low.warnings) == ["assessment_income_disagrees"]
    assert same.warnings == above.warnings == ()


def test_points_cannot_tell_an_average_living_standard() -> None:
    by_points = assess(household(b1_score=176), ON, NATIONAL, "urban")
    by_income = assess(household(income_per_capita=2_500_000), ON, NATIONAL, "urban")

    assert by_points.category == "NON_POOR"
    assert by_points.not_examined == (PovertyCategory.AVERAGE,)
    assert by_income.category == "AVERAGE"
    assert by_income.not_examined == ()


def test_the_lines_that_were_used_are_kept() -> None:
    found = assess(household(b1_score=176), ON, NATIONAL, AreaType.URBAN)

    assert (found.measure, found.measured) == (Measure.SCORE, 176)
    assert found.lines == (("policy", 175),)
    assert found.b2_points == (0, 0)


def test_an_assessment_says_that_its_standard_is_not_verified() -> None:
    found = assess(household(b1_score=176), ON, NATIONAL, "urban")

    assert not found.verified
    assert "circular_07_2021" in found.unverified_sources
    assert found.pack_hash == NATIONAL.content_hash


def test_a_review_outside_the_validity_is_assessed_and_said() -> None:
    found = assess(household(b1_score=176), date(2027, 1, 1), NATIONAL, "urban")

    assert not found.in_force
    assert codes(found.warnings) == ["assessment_not_in_force"]


@pytest.mark.parametrize(
    ("level", "expected"),
    [("ward", "urban"), ("township", "urban"), ("commune", "rural")],
)
def test_the_level_of_an_area_says_which_lines_apply(level: str, expected: str) -> None:
    assert area_type_of(level) == expected


def test_an_unheard_of_area_type_is_a_bug() -> None:
    with pytest.raises(ValueError):
        assess(household(), ON, NATIONAL, "suburb")


def test_an_assessment_is_json_and_the_same_every_time() -> None:
    asked = household(
        member("child", 2, is_malnourished=None), ADULT, lacks=["INFO_ASSET"]
    )

    first = json.dumps(assess(asked, ON, NATIONAL, "rural").as_dict(), sort_keys=True)
    again = json.dumps(assess(asked, ON, NATIONAL, "rural").as_dict(), sort_keys=True)

    assert first == again
    assert json.loads(first)["indicators"][2]["missing"] == [
        {"question": "is_malnourished", "value": None, "member_key": "child2"}
    ]


def test_an_assessment_names_nobody() -> None:
    found = assess(household(b1_score=100), ON, NATIONAL, "urban")

    assert ADULT.full_name not in json.dumps(found.as_dict(), ensure_ascii=False)


def test_nobody_on_the_roster_leaves_the_indicators_of_people_unknown() -> None:
    nobody = replace(household(), members=(), economy=Economy(b1_score=100))

    found = assess(nobody, ON, NATIONAL, "urban")

    unknown = [each.code for each in found.indicators if each.deprived is None]
    assert unknown == [
        "EMP_JOB",
        "EMP_DEPEND",
        "HEALTH_NUTR",
        "HEALTH_INS",
        "EDU_ADULT",
        "EDU_CHILD",
        "HOUSE_AREA",
    ]
    assert found.ask is not None and found.ask.question == "members"


def test_a_draft_classifies_nobody_as_by_law_and_asks_no_household_for_the_law() -> (
    None
):
    draft = load_pack("vn-2027")

    found = assess(household(income_per_capita=1), date(2027, 11, 1), draft, "urban")

    assert found.category is None and found.ask is None
    assert not found.in_force and not found.verified
    assert codes(found.warnings) == ["assessment_of_draft"]
    assert set(codes(found.missing)) == {"assessment_needs_threshold"}
    assert found.b2_points is None and found.as_dict()["b2_points"] is None
    for problem in (*found.missing, *found.warnings):
        assert "?" not in problem.sentence("vi") + problem.sentence("en")


def test_income_alone_classifies_under_the_standard_of_2011() -> None:
    old, on = load_pack("vn-2011"), date(2014, 11, 1)

    found = assess(household(income_per_capita=520_000), on, old, "rural")

    assert found.category == "NEAR_POOR"
    assert found.lines == (("policy", 400_000), ("near_poor", 520_000))
    assert found.indicators == () and found.in_force
