"""Working days and terms: when a posting may come down, when an answer is due.

A term starts on the day after the event and ends with its last day (Civil Code 2015,
Articles 147 and 148, recalled): a term of calendar days that would end on a day off ends
on the next working day. Which days are off is data with sources (`holidays.yaml`), and
an end that rests on days nobody has read about says so: of two possible ends it is the
later one, since a list posted too short has to be posted again.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from server.domain.poverty.pack import Quality, Source
from server.domain.poverty.pack_parts import read_source, source_of
from server.domain.poverty.reading import Entry, PackError, read_yaml

HOLIDAYS = Path(__file__).with_name("holidays.yaml")
TERMS = Path(__file__).with_name("terms.yaml")
_DAY = timedelta(days=1)


class TermKind(StrEnum):
    """What a term counts."""

    WORKING = "working"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A weekday off, or a Saturday worked in exchange for one."""

    day: date
    is_off: bool
    vi: str
    en: str
    source: Source

    @property
    def is_certain(self) -> bool:
        """Whether somebody has read it, if only in the press."""
        return self.source.quality >= Quality.SECONDARY


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a term, and what makes it doubtful.

    `doubtful` are days within the term that only memory says are off or worked;
    `unlisted_years` are years whose holidays nobody has entered.
    """

    last_day: date
    doubtful: tuple[SpecialDay, ...] = ()
    unlisted_years: tuple[int, ...] = ()

    @property
    def is_certain(self) -> bool:
        return not self.doubtful and not self.unlisted_years


@dataclass(frozen=True, slots=True)
class Term:
    """How long a step takes, by which document."""

    code: str
    days: int
    kind: TermKind
    vi: str
    en: str
    source: Source


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The days off of some years."""

    years: frozenset[int]
    exceptions: dict[date, SpecialDay]

    def is_working_day(self, on: date) -> bool:
        """Monday to Friday but for days off; Saturdays that are worked in exchange.

        Nobody's memory makes a Saturday count, or a day off not count.
        """
        found = self.exceptions.get(on)
        if found is not None:
            return not found.is_off and found.is_certain
        return on.weekday() < 5

    def after_working_days(self, start: date, count: int) -> Deadline:
        """The end of the `count`-th working day after a day, which itself is not
        counted. Raises ValueError for a count below one.
        """
        if count < 1:
            raise ValueError("a term has at least one day")
        day, left = start, count
        while left:
            day += _DAY
            left -= self.is_working_day(day)
        return self._ending(start, day)

    def after_calendar_days(self, start: date, count: int) -> Deadline:
        """The `count`-th day after a day, or the next working day when that is off."""
        if count < 1:
            raise ValueError("a term has at least one day")
        day = start + count * _DAY
        while not self.is_working_day(day):
            day += _DAY
        return self._ending(start + (count - 1) * _DAY, day)

    def deadline(self, term: Term, start: date) -> Deadline:
        """The end of a term that an event on a day starts."""
        if term.kind is TermKind.WORKING:
            return self.after_working_days(start, term.days)
        return self.after_calendar_days(start, term.days)

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after `first` up to and including `last`; 0 when none are."""
        days = range(1, (last - first).days + 1)
        return sum(self.is_working_day(first + number * _DAY) for number in days)

    def _ending(self, start: date, end: date) -> Deadline:
        """The days after `start` up to `end` are those that the count looked at."""
        days = [start + number * _DAY for number in range(1, (end - start).days + 1)]
        met = (self.exceptions[day] for day in days if day in self.exceptions)
        doubtful = (each for each in met if not each.is_certain and _matters(each))
        years = {day.year for day in days} - self.years
        return Deadline(end, tuple(doubtful), tuple(sorted(years)))


def days_late(due: date, today: date) -> int:
    """Working days since a day that has passed; 1 on the days off right after it, which
    are late too."""
    return max(1, working_calendar().working_days_between(due, today))


@cache
def working_calendar(path: Path = HOLIDAYS) -> WorkingCalendar:
    """The Vietnamese calendar. Raises PackError when its file cannot be right."""
    page = Entry(read_yaml(path), path.name)
    sources = _sources(page)
    years = frozenset(page.wholes("years"))
    exceptions: dict[date, SpecialDay] = {}
    for entry in page.entries("days"):
        for found in _read_days(entry, sources):
            if found.day in exceptions or found.day.year not in years:
                raise PackError(
                    f"{entry.place}: {found.day} twice, or of no listed year"
                )
            exceptions[found.day] = found
    page.close()
    return WorkingCalendar(years, exceptions)


@cache
def terms(path: Path = TERMS) -> dict[str, Term]:
    """Every term by its code. Raises PackError when the file cannot be right."""
    page = Entry(read_yaml(path), path.name)
    sources = _sources(page)
    found: dict[str, Term] = {}
    for entry in page.entries("terms"):
        kind = entry.text("kind")
        if kind not in set(TermKind):
            raise PackError(f"{entry.place}: {kind!r} is none of {', '.join(TermKind)}")
        term = Term(
            code=entry.text("code"),
            days=entry.whole("days"),
            kind=TermKind(kind),
            vi=entry.text("vi"),
            en=entry.text("en"),
            source=source_of(entry, sources),
        )
        entry.close()
        if term.code in found or term.days < 1:
            raise PackError(f"{entry.place}: {term.code} twice, or of no days")
        found[term.code] = term
    page.close()
    return found


def _matters(exception: SpecialDay) -> bool:
    """A holiday on a Saturday or Sunday changes no count."""
    return not exception.is_off or exception.day.weekday() < 5


def _sources(page: Entry) -> dict[str, Source]:
    given = page.take("sources")
    if not isinstance(given, dict):
        raise PackError(f"{page.place}: 'sources' must be keys with values")
    return {
        key: read_source(key, Entry(each, f"{page.place} sources {key}"))
        for key, each in given.items()
    }


def _read_days(entry: Entry, sources: dict[str, Source]) -> list[SpecialDay]:
    first, last, kind = entry.day("from"), entry.day("to"), entry.text("kind")
    vi, en = entry.text("vi"), entry.text("en")
    source = source_of(entry, sources)
    entry.close()
    if kind not in ("closed", "worked") or last < first:
        raise PackError(
            f"{entry.place}: neither closed nor worked, or it ends too early"
        )
    days = (first + number * _DAY for number in range((last - first).days + 1))
    return [SpecialDay(day, kind == "closed", vi, en, source) for day in days]
