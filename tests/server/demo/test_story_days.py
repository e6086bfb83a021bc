"""The days of the demo's review: whatever today is, no list hangs too short."""

from datetime import date, timedelta

import pytest

from server.demo.story_days import story_days
from server.domain.procedure.deadlines import posting_ends

# A plain day, the days after Tet, the first and the last of a year.
TODAYS = [date(2026, 10, 15), date(2026, 2, 25), date(2026, 1, 1), date(2026, 12, 14)]


@pytest.mark.parametrize("today", TODAYS)
def test_every_step_of_the_story_may_be_entered(today: date) -> None:
    days = story_days(today)

    in_order = [
        days.begun, days.surveyed, days.scored, days.met, days.posted,
        days.complained, days.rechecked, days.decided,
    ]  # fmt: skip
    assert in_order == sorted(in_order)
    assert days.decided == today
    assert days.complained <= posting_ends(days.posted).last_day
    assert posting_ends(days.rechecked).last_day < today
    assert today - days.begun < timedelta(days=60)
