"""Where the values of a standard come from, how well, and for which kind of area."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum


class Quality(IntEnum):
    """How well a value is sourced, best last; only OFFICIAL counts as verified."""

    UNKNOWN = 0
    RECALLED = 1
    SECONDARY = 2
    OFFICIAL = 3


class AreaType(StrEnum):
    """Lines differ by area: wards and townships are urban, communes rural."""

    URBAN = "urban"
    RURAL = "rural"


@dataclass(frozen=True, slots=True)
class Source:
    """Where values come from. `url` is where we read them, if anywhere."""

    key: str
    document: str
    quality: Quality
    article: str | None = None
    url: str | None = None
    effective: date | None = None
    note: str | None = None
