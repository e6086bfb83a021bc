"""One pair in words and many pairs at once say the same."""

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from server.domain.matching import person_evidence as one
from server.domain.matching import person_levels as many
from server.domain.matching.features import DAY, UNKNOWN, Features, Person
from server.domain.matching.table import table_of
from server.domain.matching.words import Relations

WORDS = (
    "nguyen",
    "nguyn",
    "ng",
    "van",
    "v",
    "thi",
    "hoa",
    "hoan",
    "lan",
    "tran",
    "chan",
    "minh",
    "anh",
    "ah",
)
digits = st.text(alphabet="0123456789", min_size=1, max_size=2)
births = st.one_of(
    st.just((0, 0, 0, UNKNOWN)),
    st.tuples(st.integers(1960, 1984), st.just(0), st.just(0), st.sampled_from((1, 2))),
    st.tuples(st.integers(1960, 1984), st.integers(1, 12), st.integers(1, 28), st.just(DAY)),
)  # fmt: skip
numbers = st.sampled_from(
    ("", "001170012345", "001170012354", "001170021345", "00117001234", "0011700123456", "001171012399", "038170012345")
)  # fmt: skip
cards = st.sampled_from(("", "012345678", "012345687", "112345678", "987654321"))


@st.composite
def persons(draw: st.DrawFn) -> Person:
    words = tuple(draw(st.lists(st.sampled_from(WORDS), max_size=5)))
    toned = draw(st.sampled_from(("", "a", "b")))
    return Person(
        words, toned and " ".join(words) + toned, draw(st.integers(0, 2)), *draw(births),
        draw(numbers), draw(cards), draw(st.sampled_from(("", "0912345678", "0912345679"))), 0,
    )  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(persons(), persons())
@example(Person(("nguyen", "van", "hoa")), Person(("tran", "van", "hoa")))
def test_one_pair_and_many_pairs_agree(left: Person, right: Person) -> None:
    table = table_of([Features("a", (left,)), Features("b", (right,))])
    found = many.levels_of(table, Relations(table.words), np.array([0]), np.array([1]))[
        0
    ]

    assert many.NAME[found[0]] == one.name_level(left, right)
    assert many.BIRTH[found[1]] == one.birth_level(left, right)
    assert many.NUMBER[found[2]] == one.number_level(left, right)
    assert many.PHONE[found[3]] == one.same_level(left.phone, right.phone)
    assert many.SEX[found[4]] == one.same_level(left.sex, right.sex)


@settings(max_examples=200, deadline=None)
@given(persons(), persons())
def test_the_sides_carry_no_meaning(left: Person, right: Person) -> None:
    for level in (one.name_level, one.birth_level, one.number_level):
        assert level(left, right) == level(right, left)
