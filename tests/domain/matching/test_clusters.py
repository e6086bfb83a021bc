"""Components of records under judgements."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.matching.clusters import cluster
from server.domain.matching.judgement import Judgement, Verdict, pair

START = datetime(2026, 11, 2, 8, tzinfo=UTC)
RECORDS = tuple("abcdefg")


def judged(
    left: str, right: str, verdict: Verdict, *, minute: int = 0, by_staff: bool = True
) -> Judgement:
    return Judgement(
        left,
        right,
        verdict,
        by_staff,
        START + timedelta(minutes=minute),
        f"{left}{right}{verdict}{minute}",
    )


def same(left: str, right: str, **more: Any) -> Judgement:
    return judged(left, right, Verdict.SAME, **more)


def different(left: str, right: str, **more: Any) -> Judgement:
    return judged(left, right, Verdict.DIFFERENT, **more)


judgements = st.lists(
    st.builds(
        lambda sides, verdict, minute, by_staff: judged(
            sides[0], sides[1], verdict, minute=minute, by_staff=by_staff
        ),
        st.sampled_from([(a, b) for a in RECORDS for b in RECORDS]),
        st.sampled_from(Verdict),
        st.integers(0, 3),
        st.booleans(),
    ),
    max_size=14,
)


def test_records_joined_by_same_judgements_are_one_household() -> None:
    found = cluster("abcd", [same("a", "b"), same("c", "b")])

    assert found.components == (frozenset("abc"), frozenset("d"))
    assert found.of("c") == frozenset("abc")


def test_an_unsure_judgement_joins_nothing() -> None:
    found = cluster("ab", [judged("a", "b", Verdict.UNSURE)])

    assert len(found.components) == 2


def test_different_wins_through_a_third_record() -> None:
    late = same("b", "c", minute=2)

    found = cluster("abc", [same("a", "b"), late, different("c", "a", minute=9)])

    assert found.components == (frozenset("ab"), frozenset("c"))
    assert [link.judgement for link in found.refused] == [late]
    assert found.refused[0].blocked_by == ("a", "c")


def test_a_direct_same_and_different_on_one_pair_stay_apart() -> None:
    found = cluster("ab", [same("a", "b", minute=5), different("a", "b")])

    assert len(found.components) == 2
    assert len(found.refused) == 1


def test_what_staff_said_is_applied_before_what_the_system_said() -> None:
    by_system = same("a", "b", by_staff=False)
    by_staff = same("b", "c", minute=60)

    found = cluster("abc", [by_system, by_staff, different("a", "c")])

    assert found.of("b") == frozenset("bc")
    assert [link.judgement for link in found.refused] == [by_system]


def test_judgements_about_unknown_records_say_nothing() -> None:
    found = cluster("ab", [same("a", "x"), same("x", "b"), different("a", "a")])

    assert found.components == (frozenset("a"), frozenset("b"))


def test_asking_for_a_record_that_was_not_given_is_an_error() -> None:
    with pytest.raises(KeyError):
        cluster("a", []).of("z")


def test_a_pair_has_one_key_from_both_sides() -> None:
    assert pair("b", "a") == pair("a", "b") == ("a", "b")


@given(judgements, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(
    said: list[Judgement], shuffler: Random
) -> None:
    expected = cluster(RECORDS, said)
    records, mixed = list(RECORDS), list(said)
    shuffler.shuffle(records)
    shuffler.shuffle(mixed)

    assert cluster(records, mixed) == expected


@given(judgements)
def test_no_household_ever_contains_a_different_pair(said: list[Judgement]) -> None:
    found = cluster(RECORDS, said)

    for judgement in said:
        if judgement.verdict is Verdict.DIFFERENT and judgement.left != judgement.right:
            assert found.of(judgement.left) != found.of(judgement.right)


@given(judgements)
def test_every_record_is_in_exactly_one_household(said: list[Judgement]) -> None:
    found = cluster(RECORDS, said)

    assert sorted(r for part in found.components for r in part) == sorted(RECORDS)


@given(judgements)
def test_a_same_judgement_is_either_applied_or_reported(said: list[Judgement]) -> None:
    found = cluster(RECORDS, said)
    refused = {link.judgement for link in found.refused}

    for judgement in said:
        if judgement.verdict is Verdict.SAME and judgement not in refused:
            assert found.of(judgement.left) == found.of(judgement.right)


@given(judgements)
def test_an_unrelated_record_changes_nothing(said: list[Judgement]) -> None:
    alone = cluster(RECORDS, said)

    with_other = cluster([*RECORDS, "z"], said)

    assert with_other.components == (*alone.components, frozenset("z"))
    assert with_other.refused == alone.refused


def test_when_the_system_judged_plays_no_part() -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    apart = Judgement("b", "c", Verdict.DIFFERENT, by_staff=True, at=late, id="9")

    def joined(first: datetime, second: datetime) -> tuple[frozenset[str], ...]:
        same = [
            Judgement("a", "b", Verdict.SAME, by_staff=False, at=first, id="1"),
            Judgement("a", "c", Verdict.SAME, by_staff=False, at=second, id="2"),
        ]
        return cluster(["a", "b", "c"], [*same, apart]).components

    assert joined(early, late) == joined(late, early)
