"""On which days the demo's review happens, counted back from the decision of today by
the terms that the procedure knows."""

from dataclasses import dataclass
from datetime import date, timedelta

from server.domain.procedure.deadlines import posting_ends

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StoryDays:
    """What is finished today began on these days; each is earlier than the next."""

    begun: date
    surveyed: date  # the last day on which phones went from door to door
    scored: date
    met: date
    posted: date
    complained: date
    rechecked: date  # and posted a second time
    decided: date


def story_days(today: date) -> StoryDays:
    """The days of a review that is decided today, as short as the terms allow."""
    rechecked = _last_posting_before(today)
    posted = _last_posting_before(rechecked)
    return StoryDays(
        begun=posted - 24 * _DAY,
        surveyed=posted - 3 * _DAY,
        scored=posted - 2 * _DAY,
        met=posted - _DAY,
        posted=posted,
        complained=posted + _DAY,
        rechecked=rechecked,
        decided=today,
    )


def _last_posting_before(end: date) -> date:
    """The last day on which a list can be put up that has hung long enough by `end`."""
    day = end - _DAY
    while posting_ends(day).last_day >= end:
        day -= _DAY
    return day
