"""A registry laid into the tables of matching in bulk, and kept between runs.

Records are read, keyed, hashed and sealed by the code that reads arriving surveys, by as
many processes as there are cores; only the writing is not done one record at a time. The
file stays in its folder with those visits that are yet to come, and is laid again when
the code that reads or keys has changed. PostgreSQL gets the same rows out of that file.
"""

import hashlib
import json
import multiprocessing
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from sqlalchemy import event, text

from server.columns import _seal
from server.db import db, transaction
from server.domain.matching.features import Features, from_json, to_json
from server.domain.matching.keys import keys_of
from server.domain.matching.lines import features_of_line
from server.matching.frequencies import Counting
from server.matching.hashing import hashes_of
from server.matching.keeping import READING, packed
from server.migrations.upgrade import upgrade
from tests.conftest import make_app
from tests.postgresql import start_postgresql

PART, LATER, NEW, LOOKED_AT = 2_000, 3_000, 300, 300
TABLES = ("record_features", "matching_keys", "name_frequencies")
_KEY_ROW = np.dtype(
    [("columns", ">i2"), ("a", ">i4"), ("key", ">i8"), ("b", ">i4"), ("number", ">i4")]
)


@dataclass(frozen=True, slots=True)
class Filled:
    """A registry on disk, and the visits that have not arrived in it."""

    path: Path
    made: Path

    @property
    def waiting(self) -> Path:
        """The file of those to come; it is written last."""
        return self.path.with_suffix(".new.jsonl")

    @property
    def is_there(self) -> bool:
        """Whether it was laid to the end, by the code of today."""
        if not self.waiting.exists():
            return False
        stamp = _stamp(self.made)
        return self.waiting.open(encoding="utf-8").readline().strip() == stamp

    def new(self) -> list[Features]:
        """Some of those to come."""
        with self.waiting.open(encoding="utf-8") as lines:
            return [from_json(line) for line in islice(lines, 1, None)]


