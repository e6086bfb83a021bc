"""The upland world keeps the rule of truth by which matching is measured in it."""

from pathlib import Path

from tests.bench.uplands import Uplands, write
from tests.bench.uplands_settled import Household
from tests.bench.uplands_written import CAREFUL


def world(households: int = 120) -> Uplands:
    return Uplands(households, 7, CAREFUL)


def ids(home: Household) -> list[int]:
    return [id(person) for person, _ in home.members]


def test_a_household_goes_on_with_its_head_and_who_leaves_is_new() -> None:
    made, splits = world(), 0
    for home in [*made.living]:
        head, before, count = home.members[0][0], {*ids(home)}, len(made.living)
        made.part(home, 2023)
        assert home.members[0][0] is head
        if len(made.living) > count:
            new = made.living[-1]
            splits += 1
            assert new.name != home.name
            assert {*ids(home)} | {*ids(new)} == before
            assert not {*ids(home)} & {*ids(new)}
            assert [relation for _, relation in new.members].count("head") == 1

    assert splits > 5


def test_a_new_head_is_no_new_household_and_the_old_one_stays_unless_dead() -> None:
    for died in (True, False):
        made, changed = world(), 0
        for home in made.living:
            if len(home.members) < 2:
                continue
            name, old, before = home.name, home.members[0][0], {*ids(home)}
            made.hand_over(home, died=died)
            changed += 1
            assert home.name == name
            assert home.members[0][1] == "head"
            assert home.members[0][0] is not old
            assert before - {*ids(home)} == ({id(old)} if died else set())
        assert changed > 50


def test_nobody_lives_in_two_households_and_who_was_taken_in_is_no_household() -> None:
    made = world(300)
    for year in (2023, 2024):
        for home in [*made.living]:
            if not home.is_gone:
                made.live(home, year)
        made.living = [home for home in made.living if not home.is_gone]
        everybody = [person for home in made.living for person in ids(home)]
        assert len(everybody) == len({*everybody})


def test_a_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write(tmp_path / name, 60, 3, careless=True)

    for file in ("submissions.jsonl", "truth.csv"):
        one, other = ((tmp_path / n / file).read_bytes() for n in ("one", "other"))
        assert one == other
        assert one.count(b"\n") > 60
