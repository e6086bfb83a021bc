"""What is told about a pair, in words."""

import pytest

from server.domain.matching.facts import Fact, facts
from server.domain.matching.rosters import same_people
from server.domain.matching.telling import (
    SENTENCES,
    TOPICS,
    Speaks,
    agreeing,
    main_fact,
    sentence,
    speaks,
    topic,
)
from server.domain.survey.record import (
    Address,
    BirthDate,
    Household,
    Identifier,
    Member,
)

BINH = Member(
    "binh",
    "Nguyễn Văn Bình",
    "head",
    "male",
    BirthDate(1960, 3, 2),
    identifiers=(Identifier("cccd12", "001060012345"),),
)
HOA = Member("hoa", "Lê Thị Hoa", "spouse", "female", BirthDate(1965, 7, 9))
AN = Member("an", "Nguyễn Minh An", "child", "male", BirthDate(1990, 5, 5))
HOME = Address(house_number="12", lane="9", street="Khâm Thiên")
PHONE = ("0912345678",)
FAMILY = Household(members=(BINH, HOA, AN), address=HOME, phones=PHONE)


def seen(left: Household, right: Household, **given: bool) -> tuple[Fact, ...]:
    people = same_people(left.members, right.members)
    return facts(left, right, people, {"head_name": 1.5, "door": -2.0}, **given)


def levels(left: Household, right: Household) -> dict[str, str]:
    return {fact.code: fact.level for fact in seen(left, right)}


def test_a_family_seen_again_agrees_in_everything() -> None:
    assert levels(FAMILY, FAMILY) == {
        "head_number": "same",
        "head_name": "equal",
        "head_birth": "exact",
        "shared_members": "several",
        "address": "same_house",
        "phone": "same",
    }


def test_a_head_who_is_a_member_elsewhere_is_told() -> None:
    split = Household(
        members=(Member("x", "Nguyễn Minh An", "head", "male", AN.birth),)
    )

    found = levels(FAMILY, split)

    assert found["head_elsewhere"] == "by_name"
    assert found["head_name"] == "given_only" or found["head_name"] == "different"


def test_what_both_agree_in_is_found_by_it() -> None:
    other = Household(members=(BINH,), address=Address(street="Cát Linh"))

    assert "address" not in agreeing(seen(FAMILY, other))
    assert "head_number" in agreeing(seen(FAMILY, other))


def test_identity_numbers_come_masked() -> None:
    told = " ".join(f"{fact.left} {fact.right}" for fact in seen(FAMILY, FAMILY))

    assert "001060012345" not in told
    assert "345" in told


def test_a_fact_speaks_as_the_model_weighs_it() -> None:
    found = {fact.code: fact for fact in seen(FAMILY, FAMILY, is_same_entity=True)}

    assert speaks(found["head_name"]) is Speaks.FOR
    assert speaks(found["address"]) is Speaks.AGAINST
    assert speaks(found["head_birth"]) is Speaks.NEITHER
    main = main_fact(list(found.values()))
    assert main is not None
    assert main.code == "entity"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_fact_has_its_sentence_and_topic(language: str) -> None:
    for code, level in SENTENCES:
        fact = Fact(code, level, "A", "B", {"count": 2})
        assert "{" not in sentence(fact, language)
        assert topic(code, language)
    assert {code for code, _ in SENTENCES} == TOPICS.keys()
    for fact in (*seen(FAMILY, FAMILY, is_edit=True), *seen(FAMILY, Household())):
        assert sentence(fact, language)
