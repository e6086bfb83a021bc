"""Which categories the known answers leave open.

Conditions only compare whole numbers, so their truth can change only at the numbers
they compare with: trying each of those and its neighbours covers every income.
"""

from collections.abc import Iterable
from itertools import product

from server.domain.poverty.assessment import Outcome
from server.domain.poverty.pack import AreaType, Category, Measure, Pack


def possible_outcomes(
    pack: Pack,
    measure: Measure,
    measured: int | None,
    area_type: AreaType | None,
    deprivations: Iterable[int],
) -> tuple[Outcome, ...]:
    """Every outcome that some completion of the answers leads to, in the pack's order.

    `measured` None stands for any amount, `area_type` None for either kind of area;
    `deprivations` are the counts that are still possible.
    """
    rules = [each for each in pack.categories if measure in each.measures]
    areas = [area_type] if area_type else list(AreaType)
    found: set[int] = set()
    for area, count in product(areas, deprivations):
        lines = pack.lines_for(measure, area)
        amounts = (
            _amounts(rules, lines.values(), pack.deprivation_cut or 0)
            if measured is None
            else [measured]
        )
        for amount in amounts:
            values = {**lines, "income": amount, "deprivations": count}
            if pack.deprivation_cut is not None:
                values["deprivation_cut"] = pack.deprivation_cut
            found.add(first_match(rules, values))
    outcomes = [Outcome(rules[i].code, rules[i].sub) for i in sorted(found)]
    return tuple(dict.fromkeys(outcomes))


def reachable_counts(
    verdicts: Iterable[bool | None], weights: Iterable[int]
) -> tuple[int, ...]:
    """The counts of deprivations that the unknown verdicts leave open, ascending."""
    counts = {0}
    for deprived, weight in zip(verdicts, weights, strict=True):
        more = {count + weight for count in counts}
        if deprived is None:
            counts |= more
        elif deprived:
            counts = more
    return tuple(sorted(counts))


def turning_amounts(pack: Pack, measure: Measure) -> tuple[int, ...]:
    """Amounts from each of which to the next no condition of the pack changes, in
    neither kind of area.
    """
    rules = [each for each in pack.categories if measure in each.measures]
    cut = pack.deprivation_cut or 0
    found = {
        amount
        for area in AreaType
        for amount in _amounts(rules, pack.lines_for(measure, area).values(), cut)
    }
    return tuple(sorted(found))


def first_match(rules: list[Category], values: dict[str, int]) -> int:
    """The place of the first category whose condition holds; packs end with `true`."""
    for place, rule in enumerate(rules):
        if rule.when.holds(values):
            return place
    raise AssertionError("the loader lets no pack pass that leaves a household out")


def _amounts(rules: list[Category], lines: Iterable[int], cut: int) -> list[int]:
    turns = {cut, *lines, *(number for rule in rules for number in rule.when.numbers)}
    near = {turn + step for turn in turns for step in (-1, 0, 1)}
    return sorted(amount for amount in {0, *near} if amount >= 0)
