"""The layer of screens on both engines, without features."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from server.db import db
from tests.browsing import Browser
from tests.server.web.screens import make_screens, villages


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database of either engine; no table of ours is needed."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql_server"))
    (tmp_path / "data").mkdir()
    return f"sqlite:///{tmp_path / 'data' / 'screens.sqlite'}"


@pytest.fixture
def screens(database: str, tmp_path: Path) -> Iterator[Flask]:
    """The application, inside its context."""
    app = make_screens(tmp_path / "data", database, WTF_CSRF_ENABLED=False)
    with app.app_context():
        yield app
        db.session.remove()
        villages.drop(db.engine)
        db.engine.dispose()


@pytest.fixture
def officer(screens: Flask) -> Browser:
    """The browser of a ward officer."""
    browser: Browser = screens.test_client()
    browser.set_cookie("role", "ward")
    return browser


@pytest.fixture
def stranger(screens: Flask) -> Browser:
    """A browser of nobody in particular."""
    browser: Browser = screens.test_client()
    return browser
