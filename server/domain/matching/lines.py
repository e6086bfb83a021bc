"""Submissions as lines of JSON, the format of the benchmark, read into `Features`."""

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
)
from server.domain.people.names import fold

_SEXES = {
    "m": MALE,
    "male": MALE,
    "nam": MALE,
    "f": FEMALE,
    "female": FEMALE,
    "nu": FEMALE,
}
_RELATION = {name: code for code, name in enumerate(RELATIONS)}
_EPOCH = 719_163  # 1 January 1970


def features_of_line(line: Mapping[str, Any]) -> Features:
    """One submission; what a line leaves out counts as not answered."""
    at, year = _instant(line.get("started_at") or line.get("received_at"))
    if not year and line.get("round"):
        year = int(str(line["round"])[:4])
    persons = tuple(
        _person(member, year) for member in (line.get("members") or ())[:MAX_PERSONS]
    )
    numbers, street = read_address(line.get("address"))
    return Features(
        record_id=str(line["submission_id"]),
        persons=persons,
        ward=str(line.get("ward_code") or fold(line.get("ward_name") or "")),
        group=_group(line.get("hamlet")),
        numbers=numbers,
        street=street,
        phones=tuple(p for p in (read_phone(line.get("phone")),) if p),
        latitude=line.get("lat"),
        longitude=line.get("lon"),
        accuracy=line.get("gps_accuracy"),
        at=at,
        enumerator=str(line.get("enumerator_id") or ""),
        entity=str(line.get("entity_id") or ""),
    )


def _group(text: Any) -> str:
    return "" if text is None else fold(str(text)).removeprefix("to ").lstrip("0")


def _person(member: Mapping[str, Any], surveyed: int) -> Person:
    words, marked = read_name(member.get("name") or "")
    year, month, day, precision = read_birth(
        member.get("dob"), member.get("birth_year"), member.get("age"), surveyed
    )
    personal, card = read_numbers(member.get("id_number"))
    relation = member.get("relation") or ""
    return Person(
        words,
        marked,
        _SEXES.get(fold(str(member.get("sex") or "")), UNKNOWN),
        year,
        month,
        day,
        precision,
        personal,
        card,
        read_phone(member.get("phone")),
        _RELATION.get(relation, _RELATION["other"]) if relation else 0,
    )


def _instant(text: str | None) -> tuple[float, int]:
    """Days since 1970 and the year; (0, 0) when it is no time."""
    if not text:
        return 0.0, 0
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return 0.0, 0
    days = when.toordinal() - _EPOCH + (when.hour * 60 + when.minute) / 1440
    return days, when.year
