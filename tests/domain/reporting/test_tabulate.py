"""Official tables: what each number counts, and what nobody knows."""

from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings

from server.domain.poverty.load import all_packs, load_pack
from server.domain.reporting.data_cut import pack_cut, unpack_cut
from server.domain.reporting.definition import catalogue
from server.domain.reporting.facts import GROUPS, Child
from server.domain.reporting.register import Register
from server.domain.reporting.table import TOTAL, Table, percent
from server.domain.reporting.tabulate import tabulate
from tests.domain.reporting.registers import any_register, facts, register

CODES = tuple(catalogue().tables)
POOR, NEAR = ("POOR", "a"), ("NEAR_POOR", "a")


def fill(code: str, given: Register) -> Table:
    return tabulate(catalogue().tables[code], given)


def test_there_are_fifteen_tables_in_their_order() -> None:
    assert [each.number for each in catalogue().tables.values()] == [*range(1, 16)]


def test_every_table_is_laid_out_for_every_standard() -> None:
    for code, pack in product(CODES, all_packs()):
        table = fill(code, register({}, {}, {}, pack))

        columns = [each.code for each in table.measures]
        assert len(columns) == len(set(columns))
        assert set(catalogue().terms) >= set(table.definition.uses)
        names = [table.name_of(each) for each in columns]
        assert all(each.vi and each.en for each in names)


@pytest.mark.parametrize("code", CODES)
@settings(max_examples=12)
@given(given=any_register())
def test_every_number_is_the_sum_of_its_households(code: str, given: Register) -> None:
    table = fill(code, given)

    for measure in table.measures:
        for row in table.rows:
            cell = table.cell(row.key, measure.code)
            households = [each for each, _ in cell.counted]
            assert len(households) == len(set(households))
            assert not set(households) & set(cell.unknown)
            if measure.count != "residents" and isinstance(cell.value, int):
                assert cell.value == sum(weight for _, weight in cell.counted)
    assert table.is_sound, table.checks


def test_a_summary_counts_households_and_people_against_all_residents() -> None:
    table = fill(
        "summary",
        register({}, {"p": POOR, "n": NEAR}, {"p": facts(size=4), "n": facts(size=2)}),
    )

    assert [table.cell("a", each.code).value for each in table.measures[:4]] == [
        1000,
        1,
        Decimal("0.10"),
        4,
    ]


def test_without_the_number_of_residents_no_rate_is_given() -> None:
    table = fill("summary", register({}, {"p": POOR}, {"p": facts()}, residents=None))

    assert table.cell(TOTAL, "poor_rate").value is None
    assert table.cell(TOTAL, "poor").value == 1
    assert table.missing[0].places == ("a",)


def test_who_has_no_answers_is_counted_as_not_known_and_named() -> None:
    table = fill("poor_lacks", register({}, {"p": POOR, "q": POOR}, {"p": facts()}))

    assert table.cell(TOTAL, "poor").value == 2
    assert table.cell(TOTAL, "lacks.WATER").value == 0
    missing = {each.column: each.households for each in table.missing}
    assert missing["lacks.WATER"] == ("q",)


def test_a_group_may_overlap_with_another_and_the_table_says_so() -> None:
    both = facts(
        groups={**dict.fromkeys(GROUPS, False), "minority": True, "merit": True}
    )
    table = fill("groups", register({}, {"p": POOR}, {"p": both}))

    assert (
        table.cell("minority", "poor").value == table.cell("merit", "poor").value == 1
    )
    assert table.cell(TOTAL, "poor").value == 1
    assert table.overlap == 1


def test_support_needed_is_counted_within_each_group() -> None:
    merit = {**dict.fromkeys(GROUPS, False), "merit": True}
    known = {
        "p": facts(groups=merit, needs=("housing",)),
        "q": facts(needs=("health",)),
    }
    table = fill("groups", register({}, {"p": POOR, "q": POOR}, known))

    assert table.cell("merit", "poor_needs.housing").counted == (("p", 1),)
    assert table.cell(TOTAL, "poor_needs.health").counted == (("q", 1),)


