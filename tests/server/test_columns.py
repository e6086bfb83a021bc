import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask
from sqlalchemy import exc, select, text

from server.audit.tables import AuditEvent
from server.columns import blind_index
from server.db import db, transaction
from server.inbox.tables import Submission
from tests.factories import make_submission

SECRET = b"<f><cccd>001088012345</cccd></f>"


def stored_payload() -> bytes:
    raw = db.session.execute(text("SELECT payload FROM submissions")).scalar_one()
    return bytes(raw)


def test_what_a_phone_sent_is_sealed_and_comes_back_byte_by_byte(app: Flask) -> None:
    make_submission(payload=SECRET)

    assert b"001088012345" not in stored_payload()
    assert db.session.scalar(select(Submission.payload)) == SECRET


def test_the_same_bytes_are_sealed_differently_each_time(app: Flask) -> None:
    make_submission(payload=SECRET)
    first = stored_payload()
    with transaction() as session:
        twice = session.scalar(select(Submission.payload))

    make_submission(payload=SECRET, instance_id="b")
    sealed = db.session.execute(text("SELECT payload FROM submissions")).scalars()

    assert twice == SECRET
    assert len({bytes(s) for s in sealed}) == 2
    assert first


def test_another_key_opens_nothing(app: Flask) -> None:
    make_submission(payload=SECRET)
    db.session.rollback()
    app.config["SEALING_KEY"] = base64.b64encode(b"k" * 32).decode()

    with pytest.raises(InvalidTag):
        db.session.scalar(select(Submission.payload))


@pytest.mark.sqlite_only
def test_equal_numbers_meet_by_a_hash_that_needs_the_key(app: Flask) -> None:
    with_first_key = blind_index("001088012345")
    assert with_first_key == blind_index("001088012345") != blind_index("001088012346")

    app.config["SEALING_KEY"] = base64.b64encode(b"k" * 32).decode()

    assert blind_index("001088012345") != with_first_key


def test_an_instant_comes_back_aware_and_in_utc(app: Flask) -> None:
    hanoi = timezone(timedelta(hours=7))
    make_submission(received_at=datetime(2022, 10, 1, 7, 30, tzinfo=hanoi))
    db.session.rollback()

    found = db.session.scalar(select(Submission.received_at))

    assert found == datetime(2022, 10, 1, 0, 30, tzinfo=UTC)
    assert found is not None
    assert found.utcoffset() == timedelta(0)


def test_an_instant_without_a_zone_is_refused(app: Flask) -> None:
    with pytest.raises(exc.StatementError, match="naive instant"):
        db.session.scalar(
            select(AuditEvent.id).where(AuditEvent.at > datetime(2022, 10, 1))  # noqa: DTZ001
        )
