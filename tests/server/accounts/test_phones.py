import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from server.accounts.actions import add_phone, disable_user, revoke_phone, see_phone
from server.accounts.queries import find_phone_by_token, find_phone_by_username
from server.accounts.tables import Phone
from server.audit.tables import AuditEvent
from server.db import db
from server.domain.actor import SYSTEM
from server.domain.problems import Refused
from tests.factories import make_user
from tests.server.accounts.conftest import Clock


def make_phone(**given: Any) -> Phone:
    user = make_user(login="tran.thi.ra", role="enumerator")
    return add_phone(by=SYSTEM, user_id=user.id, name="Máy của Rà", **given)


def test_a_phone_is_found_by_its_secrets(app: Flask) -> None:
    phone = make_phone()

    assert find_phone_by_token(phone.secrets["token"]) == phone
    assert find_phone_by_username(phone.username) == phone
    assert find_phone_by_token("x" * 43) is None
    assert find_phone_by_username("tran.thi.ra") is None


def test_secrets_are_long_random_and_plain(app: Flask) -> None:
    user = make_user(login="le.van.soat")

    phones = [add_phone(by=SYSTEM, user_id=user.id, name="Máy") for _ in range(3)]

    for phone in phones:
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", phone.secrets["token"])
        assert re.fullmatch(r"[a-z2-9]{14}", phone.secrets["password"])
        assert re.fullmatch(r"le\.van\.soat-[0-9a-f]{6}", phone.username)
    assert len({phone.secrets["token"] for phone in phones}) == 3


def test_the_database_shows_no_secret(app: Flask) -> None:
    phone = make_phone()

    row = db.session.execute(text("SELECT * FROM phones")).one()

    stored = " ".join(
        bytes(v).decode("latin-1") if isinstance(v, bytes | memoryview) else str(v)
        for v in row
    )
    assert phone.secrets["token"] not in stored
    assert phone.secrets["password"] not in stored


def test_a_revoked_phone_is_nobodys(app: Flask) -> None:
    phone = make_phone()

    revoke_phone(by=SYSTEM, phone_id=phone.id)
    revoke_phone(by=SYSTEM, phone_id=phone.id)

    assert find_phone_by_token(phone.secrets["token"]) is None
    assert find_phone_by_username(phone.username) is None
    events = db.session.scalars(select(AuditEvent.action)).all()
    assert events == ["phone.added", "phone.revoked"]
    with pytest.raises(Refused):
        revoke_phone(by=SYSTEM, phone_id=4711)


def test_the_phone_of_a_disabled_person_is_refused(app: Flask) -> None:
    phone = make_phone()

    disable_user(by=SYSTEM, user_id=phone.user_id)

    assert find_phone_by_token(phone.secrets["token"]) is None
    assert find_phone_by_username(phone.username) is None


def test_a_calling_phone_is_remembered_once_a_minute(app: Flask, clock: Clock) -> None:
    phone = make_phone()

    see_phone(phone.id, "collect:abc", "v2026.1.0")
    first = clock.at
    clock.turn(seconds=59)
    see_phone(phone.id, "collect:abc", "v2026.1.0")

    assert phone.last_seen_at == first
    clock.turn(seconds=1)
    see_phone(phone.id, None, None)
    seen = db.session.get_one(Phone, phone.id)
    assert seen.last_seen_at == clock.at
    assert (seen.device_id, seen.collect_version) == ("collect:abc", "v2026.1.0")


def test_another_device_is_noticed_at_once(app: Flask, clock: Clock) -> None:
    phone = make_phone()
    see_phone(phone.id, "collect:abc", "v2026.1.0")

    see_phone(phone.id, "collect:xyz" + "z" * 500, "v2026.1.0")

    device = db.session.get_one(Phone, phone.id).device_id
    assert device is not None
    assert device.startswith("collect:xyz")
    assert len(device) == 200


def test_a_phone_that_is_not_there_is_not_remembered(app: Flask) -> None:
    see_phone(4711, "collect:abc", None)

    assert db.session.scalars(select(Phone)).all() == []
