"""One new submission against a registry of a million.

    python -m tests.bench.matching_one MADE-10K MADE-1M --keep FOLDER [--postgresql]

Each folder holds the `submissions.jsonl` of made-up households. All but the last visits lie
in the tables (`matching_filled`), which stay in FOLDER for the next time; then others come,
that nobody has asked about before. Measured is what matching costs: keys, look-ups, counts,
scores of all candidates; of one after the other, and of a hundred that are there at once.
It fails when one takes more than 20 ms in the middle, a hundred more than a second, or one
costs the processor more than twice as much in the largest registry as in the smallest.
"""

import argparse
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from sqlalchemy import func, select

from server.db import db
from server.domain.matching.features import Features
from server.domain.matching.linkage import WEAK
from server.matching.candidates import candidates_of_each
from server.matching.comparing import beside_each
from server.matching.keeping import opened
from server.matching.tables import RecordFeatures
from tests.bench.matching_filled import Filled, fill, postgresql
from tests.conftest import make_app

WARM, HUNDRED = 20, 100
PROMISED_ONE, PROMISED_HUNDRED, PROMISED_GROWTH = 0.020, 1.0, 2.0


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory(dir=options.keep) as name:
        folder = options.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        figures = [_run(fill(made, folder), options) for made in options.made]
    _tell(figures)
    first, worst = figures[0], figures[-1]
    kept = (
        worst["median"] <= PROMISED_ONE
        and worst["hundred"] <= PROMISED_HUNDRED
        and worst["processor"] <= PROMISED_GROWTH * first["processor"]
    )
    _say("kept" if kept else "NOT KEPT")
    return 0 if kept else 1


def _run(filled: Filled, options: argparse.Namespace) -> dict[str, float]:
    server: AbstractContextManager[str] = nullcontext(f"sqlite:///{filled.path}")
    if options.postgresql:
        server = postgresql(filled)
    with server as address:
        app = make_app(filled.path.parent, address)
        with app.app_context():
            count = db.session.scalar(select(func.count(RecordFeatures.number)))
            found = _measure(filled.new())
            db.session.remove()
            db.engine.dispose()
    return {"records": count or 0, **found}


def _measure(new: Sequence[Features]) -> dict[str, float]:
    for features in new[:WARM]:  # what is read once in a process
        _match([features])
    # As the product does when it begins to serve.
    gc.collect()
    gc.freeze()
    took, busy, candidates, near = [], [], [], 0
    for features in new[WARM:-HUNDRED]:
        db.session.rollback()
        began, worked = time.perf_counter(), time.process_time()
        bits = _match([features])[0]
        took.append(time.perf_counter() - began)
        busy.append(time.process_time() - worked)
        candidates.append(len(bits))
        near += any(each > WEAK for each in bits.values())
    db.session.rollback()
    began, worked = time.perf_counter(), time.process_time()
    _match(new[-HUNDRED:])
    return {
        "median": statistics.median(took),
        "processor": statistics.median(busy),
        "decile": statistics.quantiles(took, n=10)[8],
        "hundred": time.perf_counter() - began,
        "hundred_busy": time.process_time() - worked,
        "candidates": statistics.mean(candidates),
        "most": max(candidates),
        "near": near / len(took),
    }


def _match(records: Sequence[Features]) -> list[dict[str, float]]:
    """What matching does with records that have arrived."""
    found = candidates_of_each(records, lambda ids: {each: each for each in ids})
    given = [
        (mine, opened(sealed)) for mine, sealed in zip(records, found, strict=True)
    ]
    return [dict(each.bits) for each in beside_each(given)]


def _tell(figures: list[dict[str, float]]) -> None:
    _say(
        "| records | median | of the processor | 9th decile | 100 new | of the processor"
        " | candidates | most | near |"
    )
    _say("|---|---|---|---|---|---|---|---|---|")
    for each in figures:
        _say(
            f"| {each['records']:,} | {each['median'] * 1000:.1f} ms "
            f"| {each['processor'] * 1000:.1f} ms "
            f"| {each['decile'] * 1000:.1f} ms | {each['hundred']:.2f} s "
            f"| {each['hundred_busy']:.2f} s "
            f"| {each['candidates']:.1f} | {each['most']:.0f} | {each['near']:.2f} |"
        )
    growth = figures[-1]["processor"] / figures[0]["processor"]
    _say(f"a record costs {growth:.2f} times as much at the largest")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("made", type=Path, nargs="+")
    parser.add_argument("--keep", type=Path, help="where filled databases stay")
    parser.add_argument("--postgresql", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
