"""What a scenario comes to: the register of its day, counted by the standard and by
what is supposed, within the areas of whoever looks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from server.areas.tables import Area
from server.domain.actor import Scope
from server.domain.poverty.columns import classify
from server.domain.poverty.what_if import suppose
from server.domain.scenarios.budget import Cost, Programme, cost_of
from server.domain.scenarios.population import NOWHERE, Population
from server.domain.scenarios.result import Breakdown, Codes, break_down, class_codes
from server.domain.scenarios.scenario import NamedScenario
from server.reports.places import Unit, unit_of
from server.scenarios import queries
from server.scenarios.queries import Moment
from server.scenarios.tables import RegisterCut, ScenarioRow


@dataclass(frozen=True)
class Counted:
    """The whole result. `places` names the wards that are counted."""

    cut: RegisterCut
    population: Population
    before: Codes
    after: Codes
    breakdown: Breakdown
    costs: Sequence[tuple[Programme, Cost, Cost]]
    by_points: int
    places: Mapping[str, str]


def moment_of(scenario: NamedScenario) -> Moment:
    """The register that a scenario is counted on."""
    return Moment(scenario.standard, scenario.on, scenario.known_on)


def unit_in_sight(scope: Scope, row: ScenarioRow) -> Unit:
    """The wards of a scenario, as far as somebody sees them."""
    return unit_of(scope, str(row.area_id or ""), row.on)


def in_sight(population: Population, unit: Unit, scope: Scope) -> Population:
    """The households of some wards; those of no known ward for who sees everything."""
    if unit.area is None and scope.area_ids is None:
        return population
    wards = [each.id for each in unit.wards]
    return population.only(np.isin(population.wards, wards))


def names_of(wards: Sequence[Area], unknown: str) -> dict[str, str]:
    """How the wards of a population are called."""
    return {str(each.id): each.name for each in wards} | {str(NOWHERE): unknown}


def count(
    row: ScenarioRow, cut: RegisterCut, scope: Scope, unknown_place: str = ""
) -> Counted:
    """Count a scenario on a register that was taken."""
    scenario = queries.scenario_of(row)
    pack = queries.pack_of(scenario.standard)
    unit = unit_in_sight(scope, row)
    population = in_sight(queries.population_of(cut), unit, scope)
    now = classify(population.columns, pack)
    then = classify(population.columns, suppose(pack, scenario.supposed))
    before, after = class_codes(now), class_codes(then)
    return Counted(
        cut=cut,
        population=population,
        before=before,
        after=after,
        breakdown=break_down(population, before, after),
        costs=[
            (
                each,
                cost_of(each, before, population.sizes),
                cost_of(each, after, population.sizes),
            )
            for each in scenario.programmes
        ],
        by_points=now.by_points,
        places=names_of(unit.wards, unknown_place),
    )
