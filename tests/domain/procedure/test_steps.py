"""No step is left out silently, and where a case stands follows from what was done."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.procedure.deadlines import (
    due,
    posting_ends,
    regular_round_ends,
    season_on,
    upper_level_on,
)
from server.domain.procedure.numbers import months_after, numbers
from server.domain.procedure.steps import (
    ENDS,
    REDO,
    Done,
    Origin,
    Plan,
    Step,
    objections,
    plan_of,
    standing,
)

DAY = date(2024, 9, 2)
TODAY = date(2024, 12, 31)
FULL = plan_of(Origin.REQUESTED, asks_upper_level=True)
SHORT = plan_of(Origin.CARRIED_OVER, asks_upper_level=False)


def on(number: int) -> date:
    return DAY + timedelta(days=number)


def done(*steps: Step | Done) -> list[Done]:
    return [
        each if isinstance(each, Done) else Done(each, on(number))
        for number, each in enumerate(steps)
    ]


def refused(plan: Plan, before: list[Done], new: Done) -> list[str]:
    return [each.code for each in objections(plan, before, new, TODAY)]


TO_POSTED = (Step.LISTED, Step.SURVEYED, Step.SCORED, Step.MEETING)
POSTED = Done(Step.POSTED, on(4), until=on(8))


def test_who_asks_is_screened_first_and_who_was_listed_is_not() -> None:
    assert FULL.steps[1] is Step.SCREENED
    assert SHORT.steps == (*TO_POSTED, Step.POSTED, Step.DECIDED)


def test_steps_follow_one_another() -> None:
    passed = []
    for step in FULL.steps:
        assert standing(FULL, done(*passed)).next_step is step
        passed.append(step)
    assert standing(FULL, done(*passed)).next_step is None


def test_a_step_that_is_not_next_is_refused_and_named() -> None:
    (problem,) = objections(SHORT, done(Step.LISTED), Done(Step.POSTED, on(5)), TODAY)

    assert problem.code == "case_step_not_next"
    assert problem.values == {"step": "posted", "next": "surveyed"}


def test_a_step_left_out_on_purpose_stays_visible() -> None:
    before = done(*TO_POSTED[:3])
    skip = Done(Step.MEETING, on(3), is_skip=True)

    assert refused(SHORT, before, skip) == []
    now = standing(SHORT, [*before, skip])
    assert (now.next_step, now.skipped) == (Step.POSTED, (Step.MEETING,))


def test_scoring_and_decision_are_never_left_out() -> None:
    before = done(*TO_POSTED[:2])

    found = refused(SHORT, before, Done(Step.SCORED, on(3), is_skip=True))

    assert found == ["case_step_not_skippable"]


def test_a_meeting_that_does_not_agree_begins_again_at_the_survey() -> None:
    passed = done(*TO_POSTED[:3], Done(Step.MEETING, on(3), REDO))

    assert standing(SHORT, passed).next_step is Step.SURVEYED


def test_the_meeting_may_say_something_else_than_the_scores() -> None:
    passed = done(
        *TO_POSTED[:2], Done(Step.SCORED, on(2), "NEAR_POOR"),
        Done(Step.MEETING, on(3), "POOR"),
    )  # fmt: skip

    assert standing(SHORT, passed).category == "POOR"


def test_a_complaint_is_re_checked_and_posted_again() -> None:
    complained = [*done(*TO_POSTED), POSTED, Done(Step.COMPLAINT, on(6))]
    rechecked = [*complained, Done(Step.RECHECKED, on(9), "NON_POOR")]

    assert standing(SHORT, complained).next_step is Step.RECHECKED
    assert standing(SHORT, rechecked).next_step is Step.POSTED
    assert standing(SHORT, rechecked).category == "NON_POOR"
    assert standing(SHORT, rechecked).has_complaint


def test_nobody_complains_of_what_was_not_posted() -> None:
    new = Done(Step.COMPLAINT, on(6))

    assert refused(SHORT, done(*TO_POSTED), new) == ["case_step_not_next"]
    skipped = [*done(*TO_POSTED), Done(Step.POSTED, on(4), is_skip=True)]
    assert refused(SHORT, skipped, new) == ["case_step_not_next"]


def test_what_the_upper_level_sends_back_is_re_checked() -> None:
    passed = done(*FULL.steps[:7], Done(Step.ANSWERED, on(20), REDO))

    assert standing(FULL, passed).next_step is Step.RECHECKED


@pytest.mark.parametrize(("number", "codes"), [(8, ["case_posting_not_over"]), (9, [])])
def test_nothing_is_decided_while_the_list_still_hangs(
    number: int, codes: list[str]
) -> None:
    before = [*done(*TO_POSTED), POSTED]

    assert refused(SHORT, before, Done(Step.DECIDED, on(number))) == codes


def test_steps_have_the_order_of_their_days() -> None:
    before = done(*TO_POSTED)

    assert refused(SHORT, before, replace(POSTED, on=on(2))) == ["case_step_too_early"]
    assert refused(SHORT, before, replace(POSTED, on=date(2025, 1, 1))) == [
        "case_step_in_future"
    ]


def test_a_survey_may_be_older_than_the_listing() -> None:
    assert refused(SHORT, done(Step.LISTED), Done(Step.SURVEYED, on(-3))) == []


def test_a_case_that_is_over_takes_no_step() -> None:
    left = done(Step.LISTED, Step.LEFT)

    assert refused(SHORT, left, Done(Step.SURVEYED, on(3))) == ["case_is_over"]


def test_who_asked_may_be_refused_or_withdraw_at_any_time() -> None:
    for step in (Step.REFUSED, Step.LEFT):
        assert refused(FULL, done(Step.LISTED), Done(step, on(1))) == []


STEPS = st.builds(
    Done,
    st.sampled_from(Step),
    st.integers(0, 40).map(on),
    st.sampled_from(["POOR", "NON_POOR", REDO]),
    st.booleans(),
    st.sampled_from([None, on(10)]),
)


@given(st.sampled_from([FULL, SHORT]), st.lists(STEPS, max_size=40))
def test_whatever_is_tried_a_case_only_ever_takes_its_next_step(
    plan: Plan, tried: list[Done]
) -> None:
    taken: list[Done] = [Done(Step.LISTED, DAY)]
    for each in tried:
        if not objections(plan, taken, each, TODAY):
            taken.append(each)

    if standing(plan, taken).next_step is None:
        assert taken[-1].step in ENDS
    if any(each.step is Step.DECIDED for each in taken):
        entered = {each.step for each in taken}
        assert entered >= set(plan.steps)


@given(st.lists(STEPS, max_size=20))
def test_taking_back_the_last_step_leads_to_where_the_case_was(
    tried: list[Done],
) -> None:
    taken, stood = [Done(Step.LISTED, DAY)], []
    for each in tried:
        if not objections(FULL, taken, each, TODAY):
            stood.append(standing(FULL, taken))
            taken.append(each)

    while stood:
        taken.pop()
        assert standing(FULL, taken) == stood.pop()


def test_a_posting_of_three_working_days_jumps_over_weekends_and_holidays() -> None:
    assert posting_ends(date(2024, 9, 5)).last_day == date(2024, 9, 10)
    # From a Friday over National Day, 2 and 3 September.
    assert posting_ends(date(2024, 8, 30)).last_day == date(2024, 9, 6)


def test_complaint_and_opinion_have_terms_and_all_else_the_end_of_the_round() -> None:
    ends = date(2024, 12, 14)
    passed = [*done(*TO_POSTED), POSTED]
    complained = [*passed, Done(Step.COMPLAINT, date(2024, 9, 9))]

    late = due(standing(SHORT, complained), complained, ends)
    rest = due(standing(SHORT, passed), passed, ends)

    assert late and late.day == date(2024, 9, 18)
    assert late.term and late.term.code == "recheck"
    assert not late.is_certain  # the term is recalled
    assert rest and (rest.day, rest.term) == (ends, None)
    over = done(Step.LISTED, Step.LEFT)
    assert due(standing(SHORT, over), over, ends) is None


def test_a_regular_review_is_decided_by_the_law_of_its_day() -> None:
    assert regular_round_ends(date(2024, 5, 15)).last_day == date(2024, 5, 30)
    assert regular_round_ends(date(2019, 5, 15)).last_day == date(2019, 5, 24)


def test_who_is_asked_is_known_until_the_districts_ended() -> None:
    levels = [
        upper_level_on(day)
        for day in (date(2020, 5, 1), date(2024, 5, 1), date(2026, 5, 1))
    ]

    assert [each.level for each in levels if each] == ["none", "district", "none"]
    assert [each.is_known for each in levels if each] == [True, True, False]
    assert upper_level_on(date(2012, 5, 1)) is None


def test_the_season_of_the_yearly_review_is_known_since_2021() -> None:
    season = season_on(date(2026, 3, 1))

    assert season and season.of(2026) == (date(2026, 9, 1), date(2026, 12, 14))
    assert season_on(date(2019, 3, 1)) is None


def test_numbers_say_how_well_they_are_known() -> None:
    assert numbers()["meeting_agreement"].is_certain
    assert not numbers()["look_back"].is_certain


def test_months_are_counted_to_the_same_day_or_the_last_of_a_short_month() -> None:
    assert months_after(date(2024, 2, 29), 36) == date(2027, 2, 28)
    assert months_after(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert months_after(date(2024, 1, 15), -36) == date(2021, 1, 15)
