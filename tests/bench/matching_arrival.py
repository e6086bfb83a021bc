"""A whole arrival in a registry of a million: the job that compares and writes.

    python -m tests.bench.matching_arrival MADE --keep FOLDER [--postgresql]

Stands on the databases of `matching_one`, in a copy, and lays a submission, a survey and a
household behind every record; those that are never opened share one content. The records
near those to come are matched first, by the job itself, so that they have the proposals and
households they would have. Then a hundred others arrive, and a hundred more are sent as a
phone sends them (`matching_sent`). Nothing is promised here.
"""

import argparse
import shutil
import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, func, insert, literal_column, select, text

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
from tests.bench.matching_sent import measure_sent
from tests.conftest import make_app

ARRIVING = 100
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
    new = filled.new()[: 2 * ARRIVING]
    near, to_open = _surroundings(new)
    began = time.perf_counter()
    count = _lay_registry(to_open)
    _say(f"{count:,} records laid in {time.perf_counter() - began:.0f} s")
    for features in near.values():
        with transaction():
            match_record(by=SYSTEM, record_id=features.record_id)
    _say(f"{len(near):,} of them matched before")
    _say(f"{ARRIVING} arrive, the one job: {_measure(new[:ARRIVING], count)}")
    _say(f"{ARRIVING} are sent by a phone, and all that follows is done:")
    for line in measure_sent(new[ARRIVING:]):
        _say(f"  {line}")


def _surroundings(
    new: Sequence[Features],
) -> tuple[dict[str, Features], dict[str, Features]]:
    """The records that are near those to come, and all that may be opened."""
    near, _ = _beside(new)
    _, to_open = _beside([*near.values(), *new])
    return near, {**to_open, **near}


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
            (Submission, SurveyRecordRow),
            _rows(number, features.record_id),
            strict=False,
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


def _lay_registry(to_open: dict[str, Features]) -> int:
    """A submission, a survey and a household for each record, one statement for each
    table: what differs is made of its number and its id by the database itself."""
    far = Features("far")
    with transaction() as session:
        raw = session.connection()
        if db.engine.dialect.name == "postgresql":
            raw.exec_driver_sql("SET LOCAL session_replication_role = replica")
        _lay_opened(to_open)
        for table, differing in _DIFFERING.items():
            same = _content(table, far)
            columns = ", ".join([*differing, *same])
            values = ", ".join([*differing.values(), *(f":{name}" for name in same)])
            types = table.__table__.c
            said = (
                f"INSERT INTO {table.__tablename__} ({columns})"
                f" SELECT {values} FROM record_features"
            )
            if table is SurveyRecordRow:
                said += " WHERE record_id NOT IN (SELECT id FROM survey_records)"
            binds = [bindparam(name, type_=types[name].type) for name in same]
            raw.execute(text(said).bindparams(*binds), same)
        _count_on()
        raw.exec_driver_sql("ANALYZE")
        return session.scalar(select(func.count(RecordFeatures.number))) or 0


def _count_on() -> None:
    """Let the next number be the one after those that were laid."""
    if db.engine.dialect.name == "sqlite":
        return
    for table, column in (("submissions", "id"), ("record_features", "number")):
        last = select(func.max(literal_column(column))).select_from(text(table))
        sequence = func.pg_get_serial_sequence(table, column)
        db.session.execute(select(func.setval(sequence, last.scalar_subquery())))


def _lay_opened(to_open: dict[str, Features]) -> None:
    """The surveys that are looked into say what is remembered of them."""
    ids = sorted(to_open)
    for start in range(0, len(ids), 5000):
        some = ids[start : start + 5000]
        numbers = db.session.execute(
            select(RecordFeatures.record_id, RecordFeatures.number).where(
                RecordFeatures.record_id.in_(some)
            )
        )
        rows = [
            {**_rows(number, each)[1], **_content(SurveyRecordRow, to_open[each])}
            for each, number in numbers
        ]
        db.session.execute(insert(SurveyRecordRow), rows)


# What differs from record to record; an id of a record is "uuid:" and that of a household.
_HOUSEHOLD = "substr(record_id, 6)"
_DIFFERING: dict[Any, dict[str, str]] = {
    Submission: {
        "id": "number", "instance_id": "record_id", "payload_sha256": _HOUSEHOLD,
    },
    SurveyRecordRow: {
        "id": "record_id", "submission_id": "number", "instance_id": "record_id",
        "seed_household_id": _HOUSEHOLD,
    },
    HouseholdRow: {"id": _HOUSEHOLD, "code": "'HH-' || number"},
    HouseholdRecord: {"record_id": "record_id", "household_id": _HOUSEHOLD},
}  # fmt: skip


def _rows(number: int, record_id: str) -> list[dict[str, Any]]:
    """What differs from record to record, of a submission and its survey."""
    household = record_id.removeprefix("uuid:")
    return [
        {"id": number, "instance_id": record_id, "payload_sha256": household},
        {
            "id": record_id, "submission_id": number, "instance_id": record_id,
            "seed_household_id": household,
        },
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
