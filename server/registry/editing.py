"""The form in which staff put one answer of a household right."""

from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from server.areas.queries import groups_of, wards
from server.domain.actor import Scope
from server.domain.households.corrections import parse_path, value_at
from server.domain.problems import Problem, Refused
from server.domain.survey.record import Member
from server.registry import queries
from server.registry.fields import (
    Field,
    find_household_field,
    find_member_field,
    household_sections,
    identity_kinds,
    member_fields,
)
from server.registry.tables import HouseholdRow
from server.registry.typed import NONE_OF_THESE, read_value
from server.registry.words import birth_text, written
from server.web.i18n import _, language

# What is known of somebody who was left out of every survey.
_OF_NEWCOMER = ("full_name", "relation_to_head", "sex", "birth")


@dataclass(frozen=True, slots=True)
class Input:
    """One place to type: `name` is that of the form, `kind` that of the field."""

    name: str
    label: str
    kind: str
    value: str = ""
    chosen: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CorrectionForm:
    """What is asked: one answer, somebody who does not belong, somebody left out; or
    nothing yet, when no answer was chosen."""

    task: str  # choose | answer | remove | add
    person: str = ""
    label: str = ""
    now: str = ""
    inputs: tuple[Input, ...] = ()
    offers: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()


def form_of(row: HouseholdRow, path: str, scope: Scope) -> CorrectionForm:
    """The form for the place that `path` names."""
    household = queries.golden_of(row).household
    members = {member.key: member for member in household.members}
    target = parse_path(path)
    field = find_field(path)
    if target is None or (target.names and field is None):
        return CorrectionForm("choose", offers=_offers(household.members))
    member = members.get(target.member_key or "")
    person = member.full_name if member else ""
    if target.member_key is not None and field is None:
        if member is not None:
            return CorrectionForm("remove", person, now=person)
        fields = [found for n in _OF_NEWCOMER if (found := find_member_field(n))]
        inputs = tuple(
            _input(each, None, scope, row, prefix=f"{each.path}.") for each in fields
        )
        return CorrectionForm("add", inputs=inputs)
    if field is None or (target.member_key is not None and member is None):
        return CorrectionForm("choose", offers=_offers(household.members))
    value = value_at(member or household, target.names)
    return CorrectionForm(
        "answer",
        person,
        field.label(language()),
        written(field, value),
        inputs_of(field, value, scope, row),
    )


def value_of(row: HouseholdRow, path: str, form: MultiDict[str, str]) -> Any:
    """The value that was typed. Raises Refused when it cannot be read."""
    field = find_field(path)
    target = parse_path(path)
    if target is None:
        raise Refused(Problem("correction_path_unknown", path, {"value": path}))
    if field is not None:
        return read_value(field, form)
    members = {member.key for member in queries.golden_of(row).household.members}
    if target.member_key in members or not target.member_key:
        return None
    typed = {
        name: read_value(found, MultiDict({"value": form.get(f"{name}.value", "")}))
        for name in _OF_NEWCOMER
        if (found := find_member_field(name))
    }
    return {name: value for name, value in typed.items() if value is not None}


def find_field(path: str) -> Field | None:
    """The answer a path names; None for a whole person and for what is not offered."""
    target = parse_path(path)
    if target is None or not target.names:
        return None
    name = ".".join(target.names)
    if target.member_key is not None:
        return find_member_field(name)
    return find_household_field(name)


def inputs_of(
    field: Field, value: Any, scope: Scope, row: HouseholdRow
) -> tuple[Input, ...]:
    """Where the right answer is typed: one place, or one for each kind of paper."""
    if field.kind != "identifiers":
        return (_input(field, value, scope, row),)
    return tuple(
        Input(f"number_{kind}", label[language()], "number_text")
        for kind, label in identity_kinds().items()
    )


def _input(
    field: Field, value: Any, scope: Scope, row: HouseholdRow, prefix: str = ""
) -> Input:
    kind = {"ward": "choice", "group": "choice"}.get(field.kind, field.kind)
    choices = _choices(field, scope, row)
    if field.kind == "group" and not choices:
        kind = "text"
    return Input(
        f"{prefix}value",
        field.label(language()),
        kind,
        _typed_now(field, value),
        _chosen_now(value),
        choices,
    )


def _choices(
    field: Field, scope: Scope, row: HouseholdRow
) -> tuple[tuple[str, str], ...]:
    if field.kind == "ward":
        return tuple((area.code, area.name) for area in wards(scope))
    if field.kind == "group":
        groups = groups_of(row.area_id) if row.area_id is not None else []
        return tuple((area.code, area.name) for area in groups)
    if field.kind == "yes_no":
        return (("yes", _("Có")), ("no", _("Không")))
    offered = tuple((code, label[language()]) for code, label in field.choices.items())
    if field.kind == "choices":
        return (*offered, (NONE_OF_THESE, _("Không có gì trong số này")))
    return offered


def _typed_now(field: Field, value: Any) -> str:
    if value is None:
        return ""
    if field.kind == "birth":
        return birth_text(value)
    if field.kind == "phones":
        return ", ".join(value)
    return "" if isinstance(value, bool | tuple) else str(value)


def _chosen_now(value: Any) -> tuple[str, ...]:
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    if isinstance(value, tuple):
        return tuple(str(each) for each in value) or (NONE_OF_THESE,)
    return (str(value),) if value is not None else ()


def _offers(
    members: tuple[Member, ...],
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Every answer that can be put right, under its heading."""
    of_household = tuple(
        (
            section.label(language()),
            tuple((field.path, field.label(language())) for field in section.fields),
        )
        for section in household_sections()
    )
    of_members = tuple(
        (
            member.full_name,
            (
                *(
                    (field.of_member(member.key), field.label(language()))
                    for field in member_fields()
                ),
                (f"members[{member.key}]", _("Người này không thuộc hộ")),
            ),
        )
        for member in members
    )
    newcomer = (_("Thành viên"), (("members[]", _("Thêm một người bị bỏ sót")),))
    return (*of_household, *of_members, newcomer)
