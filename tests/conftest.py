"""A migrated database for every test that asks for `app`: SQLite and PostgreSQL.

Each worker migrates once per engine. A SQLite test gets a copy of that file; PostgreSQL
tests share one database of the worker's own server, emptied before each test.
"""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from flask import Flask
from hypothesis import settings
from sqlalchemy import event

from server.app import Application, create_app
from server.db import db
from server.migrations.upgrade import upgrade
from tests.browsing import Browser, served_app
from tests.played import PlayedDay, shared_day
from tests.postgresql import empty, start_postgresql
from tests.sharing import share_addresses, share_statements, share_templates

KEY = "dGVzdGluZyBvbmx5OiBub3QgYSBzZWNyZXQga2V5ISE="

# Where the environment forbids to keep compiled modules, each of a hundred programs that
# tests start would compile all of ours again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

LONG = (
    "tests/browser/",
    "tests/journeys/",
    "tests/sync/test_publishing_torture.py",
    "tests/sync/test_run.py",
    "tests/sync/test_torture.py",
)

share_addresses()
# What a test leaves lives on in its module; looking for rubbish every 700 objects found little.
gc.set_threshold(100_000, 50, 100)

settings.register_profile("suite", deadline=None, print_blob=True, database=None)
settings.load_profile("suite")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        engines = ["sqlite", "postgresql"]
        if metafunc.definition.get_closest_marker("sqlite_only"):
            engines = ["sqlite"]
        metafunc.parametrize("database", engines, indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Begun last, one of these would have a worker waited for by the other.
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
    # Network is off, but for tests that talk to a server they started themselves.
    for item in items:
        if "base_url" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "localhost"]))


def make_app(folder: Path, address: str, **overrides: Any) -> Application:
    app = create_app(
        {
            "TESTING": True,
            "DATA_DIR": folder,
            "DATABASE_URL": address,
            "SECRET_KEY": "testing",
            "SEALING_KEY": KEY,
            "WTF_CSRF_ENABLED": False,
            "PUBLIC_URL": "",
            **overrides,
        },
        is_served=False,
    )
    app.test_client_class = Browser
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _hurry)
        share_statements(db.engine)
    share_templates(app)
    return app


def _hurry(connection: Any, _record: Any) -> None:
    """No test pulls the plug: what a killed process wrote, the system still has."""
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file at the newest step, without rows."""
    folder = tmp_path_factory.mktemp("migrated")
    app = make_app(folder, f"sqlite:///{folder / 'ra-soat.sqlite'}")
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    return folder / "ra-soat.sqlite"


@pytest.fixture(scope="session")
def played_day(
    migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> PlayedDay:
    """The demo's field day, to be copied; needs a test that may talk to 127.0.0.1."""
    return shared_day(make_app, migrated_sqlite, tmp_path_factory)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a running, empty PostgreSQL of this worker's own.

    Under root the server runs as another user, who must be able to enter its folder;
    pytest closes its own folders to others whenever a session starts.
    """
    with (
        TemporaryDirectory(prefix="ra-soat-") as folder,
        start_postgresql(Path(folder)) as address,
    ):
        yield address


@pytest.fixture(scope="session")
def migrated_postgresql(
    postgresql_server: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The address of a database at the newest step."""
    app = make_app(tmp_path_factory.mktemp("migrated"), postgresql_server)
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
    return postgresql_server


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a migrated database without rows."""
    if request.param == "postgresql":
        address: str = request.getfixturevalue("migrated_postgresql")
        empty(address)
        return address
    copy = tmp_path / "data" / "ra-soat.sqlite"
    copy.parent.mkdir()
    shutil.copy(request.getfixturevalue("migrated_sqlite"), copy)
    return f"sqlite:///{copy}"


@pytest.fixture
def app(database: str, tmp_path: Path) -> Iterator[Application]:
    """The application on an empty migrated database, inside its context."""
    app = make_app(tmp_path / "data", database)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> Browser:
    """A browser without cookies."""
    client: Browser = app.test_client()
    return client


@pytest.fixture
def base_url(app: Flask) -> Iterator[str]:
    """The address at which `app` is really served while the test runs."""
    with served_app(app) as address:
        yield address
