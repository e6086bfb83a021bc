"""Databases without tables."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from server.db import db
from tests.conftest import make_app


@pytest.fixture(params=["sqlite", "postgresql"])
def blank(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database without tables, inside its context."""
    address = f"sqlite:///{tmp_path / 'blank.sqlite'}"
    if request.param == "postgresql":
        server: str = request.getfixturevalue("postgresql_server")
        plain = server.replace("+psycopg", "")
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS blank WITH (FORCE)")
            connection.execute("CREATE DATABASE blank")
        address = server.replace("/postgres?", "/blank?")
    app = make_app(tmp_path, address)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
