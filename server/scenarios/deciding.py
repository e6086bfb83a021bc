"""What decides the class of one household: assessed one at a time, from its answers.

The columns must agree with this; it is the function that assesses households, and no
second reading of the law.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from server.domain.poverty.assessment import IndicatorVerdict
from server.domain.poverty.classify import assess
from server.domain.poverty.explain import explain_verdict
from server.domain.poverty.pack import Pack
from server.domain.poverty.what_if import suppose
from server.domain.scenarios.scenario import NamedScenario
from server.registry.tables import HouseholdRow
from server.scenarios import queries
from server.scenarios.counting import moment_of
from server.scenarios.queries import Moment
from server.scenarios.reading import RegisterReader
from server.status.households_then import households_then

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
    laws = (pack, suppose(pack, scenario.supposed))
    found = assessed_then(household, moment_of(scenario), laws)
    return Decided(None, None, {}) if found is None else Decided(*found[0], found[1])


def assessed_then(
    household: HouseholdRow, moment: Moment, laws: Sequence[Pack]
) -> tuple[list[Trace], dict[str, str]] | None:
    """A household of a moment under each of some laws, and the names of its people; None
    when no survey told of it by then."""
    reader = RegisterReader.of(moment)
    then = households_then([household.id], moment.on, reader.known_at)
    _row, golden = then[household.id]
    if golden is None:
        return None
    _ward, place = reader.place_then(household, golden)
    # The table is that of the place, as it was known; what a scenario supposes is not it.
    table = reader.law_in(place, golden.review_date).score_table
    traces: list[Trace] = [
        assess(
            golden.household,
            golden.review_date,
            replace(law, score_table=table),
            place.area_type,
        ).as_dict()
        for law in laws
    ]
    return traces, {each.key: each.full_name for each in golden.household.members}


def indicators_of(
    trace: Trace | None,
    names: Mapping[str, str],
    pack: Pack,
    language: str,
    supposed: Mapping[str, int] | None = None,
) -> list[IndicatorLine]:
    """Every indicator of a household, those that it lacks first; `supposed` are weights
    that a scenario changes."""
    lines = []
    for stored in trace["indicators"] if trace is not None else ():
        verdict = IndicatorVerdict.from_dict(stored)
        weight = pack.indicator(verdict.code).weight
        lines.append(
            IndicatorLine(
                explain_verdict(verdict, pack, language, names),
                verdict.deprived,
                weight,
                (supposed or {}).get(verdict.code, weight),
            )
        )
    order = {True: 0, None: 1, False: 2}
    return sorted(lines, key=lambda each: order[each.deprived])
