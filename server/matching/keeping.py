"""A survey record, read once for comparing, with the keys by which it is found."""

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import delete, insert, select

from server.columns import unsealed
from server.db import db, transaction
from server.domain.matching.features import Features, from_json, from_many, to_json
from server.domain.matching.keys import keys_of
from server.domain.matching.records import features_of_record
from server.domain.survey.record import SurveyRecord
from server.matching import looking_up
from server.matching.hashing import hashes_of
from server.matching.tables import MatchingKey, RecordFeatures

# To be raised with any change of how records are read or keyed: what was read before
# is then read again, by a job.
READING = 1
CHUNK = 5000
# Records of a few wards, some ten megabytes.
REMEMBERED = 4096


def keep_features(*, record_id: str, record: SurveyRecord) -> Features:
    """Read a record for comparing, or read it again."""
    with transaction() as session:
        features = features_of_record(record_id, record)
        keys = sorted(set(hashes_of(keys_of(features))))
        row = session.scalar(
            select(RecordFeatures).where(RecordFeatures.record_id == record_id)
        )
        if row is None:
            row = RecordFeatures(record_id=record_id)
            session.add(row)
        elif packed(keys) != row.keys:
            _forget_keys(row)
        is_keyed = row.number is not None and row.keys == packed(keys)
        row.version, row.keys = READING, packed(keys)
        row.content = to_json(features).encode()
        session.flush()
        if not is_keyed:
            session.execute(
                insert(MatchingKey),
                [{"key": key, "number": row.number} for key in keys],
            )
        return features


def features_of(record_ids: Collection[str]) -> dict[str, Features]:
    """Records as they are compared, by id; those that wait to be read are missing."""
    found: dict[str, Features] = {}
    for chunk in _chunks(record_ids):
        found.update(opened(looking_up.sealed_by_record(chunk)))
    return found


def read_of_today(record_ids: Collection[str]) -> dict[str, Features]:
    """Those of many records that were read as records are read today; none of them is
    remembered, because nobody comes back to them."""
    found: dict[str, Features] = {}
    for chunk in _chunks(record_ids):
        rows = db.session.execute(
            select(RecordFeatures.record_id, RecordFeatures.content).where(
                RecordFeatures.record_id.in_(chunk), RecordFeatures.version == READING
            )
        )
        found.update((record_id, read(content)) for record_id, content in rows)
    return found


def number_of(record_id: str) -> int:
    """The how-manieth record this is; 0 while it waits to be read."""
    found = select(RecordFeatures.number).where(RecordFeatures.record_id == record_id)
    return db.session.scalar(found) or 0


def read(content: bytes) -> Features:
    """What a row says."""
    return from_json(content.decode())


def opened(sealed: Mapping[str, bytes]) -> dict[str, Features]:
    """What rows say that were read past their column, all at once.

    Neighbours are compared with the same records over and over. Nothing grows stale
    here: what is sealed anew has other bytes.
    """
    known = {content: _opened.get(content) for content in sealed.values()}
    if strange := [content for content, features in known.items() if features is None]:
        texts = (plain.decode() for plain in unsealed(strange))
        read_now = dict(zip(strange, from_many(texts), strict=True))
        known.update(read_now)
        _remember(read_now)
    return {
        each: features
        for each, content in sealed.items()
        if (features := known[content]) is not None
    }


def packed(keys: Iterable[int]) -> bytes:
    """Keys as they stand in a row."""
    return array("q", keys).tobytes()


def _remember(some: dict[bytes, Features]) -> None:
    if len(_opened) + len(some) > REMEMBERED:
        # Another thread may come in between, and then opens a few of them again.
        _opened.clear()
    _opened.update(some)


_opened: dict[bytes, Features] = {}


def _forget_keys(row: RecordFeatures) -> None:
    gone = array("q", row.keys)
    db.session.execute(
        delete(MatchingKey).where(
            MatchingKey.key.in_(gone.tolist()), MatchingKey.number == row.number
        )
    )


def _chunks(ids: Collection[str]) -> Iterator[list[Any]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]