def test_causes_that_were_not_asked_are_a_row_of_their_own() -> None:
    known = {
        "p": facts(causes=("illness", "capital")),
        "q": facts(causes=None),
        "r": facts(causes=()),
    }
    lists = dict.fromkeys(known, POOR)
    table = fill("causes", register({}, lists, known))

    values = {row.key: table.cell(row.key, "poor").value for row in table.rows}
    assert values["cause-illness"] == values["cause-capital"] == 1
    assert values["cause-not-asked"] == values["cause-none"] == 1
    assert values[TOTAL] == 3
    assert table.cell("cause-illness", "poor_share").value == Decimal("33.33")
    assert table.overlap == 1


def test_ethnic_groups_are_rows_and_the_unknown_one_too() -> None:
    known = {
        "p": facts(ethnicity="08", groups={"minority": True}),
        "q": facts(ethnicity=None, groups={"minority": None}),
    }
    table = fill("ethnicities", register({}, {"p": POOR, "q": NEAR}, known))

    keys = [row.key for row in table.rows]
    assert keys == ["minority", "ethnicity-08", "ethnicity-01", "ethnicity-99", TOTAL]
    assert table.cell("minority", "poor").value == 1
    assert table.cell("ethnicity-99", "near").value == 1
    assert table.cell("minority", "near").unknown == ("q",)


def test_children_are_counted_and_not_their_households() -> None:
    two = (Child(True, False, False), Child(True, None, False))
    table = fill("children", register({}, {"p": POOR}, {"p": facts(children=two)}))

    assert table.cell(TOTAL, "poor_children").counted == (("p", 2),)
    assert table.cell(TOTAL, "poor_no_insurance").value == 2
    assert table.cell(TOTAL, "poor_malnourished").unknown == ("p",)


def test_a_move_between_places_comes_out_even_on_every_row() -> None:
    table = fill(
        "poor_movement",
        register({"p": POOR, "q": POOR}, {"p": ("POOR", "b"), "q": NEAR}, {}),
    )

    assert table.cell("a", "to_near").value == 1
    assert {each.code for each in table.checks} == {"sum_of_rows", "balance"}
    assert table.is_sound


def test_between_two_standards_no_movement_is_given() -> None:
    changed = register({"p": POOR}, {"p": NEAR}, {}, standard_changed=True)
    table = fill("poor_movement", changed)

    assert table.cell(TOTAL, "start").value == 1
    assert table.cell(TOTAL, "to_near").value is None


def test_a_standard_without_indicators_says_that_it_has_none() -> None:
    given = register({}, {"p": POOR}, {"p": facts()}, load_pack("vn-2011"))

    table = fill("poor_lacks", given)

    assert [each.code for each in table.measures] == ["poor"]
    assert table.missing[-1].column == "lacks"


@pytest.mark.parametrize(
    ("part", "whole", "said"), [(1, 3, "33.33"), (2, 3, "66.67"), (1, 800, "0.13")]
)
def test_rates_have_two_decimals_halves_upwards(
    part: int, whole: int, said: str
) -> None:
    assert percent(part, whole) == Decimal(said)


def test_kinds_of_poor_are_counted_where_they_were_recorded() -> None:
    lists = {"a": ("POOR", "x"), "b": ("POOR", "x"), "c": ("POOR", "x")}
    made = register(lists, lists, {}, pack=load_pack("vn-2016"))
    kinds = {"a": "N1", "b": "N2", "c": None}  # c was recognised before kinds were kept
    made = replace(
        made,
        end={key: replace(each, sub=kinds[key]) for key, each in made.end.items()},
    )
    kept = unpack_cut(pack_cut(made)[0], made.pack)

    table = tabulate(catalogue().tables["poor_review"], kept)
    n1, n2 = (table.cells[TOTAL, f"poor_kinds.{kind}"] for kind in ("N1", "N2"))

    assert kept == made
    assert (n1.value, n2.value) == (1, 1)
    assert n1.counted == (("a", 1),)
    assert n1.unknown == n2.unknown == ("c",)
    assert not any(
        code.startswith("poor_kinds")
        for _row, code in tabulate(
            catalogue().tables["poor_review"], register(lists, lists, {})
        ).cells
    )
