"""What was typed, read into what is compared."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.matching.features import AGE, DAY, FEMALE, MALE, UNKNOWN, YEAR
from server.domain.matching.lines import features_of_line
from server.domain.matching.reading import (
    as_digits,
    read_address,
    read_birth,
    read_name,
    read_numbers,
    read_phone,
    told_by_number,
)

LETTERS = (
    "aăâbcdđeêghiklmnoôơpqrstuưvxyfjwz'’.-() \u0300\u0301\u0309\u0303\u0323ỹờệÀĐ019"
)
NOBODY = (0, 0, 0, UNKNOWN)


@settings(max_examples=150, deadline=None)
@given(st.text(LETTERS, max_size=24))
def test_a_name_read_twice_is_read_once(text: str) -> None:
    words, marked = read_name(text)

    assert read_name(" ".join(words))[0] in (words, words[1:])
    assert all(read_name(word)[0] == (word,) for word in words)
    assert not marked or read_name(text)[1] == marked


@settings(max_examples=150, deadline=None)
@given(st.text("0123456789OlIBS .-+", max_size=16))
def test_numbers_read_twice_are_read_once(text: str) -> None:
    personal, card = read_numbers(text)

    assert read_numbers(personal or card) == (personal, card)
    assert read_phone(read_phone(text)) == read_phone(text)


@settings(max_examples=150, deadline=None)
@given(st.text("số ngõạchhẻm KTT P.12/345ABKhâmiêntổ ,", max_size=30))
def test_an_address_says_the_same_however_it_is_capitalised(text: str) -> None:
    assert read_address(text) == read_address(text.upper().lower())


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1970-05-12", (1970, 5, 12, DAY)),
        ("12/05/1970", (1970, 5, 12, DAY)),
        ("12/5/70", (1970, 5, 12, DAY)),
        ("3.4.19", (2019, 4, 3, DAY)),
        ("01/01/1970", (1970, 0, 0, YEAR)),
        ("197O-05-12", (1970, 5, 12, DAY)),
        ("5/1970", (1970, 0, 0, YEAR)),
        ("không nhớ", NOBODY),
    ],
)
def test_a_birth_is_read_as_far_as_it_is_known(
    typed: str, read: tuple[int, int, int, int]
) -> None:
    assert read_birth(typed, None, None, 2021) == read


def test_a_personal_number_tells_the_year_and_the_sex_nobody_gave() -> None:
    assert told_by_number("001147012345", NOBODY, UNKNOWN) == (
        (1947, 0, 0, YEAR),
        FEMALE,
    )
    assert told_by_number("001047012345", (1948, 0, 0, AGE), UNKNOWN) == (
        (1947, 0, 0, YEAR),
        MALE,
    )


def test_what_was_answered_stays_whatever_the_number_says() -> None:
    assert told_by_number("001147012345", (1997, 11, 16, DAY), MALE) == (
        (1997, 11, 16, DAY),
        MALE,
    )
    assert told_by_number("999147012345", NOBODY, UNKNOWN) == (NOBODY, UNKNOWN)


def test_letters_that_look_like_digits_are_read_as_those() -> None:
    assert as_digits("O0l17OO12345") == "001170012345"
    assert as_digits("So 5") == "So 5"


def test_answers_come_in_many_forms_and_mean_the_same() -> None:
    plain = features_of_line(
        {"submission_id": "a", "ward_code": "00178", "hamlet": "7", "lat": 21.0, "lon": 105.8,
         "members": [{"name": "Lê Lan", "sex": "F", "age": 58, "relation": "head"}]}
    )  # fmt: skip
    other = features_of_line(
        {"submission_id": "a", "ward_code": 178, "hamlet": "TDP số 07", "lat": "105,8", "lon": "21,0",
         "members": [{"name": "Lê Lan", "sex": "Nữ", "age": "58 tuổi", "relation": "Chủ hộ"}]}
    )  # fmt: skip

    assert other == plain
