"""What numbers and texts in addresses may be.

Rows are numbered with the 32 bits that PostgreSQL gives them, and it keeps no null
character. What is beyond that names no row; asked for it, the database would answer with
an error instead of "not here".
"""

from collections.abc import Iterable
from typing import Any

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import (
    IntegerConverter,
    PathConverter,
    UnicodeConverter,
    ValidationError,
)

LARGEST = 2**31 - 1


class RowNumber(IntegerConverter):
    """The number of a row; anything larger is no page."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **{"max": LARGEST, **given})


class Text(UnicodeConverter):
    """A part of an address."""

    def to_python(self, value: str) -> str:
        return _without_null(value)


class Path(PathConverter):
    """The rest of an address, with its slashes."""

    def to_python(self, value: str) -> str:
        return _without_null(value)


class Sent(ImmutableMultiDict[str, Any]):
    """What came behind the question mark or in a form, without null characters."""

    def __init__(self, pairs: Iterable[tuple[str, Any]] = ()) -> None:
        super().__init__([(_plain(name), _plain(value)) for name, value in pairs])


class Sending(Request):
    """A request as the pages read it."""

    parameter_storage_class = Sent


def _plain(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value


def row_numbers(texts: Iterable[str]) -> set[int]:
    """The numbers among what was sent that a row may have."""
    plain = (text for text in texts if text.isascii() and text.isdecimal())
    return {
        number for text in plain if len(text) < 11 and (number := int(text)) <= LARGEST
    }


def _without_null(value: str) -> str:
    if "\0" in value:
        raise ValidationError
    return value


def init_app(app: Flask) -> None:
    """Read every address, and what is sent to it, as what the database can hold."""
    app.request_class = Sending
    app.url_map.converters.update(int=RowNumber, default=Text, string=Text, path=Path)
