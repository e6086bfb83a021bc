"""A whole arrival in a registry of a million: the job that compares and writes.

    python -m tests.bench.matching_arrival MADE --keep FOLDER [--postgresql]

Stands on the databases of `matching_one`, in a copy, and lays a submission, a survey and a
household behind every record; those that are never opened share one content. The records
near those to come are matched first, by the job itself, so that they have the proposals and
households they would have. Then a hundred others arrive. Nothing is promised here.
"""

import argparse
import shutil
import sqlite3
import statistics
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import insert

from server.db import db, transaction
from server.domain.actor import SYSTEM
from server.domain.matching.features import (
    DAY,
    FEMALE,
    MALE,
    RELATIONS,
    Features,
    to_json,
)
from server.domain.matching.keys import keys_of
from server.domain.matching.linkage import WEAK
from server.domain.plain import to_plain
from server.domain.survey.record import (
    Address,
    BirthDate,
    Household,
    Identifier,
    Member,
    SurveyRecord,
)
from server.inbox.tables import Submission
from server.matching.candidates import candidates_of_each
from server.matching.comparing import beside_each
from server.matching.hashing import hashes_of
from server.matching.keeping import READING, opened, packed
from server.matching.tables import MatchingKey, RecordFeatures
from server.registry.tables import HouseholdRecord, HouseholdRow, SurveyRecordRow
from server.review.actions import match_record
from tests.bench.matching_filled import Filled, fill, postgresql, without_references
from tests.conftest import make_app

ARRIVING, AT_ONCE = 100, 20_000
AT = datetime(2026, 1, 1, tzinfo=UTC)
_SEX = {MALE: "male", FEMALE: "female"}


def main() -> int:
    options = _options()
    options.keep.mkdir(parents=True, exist_ok=True)
    filled = fill(options.made, options.keep)
    server: AbstractContextManager[str] = nullcontext("")
    if options.postgresql:
        server = postgresql(filled)
    with server as address:
        copy = filled.path.with_suffix(".arrival")
        if not options.postgresql:
            shutil.copy(filled.path, copy)
        app = make_app(options.keep, address or f"sqlite:///{copy}")
        with app.app_context():
            without_references()
            _run(filled)
            db.session.remove()
            db.engine.dispose()
        if options.postgresql:  # what was written stays out of other figures
            filled.path.with_suffix(".copied").unlink()
        copy.unlink(missing_ok=True)
    return 0


def _run(filled: Filled) -> None:
    new = filled.new()[:ARRIVING]
    near, opened = _surroundings(new)
    began = time.perf_counter()
    count = _lay_registry(filled.path, opened)
    _say(f"{count:,} records laid in {time.perf_counter() - began:.0f} s")
    for features in near.values():
        with transaction():
            match_record(by=SYSTEM, record_id=features.record_id)
    _say(f"{len(near):,} of them matched before")
    _say(f"{len(new)} arrive: {_measure(new, count)}")


def _surroundings(
    new: Sequence[Features],
) -> tuple[dict[str, Features], dict[str, Features]]:
    """The records that are near those to come, and all that may be opened."""
    near, _ = _beside(new)
    _, opened = _beside([*near.values(), *new])
    return near, {**opened, **near}


def _beside(
    records: Sequence[Features],
) -> tuple[dict[str, Features], dict[str, Features]]:
    near: dict[str, Features] = {}
    found: dict[str, Features] = {}
    for start in range(0, len(records), 50):
        some = records[start : start + 50]
        sealed = candidates_of_each(some, lambda ids: {each: each for each in ids})
        given = [
            (mine, opened(others)) for mine, others in zip(some, sealed, strict=True)
        ]
        for each in beside_each(given):
            found.update(each.others)
            near.update((i, each.others[i]) for i, b in each.bits.items() if b > WEAK)
    return near, found


def _measure(new: Sequence[Features], count: int) -> str:
    took, busy = [], []
    for number, features in enumerate(new, count + 1):
        _add(number, features)
        db.session.remove()
        began, worked = time.perf_counter(), time.process_time()
        match_record(by=SYSTEM, record_id=features.record_id)
        took.append(time.perf_counter() - began)
        busy.append(time.process_time() - worked)
    tenth = statistics.quantiles(took, n=10)[8]
    return (
        f"median {statistics.median(took) * 1000:.1f} ms"
        f" ({statistics.median(busy) * 1000:.1f} ms of the processor),"
        f" 9th decile {tenth * 1000:.1f} ms, all {sum(took):.2f} s"
    )


def _add(number: int, features: Features) -> None:
    """What is there when the job begins."""
    keys = sorted(set(hashes_of(keys_of(features))))
    with transaction() as session:
        for table, row in zip(
            _TABLES[:2], _rows(number, features.record_id), strict=False
        ):
            session.execute(insert(table), [{**row, **_content(table, features)}])
        session.execute(
            insert(RecordFeatures),
            [{
                "number": number, "record_id": features.record_id, "version": READING,
                "content": to_json(features).encode(), "keys": packed(keys),
            }],
        )  # fmt: skip
        session.execute(
            insert(MatchingKey), [{"key": key, "number": number} for key in keys]
        )


_TABLES = (Submission, SurveyRecordRow, HouseholdRow, HouseholdRecord)


