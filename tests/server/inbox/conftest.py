"""People at the screens of the inbox and of background work."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask, g, request

from server.accounts.tables import User
from server.areas.queries import scope_of
from server.areas.tables import Area
from server.db import db
from tests.browsing import Browser
from tests.factories import make_area, make_user

COOKIE = "who"


def signed_in(app: Flask, user: User) -> Browser:
    """A browser in which somebody has signed in."""
    browser: Browser = app.test_client()
    browser.set_cookie(COOKIE, str(user.id))
    return browser


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    """Who is at the screen is told by a cookie: signing in is tested with accounts."""

    def recognise() -> None:
        if who := request.cookies.get(COOKIE):
            g.visitor = db.session.get_one(User, int(who))
            g.scope = scope_of(g.visitor)

    app.extensions["visitor_loaders"].append(recognise)
    return app


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
