"""The people of a household over several surveys."""

from dataclasses import replace
from datetime import date

from server.domain.households.golden import golden
from server.domain.survey.record import (
    BirthDate,
    EntityClaim,
    Household,
    Identifier,
)
from tests.domain.households.records import member, view


def test_the_roster_comes_from_the_newest_full_roster() -> None:
    older = view(
        "r1", Household(members=(member("k1", "Lê A"), member("k2", "Lê B"))), 2024
    )
    newer = view("r2", Household(members=(member("k1", "Lê A"),)), 2025)

    found = golden([older, newer], [])

    assert [m.key for m in found.household.members] == ["k1"]


FAMILY = view(
    "r1",
    Household(
        members=(
            member("k1", "Lê Thị Hoà", year=1960, relation_to_head="head"),
            member("k2", "Lê Văn Bình", year=1985),
        )
    ),
    2024,
)


def test_somebody_met_alone_does_not_make_the_family_vanish() -> None:
    alone = member("k7", "Lê Thị Hòa", year=1960, cccd="001160000017")
    newer = view("r2", Household(members=(alone,)), 2025)

    for order in ([FAMILY, newer], [newer, FAMILY]):
        found = golden(order, [])

        head, son = found.household.members
        assert (head.full_name, son.full_name) == ("Lê Thị Hòa", "Lê Văn Bình")
        assert head.identifiers[0].number == "001160000017"
        assert found.sources["members[k1].full_name"] == "r2"
        assert found.review_date == date(2025, 10, 1)


def test_somebody_new_who_was_met_alone_joins_the_family() -> None:
    alone = member("k7", "Trần Văn Tư", year=1990)
    found = golden([FAMILY, view("r2", Household(members=(alone,)), 2025)], [])

    assert [m.key for m in found.household.members] == ["k1", "k2", "k7"]


def test_a_name_met_alone_with_another_year_is_nobody_new() -> None:
    alone = member("k7", "LE THI HOA", year=1961)
    found = golden([FAMILY, view("r2", Household(members=(alone,)), 2025)], [])

    assert [m.key for m in found.household.members] == ["k1", "k2"]


def test_who_chose_the_household_from_the_list_may_find_one_person_left() -> None:
    alone = member("k7", "Lê Thị Hoà", year=1960)
    visit = view(
        "r2",
        Household(members=(alone,)),
        2025,
        entity=EntityClaim("uuid:e", is_create=False),
    )

    found = golden([FAMILY, visit], [])

    assert [m.full_name for m in found.household.members] == ["Lê Thị Hoà"]


FIVE = view(
    "r1",
    Household(
        members=(
            member("k1", "Lê Thị Hoà", year=1960, relation_to_head="head"),
            member("k2", "Lê Văn Bình", year=1985),
            member("k3", "Lê Văn Cường", year=1990),
        )
    ),
    2024,
)
FEWER = Household(
    members=(
        member("k7", "Lê Thị Hoà", year=1960, relation_to_head="head"),
        member("k8", "Lê Văn Bình", year=1985),
    )
)


def test_whom_a_shorter_list_leaves_out_stays_when_nobody_said_they_left() -> None:
    newer = view("r2", FEWER, 2025)

    for order in ([FIVE, newer], [newer, FIVE]):
        found = golden(order, [])

        assert [m.key for m in found.household.members] == ["k1", "k2", "k3"]
        assert found.sources["members[k1].full_name"] == "r2"
        assert found.member_keys["k3"] == (("r1", "k3"),)


def test_who_was_taken_off_a_known_list_does_not_come_back() -> None:
    knowing = view(
        "r2", replace(FEWER, members=FIVE.record.household.members[:2]), 2025
    )
    unknowing = view("r3", FEWER, 2026)

    found = golden([FIVE, knowing, unknowing], [])

    assert [m.key for m in found.household.members] == ["k1", "k2"]


def test_a_register_lists_the_whole_household() -> None:
    newer = view("r2", FEWER, 2025, form_id="household_register")

    members = golden([FIVE, newer], []).household.members

    assert [m.full_name for m in members] == ["Lê Thị Hoà", "Lê Văn Bình"]


def test_somebody_spelled_otherwise_is_not_there_twice() -> None:
    spelled = member(
        "k9", "Lê Văn Cừơng", year=1991, relation_to_head="child", sex="male"
    )
    one = replace(
        FIVE.record.household.members[2], relation_to_head="child", sex="male"
    )
    older = view(
        "r1", Household(members=(*FIVE.record.household.members[:2], one)), 2024
    )
    newer = view("r2", Household(members=(*FEWER.members[:1], spelled)), 2025)

    names = [m.full_name for m in golden([older, newer], []).household.members]

    assert names == ["Lê Thị Hoà", "Lê Văn Cừơng", "Lê Văn Bình"]


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
