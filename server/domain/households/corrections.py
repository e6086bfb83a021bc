"""Corrections: reading the path and value of a staff correction, and applying them.

The shape of `server.domain.survey.record` is the only list of what can be corrected: a
new field there can be corrected without a change here.
"""

import re
import types
from dataclasses import MISSING, fields, is_dataclass, replace
from functools import cache
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from server.domain.problems import Problem
from server.domain.survey.record import Household, Member
from server.domain.survey.score_answers import (
    NONE,
    is_code,
    item_of,
    parse_item,
    with_item,
)

SCORES = "scores"  # an item of a score table: "scores.vn_2022_item_7"
# Computed from other values, or never a matter of opinion.
_NOT_CORRECTABLE = frozenset({"members", "phone_results", "stated_members", "scores"})
_PATH = re.compile(
    r"(?:members\[(?P<key>[^\[\]]+)\](?:\.(?P<field>\w+))?"
    r"|(?P<block>\w+)(?:\.(?P<part>\w+))?)"
)


class Target(NamedTuple):
    """Where a correction goes: a person and one of their fields, or a
    household field.
    """

    member_key: str | None
    names: tuple[str, ...]


def check_correction(path: str, value: Any) -> Problem | None:
    """Why this correction cannot be made, or None when it can."""
    target = parse_path(path)
    if target is None:
        return Problem("correction_path_unknown", path, {"value": path})
    try:
        converted(target, value)
    except ValueError:
        return Problem("correction_value_unsuitable", path, {"value": value})
    return None


def parse_path(path: str) -> Target | None:
    """The target a path names; None when there is no such field."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    if found["key"] is not None:
        names = (found["field"],) if found["field"] else ()
        known = not names or (names[0] != "key" and names[0] in _hints(Member))
        return Target(found["key"], names) if known else None
    block, part = found["block"], found["part"]
    if block == SCORES:
        is_item = part is not None and parse_item(part) is not None
        return Target(None, (SCORES, part)) if is_item else None
    hint = _hints(Household).get(block)
    if hint is None or block in _NOT_CORRECTABLE:
        return None
    if part is None:
        return Target(None, (block,))
    inner = _dataclass_of(hint)
    return Target(None, (block, part)) if inner and part in _hints(inner) else None


def converted(target: Target, value: Any) -> Any:
    """The JSON value in the type of the field. Raises ValueError when it does
    not fit.
    """
    if target.names[:1] == (SCORES,):
        return _chosen(value)
    if target.member_key is None:
        owner: Any = Household
        for name in target.names[:-1]:
            owner = _dataclass_of(_hints(owner)[name])
        return _field_value(owner, target.names[-1], value)
    if target.names:
        return _field_value(Member, target.names[0], value)
    if value is None:
        return None
    if not isinstance(value, dict):
        raise ValueError(value)
    return _convert(Member, {**value, "key": target.member_key})


def set_field(owner: Any, names: tuple[str, ...], value: Any) -> Any:
    """A copy of `owner` with one field, or one field of a part, replaced."""
    first, *rest = names
    if first == SCORES:
        value = with_item(owner.scores, rest[0], value)
    elif rest:
        inner = getattr(owner, first)
        value = set_field(inner, tuple(rest), value)
    return replace(owner, **{first: value})


def value_at(owner: Any, names: tuple[str, ...]) -> Any:
    """What a field holds now; None for an item that was not answered."""
    if names[0] == SCORES:
        return item_of(owner.scores, names[1])
    for name in names:
        owner = getattr(owner, name)
    return owner


def _chosen(value: Any) -> tuple[str, ...] | None:
    """The options of an item: several as a list, one as itself, none of them as such."""
    if value is None:
        return None
    codes = [value] if isinstance(value, str) else value
    if not isinstance(codes, list | tuple) or not all(map(is_code, codes)):
        raise ValueError(value)
    return () if list(codes) == [NONE] else tuple(codes)


@cache
def _hints(owner: type) -> dict[str, Any]:
    return get_type_hints(owner)


def _dataclass_of(hint: Any) -> type | None:
    return hint if isinstance(hint, type) and is_dataclass(hint) else None


def _field_value(owner: type, name: str, value: Any) -> Any:
    """Null clears a field, back to what "not answered" means for it."""
    if value is None:
        declared = next(f for f in fields(owner) if f.name == name)
        if declared.default is not MISSING:
            return declared.default
        if declared.default_factory is not MISSING:
            return declared.default_factory()
        raise ValueError(value)
    return _convert(_hints(owner)[name], value)


def _convert(hint: Any, value: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = [arg for arg in get_args(hint) if arg is not type(None)]
        return None if value is None else _convert(inner[0], value)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise ValueError(value)
        return tuple(_convert(get_args(hint)[0], item) for item in value)
    if is_dataclass(hint):
        return _build(hint, value)
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        raise ValueError(value)
    return value


def _build(owner: Any, value: Any) -> Any:
    if not isinstance(value, dict) or not set(value) <= set(_hints(owner)):
        raise ValueError(value)
    given = {name: _convert(_hints(owner)[name], item) for name, item in value.items()}
    try:
        return owner(**given)
    except TypeError as missing:
        raise ValueError(value) from missing
