"""Birth dates as precise as they are known: a day, a month, or only a year.

Precision is part of the value. Many elders know a year, and 1 January is what people
write when they know no more, so it is compared as a year.
"""

import re
from datetime import date
from enum import IntEnum

from server.domain.survey.record import BirthDate

_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_VIETNAMESE = re.compile(r"(?:(?:(\d{1,2})[/.\- ])?(\d{1,2})[/.\- ])?(\d{4})")


class BirthAgreement(IntEnum):
    """How well two birth dates agree, from contradiction to the same day."""

    MISSING = -1
    DIFFERENT = 0
    NEAR_YEAR = 1  # one year apart: lunar dates, ages
    SWAPPED = 2  # day and month exchanged, or one part of the date mistyped
    SAME_YEAR = 3  # as much as is known agrees
    EXACT = 4


def parse_birth(text: str) -> BirthDate | None:
    """A birth date from "1950", "1950-03", "1950-03-02", "3/1950" or "2/3/1950".

    None when it is no date; the caller says so.
    """
    plain = text.strip()
    iso = _ISO.fullmatch(plain)
    if iso:
        year, month, day = iso.groups()
    else:
        said = _VIETNAMESE.fullmatch(plain)
        if said is None:
            return None
        day, month, year = said.groups()
    birth = BirthDate(
        int(year), int(month) if month else None, int(day) if day else None
    )
    return birth if is_possible(birth) else None


def is_possible(birth: BirthDate) -> bool:
    """Whether such a day exists at all; a day without a month does not."""
    if birth.day is not None and birth.month is None:
        return False
    try:
        date(birth.year, birth.month or 1, birth.day or 1)
    except ValueError:
        return False
    return True


def age_on(birth: BirthDate, on: date) -> int:
    """Completed years on a day; the most a partly known date allows.

    A person born on 29 February turns a year older on 1 March of common years.
    Someone known by month or year counts as born on its first day.
    """
    month, day = birth.month or 1, birth.day or 1
    return on.year - birth.year - ((on.month, on.day) < (month, day))


def births_agree(left: BirthDate | None, right: BirthDate | None) -> BirthAgreement:
    """How well two birth dates agree, as far as both are known."""
    if left is None or right is None:
        return BirthAgreement.MISSING
    first, second = _as_known(left), _as_known(right)
    if first == second and first.day is not None:
        return BirthAgreement.EXACT
    if first.year == second.year:
        return _within_year(first, second)
    exact = first.day is not None and second.day is not None
    if exact and (first.month, first.day) == (second.month, second.day):
        return BirthAgreement.SWAPPED
    if abs(first.year - second.year) == 1 and not exact:
        return BirthAgreement.NEAR_YEAR
    return BirthAgreement.DIFFERENT


def _within_year(first: BirthDate, second: BirthDate) -> BirthAgreement:
    if first.month is None or second.month is None:
        return BirthAgreement.SAME_YEAR
    if first.month == second.month and (first.day is None or second.day is None):
        return BirthAgreement.SAME_YEAR
    if first.day is None or second.day is None:
        return BirthAgreement.NEAR_YEAR
    swapped = (first.month, first.day) == (second.day, second.month)
    if swapped or first.month == second.month or first.day == second.day:
        return BirthAgreement.SWAPPED
    return BirthAgreement.DIFFERENT


def _as_known(birth: BirthDate) -> BirthDate:
    if (birth.month, birth.day) == (1, 1):
        return BirthDate(birth.year)
    return birth
