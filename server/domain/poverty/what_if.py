"""What would change if a line, the cut or the weight of an indicator were different.

A scenario never touches a standard: it makes another pack in memory, marked as a draft,
so that nothing assessed under it can pass for law or be recognised. Thresholds of
indicators are not scenarios: they need the answers again, that is, another assessment.

Raising a line of income moves nobody who was placed by B1 points, since which points
stand for the new line is not known; a scenario changes those lines separately, and a
result says how many households were placed by points.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from server.domain.poverty.load import content_hash
from server.domain.poverty.pack import AreaType, Line, Measure, Pack, Quality, Source
from server.domain.poverty.pack_rules import check_pack
from server.domain.poverty.reading import PackError

MOST_DEPRIVATIONS = 63  # what the columns of `columns.py` can count to

SUPPOSED = Source(
    key="what_if",
    document="Kịch bản giả định, không phải văn bản",
    quality=Quality.UNKNOWN,
    note="Supposed by whoever made the scenario; no law says so.",
)
LineKey = tuple[Measure, AreaType, str]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is supposed against a standard; what is not named stays as it is.

    `lines` by measure, area and name; `weights` by the code of an indicator, in whole
    deprivations: 0 leaves it out, 2 counts it twice.
    """

    lines: Mapping[LineKey, int] = field(default_factory=dict)
    deprivation_cut: int | None = None
    weights: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Nothing is supposed: the standard itself."""
        return not self.lines and self.deprivation_cut is None and not self.weights


def suppose(pack: Pack, scenario: Scenario) -> Pack:
    """The pack that a scenario makes of a standard: never in force, with its own hash.

    Raises PackError for a line or indicator that the standard does not have and for
    numbers that make no standard (lines out of order, a cut nobody can reach).
    """
    _check_names(pack, scenario)
    supposed = replace(
        pack,
        is_draft=True,
        lines=tuple(_line(each, scenario) for each in pack.lines),
        indicators=tuple(
            replace(each, weight=scenario.weights.get(each.code, each.weight))
            for each in pack.indicators
        ),
        sources=(*pack.sources, SUPPOSED),
        content_hash="",
    )
    if scenario.deprivation_cut is not None:
        supposed = replace(
            supposed,
            deprivation_cut=scenario.deprivation_cut,
            deprivation_cut_source=SUPPOSED,
        )
    check_pack(supposed)
    if sum(supposed.weights) > MOST_DEPRIVATIONS:
        raise PackError(f"{pack.id}: weights add up to more than {MOST_DEPRIVATIONS}")
    return replace(supposed, content_hash=content_hash(supposed))


def _line(line: Line, scenario: Scenario) -> Line:
    amount = scenario.lines.get((line.measure, line.area_type, line.name))
    return line if amount is None else replace(line, amount=amount, source=SUPPOSED)


def _check_names(pack: Pack, scenario: Scenario) -> None:
    known = {(line.measure, line.area_type, line.name) for line in pack.lines}
    for key in scenario.lines:
        if key not in known:
            raise PackError(f"{pack.id}: there is no line {' '.join(key)}")
    codes = {each.code for each in pack.indicators}
    for code in scenario.weights:
        if code not in codes:
            raise PackError(f"{pack.id}: there is no indicator {code}")
    numbers = [*scenario.lines.values(), *scenario.weights.values()]
    if any(number < 0 for number in numbers):
        raise PackError(f"{pack.id}: a number below zero")
    cut = scenario.deprivation_cut
    if cut is not None and (cut < 1 or pack.deprivation_cut is None):
        raise PackError(f"{pack.id}: the standard cannot have a cut of {cut}")
