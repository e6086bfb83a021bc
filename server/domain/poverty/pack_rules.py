"""What must hold of a whole pack, whichever files its parts came from."""

from collections.abc import Iterable
from itertools import pairwise

from server.domain.poverty.indicators import NOT_READ
from server.domain.poverty.pack import AreaType, Category, Measure, Pack
from server.domain.poverty.reading import PackError

# Gaps that can be seen in a pack itself, beside those that only a reader knows of.
SEEN = frozenset(
    {"score_cutoffs", "score_table", "screening", "causes", "needs", "thresholds"}
)
COUNTED = frozenset({"deprivations", "deprivation_cut"})
LINE_ORDER = ("policy", "near_poor", "minimum", "average")
# What a pack may be missing. It must say so: `_check_gaps` compares.
GAPS = SEEN | {"validity", "lines", "average_line", "boundaries", "indicators"}


def check_pack(pack: Pack) -> None:
    """Raises PackError for the first thing that cannot be right."""
    _check_validities(pack)
    for measure in Measure:
        _check_lines(pack, measure)
    measures = [Measure.INCOME, *([Measure.SCORE] if pack.has_scores() else [])]
    if not pack.lines_for(Measure.INCOME, AreaType.URBAN):
        raise PackError(f"{pack.id}: there is no income line")
    for measure in measures:
        _check_categories(pack, measure)
    if pack.deprivation_cut is None and pack.indicators:
        raise PackError(f"{pack.id}: indicators that no cut counts")
    if pack.deprivation_cut and pack.deprivation_cut > sum(pack.weights):
        raise PackError(f"{pack.id}: fewer indicators than the cut")
    numbers = sorted(each.number for each in pack.indicators)
    if numbers != list(range(1, len(numbers) + 1)):
        raise PackError(f"{pack.id}: indicators are numbered 1, 2, 3 ... once each")
    _check_unique(pack.id, "indicator", (each.code for each in pack.indicators))
    _check_unique(pack.id, "cause", (each.code for each in pack.causes))
    _check_unique(pack.id, "need", (each.code for each in pack.needs))
    if pack.screening:
        items = (each.code for each in pack.screening.items)
        _check_unique(pack.id, "screening item", items)
    _check_gaps(pack)


def missing_parts(pack: Pack) -> frozenset[str]:
    """What a pack has not, or not whole, seen from the pack itself."""
    table, screening = pack.score_table, pack.screening
    predicates = {each.predicate for each in pack.indicators}
    absent = {
        "score_cutoffs": not pack.has_scores(),
        "score_table": table is None or not table.is_complete,
        "screening": screening is None or screening.unread_items > 0,
        "causes": not pack.causes,
        "needs": not pack.needs,
        "thresholds": NOT_READ in predicates,
    }
    return frozenset(code for code, is_absent in absent.items() if is_absent)


def _check_gaps(pack: Pack) -> None:
    told = {each.code for each in pack.gaps}
    _check_unique(pack.id, "gap", (each.code for each in pack.gaps))
    if told - GAPS:
        names = ", ".join(sorted(told - GAPS))
        raise PackError(f"{pack.id}: no such kind of gap: {names}")
    silent = missing_parts(pack) - told
    if silent:
        names = ", ".join(sorted(silent))
        raise PackError(f"{pack.id}: missing without a word about it: {names}")
    filled = (told & SEEN) - missing_parts(pack)
    if filled:
        names = ", ".join(sorted(filled))
        raise PackError(f"{pack.id}: said to be missing and is there: {names}")


def _check_validities(pack: Pack) -> None:
    if not pack.validities:
        raise PackError(f"{pack.id}: it is never in force")
    for earlier, later in pairwise(pack.validities):
        if later.valid_from <= earlier.valid_to:
            raise PackError(f"{pack.id}: intervals overlap or are out of order")


def _check_lines(pack: Pack, measure: Measure) -> None:
    keys = [
        (each.area_type, each.name) for each in pack.lines if each.measure == measure
    ]
    _check_unique(pack.id, f"{measure} line", (" ".join(key) for key in keys))
    by_area = [pack.lines_for(measure, area) for area in AreaType]
    if set(by_area[0]) != set(by_area[1]):
        raise PackError(f"{pack.id}: {measure} lines differ between urban and rural")
    for lines in by_area:
        if not set(lines) <= set(LINE_ORDER):
            names = ", ".join(LINE_ORDER)
            raise PackError(f"{pack.id}: {measure} lines are called {names}")
        amounts = [lines[name] for name in LINE_ORDER if name in lines]
        if any(higher <= lower for lower, higher in pairwise(amounts)):
            raise PackError(f"{pack.id}: {measure} lines are not in ascending order")


def _check_categories(pack: Pack, measure: Measure) -> None:
    rules = [each for each in pack.categories if measure in each.measures]
    known = {"income", *pack.lines_for(measure, AreaType.URBAN)}
    if pack.deprivation_cut is not None:
        known |= COUNTED
    for rule in rules:
        unknown = rule.when.names - known
        if unknown:
            names = ", ".join(sorted(unknown))
            raise PackError(f"{pack.id}: {rule.code} by {measure}: unknown: {names}")
    if not rules or not _is_always(rules[-1]) or any(map(_is_always, rules[:-1])):
        raise PackError(
            f"{pack.id}: by {measure} the last category, and only it, must be `true`"
        )


def _is_always(rule: Category) -> bool:
    return rule.when.text == "true"


def _check_unique(pack_id: str, kind: str, keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise PackError(f"{pack_id}: the {kind} {key} is written twice")
        seen.add(key)
