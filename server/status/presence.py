"""Who was there: households that had left a list by a day, and when.

A list of a past day must come out as it was: a household that was merged into another
in March still stood on the list of January.
"""

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, or_, select

from server.clock import EARLIEST, VIETNAM
from server.db import db
from server.domain.poverty.chronicle import Absence
from server.domain.poverty.transitions import Departure
from server.registry.tables import HouseholdEvent
from server.status.merging import Merge, merges
from server.status.sightings import placed_at, sightings, was_withdrawn

__all__ = ["Merge", "absences", "end_of_day", "gone_by", "merges", "was_withdrawn"]

_Event = tuple[str, date, str]  # the household, the day it left, how

_KINDS = {"moved_out": Departure.OUT_MOVE, "dissolved": Departure.DISSOLVED}


def end_of_day(day: date) -> datetime:
    """The first instant in Vietnam at which all that was recorded on `day` is known."""
    return datetime.combine(day + timedelta(days=1), time(), VIETNAM)


def gone_by(on: date, known_at: datetime | None = None) -> dict[str, Departure]:
    """How households that ever had a status had left the lists by a day."""
    gone = {
        merge.household_id: Departure.MERGE
        for merge in merges(known_at)
        if merge.is_done(on, known_at)
    }
    gone.update(_departed_by(on, known_at))
    return gone


def absences(known_at: datetime | None = None) -> dict[str, list[Absence]]:
    """For each household that ever left: the days on which it was away."""
    found: defaultdict[str, list[Absence]] = defaultdict(list)
    for merge in merges(known_at):
        if merge.is_done(date.max, known_at):
            since = merge.at.astimezone(VIETNAM).date() if merge.at else EARLIEST
            found[merge.household_id].append(Absence(since, None, Departure.MERGE))
    events = _events(known_at)
    seen = _seen(events, known_at)
    for household_id, on, kind in events:
        back = next((day for day in seen.get(household_id, ()) if day > on), None)
        found[household_id].append(Absence(on, back, _KINDS[kind]))
    return dict(found)


def _events(known_at: datetime | None) -> list[_Event]:
    rows = db.session.execute(
        select(
            HouseholdEvent.household_id, HouseholdEvent.on, HouseholdEvent.kind
        ).where(_event_known(known_at))
    )
    return [(household_id, on, kind) for household_id, on, kind in rows]


def _seen(events: list[_Event], known_at: datetime | None) -> dict[str, list[date]]:
    """The days on which reviews found the households of these events, in order."""
    asked = {household_id for household_id, _on, _kind in events}
    if not asked:
        return {}
    found = sightings(asked, known_at, placed_at(known_at))
    return {each: [seen.on for seen in known] for each, known in found.items()}


def _event_known(known_at: datetime | None) -> ColumnElement[bool]:
    if known_at is None:
        return HouseholdEvent.superseded_at.is_(None)
    return and_(
        HouseholdEvent.at < known_at,
        or_(
            HouseholdEvent.superseded_at.is_(None),
            HouseholdEvent.superseded_at >= known_at,
        ),
    )


def _departed_by(on: date, known_at: datetime | None) -> dict[str, Departure]:
    """Who had moved away or was dissolved, and was not reviewed again since."""
    events = [each for each in _events(known_at) if each[1] <= on]
    seen = _seen(events, known_at)
    return {
        household_id: _KINDS[kind]
        for household_id, left, kind in events
        if not any(left < day <= on for day in seen.get(household_id, ()))
    }
