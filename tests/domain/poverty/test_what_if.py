"""A scenario changes a copy, and a column of households is assessed like each of them."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.poverty.assessment import Outcome
from server.domain.poverty.classify import assess
from server.domain.poverty.columns import (
    Row,
    classify,
    columns_of,
    movement,
    row_of,
    row_of_trace,
)
from server.domain.poverty.intervals import possible_outcomes, reachable_counts
from server.domain.poverty.load import all_packs, load_pack
from server.domain.poverty.pack import AreaType, Measure, Pack, PovertyCategory
from server.domain.poverty.reading import PackError
from server.domain.poverty.what_if import Scenario, suppose
from server.domain.survey.record import Household, Override
from tests.domain.poverty.households import household
from tests.domain.poverty.test_gaps import people

ON = date(2026, 11, 20)
NATIONAL = load_pack("vn-2022")
URBAN_LINE = (Measure.INCOME, AreaType.URBAN, "policy")
areas = st.sampled_from([None, *AreaType])


def test_an_empty_scenario_classifies_like_the_standard() -> None:
    supposed = suppose(NATIONAL, Scenario())

    assert Scenario().is_empty
    assert supposed.lines == NATIONAL.lines
    assert supposed.categories == NATIONAL.categories


def test_a_scenario_is_never_law_and_leaves_the_standard_alone() -> None:
    before = load_pack("vn-2022").content_hash

    supposed = suppose(NATIONAL, Scenario({URBAN_LINE: 2_800_000}, 2, {"WATER": 2}))

    assert supposed.is_draft and not supposed.holds_on(ON) and not supposed.verified
    assert supposed.content_hash not in ("", before)
    assert load_pack("vn-2022").content_hash == before
    assert load_pack("vn-2022").lines_for(Measure.INCOME, AreaType.URBAN) == {
        "policy": 2_000_000,
        "average": 3_000_000,
    }
    line = next(each for each in supposed.lines if each.amount == 2_800_000)
    assert "không phải văn bản" in line.source.document


@pytest.mark.parametrize(
    "scenario",
    [
        Scenario({(Measure.INCOME, AreaType.URBAN, "minimum"): 1}),
        Scenario({URBAN_LINE: -1}),
        Scenario({URBAN_LINE: 9_000_000}),  # above the average living standard
        Scenario(deprivation_cut=0),
        Scenario(deprivation_cut=13),
        Scenario(weights={"WASTE": 1}),
        Scenario(weights={"WATER": -1}),
        Scenario(weights={"WATER": 53}),
    ],
)
def test_a_scenario_that_makes_no_standard_is_refused(scenario: Scenario) -> None:
    with pytest.raises(PackError):
        suppose(NATIONAL, scenario)


def test_a_standard_by_income_alone_can_be_given_other_lines_but_no_cut() -> None:
    old = load_pack("vn-2011")

    assert suppose(old, Scenario({URBAN_LINE: 600_000})).lines != old.lines
    with pytest.raises(PackError):
        suppose(old, Scenario(deprivation_cut=3))


def test_a_weight_of_two_counts_twice_and_of_nothing_not_at_all() -> None:
    asked = household(lacks=["WATER", "TOILET"], b1_score=100)

    heavy = suppose(NATIONAL, Scenario(weights={"WATER": 2}))
    light = suppose(NATIONAL, Scenario({}, 1, {"WATER": 0, "TOILET": 0}))

    assert assess(asked, ON, NATIONAL, "urban").category == "NEAR_POOR"
    assert assess(asked, ON, heavy, "urban").category == "POOR"
    assert assess(asked, ON, light, "urban").category == "NEAR_POOR"


@given(st.lists(st.tuples(st.sampled_from([True, False, None]), st.integers(0, 5))))
def test_the_open_counts_are_those_that_some_filling_of_the_gaps_makes(
    told: list[tuple[bool | None, int]],
) -> None:
    found = reachable_counts([v for v, _ in told], [w for _, w in told])

    sums = {0}
    for verdict, weight in told:
        choices = {True: [weight], False: [0], None: [0, weight]}[verdict]
        sums = {total + each for total in sums for each in choices}
    assert found == tuple(sorted(sums))


@st.composite
def scenarios(draw: Any, pack: Pack) -> Scenario:
    changed = draw(st.lists(st.sampled_from(pack.lines), max_size=4))
    lines = {
        (each.measure, each.area_type, each.name): max(
            0, each.amount + draw(st.integers(-9, 9))
        )
        for each in changed
    }
    if not pack.indicators:
        return Scenario(lines)
    codes = st.sampled_from([each.code for each in pack.indicators])
    weights = draw(st.dictionaries(codes, st.integers(0, 4), max_size=4))
    return Scenario(lines, draw(st.none() | st.integers(1, 6)), weights)


@st.composite
def households(draw: Any, pack: Pack) -> Household:
    turns = [line.amount for line in pack.lines]
    near = st.sampled_from(turns).map(lambda turn: turn + draw(st.integers(-10, 10)))
    codes = [each.code for each in pack.indicators]
    overrides = [
        Override(pack.indicator_standard, code, draw(st.booleans()), "seen")
        for code in draw(
            st.sets(st.sampled_from(codes), max_size=4) if codes else st.just([])
        )
    ]
    lacks = draw(st.sets(st.sampled_from(["WATER", "TOILET", "TELECOM", "INFO_ASSET"])))
    gaps = draw(st.sets(st.sampled_from(["wall", "area_m2", "house_grade"])))
    asked = household(
        *draw(st.lists(people, min_size=1, max_size=2)),
        lacks=lacks,
        dwelling=dict.fromkeys(gaps),
        overrides=tuple(overrides),
        b1_score=draw(st.none() | near),
        income_per_capita=draw(st.none() | near),
    )
    return replace(asked, members=()) if draw(st.booleans()) else asked


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_column_of_households_is_assessed_like_each_of_them(data: Any) -> None:
    pack = data.draw(st.sampled_from(all_packs()))
    try:
        supposed = suppose(pack, data.draw(scenarios(pack)))
    except PackError:
        supposed = pack
    asked = data.draw(
        st.lists(st.tuples(households(pack), areas), min_size=1, max_size=6)
    )

    rows = [row_of(each, ON, pack, area) for each, area in asked]
    found = classify(columns_of(rows, len(pack.indicators)), supposed)

    for number, (each, area) in enumerate(asked):
        single = assess(each, ON, supposed, area)
        assert found.possible(number) == single.possible
        assert found.outcome(number) == single.outcome


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_stored_assessment_makes_the_same_row_as_the_household(data: Any) -> None:
    pack = data.draw(st.sampled_from(all_packs()))
    asked, area = data.draw(households(pack)), data.draw(areas)
    trace = json.loads(json.dumps(assess(asked, ON, pack, area).as_dict()))

    rows = [row_of(asked, ON, pack, area), row_of_trace(trace, pack)]
    found = classify(columns_of(rows, len(pack.indicators)), pack)

    assert found.possible(0) == found.possible(1)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([NATIONAL, load_pack("vn-2016")]),
    st.none() | st.integers(0, 3_100_000),
    areas,
    st.integers(0, 10),
)
def test_any_amount_finds_its_step(
    pack: Pack, income: int | None, area: AreaType | None, count: int
) -> None:
    verdicts = tuple(number < count for number in range(len(pack.indicators)))
    row = Row(area, None, income, verdicts)
    without_points = replace(
        pack, lines=tuple(e for e in pack.lines if e.measure is Measure.INCOME)
    )

    found = classify(columns_of([row], len(verdicts)), without_points)

    assert found.possible(0) == possible_outcomes(
        without_points, Measure.INCOME, income, area, [sum(verdicts)]
    )


def test_no_households_are_no_trouble() -> None:
    found = classify(columns_of([], 12), NATIONAL)

    assert len(found.codes) == 0
    assert movement(found, found).sum() == 0


def test_a_movement_counts_households_by_group_and_keeps_the_unclassified() -> None:
    whole = (True,) * 3 + (False,) * 9
    rows = [
        Row(AreaType.URBAN, None, 2_500_000, whole),
        Row(AreaType.URBAN, None, 2_500_000, whole),
        Row(AreaType.URBAN, 176, None, whole),
        Row(AreaType.URBAN, None, 1_000_000, (None, *whole[1:])),
    ]
    columns = columns_of(rows, 12)
    before = classify(columns, NATIONAL)
    after = classify(columns, suppose(NATIONAL, Scenario({URBAN_LINE: 2_800_000})))

    found = movement(before, after, np.array([0, 1, 1, 1]))

    place = {each: at for at, each in enumerate(before.outcomes)}
    average = place[Outcome(PovertyCategory.AVERAGE)]
    poor = place[Outcome(PovertyCategory.POOR)]
    outside = place[Outcome(PovertyCategory.NON_POOR)]
    unclear = len(before.outcomes)
    assert found.shape == (2, 5, 5)
    assert found[0, average, poor] == found[1, average, poor] == 1
    assert found[1, outside, outside] == found[1, unclear, unclear] == 1
    assert found.sum() == 4
    assert before.by_points == after.by_points == 1
