"""How quickly a whole registry is assessed under a scenario, beside a bare scan of it.

`python -m tests.bench.what_if` makes the columns of a million households, a twentieth of
them with gaps, and supposes other lines, another cut and another weight. Exits with 1
when that takes longer than promised, needs more memory, or finds for one of a sample
something else than the function for single households.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import TypeVar

import numpy as np

from server.domain.poverty.columns import (
    Classes,
    Columns,
    Row,
    classify,
    columns_of,
    movement,
)
from server.domain.poverty.intervals import possible_outcomes, reachable_counts
from server.domain.poverty.load import load_pack
from server.domain.poverty.pack import AreaType, Measure, Pack
from server.domain.poverty.what_if import Scenario, suppose

PROMISED_SECONDS, PROMISED_MB = 10.0, 1000.0
STANDARD, WARDS, DIFFERENT, SAMPLE = "vn-2022", 126, 50_000, 5_000
SUPPOSED = Scenario(
    lines={
        (Measure.INCOME, AreaType.URBAN, "policy"): 2_800_000,
        (Measure.INCOME, AreaType.RURAL, "policy"): 2_200_000,
        (Measure.SCORE, AreaType.URBAN, "policy"): 190,
    },
    deprivation_cut=4,
    weights={"HEALTH_INS": 2, "INFO_ASSET": 0},
)
Made = TypeVar("Made")


def main(given: Sequence[str] | None = None) -> int:
    """Measure, print, and say whether the promises were kept."""
    options = _options(given)
    pack = load_pack(STANDARD)
    pool = list(_rows(DIFFERENT, len(pack.indicators)))
    chosen = Random(6).choices(pool, k=options.households)  # noqa: S311 - made up
    wards = np.arange(options.households, dtype=np.int64) % WARDS
    columns, building = _timed(lambda: columns_of(chosen, len(pack.indicators)))
    scanning = min(_timed(lambda: _scan(columns))[1] for _ in range(5))
    supposing = [_timed(lambda: _what_if(columns, pack, wards)) for _ in range(5)]
    (before, after, moved), slowest = max(supposing, key=lambda each: each[1])
    fastest = min(each[1] for each in supposing)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    wrong = _differences(chosen[:SAMPLE], after, suppose(pack, SUPPOSED))
    figures = {
        "MB of columns": columns.nbytes / 1e6,
        "s, rows to columns": building,
        "s, bare scan of the columns": scanning,
        "s, what-if by ward at best": fastest,
        "s, what-if by ward at worst": slowest,
        "times the bare scan": fastest / scanning,
        "MB at most, rows included": memory,
        "households placed by points": before.by_points,
        "households in the movement": int(moved.sum()),
        "differences in the sample": wrong,
    }
    for name, figure in figures.items():
        sys.stdout.write(f"{figure:14,.3f}  {name}\n")
    kept = building + slowest <= PROMISED_SECONDS and memory <= PROMISED_MB
    return 0 if kept and not wrong else 1


def _what_if(
    columns: Columns, pack: Pack, wards: np.ndarray
) -> tuple[Classes, Classes, np.ndarray]:
    before = classify(columns, pack)
    after = classify(columns, suppose(pack, SUPPOSED))
    return before, after, movement(before, after, wards)


def _scan(columns: Columns) -> int:
    """Every value of every column compared once: what reading alone costs."""
    parts = (columns.areas, columns.scores, columns.incomes, columns.verdicts)
    return sum(int(np.count_nonzero(part > 0)) for part in parts)


def _differences(rows: Sequence[Row], found: Classes, pack: Pack) -> int:
    """How many rows the function for single households finds otherwise."""
    wrong = 0
    for number, row in enumerate(rows):
        is_score = row.b1_score is not None or row.income is None
        wanted = possible_outcomes(
            pack,
            Measure.SCORE if is_score else Measure.INCOME,
            row.b1_score if is_score else row.income,
            row.area_type,
            reachable_counts(row.verdicts, pack.weights),
        )
        wrong += found.possible(number) != wanted
    return wrong


def _rows(count: int, indicators: int) -> Iterator[Row]:
    """Made-up households: half by points, half by income, some with gaps."""
    random = Random(108)  # noqa: S311 - made up
    for _ in range(count):
        has_gaps = random.random() < 0.05
        verdicts = tuple(
            None if has_gaps and random.random() < 0.2 else random.random() < 0.15
            for _ in range(indicators)
        )
        by_points = random.random() < 0.5
        yield Row(
            area_type=random.choice([AreaType.URBAN, AreaType.RURAL])
            if random.random() < 0.99
            else None,
            b1_score=random.randint(60, 320) if by_points else None,
            income=random.randint(300, 9_000) * 1000
            if not by_points and not has_gaps
            else None,
            verdicts=verdicts,
        )


def _timed(work: Callable[[], Made]) -> tuple[Made, float]:
    started = time.perf_counter()
    made = work()
    return made, time.perf_counter() - started


def _options(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--households", type=int, default=1_000_000)
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(main())
