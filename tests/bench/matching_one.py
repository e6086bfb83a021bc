"""One new submission against a registry of a million.

    python -m tests.bench.matching_one MADE-10K MADE-1M
    python -m tests.bench.matching_one MADE-10K MADE-1M --database postgresql://…

Each folder holds the `submissions.jsonl` of made-up households. All but the last visits are
read by the code that reads arriving surveys and laid into the tables in bulk, with their
real keys. Then others come. Measured is what matching costs: keys, look-ups, counts,
scores of all candidates. It prints medians, the ninth decile and how they grow, and how
many candidates a record has.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import event, text

from server.columns import _seal
from server.db import db, transaction
from server.domain.matching.features import Features, to_json
from server.domain.matching.keys import keys_of
from server.domain.matching.lines import features_of_line
from server.domain.matching.linkage import WEAK
from server.matching.candidates import candidates_of
from server.matching.comparing import beside
from server.matching.frequencies import Counting
from server.matching.hashing import hashes_of
from server.matching.keeping import READING, packed
from server.migrations.upgrade import upgrade
from tests.conftest import make_app

PART, LATER, NEW = 50_000, 3_000, 300
PROMISED_ONE, PROMISED_HUNDRED, PROMISED_GROWTH = 0.020, 1.0, 2.0


def main() -> int:
    options = _options()
    figures = [_run(made, options) for made in options.made]
    _tell(figures)
    worst = figures[-1]
    kept = (
        worst["median"] <= PROMISED_ONE
        and worst["hundred"] <= PROMISED_HUNDRED
        and worst["processor"] <= PROMISED_GROWTH * figures[0]["processor"]
    )
    _say("kept" if kept else "NOT KEPT")
    return 0 if kept else 1


def _run(made: Path, options: argparse.Namespace) -> dict[str, float]:
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        address = options.database or f"sqlite:///{Path(name) / 'ra-soat.sqlite'}"
        app = make_app(Path(name), address)
        with app.app_context():
            _empty()
            began = time.perf_counter()
            count, new = _lay(made)
            took = time.perf_counter() - began
            _say(f"{count:,} records laid in {took:.0f} s")
            found = _measure(new)
            db.session.remove()
            db.engine.dispose()
    return {"records": count, **found}


def _visits(made: Path) -> Iterator[Features]:
    with (made / "submissions.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield features_of_line(json.loads(line))


def _empty() -> None:
    """Tables without rows, and without the records that stand behind real ones."""
    if db.engine.dialect.name == "sqlite":
        event.listen(db.engine, "connect", _do_not_refer)
        db.engine.dispose()
    upgrade()
    if db.engine.dialect.name == "postgresql":
        with transaction() as session:
            for statement in (
                "TRUNCATE record_features, matching_keys, name_frequencies",
                (
                    "ALTER TABLE record_features"
                    " DROP CONSTRAINT IF EXISTS fk_record_features_record_id"
                ),
            ):
                session.execute(text(statement))


def _do_not_refer(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys = OFF")


def _lay(made: Path) -> tuple[int, list[Features]]:
    """Fill the tables with all but the last visits; returns how many records there are,
    and some of those."""
    counting, number = Counting(), 0
    rows: list[tuple[object, ...]] = []
    keys: list[tuple[int, int]] = []
    waiting: deque[Features] = deque()
    for visit in _visits(made):
        waiting.append(visit)
        if len(waiting) <= LATER:
            continue
        features = waiting.popleft()
        number += 1
        counting.add(features)
        hashed = sorted(set(hashes_of(keys_of(features))))
        content = _seal(to_json(features).encode())
        rows.append((number, features.record_id, READING, content, packed(hashed)))
        keys += [(key, number) for key in hashed]
        if len(rows) == PART:
            _store(rows, keys)
            rows, keys = [], []
    _store(rows, keys)
    with transaction():
        counting.keep()
        db.session.execute(text("ANALYZE"))
    return number, list(waiting)[:: LATER // NEW][:NEW]


def _store(rows: list[tuple[object, ...]], keys: list[tuple[int, int]]) -> None:
    with transaction() as session:
        if db.engine.dialect.name == "postgresql":
            connection = session.connection().connection.driver_connection
            with connection.cursor() as cursor:
                with cursor.copy(
                    "COPY record_features (number, record_id, version, content, keys)"
                    " FROM STDIN"
                ) as copy:
                    for row in rows:
                        copy.write_row(row)
                with cursor.copy("COPY matching_keys (key, number) FROM STDIN") as copy:
                    for key in keys:
                        copy.write_row(key)
            return
        raw = session.connection().connection.driver_connection
        raw.executemany("INSERT INTO record_features VALUES (?, ?, ?, ?, ?)", rows)
        keys.sort()
        raw.executemany("INSERT INTO matching_keys VALUES (?, ?)", keys)


def _measure(new: list[Features]) -> dict[str, float]:
    took, busy, candidates, near = [], [], [], 0
    for features in new[:20]:  # what is read once in a process
        _match(features)
    for features in new:
        db.session.rollback()
        began, worked = time.perf_counter(), time.process_time()
        bits = _match(features)
        took.append(time.perf_counter() - began)
        busy.append(time.process_time() - worked)
        candidates.append(len(bits))
        near += any(each > WEAK for each in bits.values())
    began = time.perf_counter()
    for features in new[:100]:
        _match(features)
    return {
        "median": statistics.median(took),
        "processor": statistics.median(busy),
        "decile": statistics.quantiles(took, n=10)[8],
        "hundred": time.perf_counter() - began,
        "candidates": statistics.mean(candidates),
        "most": max(candidates),
        "near": near / len(new),
    }


def _match(features: Features) -> dict[str, float]:
    """What matching does with a record that has arrived."""
    others = candidates_of(features, lambda ids: {each: each for each in ids})
    return beside(features, others).bits()


def _tell(figures: list[dict[str, float]]) -> None:
    _say(
        "| records | median | of the processor | 9th decile | 100 new | candidates | most | near |"
    )
    _say("|---|---|---|---|---|---|---|---|")
    for each in figures:
        _say(
            f"| {each['records']:,} | {each['median'] * 1000:.1f} ms "
            f"| {each['processor'] * 1000:.1f} ms "
            f"| {each['decile'] * 1000:.1f} ms | {each['hundred']:.2f} s "
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
    parser.add_argument("--database", default="")
    parser.add_argument("--folder", default=None)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
