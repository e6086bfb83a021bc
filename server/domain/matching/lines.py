"""Submissions as lines of JSON, the format of the benchmark, read into `Features`."""

import json
import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from server.domain.matching.features import (
    FEMALE,
    MALE,
    MAX_PERSONS,
    RELATIONS,
    UNKNOWN,
    Features,
    Person,
)
from server.domain.matching.reading import (
    read_address,
    read_birth,
    read_name,
    read_numbers,
    read_phone,
    told_by_number,
)
from server.domain.people.names import fold
from server.domain.problems import Problem

_SEXES = {
    "m": MALE,
    "male": MALE,
    "nam": MALE,
    "1": MALE,
    "f": FEMALE,
    "female": FEMALE,
    "nu": FEMALE,
    "2": FEMALE,
}
_HEAD = RELATIONS.index("head")
_RELATION = {name: code for code, name in enumerate(RELATIONS)}
_RELATION |= {
    word: _RELATION[name]
    for name, words in {
        "head": ("chu ho", "1"),
        "spouse": ("vo", "chong", "vo/chong", "wife", "husband", "2"),
        "child": ("con", "con de", "con trai", "con gai", "son", "daughter", "3"),
        "parent": ("bo", "me", "cha", "bo me", "bo/me", "father", "mother"),
        "grandchild": ("chau", "chau noi", "chau ngoai"),
        "sibling": ("anh", "chi", "em", "anh chi em", "brother", "sister"),
    }.items()
    for word in words
}
# How `files.opened` marks bytes that are no text.
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
_EPOCH = 719_163  # 1 January 1970


def read_line(number: int, text: str) -> Features | Problem:
    """Line `number` of a file of submissions, or what is wrong with it."""
    where = {"line": number}
    if _NOT_UTF8.search(text):
        return Problem("matching_line_not_utf8", values=where)
    try:
        line = json.loads(text.rstrip())
    except ValueError as broken:
        column = getattr(broken, "colno", 1)
        return Problem("matching_line_not_json", values={**where, "column": column})
    if not isinstance(line, dict):
        return Problem("matching_line_not_json", values={**where, "column": 1})
    for field in ("submission_id", "members"):
        if line.get(field) in (None, ""):
            return Problem("matching_field_missing", values={**where, "field": field})
    members = line["members"]
    if not isinstance(members, list) or any(not isinstance(m, dict) for m in members):
        return Problem("matching_members_wrong", values=where)
    return features_of_line(line)


def features_of_line(line: Mapping[str, Any]) -> Features:
    """One submission; what a line leaves out counts as not answered."""
    at, year = _instant(_text(line.get("started_at") or line.get("received_at")))
    if not year:
        year = _whole(line.get("round")) or 0
    roster = [_person(member, year) for member in line.get("members") or ()]
    # The head comes first, as on a paper roster.
    persons = tuple(sorted(roster, key=lambda p: p.relation != _HEAD)[:MAX_PERSONS])
    latitude, longitude = _position(line.get("lat"), line.get("lon"))
    numbers, street = read_address(_text(line.get("address")))
    return Features(
        record_id=str(line["submission_id"]),
        persons=persons,
        ward=_ward(line),
        group=_group(line.get("hamlet")),
        numbers=numbers,
        street=street,
        phones=tuple(p for p in (read_phone(_text(line.get("phone"))),) if p),
        latitude=latitude,
        longitude=longitude,
        accuracy=_decimal(line.get("gps_accuracy")),
        at=at,
        enumerator=str(line.get("enumerator_id") or ""),
        entity=str(line.get("entity_id") or ""),
    )


def _ward(line: Mapping[str, Any]) -> str:
    code = _text(line.get("ward_code")).strip()
    # A spreadsheet drops leading zeros; codes of wards have five digits.
    return (
        code.zfill(5)
        if code.isdecimal()
        else fold(code or _text(line.get("ward_name")))
    )


def _group(text: Any) -> str:
    plain = fold(_text(text))
    found = re.search(r"\d+\s?[a-z]?\b", plain)
    return found[0].lstrip("0") if found else plain


def _position(latitude: Any, longitude: Any) -> tuple[float | None, float | None]:
    """Where it was, unless the sides are exchanged or it is the sea off Ghana."""
    north, east = _decimal(latitude), _decimal(longitude)
    if north is None or east is None:
        return None, None
    if abs(north) > 90 >= abs(east):
        north, east = east, north
    is_place = abs(north) <= 90 and abs(east) <= 180 and (abs(north) + abs(east)) > 1
    return (north, east) if is_place else (None, None)


def _decimal(value: Any) -> float | None:
    try:
        found = float(_text(value).strip().replace(",", "."))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _person(member: Mapping[str, Any], surveyed: int) -> Person:
    words, marked = read_name(_text(member.get("name")))
    personal, card = read_numbers(_text(member.get("id_number")))
    birth, sex = told_by_number(
        personal,
        read_birth(
            _text(member.get("dob")),
            _whole(member.get("birth_year")),
            _whole(member.get("age")),
            surveyed,
        ),
        _SEXES.get(fold(_text(member.get("sex"))), UNKNOWN),
    )
    relation = fold(_text(member.get("relation")))
    return Person(
        words, marked, sex, *birth, personal, card,
        read_phone(_text(member.get("phone"))),
        _RELATION.get(relation, _RELATION["other"]) if relation else 0,
    )  # fmt: skip


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _whole(value: Any) -> int | None:
    """A number of years as typed, "58 tuổi" too; None when there is none."""
    found = re.search(r"\d+", _text(value))
    return int(found[0]) if found else None


def _instant(text: str) -> tuple[float, int]:
    """Days since 1970 and the year; (0, 0) when it is no time."""
    if not text:
        return 0.0, 0
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return 0.0, 0
    days = when.toordinal() - _EPOCH + (when.hour * 60 + when.minute) / 1440
    return days, when.year
