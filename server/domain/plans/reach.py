"""What keeps one household on a list, and the least that would take it off.

Each way is tried through the standard itself: fewer lacks with the same income, or more
income with the same lacks. Nothing is added up that the standard does not add up.
"""

from dataclasses import dataclass
from datetime import date

from server.domain.poverty.assessment import Outcome
from server.domain.poverty.classify import assess
from server.domain.poverty.intervals import possible_outcomes, turning_amounts
from server.domain.poverty.pack import AreaType, Measure, Pack, PovertyCategory
from server.domain.poverty.verdicts import Answer
from server.domain.problems import Problem
from server.domain.survey.record import Household

_RANK = {each: rank for rank, each in enumerate(PovertyCategory)}  # poorest first
_FAR = 10**9


@dataclass(frozen=True, slots=True)
class Reach:
    """`fewer_lacks` of the lacks remedied, or `more` of the measure, would do; None is
    that this way alone does not. `is_off` is assessed off the list already."""

    assessed: PovertyCategory | None
    is_off: bool
    lacking: tuple[str, ...]
    unknown: tuple[str, ...]
    measure: Measure | None
    measured: int | None
    fewer_lacks: int | None
    more: int | None
    missing: tuple[Problem, ...]
    ask: Answer | None

    @property
    def effort(self) -> tuple[int, int, int]:
        """Nearest first: who is off already, then the fewest lacks, then the amount."""
        return (
            0 if self.is_off else 1,
            _FAR if self.fewer_lacks is None else self.fewer_lacks,
            _FAR if self.more is None else self.more,
        )


def reach(
    household: Household,
    review_date: date,
    pack: Pack,
    area_type: AreaType | None,
    category: PovertyCategory,
) -> Reach:
    """How near a household on the list of `category` is to leaving it."""
    found = assess(household, review_date, pack, area_type)
    verdicts = {each.code: each.deprived for each in found.indicators}
    count = found.deprivations_high
    measure, measured = found.measure, found.measured
    fewer = more = None
    if measure is not None and measured is not None:
        fewer = _fewer(pack, measure, measured, area_type, count, category)
        more = _more(pack, measure, measured, area_type, count, category)
    return Reach(
        assessed=found.category,
        is_off=_is_off(found.possible, category),
        lacking=tuple(code for code, said in verdicts.items() if said),
        unknown=tuple(code for code, said in verdicts.items() if said is None),
        measure=measure,
        measured=measured,
        fewer_lacks=fewer,
        more=more,
        missing=found.missing,
        ask=found.ask,
    )


def _fewer(
    pack: Pack,
    measure: Measure,
    measured: int,
    area_type: AreaType | None,
    count: int,
    category: PovertyCategory,
) -> int | None:
    for less in range(1, count + 1):
        outcomes = possible_outcomes(pack, measure, measured, area_type, [count - less])
        if _is_off(outcomes, category):
            return less
    return None


def _more(
    pack: Pack,
    measure: Measure,
    measured: int,
    area_type: AreaType | None,
    count: int,
    category: PovertyCategory,
) -> int | None:
    for amount in turning_amounts(pack, measure):
        if amount > measured:
            outcomes = possible_outcomes(pack, measure, amount, area_type, [count])
            if _is_off(outcomes, category):
                return amount - measured
    return None


def _is_off(outcomes: tuple[Outcome, ...], category: PovertyCategory) -> bool:
    """Whether every outcome that is left lies above the list."""
    return all(_RANK[each.category] > _RANK[category] for each in outcomes)
