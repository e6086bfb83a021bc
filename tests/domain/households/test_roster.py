"""The people of a household over several surveys."""

from dataclasses import replace
from datetime import date
from typing import Any

from server.domain.households.golden import golden
from server.domain.households.sources import RecordView
from server.domain.survey.record import (
    BirthDate,
    EntityClaim,
    Household,
    Identifier,
)
from tests.domain.households.records import member, view


def chosen(
    record_id: str, household: Household, year: int, *, of: str, **more: Any
) -> RecordView:
    """A visit to the household `of`, chosen from the list on the phone."""
    claim = EntityClaim(f"uuid:{of}", is_create=False)
    return view(record_id, household, year, entity=claim, **more)


def renamed(survey: RecordView) -> Household:
    """The same people, written down anew: each with another key."""
    household = survey.record.household
    people = [replace(each, key=f"{each.key}-anew") for each in household.members]
    return replace(household, members=tuple(people))


def names(views: list[RecordView]) -> list[str]:
    """The people of the household that these records make."""
    return [each.full_name for each in golden(views, []).household.members]


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
    begun = EntityClaim("uuid:x", is_create=True)
    family = view("r1", FAMILY.record.household, 2024, entity=begun)
    visit = chosen("r2", Household(members=(alone,)), 2025, of="x")

    assert names([family, visit]) == ["Lê Thị Hoà"]


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


def test_a_visit_to_one_household_says_nothing_of_the_people_of_another() -> None:
    visit = chosen("r2", FEWER, 2025, of="x")
    other = view("r1", FIVE.record.household, 2024, entity=EntityClaim("uuid:y", True))

    for order in ([other, visit], [visit, other]):
        assert names(order) == ["Lê Thị Hoà", "Lê Văn Bình", "Lê Văn Cường"]


def test_whom_a_visit_left_out_does_not_come_back_with_another_household() -> None:
    first = view("r1", FIVE.record.household, 2023, entity=EntityClaim("uuid:x", True))
    again = view("r2", renamed(FIVE), 2024, entity=EntityClaim("uuid:y", True))
    visit = chosen("r3", FEWER, 2025, of="x")

    assert names([first, again, visit]) == ["Lê Thị Hoà", "Lê Văn Bình"]


def test_who_is_met_again_after_they_had_left_is_back() -> None:
    first = view("r1", FIVE.record.household, 2023, entity=EntityClaim("uuid:x", True))
    visit = chosen("r2", FEWER, 2024, of="x")
    again = view("r3", renamed(FIVE), 2025, entity=EntityClaim("uuid:y", True))
    newest = view("r4", FEWER, 2026, entity=EntityClaim("uuid:z", True))

    assert len(names([first, visit, again, newest])) == 3


def test_a_visit_whose_list_counted_both_households_knew_of_both() -> None:
    own = view("r1", FEWER, 2023, entity=EntityClaim("uuid:x", True))
    other = view("r2", FIVE.record.household, 2024, entity=EntityClaim("uuid:y", True))
    told = {n: chosen("r3", FEWER, 2025, of="x", told_members=n) for n in (2, 3)}

    assert len(names([own, other, told[3]])) == 2
    assert len(names([own, other, told[2]])) == 3


def test_a_list_says_who_left_only_when_it_names_everybody() -> None:
    brought = {
        whole: view(
            "r2",
            FEWER,
            2025,
            form_id="household_register",
            names_everybody=whole,
        )
        for whole in (True, None)
    }

    assert names([FIVE, brought[True]]) == ["Lê Thị Hoà", "Lê Văn Bình"]
    assert len(names([FIVE, brought[None]])) == 3


def test_somebody_alone_on_a_list_of_everybody_lives_alone() -> None:
    alone = Household(members=FEWER.members[:1])
    brought = view("r2", alone, 2025, names_everybody=True)

    assert names([FIVE, brought]) == ["Lê Thị Hoà"]


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

    assert names([older, newer]) == ["Lê Thị Hoà", "Lê Văn Cừơng", "Lê Văn Bình"]


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
