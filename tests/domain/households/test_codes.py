"""Household ids and printable codes."""

from datetime import date
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from server.domain.households.codes import (
    ALPHABET,
    Seed,
    assign_identities,
    household_code,
    household_seed,
    normalise_code,
)
from server.domain.survey.record import EntityClaim
from tests.domain.households.records import survey_record

A, B, C = (UUID(int=n << 90, version=4) for n in (1, 2, 3))
codes = st.uuids().map(household_code)


@given(st.uuids())
def test_a_printed_code_is_read_back_as_itself(household_id: UUID) -> None:
    code = household_code(household_id)

    assert normalise_code(code) == code
    assert not set(code.removeprefix("HN-")) & set("ILOU")


@given(codes)
def test_a_code_is_read_however_it_is_typed(code: str) -> None:
    sloppy = code.lower().replace("0", "o").replace("1", "l").replace("-", " – ")

    assert normalise_code(sloppy) == code
    assert normalise_code(code.removeprefix("HN").replace("-", "")) == code


@given(codes, st.integers(3, 12), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(code: str, at: int, char: str) -> None:
    if code[at] in ("-", char):
        return

    assert normalise_code(code[:at] + char + code[at + 1 :]) is None


@given(codes, st.integers(3, 12), st.integers(3, 12))
def test_two_exchanged_characters_are_always_noticed(code: str, i: int, j: int) -> None:
    chars = list(code)
    if "-" in (chars[i], chars[j]) or chars[i] == chars[j]:
        return
    chars[i], chars[j] = chars[j], chars[i]

    assert normalise_code("".join(chars)) is None


def test_what_is_no_code_is_refused() -> None:
    assert normalise_code("") is None
    assert normalise_code("HN-UUUUU-UUUUU") is None
    assert normalise_code("HN-0000") is None


def test_the_seed_of_a_record_is_the_entity_its_phone_created() -> None:
    record = survey_record(entity=EntityClaim(id=str(A), is_create=True))

    assert household_seed(record, "r1") == A


def test_a_record_without_a_usable_entity_gets_a_stable_version_4_seed() -> None:
    record = survey_record(entity=EntityClaim(id="not a uuid", is_create=True))

    seed = household_seed(record, "r1")

    assert seed == household_seed(survey_record(), "r1") != household_seed(record, "r2")
    assert seed.version == 4


def test_a_merged_household_keeps_the_seed_of_its_earliest_review() -> None:
    seeds = {"r1": Seed(A, date(2025, 10, 1)), "r2": Seed(B, date(2024, 10, 1))}
    component = frozenset(seeds)

    found = assign_identities([component], seeds)

    assert found.by_component == {component: B}
    assert found.merged_into == {A: B}


def test_two_households_that_claim_one_seed_get_two_ids() -> None:
    seeds = {"r1": Seed(A, date(2024, 10, 1)), "r2": Seed(A, date(2025, 10, 1))}
    first, second = frozenset({"r1"}), frozenset({"r2"})

    found = assign_identities([second, first], seeds)

    assert found.by_component[first] == A
    assert found.by_component[second] not in (A, found.by_component[first])
    assert found.merged_into == {}


@given(
    st.dictionaries(
        st.text("abcdefgh", min_size=1, max_size=2),
        st.tuples(
            st.sampled_from([A, B, C]), st.dates(date(2024, 1, 1), date(2024, 1, 9))
        ),
        min_size=1,
        max_size=8,
    ),
    st.lists(st.integers(0, 3), min_size=8, max_size=8),
    st.randoms(use_true_random=False),
)
def test_ids_are_unique_complete_and_independent_of_order(
    rows: dict[str, tuple[UUID, date]], parts: list[int], shuffler: Random
) -> None:
    seeds = {key: Seed(*row) for key, row in rows.items()}
    groups: dict[int, set[str]] = {}
    for key, part in zip(seeds, parts, strict=False):
        groups.setdefault(part, set()).add(key)
    components = [frozenset(group) for group in groups.values()]
    mixed = list(components)
    shuffler.shuffle(mixed)

    found = assign_identities(components, seeds)

    assert found == assign_identities(mixed, seeds)
    assert len(set(found.by_component.values())) == len(components)
    named = set(found.by_component.values()) | set(found.merged_into)
    assert {seed.household_id for seed in seeds.values()} <= named
    assert set(found.merged_into.values()) <= set(found.by_component.values())
