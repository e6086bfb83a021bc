"""Points add up, but only a whole table with every item answered makes a total."""

import hashlib

import pytest

from server.domain.poverty.load import load_pack
from server.domain.poverty.pack import Quality, ScoreTable, Source
from server.domain.poverty.reading import PackError
from server.domain.poverty.score_sheet import read_score_table
from server.domain.poverty.scoring import score, why_no_total

SOURCE = Source("table", "A table for the tests", Quality.OFFICIAL)
ITEMS = ((1, "Số người", "Size"), (2, "Nhà ở", "House"))
TABLE = "item,option,RRD,URB\n1,one,75,80\n1,two,60,55\n2,wall,0,10\n2,column,15,0\n"


def table(
    text: str = TABLE, items: tuple[tuple[int, str, str], ...] = ITEMS
) -> ScoreTable:
    content = text.encode()
    checksum = hashlib.sha256(content).hexdigest()
    return read_score_table(content, checksum, items, (2,), SOURCE, "b1.csv")


def partial() -> ScoreTable:
    found = load_pack("vn-2016").score_table
    assert found is not None
    return found


def test_a_whole_table_with_every_item_answered_gives_the_total() -> None:
    found = score(table(), "RRD", {1: ["two"], 2: ["wall", "column"]})

    assert found.total == 75
    assert found.points == ((1, "two", 60), (2, "wall", 0), (2, "column", 15))


def test_none_of_the_options_is_an_answer_worth_nothing() -> None:
    found = score(table(), "URB", {1: ["one"], 2: []})

    assert found.total == 80


def test_an_unanswered_item_leaves_no_total() -> None:
    found = score(table(), "URB", {1: ["one"]})

    assert found.total is None
    assert found.unanswered_items == (2,)
    assert found.subtotal == 80


def test_a_partial_table_claims_no_total_and_names_what_was_not_read() -> None:
    answered: dict[int, list[str]] = {item: [] for item in range(1, 7)}

    found = score(partial(), "URB", {**answered, 1: ["one_person"]})

    assert found.total is None
    assert found.unanswered_items == ()
    assert found.unread_items == (7, 8, 9, 10, 11, 12, 13)
    assert not partial().is_complete


def test_why_there_is_no_total_is_said_item_by_item() -> None:
    unread = score(partial(), "URB", {1: ["one_person"]})
    open_item = score(table(), "URB", {1: ["one"]})
    whole = score(table(), "URB", {1: ["one"], 2: []})

    assert (why_no_total(unread, partial(), "vi") or "").startswith(
        "Chưa có tổng điểm B1: bảng điểm thiếu mục 7 (Diện tích bình quân đầu người), 8"
    )
    assert why_no_total(open_item, table(), "en") == (
        "No B1 total: not answered are items 2 (House)."
    )
    assert why_no_total(whole, table()) is None


def test_the_partial_table_has_the_points_that_could_be_read() -> None:
    rows = {(row.item, row.option): dict(row.points) for row in partial().options}

    assert list(rows[1, "one_person"].values()) == [75, 75, 70, 75, 70, 65, 80]
    assert rows[5, "two_or_more_pensions"]["NMM"] == 50
    assert all(row["URB"] == 0 for key, row in rows.items() if "more_than" in key[1])


@pytest.mark.parametrize(
    ("region", "chosen"),
    [
        ("MARS", {1: ["one"]}),
        ("URB", {1: ["ten"]}),
        ("URB", {9: ["one"]}),
        ("URB", {1: ["one", "two"]}),
    ],
)
def test_an_answer_that_the_table_does_not_know_is_a_bug(
    region: str, chosen: dict[int, list[str]]
) -> None:
    with pytest.raises(ValueError):
        score(table(), region, chosen)


def test_a_table_that_nobody_signed_off_is_refused() -> None:
    checksum = hashlib.sha256(TABLE.encode()).hexdigest()
    changed = TABLE.replace("75", "76").encode()

    with pytest.raises(PackError, match="checksum"):
        read_score_table(changed, checksum, ITEMS, (2,), SOURCE, "b1.csv")


@pytest.mark.parametrize(
    "text",
    [
        "item,option,RRD,URB\n",
        "item,option\n1,one\n",
        "option,RRD\none,5\n",
        "item,option,RRD,RRD\n1,one,5,5\n",
        "item,option,RRD,URB\n1,one,5\n",
        "item,option,RRD,URB\n1,one,5,many\n",
        "item,option,RRD,URB\n1,one,5,5\n1,one,6,6\n",
        "item,option,RRD,URB\n7,one,5,5\n",
    ],
)
def test_a_malformed_table_is_refused(text: str) -> None:
    with pytest.raises(PackError):
        table(text)
