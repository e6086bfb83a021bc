"""Parts of a registry laid together: the same as the whole, and never held twice."""

import tracemalloc
from collections.abc import Iterator
from weakref import ref

import numpy as np
import pytest

from server.domain.matching import linkage, pairs, whole
from server.domain.matching.features import Features, Person
from server.domain.matching.joining import Growing, join
from server.domain.matching.model import load_model
from server.domain.matching.scoring import Prepared, score_many
from server.domain.matching.table import Array, Table, table_of
from server.domain.matching.whole import bits_of, score_all
from server.domain.matching.words import Relations


def records(begin: int, end: int) -> list[Features]:
    found = []
    for number in range(begin, end):
        words = ("nguyen", f"x{number % 7}", f"a{number % 11}")
        people = [Person(words, year=1950 + number % 60, relation=1 + line % 3)
                  for line in range(number % 4)]  # fmt: skip
        found.append(
            Features(f"r{number}", (*people,), ward="1", phones=(f"09{number:08}",))
        )
    return found


def test_parts_laid_together_are_the_whole() -> None:
    whole_table = table_of(records(0, 60))

    parts = join(table_of(records(at, at + 20)) for at in (0, 20, 40))

    assert parts.ids == whole_table.ids
    assert parts.first.tolist() == whole_table.first.tolist()
    assert sorted(parts.words) == sorted(whole_table.words)
    for name, column in whole_table.records.items():
        assert np.array_equal(parts.records[name], column, equal_nan=True), name
        assert parts.records[name].dtype == column.dtype
    for name, column in whole_table.persons.items():
        if name not in ("family", "given", "middle"):
            assert parts.persons[name].tolist() == column.tolist(), name
        assert parts.persons[name].dtype == column.dtype
    assert [*_named(parts)] == [*_named(whole_table)]


def test_records_of_nobody_can_be_laid_together() -> None:
    table = join(table_of([Features(each)]) for each in "ab")

    assert table.ids == ["a", "b"]
    assert table.first.tolist() == [0, 0, 0]
    assert len(table.persons["given"]) == 1
    assert len(join([])) == 0


def test_no_part_is_held_when_the_next_one_is_asked_for() -> None:
    held: list[ref[Array]] = []

    def parts() -> Iterator[Table]:
        for at in range(0, 60, 10):
            # The one before may still be in the hands of who asks.
            assert sum(each() is not None for each in held) <= 1
            part = table_of(records(at, at + 10))
            held.append(ref(part.persons["bag"]))
            yield part
            del part

    assert len(join(parts())) == 60


def test_a_column_keeps_what_was_laid_into_it() -> None:
    column = Growing()
    for end in range(1, 50):
        column.add(np.full((end, 2), end, np.int16))

    found = column.whole()

    assert len(found) == sum(range(1, 50))
    assert found[:, 1].tolist() == [end for end in range(1, 50) for _ in range(end)]


def test_pairs_do_not_depend_on_how_many_keys_are_taken_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys = np.arange(3000, dtype=np.int64) * 7919 % 701
    owners = np.arange(3000, dtype=np.int32) % 400
    at_once = pairs.pairs_of_keys(keys, owners, 400)

    monkeypatch.setattr(pairs, "MANY", 97)
    some = pairs.pairs_of_keys(keys, owners, 400)
    left, right = pairs.sides(some, 400)

    assert some.tolist() == at_once.tolist() == sorted(set(at_once.tolist()))
    assert (left.astype(np.int64) * 400 + right).tolist() == some.tolist()


def test_pairs_are_found_in_little_more_room_than_they_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pairs, "MANY", 1 << 12)
    keys = np.arange(1 << 17, dtype=np.int64) // 7 * 104_729
    owners = np.arange(1 << 17, dtype=np.int32)
    tracemalloc.start()

    codes = pairs.pairs_of_keys(keys, owners, 1 << 17)

    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(codes) > 1 << 18
    assert most < 1.4 * codes.nbytes


def test_scores_do_not_depend_on_how_many_pairs_are_scored_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model, table = load_model(), table_of(records(0, 60))
    prepared = Prepared(table, Relations(table.words), bits_of(table))
    left, right = np.triu_indices(60, 1)
    expected = score_many(model, prepared, left, right)

    monkeypatch.setattr(whole, "CHUNK", 101)
    found = score_all(model, prepared, left, right, lambda *_: None)

    assert found.tolist() == expected.tolist()
    assert len(score_all(model, prepared, left[:0], right[:0], lambda *_: None)) == 0


def test_what_hangs_together_does_not_depend_on_how_many_pairs_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    label = np.array([0, 0, 2, 2, 0])
    left, right = np.triu_indices(5, 1)
    expected = label[left] == label[right]

    monkeypatch.setattr(linkage, "PART", 3)

    assert linkage.are_inside(label, left, right).tolist() == expected.tolist()


def _named(table: Table) -> Iterator[tuple[str, ...]]:
    names = ["", *table.words]
    for family, given in zip(
        table.persons["family"].tolist(), table.persons["given"].tolist(), strict=True
    ):
        yield names[family], names[given]
