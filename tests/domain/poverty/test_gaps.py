"""Gaps: what is left open is exactly what some answer could still bring about."""

import json
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.poverty.assessment import IndicatorVerdict, Outcome
from server.domain.poverty.classify import assess, judge_indicators
from server.domain.poverty.explain import explain_verdict
from server.domain.poverty.intervals import possible_outcomes
from server.domain.poverty.load import load_pack
from server.domain.poverty.pack import AreaType, Measure, Pack
from server.domain.survey.record import Member
from tests.domain.poverty.households import household, member

ON = date(2026, 11, 20)
NATIONAL = load_pack("vn-2022")
BEFORE = load_pack("vn-2016")


def whole_truth(pack: Pack, measure: Measure, asked: Any) -> set[Outcome]:
    """What brute force finds: every amount near any line, every count, every area."""
    measured, area, counts = asked
    amounts = range(260) if measured is None else [measured]
    areas = list(AreaType) if area is None else [area]
    return {
        outcome
        for amount, place, count in product(amounts, areas, counts)
        for outcome in possible_outcomes(pack, measure, amount, place, [count])
    }


@settings(max_examples=40)
@given(
    st.sampled_from([NATIONAL, BEFORE]),
    st.none() | st.integers(0, 260),
    st.sampled_from([None, *AreaType]),
    st.integers(0, 10),
    st.integers(0, 4),
)
def test_the_open_outcomes_are_exactly_those_some_completion_reaches(
    pack: Pack, measured: int | None, area: AreaType | None, low: int, more: int
) -> None:
    counts = range(low, low + more + 1)

    found = possible_outcomes(pack, Measure.SCORE, measured, area, counts)

    assert set(found) == whole_truth(pack, Measure.SCORE, (measured, area, counts))


ANSWERS: dict[str, list[Any]] = {
    "employment": [None, "contract", "no_contract", "seeking", "unable"],
    "can_work": [None, True, False],
    "has_insurance": [None, True, False],
    "social_allowance": [None, True, False],
    "disability": [None, "none", "heavy"],
    "attending": [None, "none", "primary", "upper_secondary"],
    "education_level": [None, "none", "lower_secondary", "university"],
    "trained_on_job": [None, True, False],
    "is_malnourished": [None, True, False],
    "ill_untreated": [None, True, False],
    "sex": [None, "male", "female"],
}
people = st.builds(
    lambda answers, birth: member(birth=birth, **answers),
    st.fixed_dictionaries({key: st.sampled_from(v) for key, v in ANSWERS.items()}),
    st.sampled_from([None, "2024", "2018-03", "2009-02-01", "2001", "1985", "1950"]),
)


def completed(person: Member, choices: Any) -> Member:
    """The same person once every gap but the birth date has been asked for.

    Somebody unable to work is not found to work for a wage: that is presumed.
    """
    gaps = {
        key: choices.draw(st.sampled_from(options[1:]))
        for key, options in ANSWERS.items()
        if getattr(person, key) is None
    }
    if person.can_work is False and gaps.get("employment") == "no_contract":
        gaps["employment"] = "unable"
    return replace(person, **gaps)


@settings(max_examples=150)
@given(st.lists(people, min_size=1, max_size=3), st.data())
def test_filling_a_gap_never_turns_a_known_verdict_around(
    members: list[Member], choices: Any
) -> None:
    before = household(*members)
    after = household(*(completed(each, choices) for each in members))

    for pack in (NATIONAL, BEFORE):
        pairs = zip(
            judge_indicators(before, ON, pack),
            judge_indicators(after, ON, pack),
            strict=True,
        )
        for was, now in pairs:
            assert was.deprived is None or was.deprived is now.deprived


@settings(max_examples=150)
@given(st.lists(people, min_size=1, max_size=3))
def test_every_unknown_verdict_says_what_is_missing(members: list[Member]) -> None:
    for pack in (NATIONAL, BEFORE):
        for each in judge_indicators(household(*members), ON, pack):
            assert (each.deprived is None) == bool(each.computed.missing)
            assert all(answer.value is None for answer in each.computed.missing)
            assert explain_verdict(each, pack, "vi")
            assert explain_verdict(each, pack, "en")


@settings(max_examples=50)
@given(st.lists(people, min_size=1, max_size=3))
def test_a_verdict_is_the_same_after_a_stay_in_the_database(
    members: list[Member],
) -> None:
    for each in judge_indicators(household(*members), ON, NATIONAL):
        stored = json.loads(json.dumps(each.as_dict()))

        assert IndicatorVerdict.from_dict(stored) == each


@given(st.lists(people, min_size=1, max_size=2), st.integers(0, 300), st.data())
@settings(max_examples=100)
def test_a_class_given_despite_gaps_survives_filling_them(
    members: list[Member], score: int, choices: Any
) -> None:
    before = assess(household(*members, b1_score=score), ON, NATIONAL, "urban")
    whole = [completed(each, choices) for each in members]

    after = assess(household(*whole, b1_score=score), ON, NATIONAL, "urban")

    assert after.outcome is None or after.outcome in before.possible
