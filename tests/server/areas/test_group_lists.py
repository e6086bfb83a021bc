import pytest

from server.areas.group_lists import number_in, read_groups


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Tổ 1..Tổ 3", ["Tổ 1", "Tổ 2", "Tổ 3"]),
        ("tổ 1 - 3", ["tổ 1", "tổ 2", "tổ 3"]),
        ("Tổ dân phố số 9 đến 10", ["Tổ dân phố số 9", "Tổ dân phố số 10"]),
        ("1…2", ["Tổ 1", "Tổ 2"]),
        ("Tổ 07", ["Tổ 7"]),
        ("5\n6", ["Tổ 5", "Tổ 6"]),
        ("Khu tập thể Nam Đồng", ["Khu tập thể Nam Đồng"]),
        ("  Tổ   1 \n\n\nTổ 2\r\n", ["Tổ 1", "Tổ 2"]),
        ("Tên tổ;Số hộ\nTổ 1;120\nTổ 2;98", ["Tổ 1", "Tổ 2"]),
        ("Tổ dân phố\tGhi chú\nTổ 1\tgần chợ", ["Tổ 1"]),
        ("", []),
    ],
)
def test_a_list_is_read_as_people_write_it(text: str, names: list[str]) -> None:
    listed = read_groups(text)

    assert [one.name for one in listed] == names
    assert not any(one.problem for one in listed)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Tổ 5..Tổ 1", "group_range_unusable"),
        ("Tổ 1..999", "group_range_unusable"),
        ("Tổ 1..Khu 9", "group_range_unusable"),
        ("Tổ " + "rất dài " * 10, "group_name_long"),
        ("???", "group_name_unreadable"),
    ],
)
def test_what_is_not_understood_says_so(text: str, code: str) -> None:
    (only,) = read_groups(text)

    assert only.problem is not None
    assert only.problem.code == code


def test_a_name_counts_once_however_it_is_written() -> None:
    listed = read_groups("Tổ 1\nTỔ 01\nTổ 2\nto 3", taken=["Tổ 2"])

    problems = [(one.line, one.problem and one.problem.code) for one in listed]
    assert problems == [
        (1, None),
        (2, "group_name_taken"),
        (3, "group_name_taken"),
        (4, None),
    ]


@pytest.mark.parametrize(
    ("name", "number"), [("Tổ 12", 12), ("Tổ dân phố số 3", 3), ("Khu A", None)]
)
def test_the_number_of_a_group_stands_at_the_end(name: str, number: int | None) -> None:
    assert number_in(name) == number
