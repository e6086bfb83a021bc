"""What a scenario comes to: the register of its day, counted by the standard and by
what is supposed, within the areas of whoever looks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import select

from server import clock
from server.areas.queries import descendants, groups_by_code
from server.areas.tables import Area
from server.db import db
from server.domain.actor import Scope
from server.domain.poverty.columns import classify
from server.domain.poverty.what_if import suppose
from server.domain.scenarios.budget import Cost, Programme, cost_of
from server.domain.scenarios.population import NOWHERE, Population
from server.domain.scenarios.result import Breakdown, Codes, break_down, class_codes
from server.domain.scenarios.scenario import NamedScenario
from server.registry.tables import HouseholdRow
from server.reports.places import Unit
from server.scenarios import queries
from server.scenarios.asked import unit_on
from server.scenarios.queries import Moment
from server.scenarios.tables import RegisterCut, ScenarioRow
from server.status.presence import end_of_day
from server.status.residence import lived_elsewhere


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
    return unit_on(scope, str(row.area_id or ""), row.on)


def in_sight(
    population: Population, unit: Unit, scope: Scope, moment: Moment
) -> Population:
    """The households of some wards; those of no known ward for who sees everything.

    Of wards that did not exist yet on that day: the households that live in them now,
    but for those that lived elsewhere then.
    """
    if unit.area is None and scope.area_ids is None:
        return population
    wards = [each.id for each in unit.wards]
    if not unit.are_of_today:
        return population.only(np.isin(population.wards, wards))
    today = _places_of_today(wards, moment)
    ids = [str(each, "ascii") for each in population.ids]
    found = population.only(np.array([each in today for each in ids], bool))
    there = np.array([today[each] for each in ids if each in today], np.int32)
    wards_now, groups_now = there.reshape(len(there), 2).T
    return replace(found, wards=wards_now, residential_groups=groups_now)


def _places_of_today(
    wards: Sequence[int], moment: Moment
) -> dict[str, tuple[int, int]]:
    """The ward and residential group in which each household of some wards lives now."""
    known_at = end_of_day(moment.known_on) if moment.known_on else None
    elsewhere = lived_elsewhere(moment.on, known_at)
    groups = groups_by_code(clock.today())
    found: dict[str, tuple[int, int]] = {}
    for ward in wards:
        areas_of_it = descendants([ward]) | {ward}
        rows = db.session.execute(
            select(
                HouseholdRow.id, HouseholdRow.area_id, HouseholdRow.group_code
            ).where(HouseholdRow.area_id.in_(sorted(areas_of_it)))
        )
        for household_id, area_id, code in rows:
            if elsewhere.get(household_id, area_id) in areas_of_it:
                found[household_id] = ward, groups.get((ward, code), NOWHERE)
    return found


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
    population = in_sight(queries.population_of(cut), unit, scope, moment_of(scenario))
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
