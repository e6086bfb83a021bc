"""When two records are one household, and when a person has to look."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.matching.blocking import blocking_keys
from server.domain.matching.comparisons import COMPARISONS, is_same_person
from server.domain.matching.explain import (
    SENTENCES,
    TOPICS,
    Speaks,
    explain,
    main_evidence,
    speaks,
    topic,
)
from server.domain.matching.households import WEIGHTS, Decision, compare
from server.domain.people.birth_dates import parse_birth
from server.domain.survey.record import Address, Household, Identifier, Member

HOME = Address(house_number="12", lane="9", street="Khâm Thiên")
ELSEWHERE = Address(house_number="4", lane="35", street="Cát Linh")


def someone(name: str, born: str = "", number: str = "", **more: Any) -> Member:
    kind = "cmnd9" if len(number) == 9 else "cccd12"
    return Member(
        key=name,
        full_name=name,
        birth=parse_birth(born),
        identifiers=(Identifier(kind, number),) if number else (),
        **more,
    )


def household(
    name: str, born: str = "", number: str = "", *others: Member, **more: Any
) -> Household:
    head = someone(name, born, number, relation_to_head="head")
    return Household(
        head_name=name, members=(head, *others), **{"ward_code": "00229", **more}
    )


BINH = household("Nguyễn Văn Bình", "1960-03-02", "001060012345", address=HOME)


def test_one_number_and_one_name_is_the_same_household() -> None:
    again = household("NGUYỄN V. BÌNH", "1960", "001060012345", address=ELSEWHERE)

    assert compare(BINH, again).decision is Decision.SAME


def test_one_number_and_one_birth_date_is_the_same_household() -> None:
    renamed = household("Bình Râu", "1960-03-02", "001060012345")

    assert compare(BINH, renamed).decision is Decision.SAME


def test_one_number_under_another_name_and_birth_is_for_a_person() -> None:
    other = household("Trần Thị Lan", "1960", "001060012345")

    assert compare(BINH, other).decision is Decision.PROPOSE


def test_the_household_the_phone_named_is_the_same_when_somebody_stayed() -> None:
    lan = someone("Trần Thị Lan", "1962", relation_to_head="spouse")
    before = household("Nguyễn Văn Bình", "1960", "", lan, address=HOME)
    after = household("Trần Thị Lan", "1962", address=HOME)

    assert compare(before, after, is_same_entity=True).decision is Decision.SAME
    assert compare(before, after).decision is Decision.PROPOSE


def test_the_household_the_phone_named_with_strangers_in_it_is_for_a_person() -> None:
    strangers = household("Lê Thị Mai", "1985")

    found = compare(BINH, strangers, is_same_entity=True)

    assert found.decision is Decision.PROPOSE
    assert found.score >= 0.6


def test_a_namesake_with_another_number_is_not_taken_for_the_named_household() -> None:
    namesake = household("Nguyễn Văn Bình", "1985-01-20", "001085099999")

    assert compare(BINH, namesake, is_same_entity=True).decision is Decision.PROPOSE


def test_a_confirmation_without_answers_is_the_named_household() -> None:
    confirmed = Household(ward_code="00229")

    assert compare(BINH, confirmed, is_same_entity=True).decision is Decision.SAME
    assert compare(BINH, confirmed).decision is Decision.NONE


def test_father_and_son_at_one_address_are_two_households() -> None:
    father = household("Nguyễn Văn Bình", "1960", address=HOME, phones=("0912345678",))
    son = household("Nguyễn Văn Bảo", "1988", address=HOME, phones=("0912345678",))

    assert compare(father, son).decision is Decision.NONE


def test_a_son_who_left_with_his_own_household_is_for_a_person() -> None:
    son = someone("Nguyễn Văn Bảo", "1988", "001088012345", relation_to_head="child")
    before = household("Nguyễn Văn Bình", "1960", "", son, address=HOME)
    after = household("Nguyễn Văn Bảo", "1988", "001088012345", address=HOME)

    found = compare(before, after)

    assert found.decision is Decision.PROPOSE
    assert "head_elsewhere" in [evidence.code for evidence in found.evidence]


def test_a_head_who_has_a_namesake_on_another_roster_is_nothing() -> None:
    lan = someone("Trần Thị Lan", "1962", relation_to_head="spouse")
    one = household("Nguyễn Văn Bình", "1960", "", lan, address=HOME)
    other = household("Trần Thị Lan", "1962", address=ELSEWHERE)

    assert compare(one, other).decision is Decision.NONE


def test_a_common_name_and_year_at_another_address_is_nothing() -> None:
    one = household("Nguyễn Thị Hoa", "1960", address=HOME)
    other = household("Nguyễn Thị Hoa", "1960", address=ELSEWHERE)

    assert compare(one, other).decision is Decision.NONE


@pytest.mark.parametrize(
    "more",
    [
        {"address": HOME},
        {"address": replace(HOME, house_number="14")},
        {"phones": ("0912345678",)},
    ],
)
def test_a_name_and_year_with_address_or_phone_is_for_a_person(
    more: dict[str, Any],
) -> None:
    one = household("Lê Thị Hoa", "1960", address=HOME, phones=("0912345678",))
    other = household("Lê Thị Hòa", "1960", **more)

    assert compare(one, other).decision is Decision.PROPOSE


def test_two_different_numbers_speak_against_everything_else() -> None:
    one = household("Lê Thị Hoa", "1960", "001160012345", address=HOME)
    other = household("Lê Thị Hoa", "1960", "001160099999", address=HOME)

    assert compare(one, other).decision is Decision.NONE


def test_an_old_and_a_new_kind_of_number_do_not_contradict() -> None:
    one = household("Lê Thị Hoa", "1960", "001160012345", address=HOME)
    other = household("Lê Thị Hoa", "1960", "011234567", address=HOME)

    assert compare(one, other).decision is Decision.PROPOSE


def test_a_mistyped_digit_is_for_a_person() -> None:
    one = household("Lê Thị Hoa", "1960", "001160012345")
    other = household("Lê Thị Hoa", "1960", "001160012354")

    assert compare(one, other).decision is Decision.PROPOSE


def test_an_address_and_a_phone_alone_are_nothing() -> None:
    one = household("Lê Thị Hoa", address=HOME, phones=("0912345678",))
    other = household("Trần Văn Tư", address=HOME, phones=("0912345678",))

    assert compare(one, other).decision is Decision.NONE


def test_two_shared_members_are_for_a_person_even_under_another_head() -> None:
    children = (
        someone("Lê Mai", "2012-05-06", relation_to_head="child"),
        someone("Lê Nam", "2014-07-08", relation_to_head="child"),
    )
    one = household("Lê Văn Tư", "1980", "001080011111", *children)
    other = household("Phạm Thị Na", "1982", "001182022222", *children)

    assert compare(one, other).decision is Decision.PROPOSE


def test_people_of_different_sex_are_not_one_person() -> None:
    he = someone("Lê Thanh", "1960", sex="male")
    she = someone("Lê Thanh", "1960", sex="female")

    assert not is_same_person(he, she)


def test_every_level_that_is_weighed_can_be_said_in_both_languages() -> None:
    assert set(WEIGHTS) <= set(SENTENCES)


def test_the_evidence_is_explained_without_full_numbers() -> None:
    found = compare(BINH, BINH, is_same_entity=True)

    for language in ("vi", "en"):
        said = explain(found, language)
        assert len(said) == len(found.evidence) >= 5
        assert "001060012345" not in " ".join(said)


def test_an_edited_survey_is_the_same_household_whatever_was_corrected() -> None:
    corrected = household("Trần Thị Hoa", "1971", address=ELSEWHERE)

    found = compare(BINH, corrected, is_edit=True)

    assert found.decision is Decision.SAME
    assert explain(found, "en")[0] == "One survey is an edited version of the other."


def test_every_evidence_has_a_topic_that_names_nobody() -> None:
    assert {code for code, _ in SENTENCES} == set(TOPICS)
    assert topic("phone", "en") == "Phone number"


def test_evidence_speaks_for_or_against_as_it_is_weighed() -> None:
    other = household("Nguyễn Văn Bình", "1971", address=ELSEWHERE)

    said = {each.code: speaks(each) for each in compare(BINH, other).evidence}

    assert said["head_name"] is Speaks.FOR
    assert said["head_birth"] is Speaks.AGAINST


def test_the_main_evidence_is_the_strongest_that_speaks_for_one_household() -> None:
    found = main_evidence(compare(BINH, BINH).evidence)

    assert found is not None
    assert found.code == "head_number"
    assert main_evidence([]) is None


def test_comparisons_tell_staff_what_they_look_at() -> None:
    assert all(look.__doc__ for look in COMPARISONS)


def test_records_of_one_household_share_a_key() -> None:
    again = household("NGUYEN VAN BINH", "1960", phones=("0912345678",))

    assert set(blocking_keys(BINH)) & set(blocking_keys(again))


def test_numbers_are_marked_in_keys_so_that_they_are_hashed() -> None:
    keys = [key for key in blocking_keys(BINH) if "001060012345" in key]

    assert keys == ["number:personal:001060012345"]


def test_an_empty_household_has_no_keys() -> None:
    assert blocking_keys(Household()) == ()


names = st.sampled_from(["Lê Thị Hoa", "Lê Thị Hoà", "Lê Hoa", "Trần Văn Tư"])
born = st.sampled_from(["", "1960", "1960-03-02", "1961"])
numbers = st.sampled_from(["", "001160012345", "001160012354", "011234567"])
homes = st.sampled_from([Address(), HOME, ELSEWHERE, Address(text="12 ngõ 9")])
people = st.builds(
    someone, names, born, numbers, sex=st.sampled_from([None, "male", "female"])
)
households = st.builds(
    lambda name, day, number, others, home, phone: household(
        name, day, number, *others, address=home, phones=phone
    ),
    names,
    born,
    numbers,
    st.lists(people, max_size=2),
    homes,
    st.sampled_from([(), ("0912345678",)]),
)


@given(households, households, st.booleans())
def test_the_decision_is_the_same_from_both_sides(
    left: Household, right: Household, named: bool
) -> None:
    one = compare(left, right, is_same_entity=named)
    other = compare(right, left, is_same_entity=named)

    assert (one.decision, one.score) == (other.decision, other.score)
    assert 0 <= one.score <= 1
    assert explain(one)
    assert explain(one, "en")


@given(households, households)
def test_what_would_be_decided_or_proposed_shares_a_key(
    left: Household, right: Household
) -> None:
    if compare(left, right).decision is not Decision.NONE:
        assert set(blocking_keys(left)) & set(blocking_keys(right))
