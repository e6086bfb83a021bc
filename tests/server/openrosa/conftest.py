"""An enumerator of a ward with a phone, and staff at the screens."""

import pytest
from flask import Flask

from server.accounts.phones import add_phone
from server.accounts.tables import Phone, User
from server.areas.tables import Area
from server.domain.actor import SYSTEM
from tests.browsing import Browser, signed_in
from tests.factories import make_area, make_user


@pytest.fixture
def ward(app: Flask) -> Area:
    return make_area(name="Phường Khâm Thiên", code="00229")


@pytest.fixture
def enumerator(ward: Area) -> User:
    return make_user(areas=[ward], role="enumerator", name="Phạm Thị Ngọc")


@pytest.fixture
def phone(enumerator: User) -> Phone:
    return add_phone(by=SYSTEM, user_id=enumerator.id, name="Máy của Ngọc")


@pytest.fixture
def officer(app: Flask, ward: Area) -> Browser:
    """The browser of an officer of the ward."""
    return signed_in(app, make_user(areas=[ward]))


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """The browser of an officer of another ward."""
    return signed_in(app, make_user(areas=[make_area(name="Phường Láng")]))
