"""What the pages of plans send.

A plan's lines come as fields with a number behind their name, as many as there are; the
form always has some blank ones, and blank lines are left out.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from marshmallow import Schema, fields, validate

from server.domain.plans.plan import (
    LISTS,
    STATES,
    Activity,
    NoneLeft,
    Plan,
    Target,
)
from server.domain.problems import Problem, Refused


def _text(label: str, longest: int = 300) -> fields.String:
    return fields.String(
        load_default="",
        validate=validate.Length(max=longest),
        metadata={"label": label},
    )


class PlanSchema(Schema):
    """The head of a plan."""

    number = _text("Số kế hoạch", 100)
    title = _text("Tên kế hoạch")
    issuer = _text("Cơ quan ban hành")
    signed_on = fields.Date(load_default=None, metadata={"label": "Ngày ký"})
    area_code = _text("Mã địa bàn", 20)
    standard = _text("Chuẩn nghèo", 50)
    start = fields.Date(required=True, metadata={"label": "Từ ngày"})
    end = fields.Date(required=True, metadata={"label": "Đến ngày"})
    source = _text("Theo văn bản", 500)
    unknown = _text("Chưa biết về kế hoạch", 5000)


class ActivityStateSchema(Schema):
    """Where an activity stands."""

    activity_key = _text("Hoạt động", 50)
    state = fields.String(
        required=True,
        validate=validate.OneOf(STATES),
        metadata={"label": "Tình trạng"},
    )
    note = _text("Ghi chú", 1000)


class PlanFileSchema(Schema):
    """A plan to be entered: one that comes along, or a file (sent beside)."""

    example = _text("Kế hoạch mẫu", 100)


def plan_from(
    head: Mapping[str, Any], form: Mapping[str, str], key: str, before: Plan | None
) -> Plan:
    """The plan that a form describes. What was typed is known from a document; what was
    not touched keeps how well it was known."""
    targets = {(t.category, t.area_code): t for t in before.targets} if before else {}
    activities = {each.key: each for each in before.activities} if before else {}
    standard_quality = "official"
    if before is not None and before.standard == head["standard"]:
        standard_quality = before.standard_quality
    lines = head["unknown"].splitlines()
    return Plan(
        key=key,
        number=head["number"].strip(),
        title=head["title"].strip(),
        issuer=head["issuer"].strip(),
        signed_on=head["signed_on"],
        area_code=head["area_code"].strip(),
        standard=head["standard"],
        standard_quality=standard_quality,
        start=head["start"],
        end=head["end"],
        source=head["source"].strip(),
        targets=tuple(_targets(form, targets)),
        none_left=tuple(_none_left(form, before)),
        activities=tuple(_activities(form, activities)),
        unknown=tuple(each.strip() for each in lines if each.strip()),
    )


def _targets(
    form: Mapping[str, str], before: Mapping[tuple[str, str | None], Target]
) -> Iterator[Target]:
    for name, text in form.items():
        parts = name.split(":")
        if parts[0] != "target" or len(parts) != 3 or not text.strip():
            continue
        category, code = parts[1], parts[2] or None
        if category not in LISTS:
            continue
        if not text.strip().isdecimal() or len(text.strip()) > 7:
            raise Refused(Problem("plan_target_size", name, {"value": text}))
        measure = form.get(f"measure:{category}", "net")
        made = Target(category, int(text), code, measure, "official")
        held = before.get((category, code))
        if held and (held.reduce_by, held.measure) == (made.reduce_by, measure):
            made = held
        yield made


def _none_left(form: Mapping[str, str], before: Plan | None) -> Iterator[NoneLeft]:
    for category in LISTS:
        if form.get(f"none_left:{category}"):
            held = before.none_left if before else ()
            known = (each for each in held if each.category == category)
            yield next(known, NoneLeft("merit", category, "official"))


def _activities(
    form: Mapping[str, str], before: Mapping[str, Activity]
) -> Iterator[Activity]:
    names = [name for name in form if name.startswith("activity_name:")]
    for name in names:
        key = name.partition(":")[2]
        said = form[name].strip()
        unit = form.get(f"activity_unit:{key}", "").strip()
        due = _day(form.get(f"activity_due:{key}", ""))
        if not said and not unit and due is None:
            continue
        made = Activity(
            "" if key.startswith("new") else key, said, unit, due, "official"
        )
        held = before.get(key)
        is_same = held and (held.name, held.unit, held.due) == (said, unit, due)
        yield held if held and is_same else made


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text.strip() else None
    except ValueError as error:
        raise Refused(
            Problem("form_field_not_a_day", "due", {"label": "Hạn", "value": text})
        ) from error
