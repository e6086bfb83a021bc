"""How common names are, as counted on a day."""

import pytest

from server.domain.matching.features import Features, Person
from server.domain.matching.population import population
from server.matching.frequencies import Counting, counts_for, frequencies_in_force

pytestmark = pytest.mark.usefixtures("app")
BINH = ("nguyen", "van", "binh")
RARE = ("giang", "seo", "phu")


def record(record_id: str, words: tuple[str, ...], phone: str = "") -> Features:
    return Features(record_id, (Person(words),), phones=(phone,) if phone else ())


def test_a_young_registry_knows_names_from_the_population() -> None:
    counts = counts_for([record("a", BINH), record("b", RARE)])

    assert counts.persons == population().persons
    assert counts.full["nguyen van binh"] == population().full["nguyen van binh"]
    assert counts.full["giang seo phu"] == 1


def test_its_own_counts_are_laid_on_top_when_they_were_counted() -> None:
    here = [record(f"{n}", RARE, "0912345678") for n in range(5)]
    before = counts_for(here[:1])

    counting = Counting()
    for each in here:
        counting.add(each)
    assert counts_for(here[:1]) == before
    counting.keep()

    after = counts_for(here[:2])
    assert (before.full["giang seo phu"], after.full["giang seo phu"]) == (1, 5)
    assert after.persons == before.persons + 5
    assert after.phones["0912345678"] == 5
    # Nobody to share it with: it weighs nothing, and is not looked up.
    assert counts_for(here[:1]).phones == {}
    assert frequencies_in_force().records == 5
