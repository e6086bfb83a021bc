"""What the page of a pair tells of a ward comes from an index, however large the ward."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from server.db import db
from server.status import consequences

pytestmark = pytest.mark.sqlite_only


def test_households_of_a_ward_are_counted_without_reading_them(app: Flask) -> None:
    asked: list[tuple[str, Any]] = []

    def remember(_: Any, __: Any, said: str, given: Any, *___: Any) -> None:
        if said.startswith("SELECT"):
            asked.append((said, given))

    event.listen(db.engine, "before_cursor_execute", remember)
    consequences._living(1)
    consequences._listed_in(1)
    event.remove(db.engine, "before_cursor_execute", remember)

    with db.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        steps = [
            step[3]
            for said, given in asked
            for step in raw.execute(f"EXPLAIN QUERY PLAN {said}", given)
            if " households " in step[3]
        ]
    assert len(steps) == 2
    assert all(
        "USING COVERING INDEX ix_households_area_id_state" in each for each in steps
    )
