"""What a new day brings by itself: statuses begin and end, standards replace others.

Nobody does anything on that day, so nothing would follow from it. Whoever works in the
background leaves one job for each day, and that job follows up what has changed since the
one before, also when nothing ran for a week.
"""

from sqlalchemy import select

from server import clock
from server.db import serialise, transaction
from server.jobs.actions import enqueue
from server.jobs.tables import Job

KIND = "day_began"


class Calendar:
    """Remembers for one worker which day it is, so that it asks once a day only."""

    def __init__(self) -> None:
        self._day = ""

    def look(self) -> None:
        """Leave the job of a day that has begun."""
        today = clock.today().isoformat()
        if today != self._day:
            begin_day()
            self._day = today


def begin_day() -> bool:
    """Leave the job of today, unless somebody has; False when somebody had."""
    today = clock.today().isoformat()
    with transaction() as session:
        serialise("days")
        last = session.scalar(
            select(Job.payload).where(Job.kind == KIND).order_by(Job.id.desc()).limit(1)
        )
        if last is not None and last["day"] >= today:
            return False
        enqueue(KIND, {"day": today, "since": last["day"] if last else None})
        return True
