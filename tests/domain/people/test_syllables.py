import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.people.syllables import is_syllable, skeleton, sound, toned


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Nguyễn", "nguyen"), ("Nguyeenx", "nguyen"), ("Nguye64n", "nguyen"), ("Nguyênx", "nguyen"),
        ("Đức", "duc"), ("DDuwcs", "duc"), ("Lý", "li"), ("Lí", "li"), ("Quý", "qui"), ("Thuỷ", "thuy"),
        ("H'Mông", "hmong"), ("Ng.", "ng"), ("", ""),
    ],
)  # fmt: skip
def test_a_word_has_one_skeleton_however_it_was_typed(typed: str, meant: str) -> None:
    assert skeleton(typed) == meant


@given(st.text(max_size=12))
def test_a_skeleton_of_a_skeleton_is_itself(word: str) -> None:
    assert skeleton(skeleton(word)) == skeleton(word)


@given(st.text(alphabet="abcdeghiklmnopqrstuvxyfjwz0123456789", max_size=9))
def test_typed_letters_settle_at_once(word: str) -> None:
    assert skeleton(skeleton(word)) == skeleton(word)


def test_words_without_any_mark_have_no_tone() -> None:
    assert toned("Hoa") == ""
    assert toned("Hoà") == toned("hòa") != toned("hoả")


def test_words_that_regions_confuse_sound_alike() -> None:
    assert sound("xuan") == sound("suan")
    assert sound("giang") == sound("dan")


@pytest.mark.parametrize(
    "word", ["nguyen", "hoa", "quynh", "nghiem", "oanh", "y", "gia", "khuya"]
)
def test_real_words_are_syllables(word: str) -> None:
    assert is_syllable(word)
