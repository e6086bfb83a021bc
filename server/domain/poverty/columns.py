"""A whole registry under one standard at once, for what-if: columns in, classes out.

There is no second version of the law here. The conditions of a pack only compare whole
numbers, so for each kind of area and each count of deprivations the class is a step
function of the amount. `possible_outcomes`, which assesses single households, is asked
once at every step; the million households then only look their answer up. Vectorising
the conditions themselves was refused: two readings of the law would have to agree.

Columns hold verdicts, not answers: a scenario of `what_if.py` changes lines, cuts and
weights, none of which turns a verdict, and verdicts are what assessments keep.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from server.domain.poverty.assessment import Outcome
from server.domain.poverty.classify import assess, judge_indicators
from server.domain.poverty.intervals import possible_outcomes, turning_amounts
from server.domain.poverty.pack import AreaType, Measure, Pack
from server.domain.survey.record import Household

UNKNOWN = -1  # of an area, an amount, a verdict
_AREAS = {AreaType.URBAN: 0, AreaType.RURAL: 1, None: 2}
_VERDICTS: dict[bool | None, int] = {False: 0, True: 1, None: UNKNOWN}
_AREA_TYPES = {code: area for area, code in _AREAS.items()}
_OF_VERDICTS = {code: verdict for verdict, code in _VERDICTS.items()}
Bits = npt.NDArray[np.unsignedinteger[Any]]


@dataclass(frozen=True, slots=True)
class Row:
    """What a scenario needs of one household: its area, amounts and verdicts.

    `verdicts` are those that count, overrides included, in the order of the pack.
    """

    area_type: AreaType | None
    b1_score: int | None
    income: int | None
    verdicts: tuple[bool | None, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows turned into columns; `verdicts` has one column per indicator."""

    areas: npt.NDArray[np.int8]  # 0 urban, 1 rural, 2 not known
    scores: npt.NDArray[np.int64]
    incomes: npt.NDArray[np.int64]
    verdicts: npt.NDArray[np.int8]  # indicators x households: 1, 0 or UNKNOWN

    def __len__(self) -> int:
        return len(self.areas)

    @property
    def nbytes(self) -> int:
        """The size of the columns in memory."""
        amounts = self.scores.nbytes + self.incomes.nbytes
        return self.areas.nbytes + amounts + self.verdicts.nbytes


@dataclass(frozen=True, slots=True)
class Classes:
    """The class of every household: `codes` index `outcomes`, UNKNOWN where the answers
    leave several; `masks` has a bit for each outcome that is possible.
    """

    outcomes: tuple[Outcome, ...]
    codes: npt.NDArray[np.int8]
    masks: npt.NDArray[np.uint16]
    by_points: int  # households that B1 points placed, whom no line of income moves

    def outcome(self, number: int) -> Outcome | None:
        """The outcome of one household; None when it cannot be classified."""
        code = int(self.codes[number])
        return None if code == UNKNOWN else self.outcomes[code]

    def possible(self, number: int) -> tuple[Outcome, ...]:
        """Every outcome that one household's answers leave open, in the pack's order."""
        mask = int(self.masks[number])
        return tuple(each for at, each in enumerate(self.outcomes) if mask >> at & 1)


def row_of(
    household: Household, on: date, pack: Pack, area_type: AreaType | None
) -> Row:
    """The row of a household reviewed on a day, judged as its assessment does."""
    economy = household.economy
    if household.scores:  # which of two totals counts, the assessment settles
        found = assess(household, on, pack, area_type)
        verdicts = tuple(each.deprived for each in found.indicators)
        is_score = found.measure is Measure.SCORE
        income = economy.income_per_capita if found.measure is not None else None
        return Row(area_type, found.measured if is_score else None, income, verdicts)
    judged = judge_indicators(household, on, pack)
    verdicts = tuple(each.deprived for each in judged)
    return Row(area_type, economy.b1_score, economy.income_per_capita, verdicts)


def row_of_trace(trace: Mapping[str, Any], pack: Pack) -> Row:
    """The row of a stored assessment; what decided it is what a scenario moves.

    An indicator that the assessment does not have is not known.
    """
    judged = {each["code"]: each["deprived"] for each in trace["indicators"]}
    area = AreaType(trace["area_type"]) if trace["area_type"] else None
    by_points = trace["measure"] == Measure.SCORE
    measured = trace["measured"]
    return Row(
        area,
        measured if by_points else None,
        None if by_points else measured,
        tuple(judged.get(each.code) for each in pack.indicators),
    )


def row_at(columns: Columns, number: int) -> Row:
    """One row of the columns again."""
    score, income = int(columns.scores[number]), int(columns.incomes[number])
    return Row(
        _AREA_TYPES[int(columns.areas[number])],
        None if score == UNKNOWN else score,
        None if income == UNKNOWN else income,
        tuple(_OF_VERDICTS[int(each)] for each in columns.verdicts[:, number]),
    )


