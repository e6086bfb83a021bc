"""Signs that an interview deserves a second look."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from server.domain.survey.quality import check_interview, same_positions
from server.domain.survey.record import Position
from tests.domain.households.records import survey_record

START = datetime(2026, 11, 20, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-1, ["interview_backwards"]),
        (119, ["interview_too_short"]),
        (120, []),
        (121, []),
    ],
)
def test_an_interview_takes_at_least_two_minutes(
    seconds: int, expected: list[str]
) -> None:
    record = survey_record(
        started_at=START, ended_at=START + timedelta(seconds=seconds)
    )

    assert [problem.code for problem in check_interview(record)] == expected
    assert not any(problem.blocking for problem in check_interview(record))


def test_confirming_an_unchanged_household_may_be_quick() -> None:
    record = survey_record(
        started_at=START, ended_at=START + timedelta(seconds=20), is_unchanged=True
    )

    assert check_interview(record) == ()


def test_one_fix_for_several_houses_is_noticed() -> None:
    home = Position(21.0075, 105.8256, accuracy=4.0)
    positions = {
        "r1": home,
        "r2": Position(21.0075, 105.8257),
        "r3": replace(home, accuracy=9.0),
    }

    assert same_positions(positions) == (frozenset({"r1", "r3"}),)
