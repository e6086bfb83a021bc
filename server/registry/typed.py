"""What somebody typed to put an answer right, as the value a correction keeps."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from werkzeug.datastructures import MultiDict

from server.domain.people.birth_dates import parse_birth
from server.domain.people.identity_numbers import is_well_formed, read_number
from server.domain.people.names import normalise_name
from server.domain.people.phones import canonical_phone, is_valid_phone
from server.domain.plain import to_plain
from server.domain.problems import Problem, Refused
from server.registry.fields import Field, identity_kinds
from server.web.i18n import language

NONE_OF_THESE = "none_of_these"
Form = MultiDict[str, str]


def read_value(field: Field, form: Form) -> Any:
    """The JSON value of the field; None takes the answer away.

    Raises Refused with the sentence for what cannot be read.
    """
    return _READERS[field.kind](field, form)


def _text(field: Field, form: Form) -> str | None:
    return normalise_name(form.get("value", "")) or None


def _name(field: Field, form: Form) -> str:
    name = _text(field, form)
    if not name:
        raise _refused("form_field_missing", field)
    return name


def _phones(field: Field, form: Form) -> list[str]:
    phones = []
    for typed in re.split(r"[,;\n]+", form.get("value", "")):
        if not typed.strip():
            continue
        phone = canonical_phone(typed)
        if not is_valid_phone(phone):
            raise _refused("form_field_invalid", field, typed.strip())
        phones.append(phone)
    return list(dict.fromkeys(phones))


def _choice(field: Field, form: Form) -> str | None:
    code = form.get("value", "")
    if code and code not in field.choices:
        raise _refused("form_field_not_offered", field, code)
    return code or None


def _place(field: Field, form: Form) -> str | None:
    return form.get("value", "").strip() or None


def _choices(field: Field, form: Form) -> list[str] | None:
    """Nothing ticked is "not answered"; "none of these" is an answer of its own."""
    codes = form.getlist("value")
    if NONE_OF_THESE in codes:
        if len(codes) > 1:
            raise _refused("correction_none_and_some", field)
        return []
    for code in codes:
        if code not in field.choices:
            raise _refused("form_field_not_offered", field, code)
    return codes or None


def _yes_no(field: Field, form: Form) -> bool | None:
    return {"yes": True, "no": False}.get(form.get("value", ""))


def _integer(field: Field, form: Form) -> int | None:
    digits = re.sub(r"[\s.,đ]", "", form.get("value", ""))
    if not digits:
        return None
    if not re.fullmatch(r"[0-9]{1,10}", digits):
        raise _refused("form_field_not_a_number", field, form.get("value"))
    return int(digits)


def _decimal(field: Field, form: Form) -> float | None:
    plain = form.get("value", "").strip().replace(",", ".")
    if not plain:
        return None
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", plain):
        raise _refused("form_field_not_a_number", field, plain)
    return float(plain)


def _birth(field: Field, form: Form) -> dict[str, Any] | None:
    typed = form.get("value", "").strip()
    if not typed:
        return None
    birth = parse_birth(typed)
    if birth is None:
        raise _refused("form_field_not_a_day", field, typed)
    plain: dict[str, Any] = to_plain(birth)
    return plain


def _identifiers(field: Field, form: Form) -> list[dict[str, str]]:
    return list(_numbers(field, form))


def _numbers(field: Field, form: Form) -> Iterator[dict[str, str]]:
    for kind in identity_kinds():
        typed = form.get(f"number_{kind}", "").strip()
        if not typed:
            continue
        read = read_number(kind, typed).identifier
        if read is None or not is_well_formed(read):
            raise _refused("correction_number_unreadable", field)
        yield {"kind": read.kind, "number": read.number}


def _refused(code: str, field: Field, value: Any = "") -> Refused:
    values = {"label": field.label(language()), "value": value}
    return Refused(Problem(code, "value", values))


_READERS: dict[str, Callable[[Field, Form], Any]] = {
    "text": _text,
    "name": _name,
    "ward": _place,
    "group": _place,
    "phones": _phones,
    "choice": _choice,
    "choices": _choices,
    "yes_no": _yes_no,
    "integer": _integer,
    "money": _integer,
    "decimal": _decimal,
    "birth": _birth,
    "identifiers": _identifiers,
}
