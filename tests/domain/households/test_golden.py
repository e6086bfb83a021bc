"""What many records of one household say together."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.households.golden import golden
from server.domain.survey.record import (
    Address,
    Dwelling,
    Household,
    Information,
    Member,
    Override,
)
from tests.domain.households.records import correction, member, record_view, view
from tests.domain.survey.submissions import sent, understood


def test_a_late_submission_does_not_overwrite_a_newer_review() -> None:
    newer = view("r1", Household(dwelling=Dwelling(wall="concrete")), 2025)
    older = view("r2", Household(dwelling=Dwelling(wall="wood", roof="tile")), 2024)

    found = golden([newer, older], [])

    assert found.household.dwelling == Dwelling(wall="concrete", roof="tile")
    assert found.sources["dwelling.wall"] == "r1"
    assert found.sources["dwelling.roof"] == "r2"
    assert found.review_date == date(2025, 10, 1)


def test_reviews_of_one_day_are_ordered_by_the_end_of_the_interview() -> None:
    hanoi = timezone(timedelta(hours=7))
    morning = view(
        "r1", Household(note="a"), 2025, ended_at=datetime(2025, 10, 1, 9, tzinfo=hanoi)
    )
    later = view(
        "r2", Household(note="b"), 2025, ended_at=datetime(2025, 10, 1, 3, tzinfo=UTC)
    )

    assert golden([later, morning], []).household.note == "b"


def test_an_edited_version_replaces_the_one_it_deprecates_altogether() -> None:
    first = view("r1", Household(note="typing error", phones=("0912345678",)), 2025)
    edit = view("r2", Household(phones=("0912345679",)), 2025, deprecated_id="uuid:r1")

    found = golden([edit, first], [])

    assert found.household.note is None
    assert found.household.phones == ("0912345679",)


def test_no_device_is_an_answer_but_an_empty_phone_list_is_not() -> None:
    older = view(
        "r1",
        Household(phones=("0912345678",), information=Information(devices=("tv",))),
        2024,
    )
    newer = view("r2", Household(information=Information(devices=())), 2025)

    found = golden([older, newer], [])

    assert found.household.information.devices == ()
    assert found.household.phones == ("0912345678",)


def test_a_move_never_mixes_the_new_street_with_the_old_house_number() -> None:
    older = view("r1", Household(address=Address(house_number="12", lane="9")), 2024)
    newer = view("r2", Household(address=Address(lane="35")), 2025)

    assert golden([older, newer], []).household.address == Address(lane="35")


def test_an_address_is_completed_from_an_earlier_one_that_agrees() -> None:
    older = view(
        "r1", Household(address=Address(house_number="12", street="Khâm Thiên")), 2024
    )
    newer = view("r2", Household(address=Address(street="khâm thiên")), 2025)

    assert golden([older, newer], []).household.address == Address(
        house_number="12", street="khâm thiên"
    )


def test_the_residential_group_of_another_ward_is_not_taken_over() -> None:
    older = view("r1", Household(ward_code="00211", group_code="15"), 2024)
    newer = view("r2", Household(ward_code="00202"), 2025)

    assert golden([older, newer], []).household.group_code is None


def test_the_reviewers_overrides_hold_for_their_own_survey_only() -> None:
    override = Override("vn-2022", "WATER", deprived=True, reason="mất nước")
    people = (member("k1", "Lê A"),)
    older = view("r1", Household(members=people, overrides=(override,)), 2024)
    newer = view("r2", Household(members=people), 2025)

    assert golden([older], []).household.overrides == (override,)
    assert golden([older, newer], []).household.overrides == ()


def test_a_single_survey_is_the_household_it_describes() -> None:
    record = understood(sent())

    found = golden([record_view("r1", record)], [])

    assert found.household == record.household
    assert set(found.sources.values()) == {"r1"}


def test_a_household_without_records_does_not_exist() -> None:
    with pytest.raises(ValueError, match="at least one"):
        golden([], [])


names = st.sampled_from(["Lê Văn A", "LÊ VĂN A", "Trần Thị Hoà", "Trần Thị Hoa"])
members = st.lists(
    st.builds(
        member,
        st.sampled_from(["k1", "k2", "k3"]),
        names,
        year=st.sampled_from([1950, 1951]),
        cccd=st.sampled_from(["001150000001", "001150000002"]),
        sex=st.sampled_from([None, "male", "female"]),
    ),
    max_size=3,
)
# People as they are when nobody mixes them up, with what each survey happens to say.
steady_people = st.lists(
    st.builds(
        lambda who, year, sex: member(*who, year=year, sex=sex),
        st.sampled_from([("k1", "Lê A"), ("k2", "Lê B"), ("k3", "Lê C")]),
        st.sampled_from([1950, 1951]),
        st.sampled_from([None, "male", "female"]),
    ),
    max_size=3,
    unique_by=lambda someone: someone.key,
)
households = st.builds(
    Household,
    members=members.map(tuple),
    note=st.sampled_from([None, "a", "b"]),
    ward_code=st.sampled_from([None, "00202", "00211"]),
    group_code=st.sampled_from([None, "1", "2"]),
    address=st.builds(
        Address,
        lane=st.sampled_from([None, "9", "35"]),
        house_number=st.sampled_from([None, "1", "2"]),
    ),
)
records = st.lists(
    st.tuples(
        households,
        st.integers(2023, 2025),
        st.booleans(),
        st.sampled_from([None, "uuid:r0", "uuid:r1"]),
    ),
    min_size=1,
    max_size=5,
)
corrections = st.lists(
    st.sampled_from(
        [
            ("note", "z"),
            ("note", "y"),
            ("members[k1]", None),
            ("members[k1].sex", "female"),
            ("members[k2].sex", "male"),
            ("address.lane", "1"),
        ]
    ),
    max_size=4,
)


@given(records, corrections, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(
    rows: list[Any], said: list[Any], shuffler: random.Random
) -> None:
    views = [
        view(f"r{n}", household, year, is_unchanged=unchanged, deprecated_id=replaced)
        for n, (household, year, unchanged, replaced) in enumerate(rows)
    ]
    laid = [correction(f"c{n}", path, value) for n, (path, value) in enumerate(said)]
    expected = golden(views, laid)
    shuffler.shuffle(views)
    shuffler.shuffle(laid)

    assert golden(views, laid) == expected


@given(records, st.lists(steady_people, min_size=5, max_size=5))
def test_a_household_surveyed_again_with_the_same_answers_stays_as_it_is(
    rows: list[Any], rosters: list[list[Member]]
) -> None:
    views = [
        view(f"r{n}", replace(household, members=tuple(rosters[n])), year)
        for n, (household, year, *_) in enumerate(rows)
    ]
    once = golden(views, [])

    again = golden([*views, view("r9", once.household, 2026)], [])

    assert again.household == once.household


@given(records)
def test_every_person_has_their_own_key(rows: list[Any]) -> None:
    views = [
        view(f"r{n}", household, year) for n, (household, year, *_) in enumerate(rows)
    ]

    found = golden(views, [])

    keys = [m.key for m in found.household.members]
    assert len(set(keys)) == len(keys)
    assert list(found.member_keys) == keys
