"""Cells that can be read two ways: letters of an old font, and days that are bare numbers.

Nothing here guesses. What a column holds is proposed from all of its cells; until a person
has said it, such a cell is a question, and its household waits. What was said holds for one
file; the rows stay as they were typed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from server.domain.register.columns import register_columns
from server.domain.register.old_letters import (
    FONTS,
    PLAIN,
    fonts_of,
    is_unicode,
    read_as,
)

CALENDARS = ("1900", "1904")
AS_TYPED = "typed"
LETTERS = (PLAIN, *FONTS)
DAYS = (AS_TYPED, *CALENDARS)
_EPOCHS = {"1900": date(1899, 12, 30), "1904": date(1904, 1, 1)}
_SERIAL = re.compile(r"(\d{4,5})(?:[.,]0+)?")
# Four digits that may be a year are a year; Excel of 1900 counts such days to 1905.
_YEARS = range(1850, 2201)
_LAST_SERIAL = 73_050  # 31/12/2099
_DAY_READERS = frozenset({"birth", "day"})
# Numbers and codes have no letters that a font could have changed.
_WITHOUT_LETTERS = frozenset(
    {"birth", "day", "identity_number", "count", "money", "phone"}
)


@dataclass(frozen=True, slots=True)
class Question:
    """A cell that only a person can tell: `value` as typed, `read` as it would read."""

    place: int
    code: str
    value: str
    read: str


@dataclass(slots=True)
class Found:
    """What the cells of one column tell: how many are of an old font, by font, how many
    certainly are not, how many may be either, and how many are bare numbers for days."""

    fonts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FONTS, 0))
    unicode: int = 0
    either: int = 0
    serials: int = 0

    @property
    def font(self) -> str:
        """The font that most cells tell of, or PLAIN."""
        best = max(FONTS, key=lambda font: self.fonts[font])
        return best if self.fonts[best] else PLAIN

    def as_dict(self) -> dict[str, int]:
        """JSON-safe, without a word of any cell."""
        return {**self.fonts, "unicode": self.unicode, "either": self.either,
                "serials": self.serials}  # fmt: skip

    @classmethod
    def from_dict(cls, kept: Mapping[str, int]) -> "Found":
        """The same back."""
        fonts = {font: kept[font] for font in FONTS}
        return cls(fonts, kept["unicode"], kept["either"], kept["serials"])


@dataclass(frozen=True, slots=True)
class Reading:
    """How the columns of a sheet are read: what was said of each, and what was found."""

    columns: Mapping[int, str]
    letters: Mapping[int, str] = field(default_factory=dict)
    days: Mapping[int, str] = field(default_factory=dict)
    found: Mapping[int, Found] = field(default_factory=dict)

    @property
    def has_old_letters(self) -> bool:
        """Whether any column of the sheet was typed in an old font."""
        return any(each.font != PLAIN for each in self.found.values())

    def read(self, cells: Sequence[str]) -> tuple[tuple[str, ...], list[Question]]:
        """The cells as they are understood, and what is to be asked of them."""
        made, asked = list(cells), []
        for place, text in enumerate(cells):
            if place not in self.columns or not text:
                continue
            read, question = self._cell(place, text)
            made[place] = read
            if question is not None:
                asked.append(question)
        return tuple(made), asked

    def _cell(self, place: int, text: str) -> tuple[str, Question | None]:
        if is_of_days(self.columns[place]):
            return self._day(place, text)
        if text.isascii() or not is_of_letters(self.columns[place]):
            return text, None
        return self._letters(place, text)

    def _day(self, place: int, text: str) -> tuple[str, Question | None]:
        if not is_serial(text):
            return text, None
        said = self.days.get(place)
        if said in CALENDARS:
            return day_of_serial(text, said).isoformat(), None
        if said == AS_TYPED:
            return text, None
        shown = " / ".join(
            f"{day_of_serial(text, each):%d/%m/%Y}" for each in CALENDARS
        )
        return text, Question(place, "import_day_serial", text, shown)

    def _letters(self, place: int, text: str) -> tuple[str, Question | None]:
        fonts = fonts_of(text)
        said = self.letters.get(place)
        if not fonts or said == PLAIN:
            return text, None
        found = self.found.get(place) or Found()
        if said in FONTS:
            if PLAIN in fonts and found.unicode:
                # The column has cells of both kinds, and this one fits either.
                return text, _either(place, text, said)
            return read_as(said, text), None
        if PLAIN in fonts:
            likely = found.font if found.font != PLAIN else self._font_of_sheet()
            is_asked = likely != PLAIN and likely in fonts
            return text, _either(place, text, likely) if is_asked else None
        font = found.font if found.font in fonts else fonts[0]
        return text, Question(place, "import_letters_old", text, read_as(font, text))

    def _font_of_sheet(self) -> str:
        known = [each.font for each in self.found.values() if each.font != PLAIN]
        return max(known, key=known.count) if known else PLAIN


def look_at(
    found: dict[int, Found], columns: Mapping[int, str], cells: Sequence[str]
) -> None:
    """Count what the cells of one more row tell."""
    for place, key in columns.items():
        text = cells[place] if place < len(cells) else ""
        if not text:
            continue
        if is_of_days(key):
            if is_serial(text):
                found.setdefault(place, Found()).serials += 1
        elif not text.isascii() and is_of_letters(key):
            _count(found.setdefault(place, Found()), text)


def read_heading(texts: Iterable[str], font: str) -> tuple[str, ...]:
    """The cells of a row as a heading in a font; what is Unicode stays."""
    return tuple(text if is_unicode(text) else read_as(font, text) for text in texts)


def is_of_days(key: str) -> bool:
    """Whether a column holds days."""
    return register_columns()[key].reader in _DAY_READERS


def is_of_letters(key: str) -> bool:
    """Whether a column holds words that become answers."""
    column = register_columns()[key]
    return column.use != "kept" and column.reader not in _WITHOUT_LETTERS


def is_serial(text: str) -> bool:
    """Whether a cell is a bare number that Excel may mean as a day."""
    number = _SERIAL.fullmatch(text.strip())
    if number is None:
        return False
    days = int(number[1])
    return days not in _YEARS and 0 < days <= _LAST_SERIAL


def day_of_serial(text: str, calendar: str) -> date:
    """The day that a number is in one of the calendars of Excel."""
    number = _SERIAL.fullmatch(text.strip())
    if number is None:
        raise ValueError("no serial")
    return _EPOCHS[calendar] + timedelta(days=int(number[1]))


def _count(found: Found, text: str) -> None:
    if is_unicode(text):
        found.unicode += 1
        return
    fonts = fonts_of(text)
    if PLAIN in fonts:
        found.either += 1
        return
    for font in fonts:
        found.fonts[font] += 1


def _either(place: int, text: str, font: str) -> Question:
    return Question(place, "import_letters_either", text, read_as(font, text))
