"""Staff of one ward, of its district and an administrator, in front of the sync pages."""

import pytest
from flask import Flask

from server.areas.tables import Area
from tests.browsing import Browser, signed_in
from tests.factories import make_area, make_user
from tests.sync.conftest import fake, office

__all__ = ["fake", "office"]


@pytest.fixture
def ward(app: Flask) -> Area:
    return make_area(code="00229", name="Phường Khâm Thiên")


@pytest.fixture
def admin(app: Flask, ward: Area) -> Browser:
    return signed_in(app, make_user(role="admin"))


@pytest.fixture
def district(app: Flask, ward: Area) -> Browser:
    return signed_in(app, make_user(role="district", areas=[ward]))


@pytest.fixture
def clerk(app: Flask, ward: Area) -> Browser:
    return signed_in(app, make_user(role="ward", areas=[ward]))
