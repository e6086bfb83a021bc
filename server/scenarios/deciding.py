"""What decides the class of one household: assessed one at a time, from its answers.

The columns must agree with this; it is the function that assesses households, and no
second reading of the law.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.domain.poverty.assessment import IndicatorVerdict
from server.domain.poverty.classify import assess
from server.domain.poverty.explain import explain_verdict
from server.domain.poverty.pack import Pack
from server.domain.poverty.what_if import suppose
from server.domain.scenarios.scenario import NamedScenario
from server.registry.tables import HouseholdRow
from server.reports.households_then import households_then
from server.scenarios import queries
from server.scenarios.counting import moment_of
from server.scenarios.reading import RegisterReader

Trace = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decided:
    """One household assessed twice: by the standard and by the scenario. The traces are
    `Assessment.as_dict()`; None when no survey told of it by that day."""

    before: Trace | None
    after: Trace | None
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """One indicator in words, and for how many it counts before and after."""

    text: str
    deprived: bool | None
    before: int
    after: int


def decide(household: HouseholdRow, scenario: NamedScenario) -> Decided:
    """Assess a household as it was known, by the standard and by the scenario."""
    pack = queries.pack_of(scenario.standard)
    reader = RegisterReader.of(moment_of(scenario))
    then = households_then([household.id], scenario.on, reader.known_at)
    _row, golden = then[household.id]
    if golden is None:
        return Decided(None, None, {})
    _ward, place = reader.place_then(household, golden)

    def trace(law: Pack) -> Trace:
        made = assess(golden.household, golden.review_date, law, place.area_type)
        return made.as_dict()

    return Decided(
        trace(pack),
        trace(suppose(pack, scenario.supposed)),
        {each.key: each.full_name for each in golden.household.members},
    )


def indicators_of(
    found: Decided, scenario: NamedScenario, language: str
) -> list[IndicatorLine]:
    """Every indicator of a household, those that it lacks first."""
    if found.before is None:
        return []
    pack = queries.pack_of(scenario.standard)
    lines = []
    for stored in found.before["indicators"]:
        verdict = IndicatorVerdict.from_dict(stored)
        weight = pack.indicator(verdict.code).weight
        lines.append(
            IndicatorLine(
                explain_verdict(verdict, pack, language, found.names),
                verdict.deprived,
                weight,
                scenario.weights.get(verdict.code, weight),
            )
        )
    order = {True: 0, None: 1, False: 2}
    return sorted(lines, key=lambda each: order[each.deprived])
