"""Phiếu A spares a survey only when it is certain."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.poverty.load import load_pack
from server.domain.poverty.pack import Screening
from server.domain.poverty.screening import ScreeningOutcome, screen


def sheet() -> Screening:
    found = load_pack("vn-2016").screening
    assert found is not None
    return found


def whole() -> Screening:
    return replace(sheet(), stated_items=len(sheet().items))


def answers(*yes: str) -> dict[str, bool | None]:
    return {item.code: item.code in yes for item in sheet().items}


@pytest.mark.parametrize(
    ("yes", "outcome"),
    [
        (["vehicle", "cooling"], ScreeningOutcome.SURVEY),
        (["vehicle", "cooling", "rent"], ScreeningOutcome.NOT_POOR),
        (["vehicle", "cooling", "rent", "graduate"], ScreeningOutcome.NOT_POOR),
    ],
)
def test_three_lines_spare_the_survey_and_two_do_not(
    yes: list[str], outcome: ScreeningOutcome
) -> None:
    found = screen(whole(), answers(*yes))

    assert found.outcome is outcome
    assert found.yes == tuple(yes)


def test_a_line_that_we_do_not_have_leaves_two_yes_undecided_and_surveyed() -> None:
    found = screen(sheet(), answers("vehicle", "cooling"))

    assert found.unread_items == 1
    assert found.outcome is ScreeningOutcome.UNDECIDED
    assert found.needs_survey


def test_an_unanswered_line_that_could_reach_the_cut_is_named() -> None:
    found = screen(whole(), {**answers("vehicle", "cooling"), "rent": None})

    assert found.outcome is ScreeningOutcome.UNDECIDED
    assert found.unanswered == ("rent",)


def test_a_line_that_the_sheet_does_not_have_is_a_bug() -> None:
    with pytest.raises(ValueError, match="yacht"):
        screen(sheet(), {"yacht": True})


def test_the_sheet_of_2022_was_not_found_and_the_pack_says_so() -> None:
    pack = load_pack("vn-2022")

    assert pack.screening is None
    assert "screening" in {gap.code for gap in pack.gaps}


def test_a_city_that_has_no_sheet_of_its_own_uses_the_national_one() -> None:
    assert load_pack("vn-hanoi-2016").screening == sheet()


codes = [item.code for item in sheet().items]


@given(st.fixed_dictionaries({code: st.sampled_from([True, False]) for code in codes}))
def test_taking_an_answer_away_never_turns_a_certain_outcome_around(
    told: dict[str, bool],
) -> None:
    certain = screen(whole(), told).outcome

    for code in codes:
        without = screen(whole(), {**told, code: None}).outcome
        assert without in (certain, ScreeningOutcome.UNDECIDED)