def _lay_registry(path: Path, opened: dict[str, Features]) -> int:
    """A submission, a survey and a household for each record, by plain rows."""
    source = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    rows = source.execute("SELECT number, record_id FROM record_features")
    count = 0
    far = _Writer(Features("far"))
    while some := rows.fetchmany(AT_ONCE):
        far.write(some, opened)
        count += len(some)
    with transaction() as session:
        session.connection().exec_driver_sql("ANALYZE")
    return count


class _Writer:
    """Writes rows as the driver takes them: what a column makes of a value is made once
    for all records whose survey nobody opens."""

    def __init__(self, far: Features) -> None:
        self.far = [self._bound(table, row) for table, row in self._all(0, far)]

    def write(self, some: list[tuple[int, str]], opened: dict[str, Features]) -> None:
        by_table: dict[Any, list[tuple[Any, ...]]] = {table: [] for table in _TABLES}
        for number, record_id in some:
            rows = _rows(number, record_id)
            for place, table in enumerate(_TABLES):
                row = {**self.far[place], **rows[place]}
                if table is SurveyRecordRow and record_id in opened:
                    content = _content(table, opened[record_id])
                    row |= self._bound(table, content)
                by_table[table].append(tuple(row.values()))
        with transaction() as session:
            raw = session.connection().connection.driver_connection
            for place, table in enumerate(_TABLES):
                _insert(raw, table.__tablename__, [*self.far[place]], by_table[table])

    def _all(
        self, number: int, features: Features
    ) -> Iterator[tuple[Any, dict[str, Any]]]:
        rows = _rows(number, features.record_id)
        for table, row in zip(_TABLES, rows, strict=True):
            yield table, {**row, **_content(table, features)}

    def _bound(self, table: Any, row: dict[str, Any]) -> dict[str, Any]:
        dialect = db.engine.dialect
        return {
            name: bind(value)
            if (bind := table.__table__.c[name].type.bind_processor(dialect))
            else value
            for name, value in row.items()
        }


def _insert(
    raw: Any, table: str, names: list[str], rows: list[tuple[Any, ...]]
) -> None:
    if isinstance(raw, psycopg.Connection):
        with raw.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            with cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        return
    places = ", ".join("?" * len(names))
    raw.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", rows)


def _rows(number: int, record_id: str) -> list[dict[str, Any]]:
    """What differs from record to record."""
    household = str(uuid.uuid5(uuid.NAMESPACE_OID, record_id))
    return [
        {"id": number, "instance_id": record_id, "payload_sha256": household},
        {
            "id": record_id, "submission_id": number, "instance_id": record_id,
            "seed_household_id": household,
        },
        {"id": household, "code": f"HH-{number}"},
        {"record_id": record_id, "household_id": household},
    ]  # fmt: skip


def _content(table: Any, features: Features) -> dict[str, Any]:
    survey = as_survey(features)
    if table is Submission:
        return {
            "source": "openrosa", "form_id": "f", "form_version": "1", "version": 1,
            "deprecated_id": None, "payload_kind": "xml", "payload": b"<data/>",
            "expected_files": [], "area_id": None, "received_at": AT, "device_id": None,
            "actor_kind": "system", "actor_id": 0, "actor_name": "bench",
        }  # fmt: skip
    if table is SurveyRecordRow:
        return {
            "form_id": "f", "form_version": "1", "deprecated_id": None, "entity_id": None,
            "review_date": survey.review_date, "area_id": None,
            "content": to_plain(survey), "warnings": [], "received_at": AT,
        }  # fmt: skip
    if table is HouseholdRow:
        return {
            "state": "live", "merged_into": None, "departed_on": None, "area_id": None,
            "needs_area_review": True, "group_code": "", "head_name": "", "head_sort_key": "",
            "address_text": "", "search_text": "", "member_count": 0, "record_count": 1,
            "review_date": survey.review_date, "content": {}, "content_hash": "",
        }  # fmt: skip
    return {}


def as_survey(features: Features) -> SurveyRecord:
    """A survey that says what is remembered of it."""
    visited = date(1970, 1, 1) + timedelta(days=int(features.at))
    members = tuple(
        Member(
            key=f"{features.record_id}-{line}",
            full_name=" ".join(person.words).title() or "?",
            relation_to_head=RELATIONS[person.relation] or None,
            sex=_SEX.get(person.sex),
            birth=BirthDate(
                person.year,
                person.month if person.precision == DAY else None,
                person.day if person.precision == DAY else None,
            )
            if person.year
            else None,
            identifiers=tuple(
                Identifier(kind, number)
                for kind, number in (
                    ("cccd12", person.personal),
                    ("cmnd9", person.card),
                )
                if number
            ),
        )
        for line, person in enumerate(features.persons)
    )
    household = Household(
        ward_code=features.ward or None,
        group_code=features.group or None,
        head_name=members[0].full_name if members else None,
        members=members,
        address=Address(text=" ".join([*features.numbers, *features.street])),
        phones=features.phones,
    )
    return SurveyRecord(
        form_id="f", form_version="1", instance_id=features.record_id, deprecated_id=None,
        review_date=visited, is_unchanged=False, household=household,
    )  # fmt: skip


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("made", type=Path)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--postgresql", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