def fill(made: Path, folder: Path) -> Filled:
    """The registry of a folder of made-up households, from the disk when it is there."""
    filled = Filled(folder / f"{made.name}.sqlite", made)
    is_there = filled.is_there
    if not is_there:
        for path in folder.glob(f"{made.name}.*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    app = make_app(folder, f"sqlite:///{filled.path}")
    with app.app_context():
        without_references()  # what was laid before may lack an index of today
        if not is_there:
            _lay(filled)
        db.session.remove()
        db.engine.dispose()
    return filled


def without_references() -> None:
    """Let the tables of matching be filled without the records behind them."""
    if db.engine.dialect.name == "sqlite":
        event.listen(db.engine, "connect", _do_not_refer)
        db.engine.dispose()
        upgrade()
        return
    upgrade()
    with transaction() as session:
        session.execute(
            text(
                "ALTER TABLE record_features"
                " DROP CONSTRAINT IF EXISTS fk_record_features_record_id"
            )
        )


def _do_not_refer(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys = OFF")


def _stamp(made: Path) -> str:
    """What tells whether records would be read and keyed otherwise today: how some of
    them are."""
    found = hashlib.sha256(str(READING).encode())
    with (made / "submissions.jsonl").open(encoding="utf-8") as lines:
        for line in islice(lines, 0, LOOKED_AT * 50, 50):
            features = features_of_line(json.loads(line))
            found.update("\n".join([to_json(features), *keys_of(features)]).encode())
    return json.dumps(found.hexdigest())


def _lay(filled: Filled) -> None:
    submissions = filled.made / "submissions.jsonl"
    with submissions.open("rb") as lines:
        count = sum(1 for _ in lines) - LATER
    counting, numbers, keys = Counting(), [], []
    raw = sqlite3.connect(filled.path, isolation_level=None)
    raw.execute("PRAGMA synchronous = OFF")
    raw.execute("BEGIN")
    with submissions.open(encoding="utf-8") as lines:
        for rows, part, owners, counted in _read(islice(lines, count)):
            raw.executemany("INSERT INTO record_features VALUES (?, ?, ?, ?, ?)", rows)
            keys.append(part)
            numbers.append(owners)
            counting.records += counted.records
            counting.persons += counted.persons
            counting.counts.update(counted.counts)
        later = [to_json(features_of_line(json.loads(line))) for line in lines]
    everything, owner = np.concatenate(keys), np.concatenate(numbers)
    order = np.lexsort((owner, everything))
    for at in np.array_split(order, len(order) // 500_000 + 1):
        pairs = zip(everything[at].tolist(), owner[at].tolist(), strict=True)
        raw.executemany("INSERT INTO matching_keys VALUES (?, ?)", pairs)
    raw.execute("COMMIT")
    raw.close()
    with transaction():
        counting.keep()
        db.session.execute(text("ANALYZE"))
    new = later[:: LATER // NEW][:NEW]
    filled.waiting.write_text("\n".join([_stamp(filled.made), *new]), encoding="utf-8")


Part = tuple[list[tuple[object, ...]], np.ndarray, np.ndarray, Counting]


def _read(lines: Iterable[str]) -> Iterator[Part]:
    """What is kept of every record, a part at a time and in order."""
    lines = iter(lines)
    some = iter(lambda: tuple(islice(lines, PART)), ())
    parts = ((place * PART, each) for place, each in enumerate(some))
    # Forked, so that each process has the key by which all is sealed.
    with multiprocessing.get_context("fork").Pool(os.cpu_count()) as pool:
        yield from pool.imap(_part, parts, chunksize=1)


def _part(given: tuple[int, tuple[str, ...]]) -> Part:
    before, lines = given
    counting, rows = Counting(), []
    keys: list[int] = []
    owners: list[int] = []
    for number, line in enumerate(lines, before + 1):
        features = features_of_line(json.loads(line))
        counting.add(features)
        hashed = sorted(set(hashes_of(keys_of(features))))
        content = _seal(to_json(features).encode())
        rows.append((number, features.record_id, READING, content, packed(hashed)))
        keys += hashed
        owners += [number] * len(hashed)
    return rows, np.array(keys, np.int64), np.array(owners, np.int32), counting


def copy_to_postgresql(filled: Filled, address: str) -> None:
    """The same rows in an empty database of PostgreSQL, analysed as autovacuum would."""
    source = sqlite3.connect(filled.path)
    with psycopg.connect(address.replace("+psycopg", "")) as target:
        target.execute(f"TRUNCATE {', '.join(TABLES)}")
        target.execute("ALTER TABLE matching_keys DROP CONSTRAINT pk_matching_keys")
        _copy_rows(source, target, "record_features", ["int4", "varchar", "int4", "bytea", "bytea"])  # fmt: skip
        _copy_keys(source, target)
        target.execute(
            "ALTER TABLE matching_keys"
            " ADD CONSTRAINT pk_matching_keys PRIMARY KEY (key, number)"
        )
        row = source.execute("SELECT * FROM name_frequencies").fetchone()
        places = ", ".join(["%s"] * len(row))
        target.execute(f"INSERT INTO name_frequencies VALUES ({places})", row)
    with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as target:
        target.execute("VACUUM (ANALYZE)")


@contextmanager
def postgresql(filled: Filled) -> Iterator[str]:
    """A running server beside the file that holds the same rows; laid when missing."""
    folder = filled.path.with_suffix(".postgresql")
    stamp = filled.path.with_suffix(".copied")
    if not stamp.exists():  # begun and not finished, or written to by arrivals
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(exist_ok=True)
    with start_postgresql(folder) as address:
        app = make_app(filled.path.parent, address)
        with app.app_context():
            without_references()
            db.session.remove()
            db.engine.dispose()
        if not stamp.exists():
            copy_to_postgresql(filled, address)
            stamp.touch()
        yield address


def _copy_rows(
    source: sqlite3.Connection,
    target: psycopg.Connection[Any],
    table: str,
    kinds: list[str],
) -> None:
    statement = f"COPY {table} FROM STDIN (FORMAT BINARY)"
    with target.cursor().copy(statement) as copy:
        copy.set_types(kinds)
        for row in source.execute(f"SELECT * FROM {table}"):
            copy.write_row(row)


def _copy_keys(source: sqlite3.Connection, target: psycopg.Connection[Any]) -> None:
    rows = source.execute("SELECT key, number FROM matching_keys")
    with target.cursor().copy("COPY matching_keys FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(b"PGCOPY\n\xff\r\n\x00" + bytes(8))
        while some := rows.fetchmany(200_000):
            found = np.zeros(len(some), _KEY_ROW)
            pairs = np.array(some, np.int64)
            found["columns"], found["a"], found["b"] = 2, 8, 4
            found["key"], found["number"] = pairs[:, 0], pairs[:, 1]
            copy.write(found.tobytes())
        copy.write(b"\xff\xff")
