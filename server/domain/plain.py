"""Values of the domain as JSON and back, for keeping them in a database.

`to_plain` and `from_plain` are inverse for dataclasses made of text, numbers, dates,
enums, tuples and mappings. Keys a later version dropped are passed over when reading,
and fields it added take their default, so that old rows stay readable.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Kept = TypeVar("Kept")
Reader = Callable[[Any], Any]
AS_THEY_ARE = frozenset({str, int, float, bool, types.NoneType})
_NEVER = object()


def to_plain(value: Any) -> Any:
    """JSON-safe: dataclasses become objects, tuples lists, dates ISO text."""
    kind: Any = type(value)
    if kind in AS_THEY_ARE:
        return value
    named = _fields(kind)
    if named is not None:
        return {
            name: to_plain(each)
            for name, silent in named
            if (each := getattr(value, name)) != silent
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
    return cast(Kept, _read(_reader(cast(Any, kind)), value))


@cache
def _fields(kind: type) -> tuple[tuple[str, Any], ...] | None:
    """The fields of a dataclass, each with the value by which it is left out; None for
    any other type.

    A field that was added later says nothing there: so the text, and the hash, of what
    was kept before stay as they were.
    """
    if not is_dataclass(kind):
        return None
    return tuple(
        (each.name, each.metadata.get("left_out", _NEVER)) for each in fields(kind)
    )


@cache
def _reader(hint: Any) -> Reader | None:
    """What reads a value of this type; None where it is kept as it is.

    Made once for each type: a register reads the same few types all day.
    """
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _reader(next(a for a in get_args(hint) if a is not type(None)))
    if origin is tuple:
        return _tuple_reader(get_args(hint))
    if origin is dict:
        return _dict_reader(_reader(get_args(hint)[1]))
    if isinstance(hint, type) and is_dataclass(hint):
        return _dataclass_reader(hint)
    if hint in (datetime, date):
        return cast(Reader, hint.fromisoformat)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    return None


def _read(reader: Reader | None, value: Any) -> Any:
    return value if reader is None or value is None else reader(value)


def _dataclass_reader(kind: type) -> Reader:
    readers: dict[str, Reader | None] = {}

    def read(value: Mapping[str, Any]) -> Any:
        if not readers:  # not before a value comes: a type may hold others of its kind
            hints = get_type_hints(kind)
            readers.update((name, _reader(hint)) for name, hint in hints.items())
        return kind(
            **{
                name: _read(readers[name], each)
                for name, each in value.items()
                if name in readers
            }
        )

    return read


def _dict_reader(inner: Reader | None) -> Reader:
    def read(value: Mapping[str, Any]) -> Any:
        return {key: _read(inner, each) for key, each in value.items()}

    return read


def _tuple_reader(hints: tuple[Any, ...]) -> Reader:
    if len(hints) == 2 and hints[1] is Ellipsis:
        inner = _reader(hints[0])
        if inner is None:
            return tuple
        return lambda value: tuple(_read(inner, each) for each in value)
    readers = tuple(_reader(hint) for hint in hints)
    return lambda value: tuple(
        _read(reader, each) for reader, each in zip(readers, value, strict=True)
    )
