"""Households and their answers in words, and what happened to them in sentences."""

from collections.abc import Mapping
from typing import Any

from server.audit.tables import AuditEvent
from server.domain.households.corrections import converted, parse_path
from server.domain.people.identity_numbers import mask
from server.domain.survey.record import BirthDate
from server.domain.survey.score_answers import NONE
from server.registry.fields import (
    Choices,
    Field,
    find_household_field,
    find_member_field,
    identity_kinds,
)
from server.web.i18n import _, language, money, number


def state_labels() -> dict[str, str]:
    """What a household is in the register."""
    return {
        "live": _("Đang ở địa bàn"),
        "departed": _("Đã chuyển đi hoặc đã xoá"),
        "merged": _("Đã gộp vào hộ khác"),
    }


def unclear_label() -> str:
    """A household of which nobody knows for sure in which ward of today it is."""
    return _("Cần xác nhận địa bàn")


def departure_labels() -> dict[str, str]:
    """How a household leaves the lists."""
    return {
        "moved_out": _("Chuyển đi"),
        "dissolved": _("Xoá hộ (không còn ai ở)"),
    }


def written(field: Field, value: Any) -> str:
    """An answer as people read it; "" when nobody knows."""
    if value is None or value == "":
        return ""
    if field.kind == "yes_no":
        return _("Có") if value else _("Không")
    if field.kind == "choice":
        code = value if isinstance(value, str) else next(iter(value), NONE)
        return chosen(field.choices, code)
    if field.kind == "choices":
        return "; ".join(chosen(field.choices, each) for each in value) or _("Không có")
    if field.kind == "phones":
        return ", ".join(value)
    if field.kind == "birth":
        return birth_text(value)
    if field.kind == "identifiers":
        return ", ".join(mask(each.number) for each in value)
    return _AMOUNTS.get(field.kind, str)(value)


def chosen(choices: Choices, code: str) -> str:
    """A code in words; the code itself when no list knows it any more."""
    label: Mapping[str, str] | None = choices.get(code)
    return label[language()] if label else code


def birth_text(birth: BirthDate | None) -> str:
    """A date of birth as precise as it is known: "1950", "03/1950", "02/03/1950"."""
    if birth is None:
        return ""
    parts = [f"{part:02}" for part in (birth.day, birth.month) if part is not None]
    return "/".join([*parts, str(birth.year)])


def kind_label(kind: str) -> str:
    """Which paper an identity number stands on."""
    return chosen(identity_kinds(), kind)


def place_label(path: str, names: Mapping[str, str]) -> str:
    """What a correction path names: "Trần Thị Hoa: Giới tính". `names` are the people
    by key."""
    if not path.startswith("members["):
        field = find_household_field(path)
        return field.label(language()) if field else path
    key, _bracket, name = path.removeprefix("members[").partition("]")
    person = names.get(key) or _("Người đã bỏ khỏi hộ")
    field = find_member_field(name.removeprefix("."))
    return f"{person}: {field.label(language())}" if field else person


def correction_text(path: str, value: Any) -> str:
    """What a correction says in place of what was surveyed."""
    target = parse_path(path)
    if target is None:
        return ""
    if target.member_key is not None and not target.names:
        return _("không thuộc hộ này") if value is None else value.get("full_name", "")
    name = ".".join(target.names)
    field = find_member_field(name) if target.member_key else find_household_field(name)
    try:
        said = written(field, converted(target, value)) if field else ""
    except ValueError:
        said = ""
    return said or _("bỏ trống")


def sentence_of(event: AuditEvent, names: Mapping[str, str]) -> str:
    """What somebody did, in a sentence; "" for what is of no interest to people."""
    place = place_label(str(event.details.get("path", "")), names)
    return {
        "record.added": _("Ghi một phiếu khảo sát vào sổ."),
        "correction.made": _("Đính chính “{place}”.", place=place),
        "correction.taken_back": _("Lấy lại đính chính “{place}”.", place=place),
        "correction.restored": _(
            "Đính chính “{place}” có hiệu lực trở lại.", place=place
        ),
        "household.moved_out": _("Ghi hộ đã chuyển đi."),
        "household.dissolved": _("Ghi hộ đã xoá."),
        "household.departure_taken_back": _("Lấy lại việc chuyển đi hoặc xoá hộ."),
        "household.numbers_shown": _("Xem đầy đủ số giấy tờ của hộ."),
        "judgement.made": _("Phán quyết một cặp phiếu của hộ."),
        "judgement.undone": _("Lấy lại phán quyết về một cặp phiếu của hộ."),
    }.get(event.action, "")


_AMOUNTS = {"integer": number, "decimal": number, "money": money}