def columns_of(rows: Iterable[Row], indicator_count: int) -> Columns:
    """Columns from rows, which may come from a database one after another."""
    areas, verdicts = array("b"), array("b")
    scores, incomes = array("q"), array("q")
    for row in rows:
        areas.append(_AREAS[row.area_type])
        scores.append(UNKNOWN if row.b1_score is None else max(row.b1_score, 0))
        incomes.append(UNKNOWN if row.income is None else max(row.income, 0))
        verdicts.extend(_VERDICTS[each] for each in row.verdicts)
    table = np.frombuffer(verdicts, np.int8) if verdicts else np.empty(0, np.int8)
    return Columns(
        areas=np.array(areas, np.int8),
        scores=np.array(scores, np.int64),
        incomes=np.array(incomes, np.int64),
        verdicts=np.ascontiguousarray(table.reshape(len(areas), indicator_count).T),
    )


def classify(columns: Columns, pack: Pack) -> Classes:
    """Every household under a pack, exactly as `classify.assess` finds them one by one.

    The pack may be a standard or what a scenario makes of it (`what_if.suppose`).
    """
    outcomes = tuple(dict.fromkeys(Outcome(e.code, e.sub) for e in pack.categories))
    counts = _reachable(columns.verdicts, pack.weights)
    masks = np.zeros(len(columns), np.uint16)
    by_score = _placed_by_points(columns, pack)
    for measure, chosen in ((Measure.SCORE, by_score), (Measure.INCOME, ~by_score)):
        rows = np.flatnonzero(chosen)
        if len(rows):
            amounts = columns.scores if measure is Measure.SCORE else columns.incomes
            ladder = _Ladder(pack, measure, outcomes)
            found = ladder.masks(columns.areas[rows], counts[rows], amounts[rows])
            masks[rows] = found
    codes = np.full(len(columns), UNKNOWN, np.int8)
    for place in range(len(outcomes)):
        codes[masks == 1 << place] = place
    measured = int(np.count_nonzero(by_score & (columns.scores >= 0)))
    return Classes(outcomes, codes, masks, measured)


def movement(
    before: Classes,
    after: Classes,
    groups: npt.NDArray[np.int64] | None = None,
) -> npt.NDArray[np.int64]:
    """How many households went from which class to which, per group.

    Indexed [group, before, after]; the last place of both class axes counts those that
    cannot be classified. `groups` numbers wards, ethnic groups ... from 0.
    """
    rows, columns = len(before.outcomes) + 1, len(after.outcomes) + 1
    start = np.where(before.codes == UNKNOWN, rows - 1, before.codes).astype(np.int64)
    end = np.where(after.codes == UNKNOWN, columns - 1, after.codes)
    cells = start * columns + end
    count = 1
    if groups is not None:
        count = int(groups.max(initial=0)) + 1
        cells += groups * (rows * columns)
    found = np.bincount(cells, minlength=count * rows * columns)
    return found.reshape(count, rows, columns)


def _placed_by_points(columns: Columns, pack: Pack) -> npt.NDArray[np.bool_]:
    """Points go first where the pack has cut-offs for them; then income, if known."""
    if not pack.has_scores():
        return np.zeros(len(columns), np.bool_)
    return (columns.scores >= 0) | (columns.incomes < 0)


def _reachable(verdicts: npt.NDArray[np.int8], weights: Sequence[int]) -> Bits:
    """For each household a bit for every count of deprivations left open."""
    kind = np.min_scalar_type(1 << sum(weights))  # narrow columns are quick columns
    counts: Bits = np.ones(verdicts.shape[1], kind)
    for column, weight in zip(verdicts, weights, strict=True):
        more = counts << kind.type(weight)
        counts = np.where(column == 0, counts, more | np.where(column < 0, counts, 0))
    return counts


class _Ladder:
    """The classes of one measure: a mask for each area, count and step of the amount.

    The third area is "not known": what either kind leads to. The last step is the
    amount that is not known: what any amount leads to.
    """

    def __init__(
        self, pack: Pack, measure: Measure, outcomes: tuple[Outcome, ...]
    ) -> None:
        self.steps = np.array(turning_amounts(pack, measure), np.int64)
        place = {outcome: 1 << at for at, outcome in enumerate(outcomes)}
        shape = (3, sum(pack.weights) + 1, len(self.steps) + 1)
        self.table = np.zeros(shape, np.uint16)
        for (area, number), count in product(_AREAS.items(), range(shape[1])):
            amounts = [*map(int, self.steps), None]
            for step, amount in enumerate(amounts):
                found = possible_outcomes(pack, measure, amount, area, [count])
                self.table[number, count, step] = sum(place[each] for each in found)

    def masks(
        self,
        areas: npt.NDArray[np.int8],
        counts: Bits,
        amounts: npt.NDArray[np.int64],
    ) -> npt.NDArray[np.uint16]:
        """What is possible for each household: the union over its open counts."""
        steps = np.searchsorted(self.steps, amounts, side="right") - 1
        steps[amounts < 0] = len(self.steps)  # the unknown amount
        found = np.zeros(len(areas), np.uint16)
        for count in range(self.table.shape[1]):
            rows = np.flatnonzero(counts & counts.dtype.type(1 << count))
            found[rows] |= self.table[areas[rows], count, steps[rows]]
        return found
