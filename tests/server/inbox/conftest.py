"""People at the screens of the inbox and of background work."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from server.areas.tables import Area
from tests.browsing import Browser, signed_in
from tests.factories import make_area, make_user


@pytest.fixture
def ward(app: Flask) -> Area:
    return make_area(name="Phường Khâm Thiên", code="00229")


@pytest.fixture
def officer(app: Flask, ward: Area) -> Browser:
    """The browser of an officer of the ward."""
    return signed_in(app, make_user(areas=[ward]))


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """The browser of an officer of another ward."""
    return signed_in(app, make_user(areas=[make_area(name="Phường Láng")]))


@pytest.fixture(autouse=True)
def november(monkeypatch: pytest.MonkeyPatch) -> None:
    """The surveys of these tests were made four days ago."""
    at = datetime(2026, 11, 24, 3, tzinfo=UTC)
    monkeypatch.setattr("server.clock.now", lambda: at)
