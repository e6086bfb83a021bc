"""What numbers in addresses may be.

Rows are numbered with the 32 bits that PostgreSQL gives them. A longer number names no
row; asked for one, the database would answer with an error instead of "not here".
"""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter

LARGEST = 2**31 - 1


class RowNumber(IntegerConverter):
    """The number of a row; anything larger is no page."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **{"max": LARGEST, **given})


def init_app(app: Flask) -> None:
    """Read `<int:…>` of every address as the number of a row."""
    app.url_map.converters["int"] = RowNumber
