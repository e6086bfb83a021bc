"""A named scenario as it is kept: what is supposed, and of which households."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from server.domain.poverty.pack import AreaType, Measure, Pack
from server.domain.poverty.pack_rules import LINE_ORDER
from server.domain.poverty.reading import PackError
from server.domain.poverty.what_if import Scenario, suppose
from server.domain.problems import Problem
from server.domain.scenarios.budget import UNITS, Programme
from server.domain.scenarios.result import CLASSES

LONGEST_NAME = 120
MOST_MONEY = 10**12  # a line or an amount above is a slip of the hand
MOST_WEIGHT = 9


@dataclass(frozen=True, slots=True)
class SupposedLine:
    """Another amount for one line of the standard."""

    measure: str
    area_type: str
    name: str
    amount: int


@dataclass(frozen=True, slots=True)
class NamedScenario:
    """What somebody supposes against a standard, under a name. `known_on` None: as
    known when the data were taken."""

    name: str
    standard: str
    on: date
    known_on: date | None = None
    lines: tuple[SupposedLine, ...] = ()
    deprivation_cut: int | None = None
    weights: dict[str, int] = field(default_factory=dict)
    programmes: tuple[Programme, ...] = ()
    note: str = ""

    @property
    def supposed(self) -> Scenario:
        """What the domain of standards needs of it."""
        return Scenario(
            lines={
                (Measure(each.measure), AreaType(each.area_type), each.name): (
                    each.amount
                )
                for each in self.lines
            },
            deprivation_cut=self.deprivation_cut,
            weights=self.weights,
        )


def problems_of(scenario: NamedScenario, pack: Pack) -> Iterator[Problem]:
    """Everything that keeps a scenario from being counted."""
    if not scenario.name.strip():
        yield Problem("scenario_without_name", "name")
    for each in scenario.lines:
        if each.amount > MOST_MONEY:
            yield Problem("scenario_number_too_large", "lines", {"value": each.amount})
    for weight in scenario.weights.values():
        if weight > MOST_WEIGHT:
            yield Problem("scenario_weight_too_large", "weights", {"value": weight})
    for programme in scenario.programmes:
        yield from _problems_of_programme(programme)
    found = [*_problems_of_law(scenario, pack)]
    yield from found
    try:
        suppose(pack, scenario.supposed)
    except PackError as error:
        if not found:
            yield Problem("scenario_impossible", "lines", {"value": str(error)})


def _problems_of_law(scenario: NamedScenario, pack: Pack) -> Iterator[Problem]:
    """Lines that do not rise, and a cut that no household could reach."""
    changed = scenario.supposed.lines
    for measure in Measure:
        for area in AreaType:
            lines = pack.lines_for(measure, area)
            now = [changed.get((measure, area, name), lines[name])
                   for name in LINE_ORDER if name in lines]  # fmt: skip
            for lower, higher in pairwise(now):
                if higher <= lower:
                    values = {"value": higher, "below": lower}
                    yield Problem("scenario_lines_disordered", "lines", values)
    cut, weights = scenario.deprivation_cut, scenario.weights
    most = sum(weights.get(each.code, each.weight) for each in pack.indicators)
    if cut is not None and not 0 < cut <= most:
        values = {"value": cut, "most": most}
        yield Problem("scenario_cut_unreachable", "deprivation_cut", values)


def _problems_of_programme(programme: Programme) -> Iterator[Problem]:
    named = {"value": programme.name}
    if not programme.source.strip():
        yield Problem("programme_without_source", "programmes", named)
    if not programme.name.strip() or not programme.categories:
        yield Problem("programme_incomplete", "programmes", named)
    if programme.unit not in UNITS or not set(programme.categories) <= set(CLASSES):
        yield Problem("programme_incomplete", "programmes", named)
    if programme.amount > MOST_MONEY or programme.times > 366:
        yield Problem(
            "scenario_number_too_large", "programmes", {"value": programme.amount}
        )
