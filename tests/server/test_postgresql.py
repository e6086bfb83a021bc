"""What connections to PostgreSQL remember from one page to the next."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import exc, func, select, text

from server.areas.tables import Area
from server.db import db, transaction
from server.web.keyset import Order, cut
from tests.conftest import make_app
from tests.factories import make_area
from tests.postgresql import empty

KNOWN = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE :like")


@pytest.fixture
def app(migrated_postgresql: str, tmp_path: Path) -> Iterator[Flask]:
    empty(migrated_postgresql)
    app = make_app(tmp_path, migrated_postgresql)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def counted() -> int:
    return db.session.scalar(select(func.count(Area.id))) or 0


def test_a_question_is_planned_once_for_many_pages(app: Flask) -> None:
    for _ in range(12):
        counted()
        db.session.rollback()

    assert db.session.scalar(KNOWN, {"like": "SELECT count(areas.id)%"}) == 1


def test_the_plan_of_a_list_knows_its_limit(app: Flask) -> None:
    for _ in range(12):
        cut(select(Area), Order.chosen({}, Area.id), 50)
        db.session.rollback()

    assert db.session.scalar(KNOWN, {"like": "SELECT areas.id%LIMIT 51"}) == 1


def test_what_is_rolled_back_is_gone(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        make_area()
        _ = 1 / 0

    assert counted() == 0


def test_after_a_refused_statement_the_connection_goes_on(app: Flask) -> None:
    with pytest.raises(exc.ProgrammingError):
        db.session.execute(text("SELECT nothing FROM nowhere"))
    db.session.rollback()

    assert counted() == 0
