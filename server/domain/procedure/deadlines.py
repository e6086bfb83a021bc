"""By which day the next step of a case is due, and by which document.

A posting, a re-check and an opinion have terms of their own; whatever else is left has
until the round ends. A term that rests on days nobody has read about says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from server.domain.poverty.pack import Quality, Source
from server.domain.poverty.pack_parts import read_source, source_of
from server.domain.poverty.reading import Entry, PackError, read_yaml
from server.domain.procedure.steps import Done, Standing, Step
from server.domain.procedure.working_days import (
    Deadline,
    Term,
    terms,
    working_calendar,
)

STEPS = Path(__file__).with_name("steps.yaml")
LEVELS = ("none", "district", "province")
POSTING, RECHECK, OPINION = "posting", "recheck", "opinion"
# The term that a step begins, for the one that has to follow it.
_TERMS = {
    (Step.RECHECKED, Step.COMPLAINT): RECHECK,
    (Step.RECHECKED, Step.ANSWERED): RECHECK,
    (Step.ANSWERED, Step.ASKED): OPINION,
}


@dataclass(frozen=True, slots=True)
class Due:
    """The last day for a step. `term` is None when the end of the round decides."""

    day: date
    is_certain: bool
    term: Term | None = None


@dataclass(frozen=True, slots=True)
class UpperLevel:
    """Who gives an opinion in some years."""

    valid_from: date
    valid_to: date
    level: str
    source: Source

    @property
    def is_known(self) -> bool:
        return self.source.quality >= Quality.SECONDARY


@dataclass(frozen=True, slots=True)
class Season:
    """Between which days of a year the yearly review is held."""

    valid_from: date
    begins: tuple[int, int]
    ends: tuple[int, int]
    source: Source

    def of(self, year: int) -> tuple[date, date]:
        return date(year, *self.begins), date(year, *self.ends)


def due(now: Standing, done: Sequence[Done], round_ends: date) -> Due | None:
    """When the next step is due; None when the case is over."""
    if now.next_step is None:
        return None
    last = done[-1] if done else None
    code = _TERMS.get((now.next_step, last.step)) if last else None
    if code is None or last is None:
        return Due(round_ends, is_certain=True)
    term = terms()[code]
    found = working_calendar().deadline(term, last.on)
    certain = found.is_certain and term.source.quality >= Quality.SECONDARY
    return Due(found.last_day, certain, term)


def posting_ends(posted_on: date) -> Deadline:
    """The last day on which a list hangs that was put up on a day."""
    return working_calendar().deadline(terms()[POSTING], posted_on)


def regular_round_ends(begins: date) -> Deadline:
    """The day by which a review within the year has to be decided."""
    now = terms()["regular_review"]
    is_old_law = now.source.effective is not None and begins < now.source.effective
    term = terms()["request_2016"] if is_old_law else now
    return working_calendar().deadline(term, begins)


def upper_level_on(on: date) -> UpperLevel | None:
    """Who gives an opinion on a day, as far as that is known."""
    return next(
        (each for each in _page()[0] if each.valid_from <= on <= each.valid_to), None
    )


def season_on(on: date) -> Season | None:
    """The season of the yearly review that holds on a day."""
    known = [each for each in _page()[1] if each.valid_from <= on]
    return max(known, key=lambda each: each.valid_from, default=None)


@cache
def _page() -> tuple[tuple[UpperLevel, ...], tuple[Season, ...]]:
    page = Entry(read_yaml(STEPS), STEPS.name)
    given = page.entry("sources")
    sources = {key: read_source(key, given.entry(key)) for key in given.keys_left()}
    levels = tuple(_read_level(each, sources) for each in page.entries("upper_levels"))
    seasons = tuple(_read_season(each, sources) for each in page.entries("seasons"))
    page.close()
    return levels, seasons


def _read_level(entry: Entry, sources: dict[str, Source]) -> UpperLevel:
    found = UpperLevel(
        entry.day("from"),
        entry.day("to"),
        entry.text("level"),
        source_of(entry, sources),
    )
    entry.close()
    if found.level not in LEVELS or found.valid_to < found.valid_from:
        raise PackError(f"{entry.place}: no such level, or it ends before it begins")
    return found


def _read_season(entry: Entry, sources: dict[str, Source]) -> Season:
    found = Season(
        entry.day("from"),
        _month_and_day(entry, "begins"),
        _month_and_day(entry, "ends"),
        source_of(entry, sources),
    )
    entry.close()
    return found


def _month_and_day(entry: Entry, key: str) -> tuple[int, int]:
    month, _, day = entry.text(key).partition("-")
    try:
        found = date(2000, int(month), int(day))
    except ValueError as error:
        raise PackError(f"{entry.place}: {key!r} is no month and day") from error
    return found.month, found.day
