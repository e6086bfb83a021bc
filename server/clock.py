"""The only source of time: everything else is told the moment it applies to."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
# Nobody means a day outside; with room for zones and for years looked back on, since
# arithmetic fails at the ends of the calendar.
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The calendar day in Vietnam."""
    return now().astimezone(VIETNAM).date()


def day_of(text: str) -> date | None:
    """A day as addresses write it, 2026-11-24; None for what nobody can mean."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if EARLIEST <= found <= LATEST else None
