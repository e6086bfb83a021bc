"""What the pages of scenarios send.

Lines, weights and programmes come as fields with their key behind the name; blank ones
are left as the standard has them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from server import clock
from server.domain.poverty.pack import Pack
from server.domain.problems import Problem, Refused
from server.domain.scenarios.budget import UNITS, Programme
from server.domain.scenarios.result import CLASSES
from server.domain.scenarios.scenario import (
    LONGEST_NAME,
    NamedScenario,
    SupposedLine,
)

PROGRAMMES = 5
LONGEST_NUMBER = 13
PAID = CLASSES[:-1]  # who cannot be classified is paid nothing


def _text(label: str, longest: int) -> fields.String:
    return fields.String(
        load_default="",
        validate=validate.Length(max=longest),
        metadata={"label": label},
    )


def _day(label: str, **given: Any) -> fields.Date:
    """A day that a calendar has another one after."""
    return fields.Date(
        validate=validate.Range(clock.EARLIEST, clock.LATEST),
        metadata={"label": label},
        **given,
    )


class ScenarioSchema(Schema):
    """The head of a scenario."""

    name = _text("Tên kịch bản", LONGEST_NAME)
    standard = _text("Chuẩn nghèo", 50)
    area = _text("Địa bàn", 20)
    on = _day("Tính đến ngày", required=True)
    known_on = _day("Theo những gì biết đến ngày", load_default=None)
    note = _text("Ghi chú", 2000)


class MeasureSchema(Schema):
    """Which register is measured, and of which area."""

    standard = _text("Chuẩn nghèo", 50)
    area = _text("Địa bàn", 20)
    on = _day("Tính đến ngày", load_default=None)
    known_on = _day("Theo những gì biết đến ngày", load_default=None)


class PastDaySchema(MeasureSchema):
    """Which day is assessed once more, by which law, beside the list of which."""

    listed = _text("So với danh sách theo chuẩn", 50)
    on = _day("Ngày", required=True)


def scenario_from(
    head: Mapping[str, Any], form: Mapping[str, Any], pack: Pack
) -> NamedScenario:
    """The scenario that a form describes; what equals the standard is not supposed."""
    cut = _number(form, "cut")
    return NamedScenario(
        name=head["name"].strip(),
        standard=pack.id,
        on=head["on"],
        known_on=head["known_on"],
        lines=tuple(_lines(form, pack)),
        deprivation_cut=None if cut == pack.deprivation_cut else cut,
        weights=dict(_weights(form, pack)),
        programmes=tuple(_programmes(form)),
        note=head["note"].strip(),
    )


def _lines(form: Mapping[str, Any], pack: Pack) -> Iterator[SupposedLine]:
    for line in pack.lines:
        amount = _number(form, f"line:{line.measure}:{line.area_type}:{line.name}")
        if amount is not None and amount != line.amount:
            yield SupposedLine(line.measure, line.area_type, line.name, amount)


def _weights(form: Mapping[str, Any], pack: Pack) -> Iterator[tuple[str, int]]:
    for each in pack.indicators:
        weight = _number(form, f"weight:{each.code}")
        if weight is not None and weight != each.weight:
            yield each.code, weight


def _programmes(form: Mapping[str, Any]) -> Iterator[Programme]:
    for number in range(PROGRAMMES):
        name = str(form.get(f"programme:{number}", "")).strip()[:200]
        amount = _number(form, f"amount:{number}")
        if not name and amount is None:
            continue
        if amount is None:
            values = {"value": name}
            raise Refused(Problem("programme_incomplete", "programmes", values))
        unit = str(form.get(f"unit:{number}", UNITS[0]))
        yield Programme(
            name=name,
            amount=amount,
            unit=unit if unit in UNITS else UNITS[0],
            times=_number(form, f"times:{number}") or 1,
            categories=tuple(
                each for each in PAID if form.get(f"paid:{number}:{each}")
            ),
            source=str(form.get(f"source:{number}", "")).strip()[:500],
        )


def _number(form: Mapping[str, Any], name: str) -> int | None:
    """A whole number as people write it: 1.500.000 or 1500000; None when it is blank."""
    text = str(form.get(name, "")).strip()
    plain = "".join(each for each in text if each not in " .,\u00a0")
    if not plain:
        return None
    if not plain.isdecimal() or len(plain) > LONGEST_NUMBER:
        raise Refused(Problem("scenario_not_a_number", name, {"value": text[:40]}))
    return int(plain)
