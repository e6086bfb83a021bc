"""How much a register lacks: H, A and M0 of the wards in sight, and as a flat table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from server.areas import queries as areas
from server.domain.actor import Scope
from server.domain.poverty.alkire_foster import AlkireFoster
from server.domain.poverty.pack import Pack
from server.domain.scenarios.multidimensional import (
    Multidimensional,
    Part,
    measure_register,
)
from server.domain.scenarios.population import NOWHERE
from server.domain.scenarios.result import is_small
from server.reports.places import Unit
from server.scenarios import queries
from server.scenarios.counting import in_sight
from server.scenarios.tables import RegisterCut
from server.scenarios.words import indicator_name
from server.web.i18n import _, language
from server.web.listing import Column


@dataclass(frozen=True, slots=True)
class Measured:
    """The measures of some wards by a standard. The residential groups are told apart
    in a single ward only."""

    pack: Pack
    found: Multidimensional
    ward_names: Mapping[int, str]
    group_names: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file: the whole, an indicator, a ward or a residential group."""

    part: str
    name: str
    households: int
    people: int
    poor_households: int
    poor_people: int
    left_out: int
    headcount: Fraction
    intensity: Fraction | None = None
    adjusted: Fraction | None = None
    contribution: Fraction | None = None


def measured(cut: RegisterCut, pack: Pack, unit: Unit, scope: Scope) -> Measured:
    """Measure what somebody sees of a register that was taken."""
    moment = queries.moment_of_cut(cut)
    population = in_sight(queries.population_of(cut), unit, scope, moment)
    wards = {
        **{each.id: each.name for each in unit.wards},
        NOWHERE: _("Chưa rõ phường"),
    }
    groups = _group_names(unit)
    found = measure_register(population, pack, by_group=bool(groups))
    return Measured(pack, found, wards, groups)


def _group_names(unit: Unit) -> dict[int, str]:
    if len(unit.wards) != 1:
        return {}
    day = None if unit.are_of_today else unit.on
    groups = areas.groups_of(unit.wards[0].id, day)
    return {
        **{each.id: each.name for each in groups},
        **({NOWHERE: _("Chưa rõ tổ")} if groups else {}),
    }


def percent(share: Fraction) -> Decimal:
    """A share of a hundred, to one decimal."""
    return _rounded(share * 100, "0.1")


def ratio(share: Fraction) -> Decimal:
    """A share of one, to three decimals, as M0 is published."""
    return _rounded(share, "0.001")


def in_words(value: Decimal) -> str:
    """With all its decimals, so that numbers of a column stand below each other."""
    return str(value).replace(".", ",") if language() == "vi" else str(value)


def columns() -> tuple[Column, ...]:
    """What a row of the file says."""
    return (
        Column("part", _("Chia theo"), lambda row: row.part),
        Column("name", _("Nhóm"), lambda row: row.name),
        _number("households", _("Số hộ được đo")),
        _number("people", _("Số người được đo")),
        _number("left_out", _("Số hộ thiếu câu trả lời, để riêng")),
        _number("poor_households", _("Số hộ thiếu hụt đa chiều")),
        _number("poor_people", _("Số người thiếu hụt đa chiều")),
        _share("headcount", _("H hoặc tỷ lệ của chỉ số (%)")),
        _share("intensity", _("A (%)")),
        Column("adjusted", "M0", lambda row:
               None if row.adjusted is None else ratio(row.adjusted), kind="number"),
        _share("contribution", _("Phần trong M0 (%)")),
        Column("small", _("Lưu ý"), lambda row: _("dưới 5 hộ, chỉ dùng nội bộ")
               if is_small(row.poor_households) or is_small(row.households) else ""),
    )  # fmt: skip


def rows(made: Measured) -> Iterator[Row]:
    """The whole, then the indicators in the order of the standard, then wards and groups."""
    whole = made.found.whole
    yield _of_part(_("Toàn bộ"), "", whole, Fraction(bool(whole.people.poor)))
    for mine, people in zip(
        whole.households.indicators, whole.people.indicators, strict=True
    ):
        yield Row(
            part=_("Chỉ số"),
            name=indicator_name(made.pack.indicators[mine.place]),
            households=whole.households.people,
            people=whole.people.people,
            poor_households=mine.lacking_poor,
            poor_people=people.lacking_poor,
            left_out=whole.households.left_out,
            headcount=people.censored,
            contribution=people.contribution,
        )
    for each in made.found.wards:
        name = made.ward_names.get(each.area, "")
        yield _of_part(_("Phường, xã"), name, each.part, each.contribution)
    for each in made.found.residential_groups:
        name = made.group_names.get(each.area, "")
        yield _of_part(_("Tổ dân phố"), name, each.part, each.contribution)


def _of_part(part: str, name: str, held: Part, contribution: Fraction) -> Row:
    people: AlkireFoster = held.people
    return Row(
        part=part,
        name=name,
        households=held.households.people,
        people=people.people,
        poor_households=held.households.poor,
        poor_people=people.poor,
        left_out=held.households.left_out,
        headcount=people.headcount,
        intensity=people.intensity,
        adjusted=people.adjusted,
        contribution=contribution,
    )


def _number(key: str, label: str) -> Column:
    return Column(key, label, lambda row: getattr(row, key), kind="number")


def _share(key: str, label: str) -> Column:
    def value(row: Row) -> Decimal | None:
        held = getattr(row, key)
        return None if held is None else percent(held)

    return Column(key, label, value, kind="number")


def _rounded(share: Fraction, places: str) -> Decimal:
    exact = Decimal(share.numerator) / Decimal(share.denominator)
    return exact.quantize(Decimal(places), ROUND_HALF_UP)
