"""A score table as people type it: in Excel, in Vietnamese, with what they get wrong."""

import hashlib

import pytest

from server.domain.poverty.load import load_pack
from server.domain.poverty.pack import Quality, ScoreTable, Source
from server.domain.poverty.score_sheet import (
    ScoreSheetError,
    code_of,
    example_of,
    read_score_table,
)
from tests.invented_table import ITEMS, TABLE

SOURCE = Source("table", "A table for the tests", Quality.OFFICIAL)
NAMES = tuple((n, f"mục {n}", f"item {n}") for n in range(1, ITEMS + 1))


def read(text: str) -> ScoreTable:
    content = text.encode()
    checksum = hashlib.sha256(content).hexdigest()
    return read_score_table(content, checksum, NAMES, (), SOURCE, "b1.csv")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_spreadsheet_of_vietnam_may_have_written_it(separator: str) -> None:
    text = TABLE.replace('"bê tông, ngói"', "bê tông").replace(",", separator)

    table = read(text.replace("\n", "\r\n"))

    assert table.regions == ("ThanhThi", "NongThon")
    assert table.name_of(2) == ("Mái nhà (bịa)", "Mái nhà (bịa)")
    assert table.several == (3,)
    assert table.options_of(2)[0].hint == ("bê tông", "bê tông")
    assert dict(table.options_of(1)[1].points) == {"ThanhThi": 55, "NongThon": 60}
    assert table.is_complete


def test_a_code_is_made_of_the_words_when_none_is_given() -> None:
    table = read("mục,lựa chọn,D\n1,Từ 20 đến dưới 30 m2,5\n")

    assert table.options_of(1)[0].option == "tu_20_den_duoi_30_m2"
    assert code_of("  Ô tô / xe máy ") == "o_to_xe_may"


def test_an_item_with_a_line_worth_nothing_needs_no_none_of_these() -> None:
    table = read(TABLE)

    assert [table.is_exhaustive(n) for n in range(1, 5)] == [True, False, False, False]


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("mục,D\n1,5\n", "score_sheet_columns", "mục,D"),
        ("mục,lựa chọn,D D\n1,a,5\n", "score_sheet_region", "D D"),
        ("mục,lựa chọn,D\n1,a,-5\n", "score_sheet_points", "-5"),
        ("mục,lựa chọn,D\n1,a,5\n9,b,5\n", "score_sheet_item", "9"),
        ("mục,lựa chọn,D\nmột,a,5\n", "score_sheet_item", "một"),
        ("mục,lựa chọn,D\n1,Nhà,5\n1,nhà,6\n", "score_sheet_twice", "1 nha"),
        ("mục,lựa chọn,D\n1,Unknown,5\n", "score_sheet_option", "unknown"),
        ("mục,lựa chọn,D\n1,=cmd(),5\n", "score_sheet_words", "=cmd()"),
        ("mục,tên mục,lựa chọn,D\n1,A,a,5\n1,B,b,5\n", "score_sheet_other_name", "B"),
    ],
)
def test_what_is_wrong_is_said_with_its_value(text: str, code: str, said: str) -> None:
    with pytest.raises(ScoreSheetError) as refused:
        read(text)

    problem = refused.value.problem
    assert problem.code == code
    assert said in problem.sentence("vi")
    assert "?" not in problem.sentence("vi") + problem.sentence("en")


def test_the_example_of_a_standard_holds_what_was_read_and_no_point_more() -> None:
    known = load_pack("vn-2016").score_table
    assert known is not None
    text = example_of(known).decode("utf-8-sig")

    again = read_score_table(
        text.encode(), hashlib.sha256(text.encode()).hexdigest(), known.item_names,
        known.several, SOURCE, "b1.csv",
    )  # fmt: skip

    assert again.options == known.options
    assert again.missing_items == known.missing_items
    assert len(example_of(None).decode().splitlines()) == 1
