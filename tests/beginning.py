"""What all tests of a module begin with: made once, and put back as it was for each."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from server.db import db
from tests.postgresql import content_of, put_back


class Beginning:
    """The rows that `make` writes into an empty database, kept for each engine."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._kept: dict[str, tuple[Any, Any]] = {}

    def begin(self) -> Any:
        """Have these rows in the current application's empty database; what `make` said
        of them."""
        engine = db.engine.dialect.name
        if engine in self._kept:
            said, rows = self._kept[engine]
            _put_back(rows)
            return said
        said = self._make()
        db.session.remove()
        self._kept[engine] = (said, _rows())
        return said


def _rows() -> Any:
    if db.engine.dialect.name == "postgresql":
        return content_of(_address())
    with closing(sqlite3.connect(str(db.engine.url.database))) as connection:
        return connection.serialize()


def _put_back(rows: Any) -> None:
    db.session.remove()
    db.engine.dispose()
    if db.engine.dialect.name == "postgresql":
        put_back(_address(), rows)
    else:
        Path(str(db.engine.url.database)).write_bytes(rows)


def _address() -> str:
    return db.engine.url.render_as_string(hide_password=False)
