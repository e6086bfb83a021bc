"""What a browser sent, checked by a marshmallow schema; or refused in whole sentences.

A schema says what a field is called with `metadata={"label": "Họ và tên"}`; without it
the sentence names the field by its key. A validator may raise ValidationError with a
code of `problems.yaml` as its message; everything marshmallow itself says is told by
one of the `form_field_*` sentences.
"""

import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from werkzeug.datastructures import MultiDict

from server.domain.problems import Problem, Refused, catalogue
from server.web.addresses import LARGEST
from server.web.i18n import _, day


def load(schema: Schema | type[Schema]) -> dict[str, Any]:
    """The posted form as values. Raises Refused with one problem for each bad field."""
    return _loaded(schema, request.form)


def load_query(schema: Schema | type[Schema]) -> dict[str, Any]:
    """The same for what stands in the address behind the question mark."""
    return _loaded(schema, request.args)


def uploaded_text(unreadable: str, path: str = "") -> str:
    """The text of the chosen file, "" without one; `unreadable` is the code of the
    problem with one that is no text, at `path`."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return ""
    try:
        return str(file.read(), "utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(Problem(unreadable, path, {"value": file.filename})) from error


def _loaded(schema: Schema | type[Schema], sent: MultiDict[str, str]) -> dict[str, Any]:
    wanted = schema if isinstance(schema, Schema) else schema()
    given = _given(wanted, sent)
    try:
        loaded: dict[str, Any] = wanted.load(given, unknown=EXCLUDE)
    except ValidationError as error:
        raise Refused(*problems_of(wanted, given, error)) from error
    refuse_oversized(wanted, loaded)
    return loaded


def refuse_oversized(schema: Schema, loaded: dict[str, Any]) -> None:
    """Raise Refused for numbers that no row can have."""
    if oversized := tuple(_oversized(schema, loaded)):
        raise Refused(*oversized)


def _oversized(schema: Schema, loaded: dict[str, Any]) -> Iterator[Problem]:
    """Numbers are those of rows: a larger one is none that a page has offered."""
    for name, value in loaded.items():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, int) and abs(each) > LARGEST:
                label = schema.load_fields[name].metadata.get("label", name)
                values = {"label": _(label), "value": each}
                yield Problem("form_field_not_offered", name, values)


def _given(schema: Schema, sent: MultiDict[str, str]) -> dict[str, Any]:
    """Blank means "not said", but for free text that may well be blank."""
    given: dict[str, Any] = {}
    for name, field in schema.load_fields.items():
        key = field.data_key or name
        if key not in sent:
            continue
        if isinstance(field, fields.List):
            given[key] = [_composed(each) for each in sent.getlist(key) if each.strip()]
            continue
        text = _composed(sent[key])
        if text.strip() or (isinstance(field, fields.String) and not field.required):
            given[key] = text
    return given


def _composed(text: str) -> str:
    # Some keyboards send a letter and its mark apart; we keep and compare them joined.
    # No keyboard sends a null character, and PostgreSQL keeps none.
    return unicodedata.normalize("NFC", text).replace("\0", "")


def problems_of(
    schema: Schema, given: dict[str, Any], error: ValidationError
) -> Iterator[Problem]:
    """What marshmallow objects to, in whole sentences."""
    messages = error.messages
    for key, said in (
        messages.items() if isinstance(messages, dict) else [("_schema", messages)]
    ):
        field = next(
            (f for n, f in schema.load_fields.items() if key in (n, f.data_key)), None
        )
        for message in _flat(said):
            yield _problem(key, field, given.get(key), message)


def _flat(said: Any) -> Iterator[str]:
    if isinstance(said, dict):
        for each in said.values():
            yield from _flat(each)
    elif isinstance(said, list):
        for each in said:
            yield from _flat(each)
    else:
        yield str(said)


def _problem(
    key: str, field: fields.Field[Any] | None, value: Any, message: str
) -> Problem:
    label = field.metadata.get("label", key) if field else key
    values = {"label": _(label), "value": value}
    if message in catalogue():
        return Problem(message, key, values)
    if field is None:
        return Problem("form_field_invalid", key, {**values, "value": message})
    if message in (field.error_messages["required"], field.error_messages["null"]):
        return Problem("form_field_missing", key, values)
    code, limits = _broken_rule(field, message)
    return Problem(code, key, {**values, **limits})


def _broken_rule(field: fields.Field[Any], message: str) -> tuple[str, dict[str, Any]]:
    inner = field.inner if isinstance(field, fields.List) else field
    for rule in (*field.validators, *inner.validators):
        if isinstance(rule, validate.Length) and "ength" in message:
            return _length(rule)
        if isinstance(rule, validate.Range) and message.startswith("Must be "):
            return _range(rule)
        if isinstance(rule, validate.OneOf) and message.startswith("Must be one of"):
            return "form_field_not_offered", {}
    if isinstance(inner, fields.Number):
        return "form_field_not_a_number", {}
    if isinstance(inner, fields.Date):
        return "form_field_not_a_day", {}
    if isinstance(inner, fields.Enum):
        return "form_field_not_offered", {}
    return "form_field_invalid", {}


def _length(rule: validate.Length) -> tuple[str, dict[str, Any]]:
    return "form_field_length", {
        "min": rule.equal or rule.min or 0,
        "max": rule.equal or rule.max or "…",
    }


def _range(rule: validate.Range) -> tuple[str, dict[str, Any]]:
    low, high = (
        "…" if end is None else day(end) if isinstance(end, date) else end
        for end in (rule.min, rule.max)
    )
    return "form_field_range", {"min": low, "max": high}
