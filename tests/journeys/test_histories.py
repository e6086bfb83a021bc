"""Whatever is done to the register, in whatever order, its promises hold."""

from flask import Flask

from server.db import db
from tests.journeys.histories import play


def test_every_promise_is_kept_in_any_history(app: Flask) -> None:
    is_sqlite = db.engine.dialect.name == "sqlite"

    play(histories=8 if is_sqlite else 3, steps=12)
