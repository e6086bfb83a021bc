"""A poverty standard as data: lines, categories, indicators, each with its source.

Law changes by decree and is often known to us only at second hand, so every number
says where it comes from and how well. `load.py` makes packs from the folders in
`packs/`; nothing here reads files.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from server.domain.poverty.conditions import Condition
from server.domain.poverty.score_table import ScoreOption, ScoreTable
from server.domain.poverty.sources import AreaType, Quality, Source

__all__ = [
    "AreaType",
    "Category",
    "Choice",
    "Gap",
    "Indicator",
    "Line",
    "Measure",
    "Pack",
    "Parameter",
    "PovertyCategory",
    "Quality",
    "ScoreOption",
    "ScoreTable",
    "Screening",
    "ScreeningItem",
    "Source",
    "Validity",
]


class PovertyCategory(StrEnum):
    """What a household is under one standard."""

    POOR = "POOR"
    NEAR_POOR = "NEAR_POOR"
    AVERAGE = "AVERAGE"
    NON_POOR = "NON_POOR"


class Measure(StrEnum):
    """Two ways to place a household: money, or points that stand for money."""

    INCOME = "income"  # VND per head and month
    SCORE = "score"  # B1 points (Circular 07/2021: points A)


@dataclass(frozen=True, slots=True)
class Validity:
    """One interval in which the standard applies, ends included, by one document."""

    valid_from: date
    valid_to: date
    source: Source

    def holds_on(self, on: date) -> bool:
        return self.valid_from <= on <= self.valid_to


@dataclass(frozen=True, slots=True)
class Line:
    """One threshold: VND per head and month, or points. At the line is below it."""

    measure: Measure
    area_type: AreaType
    name: str  # policy, near_poor, minimum, average
    amount: int
    source: Source


@dataclass(frozen=True, slots=True)
class Category:
    """A category and its condition; of a pack's categories the first match wins.

    `measures` are the measures by which the category can be told at all.
    """

    code: PovertyCategory
    when: Condition
    source: Source
    sub: str | None = None
    measures: tuple[Measure, ...] = (Measure.INCOME, Measure.SCORE)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A threshold or a list of codes that a predicate needs."""

    name: str
    value: Any  # a number, text, or a tuple or mapping of them
    source: Source


@dataclass(frozen=True, slots=True)
class Indicator:
    """A lack of one basic service. `predicate` names a function of `indicators.py`."""

    number: int
    code: str
    dimension_vi: str
    dimension_en: str
    name_vi: str
    name_en: str
    threshold_vi: str
    threshold_en: str
    predicate: str
    parameters: tuple[Parameter, ...]
    source: Source
    # How many deprivations it counts for: one in every law so far; a what-if changes it.
    weight: int = 1

    def values(self) -> dict[str, Any]:
        """The parameters by name."""
        return {each.name: each.value for each in self.parameters}


@dataclass(frozen=True, slots=True)
class Choice:
    """An entry of a versioned list of causes or needs."""

    code: str
    vi: str
    en: str
    source: Source
    replaces: tuple[str, ...] = ()  # codes of the previous standard's list
    is_sensitive: bool = False  # never on a list posted in public


@dataclass(frozen=True, slots=True)
class ScreeningItem:
    """One yes-or-no line of the quick identification sheet; yes speaks against need."""

    code: str
    vi: str
    en: str
    source: Source


@dataclass(frozen=True, slots=True)
class Screening:
    """Phiếu A: with `cut` lines answered yes, a household is not surveyed further.

    `stated_items` is how many lines the official sheet is said to have.
    """

    items: tuple[ScreeningItem, ...]
    cut: int
    cut_source: Source
    stated_items: int
    stated_items_source: Source

    @property
    def unread_items(self) -> int:
        """Lines of the official sheet that we do not have."""
        return self.stated_items - len(self.items)


@dataclass(frozen=True, slots=True)
class Gap:
    """Something the law says, or may say, that nobody has read for us."""

    code: str  # a key of `pack_rules.GAPS`: score_table, thresholds ...
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Pack:
    """A loaded standard. `content_hash` (sha256) changes with any of its content.

    A draft is kept to be read and completed; it is never in force.
    """

    id: str
    is_draft: bool
    name_vi: str
    name_en: str
    inherits: str | None
    indicator_standard: str  # the pack whose indicators these are
    province_codes: tuple[str, ...]  # empty: the whole country
    validities: tuple[Validity, ...]
    lines: tuple[Line, ...]
    deprivation_cut: int | None  # None: the standard counts no deprivations
    deprivation_cut_source: Source | None
    indicator_points: int | None  # what one deprived indicator adds to B2
    indicator_points_source: Source | None
    categories: tuple[Category, ...]
    indicators: tuple[Indicator, ...]
    causes: tuple[Choice, ...]
    needs: tuple[Choice, ...]
    score_table: ScoreTable | None
    screening: Screening | None
    gaps: tuple[Gap, ...]
    sources: tuple[Source, ...]  # those in use, by key
    content_hash: str

    @property
    def unverified_sources(self) -> tuple[Source, ...]:
        """Sources in use that nobody has compared with the official text."""
        return tuple(s for s in self.sources if s.quality is not Quality.OFFICIAL)

    @property
    def verified(self) -> bool:
        return not self.unverified_sources

    def holds_on(self, on: date) -> bool:
        """Whether the standard applies on a day; a draft never does."""
        return not self.is_draft and any(
            validity.holds_on(on) for validity in self.validities
        )

    def applies_in(self, province_code: str | None) -> bool:
        """A national pack applies everywhere, a city's own only there."""
        return not self.province_codes or province_code in self.province_codes

    def lines_for(self, measure: Measure, area_type: AreaType) -> dict[str, int]:
        """Line amounts by name; empty when the pack has none of this measure."""
        return {
            line.name: line.amount
            for line in self.lines
            if (line.measure, line.area_type) == (measure, area_type)
        }

    def has_scores(self) -> bool:
        """Whether B1 points can place a household under this standard."""
        return any(line.measure is Measure.SCORE for line in self.lines)

    @property
    def weights(self) -> tuple[int, ...]:
        """What each indicator counts for, in the order of the pack."""
        return tuple(each.weight for each in self.indicators)

    def indicator(self, code: str) -> Indicator:
        """Raises KeyError for a code that is not of this standard."""
        for each in self.indicators:
            if each.code == code:
                return each
        raise KeyError(code)
