"""Reading one answer: from the text a phone sent to a value, or to a problem.

Each reader takes the field and its text, which is never empty, and returns a value with
the problems it found. A blocking problem sends the submission to quarantine: a value
nobody can read would otherwise become "not asked" without anyone noticing.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from server.domain.people.names import normalise_name
from server.domain.people.phones import canonical_phone, is_valid_phone
from server.domain.problems import Problem
from server.domain.survey.fields import Field, Kind
from server.domain.survey.record import Position

MAX_TEXT = 2000
EARLIEST = date(2000, 1, 1)
# Phones are up to a day off at the date line, and clocks a little wrong.
TOLERANCE = timedelta(days=2)
_HANOI = timezone(timedelta(hours=7))
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]*)?([eE][+-]?[0-9]{1,2})?")
_CODE = re.compile(r"[A-Za-z0-9_.\-]{1,64}")
_FILE = re.compile(r"[^/\\:*?\"<>|]{1,255}")
_ALLOWED_CONTROLS = frozenset("\t\n\r\u200b\u200c\u200d\ufeff\u00ad\u2060")
_VIETNAM = (8.0, 24.0, 102.0, 110.0)  # the mainland: south, north, west, east

Read = tuple[Any, tuple[Problem, ...]]


def read_value(field: Field, text: str, path: str, place: str = "") -> Read:
    """The value of one answer.

    `path` names the field of the record in problems, and `place` the answer, so that a
    person can put it right.
    """
    value, problems = _READERS[field.kind](field, text, path)
    return value, tuple(placed(problem, place or field.path) for problem in problems)


def placed(problem: Problem, place: str) -> Problem:
    """The problem with the place of the answer it is about."""
    return replace(problem, values={**problem.values, "place": place})


def check_text(text: str, place: str) -> Problem | None:
    """Control characters and overlong texts are never an answer."""
    if len(text) > MAX_TEXT:
        values = {"length": len(text), "limit": MAX_TEXT, "value": shown(text)}
        return Problem("text_too_long", place, values)
    for char in text:
        if not char.isprintable() and _is_control(char):
            return Problem(
                "text_control_character", place, {"value": f"U+{ord(char):04X}"}
            )
    return None


def shown(text: str) -> str:
    """A value short and harmless enough to stand in a sentence."""
    plain = "".join(char if char.isprintable() else "\ufffd" for char in text)
    return plain if len(plain) <= 60 else plain[:59] + "…"


def read_review_date(
    text: str, received_on: date, place: str
) -> tuple[date | None, Problem | None]:
    """The day of the review; one that cannot be true blocks, because it
    orders records.
    """
    if not text:
        return None, Problem("review_date_missing", place)
    try:
        found = date.fromisoformat(text) if len(text) == 10 else _day(text)
    except ValueError:
        return None, Problem("review_date_unreadable", place, {"value": shown(text)})
    values = {"value": found.isoformat(), "received": received_on.isoformat()}
    if found < EARLIEST:
        return None, Problem("review_date_too_old", place, values)
    if found > received_on + TOLERANCE:
        return None, Problem("review_date_in_future", place, values)
    return found, None


def check_instant(
    found: datetime | None, received_on: date, place: str
) -> Problem | None:
    """A phone clock of 1970 or of the future says nothing about the interview."""
    if found is None or EARLIEST <= found.date() <= received_on + TOLERANCE:
        return None
    values = {"value": found.isoformat(), "received": received_on.isoformat()}
    return Problem("phone_clock_wrong", place, values, blocking=False)


def _day(text: str) -> date:
    """A date sent with a time, as some web engines do."""
    return datetime.fromisoformat(text).date()


def _is_control(char: str) -> bool:
    """Controls, lone surrogates, and marks that turn the direction of text around."""
    if char in _ALLOWED_CONTROLS:
        return False
    return unicodedata.category(char) in ("Cc", "Cs", "Cf")


def _text(_field: Field, text: str, _place: str) -> Read:
    return unicodedata.normalize("NFC", text).strip() or None, ()


def _name(_field: Field, text: str, place: str) -> Read:
    """A name has a letter: "-", "?" and "0" say that nobody was asked."""
    name = normalise_name(text)
    if name and not any(char.isalpha() for char in name):
        return name, (Problem("name_without_letter", place, {"value": shown(text)}),)
    return name or None, ()


def _code(_field: Field, text: str, place: str) -> Read:
    if text == "unknown":
        return None, ()
    if _CODE.fullmatch(text):
        return text, ()
    return None, (Problem("code_unreadable", place, {"value": shown(text)}),)


def _phone(_field: Field, text: str, place: str) -> Read:
    """A wrong number is kept as typed: a digit may be missing, not the household."""
    phone = canonical_phone(text)
    if is_valid_phone(phone):
        return phone, ()
    values = {"value": shown(text)}
    kept = phone or None
    return kept, (Problem("phone_invalid", place, values, blocking=False),)


def _file(_field: Field, text: str, place: str) -> Read:
    if _FILE.fullmatch(text) and not text.startswith("."):
        return text, ()
    values = {"value": shown(text)}
    return None, (Problem("file_name_unsafe", place, values, blocking=False),)


def _instant(_field: Field, text: str, place: str) -> Read:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        values = {"value": shown(text)}
        return None, (Problem("instant_unreadable", place, values, blocking=False),)
    if found.tzinfo is None:
        found = found.replace(tzinfo=_HANOI)
    try:
        return found.astimezone(UTC), ()
    except OverflowError:
        return None, (
            Problem("instant_unreadable", place, {"value": text}, blocking=False),
        )


def _yes_no(_field: Field, text: str, place: str) -> Read:
    known = {"yes": True, "no": False, "true": True, "false": False}
    known |= {"1": True, "0": False}
    if text == "unknown":
        return None, ()
    if text in known:
        return known[text], ()
    return None, (Problem("choice_unknown", place, {"value": shown(text)}),)


def _choice(field: Field, text: str, place: str) -> Read:
    if text in field.codes:
        return text, ()
    if text == "unknown":
        return None, ()
    return None, (Problem("choice_unknown", place, {"value": shown(text)}),)


def _choices(field: Field, text: str, place: str) -> Read:
    """Codes in the order of the list, or as sent where the list has its own versions.

    "unknown" is no answer; "none" beside another code was left ticked by mistake.
    """
    chosen = list(dict.fromkeys(text.split()))
    if "unknown" in chosen:
        return None, ()
    chosen = [code for code in chosen if code != "none"]
    unknown = [
        code
        for code in chosen
        if not _CODE.fullmatch(code) or (field.codes and code not in field.codes)
    ]
    if unknown:
        values = {"value": shown(" ".join(unknown))}
        return None, (Problem("choice_unknown", place, values),)
    if field.codes:
        chosen.sort(key=field.codes.index)
    return tuple(chosen), ()


def _integer(field: Field, text: str, place: str) -> Read:
    value, problems = _decimal(field, text, place)
    if value is not None and value != int(value):
        return None, (Problem("number_not_whole", place, {"value": shown(text)}),)
    return (None if value is None else int(value)), problems


def _decimal(field: Field, text: str, place: str) -> Read:
    if not _NUMBER.fullmatch(text):
        return None, (Problem("number_unreadable", place, {"value": shown(text)}),)
    value = float(text)
    if not field.low <= value <= field.high:
        values = {"value": shown(text), "low": field.low, "high": field.high}
        return None, (Problem("number_out_of_range", place, values),)
    return value, ()


def _position(_field: Field, text: str, place: str) -> Read:
    """Latitude, longitude, altitude, accuracy; a bad fix never holds a survey up."""
    parts = text.split()
    if not 2 <= len(parts) <= 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        values = {"value": shown(text)}
        return None, (Problem("position_unreadable", place, values, blocking=False),)
    latitude, longitude, *more = (float(part) for part in parts)
    south, north, west, east = _VIETNAM
    if not (south <= latitude <= north and west <= longitude <= east):
        values = {"value": f"{latitude:.4f}, {longitude:.4f}"}
        return None, (
            Problem("position_outside_vietnam", place, values, blocking=False),
        )
    altitude, accuracy = [*more, 0.0, 0.0][:2]
    return Position(latitude, longitude, altitude or None, accuracy or None), ()


_READERS: dict[Kind, Callable[[Field, str, str], Read]] = {
    Kind.TEXT: _text,
    Kind.NAME: _name,
    Kind.CODE: _code,
    Kind.PHONE: _phone,
    Kind.FILE: _file,
    Kind.INSTANT: _instant,
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.POSITION: _position,
}
