"""The columns of a register say of each household what assessing it alone says, whatever
is supposed, and after having been kept."""

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.poverty.classify import assess
from server.domain.poverty.columns import classify, row_at
from server.domain.poverty.load import all_packs
from server.domain.poverty.pack import AreaType, Pack
from server.domain.poverty.what_if import suppose
from server.domain.scenarios.population import (
    from_bytes,
    person_of,
    population_of,
    to_bytes,
)
from server.domain.scenarios.reasons import reason_of
from server.domain.scenarios.result import CLASSES, break_down, class_codes, movers
from server.domain.scenarios.scenario import NamedScenario, SupposedLine, problems_of
from tests.domain.poverty.test_what_if import households

ON = date(2026, 11, 20)
places = st.sampled_from([None, *AreaType])


@st.composite
def named_scenarios(draw: Any, pack: Pack) -> NamedScenario:
    """Some lines, the cut and some weights as a planner might change them."""
    lines = draw(st.lists(st.sampled_from(pack.lines), max_size=3, unique=True))
    counts = bool(pack.indicators)
    codes = st.sampled_from([each.code for each in pack.indicators] or [""])
    weights = st.dictionaries(codes, st.integers(0, 4), max_size=3)
    return NamedScenario(
        "Thử",
        pack.id,
        ON,
        lines=tuple(
            SupposedLine(each.measure, each.area_type, each.name,
                         max(0, each.amount + draw(st.integers(-9, 9))))
            for each in lines
        ),
        deprivation_cut=draw(st.none() | st.integers(1, 6)) if counts else None,
        weights=draw(weights) if counts else {},
    )  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_every_row_is_classed_like_the_household_assessed_alone(data: Any) -> None:
    pack = data.draw(st.sampled_from(all_packs()))
    scenario = data.draw(named_scenarios(pack))
    if [*problems_of(scenario, pack)]:  # such a one is refused, and never counted
        scenario = NamedScenario("Thử", pack.id, ON)
    law = suppose(pack, scenario.supposed)
    asked = data.draw(
        st.lists(st.tuples(households(pack), places), min_size=1, max_size=5)
    )
    rows = [
        person_of(str(number), each, ON, pack, place, number, number + 1)
        for number, (each, place) in enumerate(asked)
    ]
    parts = [
        to_bytes(population_of(some, len(pack.indicators)))
        for some in (rows[:2], rows[2:])
    ]

    kept = from_bytes(parts)
    before, after = (class_codes(classify(kept.columns, one)) for one in (pack, law))

    alone = [
        tuple(assess(each, ON, one, place).category or "" for one in (pack, law))
        for each, place in asked
    ]
    found = [(CLASSES[b], CLASSES[a]) for b, a in zip(before, after, strict=True)]
    assert found == alone
    changed = [number for number, (b, a) in enumerate(alone) if b != a]
    assert movers(before, after).tolist() == changed
    assert break_down(kept, before, after).whole.changed == len(changed)
    for number, person in enumerate(rows):
        assert row_at(kept.columns, number) == person.row
        assert kept.residential_groups[number] == number + 1
        assert reason_of(person.row, pack, "vi")
