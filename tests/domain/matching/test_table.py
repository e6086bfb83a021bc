"""Columns say of each record and person what the record itself says."""

from itertools import chain

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.matching.features import (
    MAX_WORDS,
    Features,
    Person,
    from_json,
    from_many,
    to_json,
)
from server.domain.matching.table import (
    MIDDLE,
    NUMBERS,
    PHONES,
    STREET,
    code,
    phones_of,
    table_of,
)

some_words = st.lists(st.sampled_from(["an", "ba", "ca", "da", "e"]), max_size=8).map(
    tuple
)
number = st.sampled_from(("", "012345678", "001080000001"))
people = st.builds(
    Person, words=some_words, toned=st.sampled_from(("", "án")), sex=st.integers(0, 2),
    year=st.integers(0, 2030), month=st.integers(0, 12), day=st.integers(0, 31),
    precision=st.integers(0, 3), personal=number, card=number, phone=number,
    relation=st.integers(0, 3),
)  # fmt: skip
place = st.none() | st.floats(8, 24)
records = st.builds(
    Features, st.text(max_size=4), st.lists(people, max_size=3).map(tuple),
    ward=st.sampled_from(("", "00178")), numbers=some_words, street=some_words,
    phones=some_words, latitude=place, longitude=place, accuracy=place,
    entity=st.sampled_from(("", "e")), group=st.just("7"), at=st.just(20_000.5),
    enumerator=st.just(""), same_family=st.just(""),
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.lists(records, max_size=4))
def test_columns_say_what_records_say(given_records: list[Features]) -> None:
    table = table_of(given_records)

    persons = [*chain.from_iterable(each.persons for each in given_records)]
    assert table.ids == [each.record_id for each in given_records]
    assert np.diff(table.first).tolist() == [len(r.persons) for r in given_records]
    for row, record in enumerate(given_records):
        for name, texts, width in (
            ("phones", phones_of(record), PHONES),
            ("numbers", record.numbers, NUMBERS),
            ("street", record.street, STREET),
        ):
            codes = [code(text) for text in texts[:width]]
            expected = codes + [0] * (width - len(codes))
            assert table.records[name][row].tolist() == expected
        assert table.records["ward"][row] == code(record.ward)
        has_place = None not in (record.latitude, record.longitude)
        assert np.isnan(table.records["latitude"][row]) != has_place
        assert np.isnan(table.records["longitude"][row]) != has_place
        heads = [n for n, person in enumerate(record.persons) if person.relation == 1]
        head = table.records["head"][row] - table.first[row]
        assert head == (heads[0] if heads else 0)
    for row, person in enumerate(persons):
        assert names(table.words, table.persons, row) == person.words[:MAX_WORDS]
        assert table.persons["full"][row] == code(" ".join(person.words))
        assert table.persons["personal"][row] == int(person.personal or 0)
        assert table.persons["card_length"][row] == len(person.card)
        for other, another in enumerate(persons):
            is_reordered = sorted(person.words) == sorted(another.words)
            bags = table.persons["bag"][[row, other]]
            assert (bags[0] == bags[1]) == is_reordered


def names(
    words: list[str], columns: dict[str, np.ndarray], row: int
) -> tuple[str, ...]:
    """The words of a name, put together again from its columns."""
    middle = columns["middle"][row]
    assert middle.shape == (MIDDLE,)
    parts = (columns["family"][row], *middle, columns["given"][row])
    return tuple(words[part - 1] for part in parts if part)


@settings(max_examples=15, deadline=None)
@given(st.lists(records, max_size=4))
def test_records_read_together_are_those_read_one_by_one(some: list[Features]) -> None:
    texts = [to_json(each) for each in some]

    assert from_many(texts) == [from_json(text) for text in texts] == some
