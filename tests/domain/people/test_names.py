"""Names as people write them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.people.names import (
    NameAgreement,
    fold,
    fold_tones,
    given_name,
    name_key,
    names_agree,
    normalise_name,
    sort_key,
    within_one_edit,
)

SYLLABLES = ["Nguyễn", "Đỗ", "Thị", "Văn", "Hoà", "Thuý", "Lý", "Ước", "Ngọc", "Ân"]
names = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=4).map(" ".join)


def test_a_name_is_stored_composed_with_single_spaces_and_its_own_capitals() -> None:
    typed = unicodedata.normalize("NFD", "  NGUYỄN\u00a0Thị\u200b  hoà ")

    assert normalise_name(typed) == "NGUYỄN Thị hoà"


def test_every_apostrophe_is_the_same() -> None:
    assert normalise_name("H’Hen Niê") == normalise_name("H'Hen Niê")


def test_folding_drops_every_mark_and_the_stroke_of_d() -> None:
    assert fold("ĐẶNG Thị Hoà") == "dang thi hoa"
    assert fold(unicodedata.normalize("NFD", "Đặng Ước")) == "dang uoc"


@pytest.mark.parametrize(
    ("left", "right"),
    [("Hoà", "Hòa"), ("Thuý", "Thúy"), ("Lý", "Lí"), ("Mỹ", "mĩ"), ("Quý", "Quí")],
)
def test_spellings_that_writers_disagree_on_are_equal(left: str, right: str) -> None:
    assert fold_tones(left) == fold_tones(right)


@pytest.mark.parametrize(
    ("left", "right"), [("Hoa", "Hoà"), ("Tú", "Tu"), ("Thuý", "Thúi"), ("An", "Ân")]
)
def test_different_names_stay_different(left: str, right: str) -> None:
    assert fold_tones(left) != fold_tones(right)


def test_the_given_name_is_the_last_word() -> None:
    assert given_name("Nguyễn Thị  Hoà ") == "Hoà"
    assert given_name("") == ""


def test_people_are_sorted_by_given_name_in_vietnamese_order() -> None:
    expected = [
        "Trần Văn An",
        "Lê Ăn",
        "Lê Ân",
        "Lê Dũng",
        "Lê Đức",
        "Nguyễn Hoa",
        "Nguyễn Hòa",
        "Trần Hoà",
    ]

    assert sorted(set(expected), key=sort_key) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("Nguyễn Thị Hoà", "NGUYỄN THỊ HÒA", "EQUAL"),
        ("Bà Trần Thị Lan", "Trần Thị Lan", "EQUAL"),
        ("Nguyễn Thị Hoa", "Nguyễn Thị Hoà", "TONELESS_EQUAL"),
        ("Nguyen Van Hung", "Nguyễn Văn Hùng", "TONELESS_EQUAL"),
        ("Ng. V. Hùng", "Nguyễn Văn Hùng", "NEAR"),
        ("Trần Lan", "Trần Thị Lan", "NEAR"),
        ("Hùng Nguyễn Văn", "Nguyễn Văn Hùng", "NEAR"),
        ("Nguyễn Văn Hugn", "Nguyễn Văn Hùng", "NEAR"),
        ("Lê Văn Lan", "Trần Thị Lan", "GIVEN_ONLY"),
        ("Nguyễn Văn Hùng", "Nguyễn Văn Bình", "DIFFERENT"),
        ("", "Trần Thị Lan", "MISSING"),
    ],
)
def test_names_agree_by_degrees(left: str, right: str, expected: str) -> None:
    assert names_agree(left, right) is NameAgreement[expected]


@given(names, names)
def test_names_that_agree_but_for_their_marks_have_one_key(
    left: str, right: str
) -> None:
    agree = names_agree(left, right) >= NameAgreement.TONELESS_EQUAL

    assert agree == (name_key(left) == name_key(right))


@given(names, names)
def test_agreement_is_the_same_from_both_sides(left: str, right: str) -> None:
    assert names_agree(left, right) is names_agree(right, left)


@given(names)
def test_a_name_agrees_with_itself_however_unicode_composes_it(name: str) -> None:
    apart = unicodedata.normalize("NFD", name)

    assert names_agree(name, apart) is NameAgreement.EQUAL
    assert fold(apart) == fold(name)
    assert sort_key(apart) == sort_key(name)


@given(st.text(max_size=30))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise_name(text)

    assert normalise_name(once) == once
    assert fold(fold(text)) == fold(text)


@given(st.text("abc", max_size=6), st.integers(0, 6), st.sampled_from("abcd"))
def test_one_edit_away_is_seen(word: str, at: int, char: str) -> None:
    at = min(at, len(word))

    assert within_one_edit(word, word[:at] + char + word[at:])
    assert within_one_edit(word[:at] + word[at + 1 :], word)
    assert within_one_edit(word, word[:at] + char + word[at + 1 :])
    assert not within_one_edit(word, word + "dd")
