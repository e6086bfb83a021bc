"""The people of a household over several surveys."""

from datetime import date

from server.domain.households.golden import golden
from server.domain.survey.record import BirthDate, Household, Identifier
from tests.domain.households.records import member, view


def test_the_roster_comes_from_the_newest_full_roster() -> None:
    older = view(
        "r1", Household(members=(member("k1", "Lê A"), member("k2", "Lê B"))), 2024
    )
    newer = view("r2", Household(members=(member("k1", "Lê A"),)), 2025)

    found = golden([older, newer], [])

    assert [m.key for m in found.household.members] == ["k1"]


def test_a_record_that_confirms_last_year_brings_no_roster_but_a_newer_date() -> None:
    full = view("r1", Household(members=(member("k1", "Lê A"),)), 2024)
    unchanged = view("r2", Household(), 2025, is_unchanged=True)

    found = golden([full, unchanged], [])

    assert [m.full_name for m in found.household.members] == ["Lê A"]
    assert found.review_date == date(2025, 10, 1)


def test_cccd_and_cmnd_of_one_person_are_both_kept() -> None:
    old = (Identifier("cmnd9", "011234567"),)
    older = view(
        "r1",
        Household(members=(member("k1", "Lê Thị Hoà", year=1960, identifiers=old),)),
        2020,
    )
    newer = view(
        "r2",
        Household(
            members=(member("k9", "LÊ THỊ HÒA", year=1960, cccd="001160000017"),)
        ),
        2025,
    )

    found = golden([older, newer], [])

    (person,) = found.household.members
    assert person.identifiers == (Identifier("cccd12", "001160000017"), *old)
    assert person.key == "k1"
    assert found.member_keys == {"k1": (("r2", "k9"), ("r1", "k1"))}


def test_a_person_is_known_again_by_an_identity_number() -> None:
    older = view(
        "r1",
        Household(members=(member("k1", "Lê Hòa", cccd="001160000017", sex="female"),)),
        2020,
    )
    newer = view(
        "r2", Household(members=(member("k9", "Lê T. Hoa", cccd="001160000017"),)), 2025
    )

    (person,) = golden([older, newer], []).household.members

    assert person.sex == "female"
    assert person.full_name == "Lê T. Hoa"


def test_two_people_of_one_name_and_year_are_not_mixed() -> None:
    older = view(
        "r1",
        Household(members=(member("k1", "Lê Hoa", year=1960, sex="male"),)),
        2020,
    )
    newer = view(
        "r2",
        Household(
            members=(
                member("k8", "Lê Hoa", year=1960),
                member("k9", "Lê Hoà", year=1960),
            )
        ),
        2025,
    )

    assert [m.sex for m in golden([older, newer], []).household.members] == [None, None]


def test_a_birth_year_is_made_precise_by_an_earlier_full_date() -> None:
    exact = member("k1", "Lê A", birth=BirthDate(1950, 3, 2))
    older = view("r1", Household(members=(exact,)), 2020)
    newer = view("r2", Household(members=(member("k1", "Lê A", year=1950),)), 2025)

    assert golden([older, newer], []).household.members[0].birth == exact.birth


def test_a_newer_birth_year_that_contradicts_is_kept_as_it_is() -> None:
    exact = member("k1", "Lê A", birth=BirthDate(1950, 3, 2))
    older = view("r1", Household(members=(exact,)), 2020)
    newer = view("r2", Household(members=(member("k1", "Lê A", year=1951),)), 2025)

    assert golden([older, newer], []).household.members[0].birth == BirthDate(1951)
