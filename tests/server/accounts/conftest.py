"""Clocks that tests turn, and people who can sign in."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher

from server.accounts import passwords
from server.accounts.passwords import hash_password
from server.accounts.tables import User
from server.db import transaction
from tests.browsing import Browser
from tests.factories import make_user

PASSWORD = "trời mưa bong bóng"
START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.at = START

    def turn(self, **by: float) -> None:
        self.at += timedelta(**by)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    turned = Clock()
    monkeypatch.setattr("server.clock.now", lambda: turned.at)
    return turned


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Argon2 as ever, but with little memory: these tests check a hundred passwords."""
    little = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", little)
    passwords._nobodys.cache_clear()
    yield
    passwords._nobodys.cache_clear()


def make_person(**given: Any) -> User:
    """Somebody with the password of this page."""
    return make_user(password_hash=hash_password(PASSWORD), **given)


def sign_in(client: Browser, user: User, password: str = PASSWORD) -> Any:
    return client.post("/sign-in", data={"login": user.login, "password": password})


def set_row(row: Any, **values: Any) -> None:
    """Change a row past the actions."""
    with transaction() as session:
        found = session.get_one(type(row), row.id)
        for name, value in values.items():
            setattr(found, name, value)
