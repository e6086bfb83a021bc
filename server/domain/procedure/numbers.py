"""Shares and months of the procedure: each with its document, and how well it is known."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from server.domain.poverty.pack import Quality, Source
from server.domain.poverty.pack_parts import read_source, source_of
from server.domain.poverty.reading import Entry, PackError, read_yaml

NUMBERS = Path(__file__).with_name("numbers.yaml")
UNITS = ("percent", "months")


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the law."""

    code: str
    value: int
    unit: str
    vi: str
    en: str
    source: Source

    @property
    def is_certain(self) -> bool:
        """Whether somebody has read it, if only in the press."""
        return self.source.quality >= Quality.SECONDARY


@cache
def numbers(path: Path = NUMBERS) -> dict[str, Number]:
    """Every number by its code. Raises PackError when the file cannot be right."""
    page = Entry(read_yaml(path), path.name)
    given = page.entry("sources")
    sources = {key: read_source(key, given.entry(key)) for key in given.keys_left()}
    found: dict[str, Number] = {}
    for entry in page.entries("numbers"):
        number = Number(
            code=entry.text("code"),
            value=entry.whole("value"),
            unit=entry.text("unit"),
            vi=entry.text("vi"),
            en=entry.text("en"),
            source=source_of(entry, sources),
        )
        entry.close()
        if number.code in found or number.unit not in UNITS or number.value < 1:
            raise PackError(f"{entry.place}: twice, without value, or of no known unit")
        found[number.code] = number
    page.close()
    return found


def months_after(day: date, months: int) -> date:
    """The same day so many months later (or earlier); the last day of a month that is
    too short for it."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, day.day - 4, -1):
        try:
            return date(years, month + 1, number)
        except ValueError:
            continue
    raise ValueError(f"no month is that short: {day}")
