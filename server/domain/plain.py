"""Values of the domain as JSON and back, for keeping them in a database.

`to_plain` and `from_plain` are inverse for dataclasses made of text, numbers, dates,
enums, tuples and mappings. Keys a later version dropped are passed over when reading,
and fields it added take their default, so that old rows stay readable.
"""

import types
from collections.abc import Mapping
from dataclasses import Field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Kept = TypeVar("Kept")


def to_plain(value: Any) -> Any:
    """JSON-safe: dataclasses become objects, tuples lists, dates ISO text."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            each.name: to_plain(getattr(value, each.name))
            for each in fields(value)
            if not _is_left_out(each, getattr(value, each.name))
        }
    if isinstance(value, Mapping):
        return {str(key): to_plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return value


def from_plain(kind: type[Kept], value: Any) -> Kept:
    """The value of type `kind` that `to_plain` wrote."""
    return cast(Kept, _read(kind, value))


def _is_left_out(each: Field[Any], value: Any) -> bool:
    """Whether a field that was added later says nothing: so the text, and the hash, of
    what was kept before stay as they were."""
    return "left_out" in each.metadata and each.metadata["left_out"] == value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(hint: Any, value: Any) -> Any:
    origin = get_origin(hint)
    if value is None:
        return None
    if origin in (Union, types.UnionType):
        return _read(next(a for a in get_args(hint) if a is not type(None)), value)
    if origin is tuple:
        return _read_tuple(get_args(hint), value)
    if origin is dict:
        inner = get_args(hint)[1]
        return {key: _read(inner, each) for key, each in value.items()}
    if isinstance(hint, type) and is_dataclass(hint):
        known = _hints(hint)
        given = {k: _read(known[k], each) for k, each in value.items() if k in known}
        return hint(**given)
    if hint is datetime:
        return datetime.fromisoformat(value)
    if hint is date:
        return date.fromisoformat(value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return value


def _read_tuple(hints: tuple[Any, ...], value: list[Any]) -> tuple[Any, ...]:
    if len(hints) == 2 and hints[1] is Ellipsis:
        return tuple(_read(hints[0], each) for each in value)
    return tuple(_read(hint, each) for hint, each in zip(hints, value, strict=True))
