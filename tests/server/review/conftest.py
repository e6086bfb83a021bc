"""Reviewers at the screens of two wards and of the district above them."""

from collections.abc import Iterator

import pytest
from flask import Flask, g, request

from server.accounts.tables import User
from server.areas.queries import scope_of
from server.areas.tables import Area
from server.db import db
from tests.browsing import Browser
from tests.factories import make_area, make_user
from tests.server.review.surveys import ask_about_everything

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


@pytest.fixture(autouse=True)
def caution(app: Flask) -> None:
    """Whoever is alike is a question here."""
    ask_about_everything()


@pytest.fixture
def district(app: Flask) -> Area:
    return make_area(code="006", name="Đống Đa", level="district")


@pytest.fixture
def ward(district: Area) -> Area:
    return make_area(code="00229", name="Khâm Thiên", parent_id=district.id)


@pytest.fixture
def other_ward(district: Area) -> Area:
    return make_area(code="00187", name="Cát Linh", parent_id=district.id)


@pytest.fixture
def officer(app: Flask, ward: Area) -> Browser:
    """The browser of an officer of the ward."""
    return signed_in(app, make_user(areas=[ward], name="Trần Thị Bình"))


@pytest.fixture
def neighbour(app: Flask, other_ward: Area) -> Browser:
    """The browser of an officer of the other ward."""
    return signed_in(app, make_user(areas=[other_ward]))


@pytest.fixture
def chief(app: Flask, district: Area) -> Browser:
    """The browser of an officer of the district."""
    return signed_in(app, make_user(areas=[district], role="district"))
