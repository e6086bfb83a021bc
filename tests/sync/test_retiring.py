"""Lists of single wards, once Central has learned to filter one list for all."""

from typing import Any

import pytest

from sync.checks_there import Account, look_there
from sync.retiring import lists_left, retire_lists, tell_of_lists
from sync.steps import Steps
from tests.sync.listing import A, ListOffice
from tests.sync.office import quiet
from tests.sync.test_publish import later, office, seeds, ward

__all__ = ["later", "office", "ward"]
pytestmark = pytest.mark.sqlite_only
OLD = "households_00229"


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def steps(office: ListOffice, said: list[str], later: Any) -> Steps:
    """A household that went to the list of its ward, before Central was updated."""
    office.fake.world.has_filters = False
    office.arrive("uuid:a")
    later(minutes=5)
    office.give_back()
    assert len(office.live(OLD)) == 1
    office.fake.world.has_filters = True
    office.give_back()
    central = office.central
    return Steps(central, tell=said.append, progress=quiet, sleep=lambda _: None)


def versions(office: ListOffice) -> str:
    account = Account(office.fake.email, office.project)
    found = {each.check: each for each in look_there(office.central, account, [])}
    return found["versions"].problem.sentence("en")


def test_they_are_named_until_they_are_emptied_and_stay_empty(
    office: ListOffice, steps: Steps, said: list[str]
) -> None:
    assert f"{OLD} (1)" in versions(office)
    tell_of_lists(steps, office.project)
    assert f"{OLD} (1)" in said.pop()
    of_all = office.live()

    retire_lists(steps, office.project)

    assert office.live(OLD) == []
    assert office.live() == of_all
    assert lists_left(office.fake.url, office.project) == {}
    assert "single wards" not in versions(office)
    office.give_back()
    assert office.live(OLD) == []
    retire_lists(steps, office.project)
    tell_of_lists(steps, office.project)
    assert len(said) == 1


def test_who_only_asks_changes_nothing(office: ListOffice, steps: Steps) -> None:
    steps.is_dry = True

    retire_lists(steps, office.project)

    assert len(office.live(OLD)) == 1


def test_while_central_cannot_filter_they_are_needed(
    office: ListOffice, steps: Steps, said: list[str]
) -> None:
    office.fake.world.has_filters = False

    retire_lists(steps, office.project)

    assert len(office.live(OLD)) == 1
    assert "chưa lọc" in said[0]


def test_a_phone_that_was_offline_is_understood_under_its_old_list(
    office: ListOffice, steps: Steps
) -> None:
    (old,) = office.live(OLD)
    retire_lists(steps, office.project)

    office.arrive("uuid:b", old, base=1, visit__review_date="2026-11-23")

    assert seeds() == {A}
