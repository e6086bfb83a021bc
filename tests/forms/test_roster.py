"""The roster: keys, exactly one head, births, and identity numbers that only warn."""

import re
from typing import Any

import pytest

from tests.forms.answers import CHILD, member, new_household
from tests.forms.javarosa import Refused, fill
from tests.forms.review import media, send, xform

V4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
ROW = "/household/roster/member[{}]"


def test_each_member_has_a_key_of_its_own() -> None:
    sent = send(new_household(member(1), member(2, CHILD), member(3, CHILD)))

    keys = {sent[ROW.format(row) + "/member_key"] for row in (1, 2, 3)}
    assert len(keys) == 3
    assert all(V4.fullmatch(key) for key in keys)


def test_the_head_is_written_in_the_first_row_from_the_page_before() -> None:
    answers = new_household(
        member(1, full_name=None, relation_to_head=None), member(2, CHILD)
    )

    sent = send(answers)

    assert sent[ROW.format(1) + "/person/full_name"] == "Nguyễn Văn An"
    assert sent[ROW.format(1) + "/person/relation_to_head"] == "head"


@pytest.mark.parametrize(
    "members",
    [
        (member(1), member(2, relation_to_head="head")),
        (member(1, relation_to_head="spouse"), member(2, relation_to_head="head")),
        (member(1, relation_to_head="other"),),
    ],
    ids=["two heads", "the head in the second row", "no head"],
)
def test_a_household_has_exactly_one_head(members: tuple[dict[str, Any], ...]) -> None:
    with pytest.raises(Refused, match="đúng một chủ hộ"):
        send(new_household(*members))


def test_a_refusal_speaks_english_to_those_who_chose_it() -> None:
    answers = new_household(member(1), member(2, relation_to_head="head"))

    with pytest.raises(Refused, match="exactly one head"):
        fill(xform(), media(), answers, language="English (en)")


@pytest.mark.parametrize(
    ("changes", "birth", "age"),
    [
        ({"birth_date": "2000-11-20"}, ("2000", "11", "20"), "26"),
        ({"birth_date": "2000-11-21"}, ("2000", "11", "21"), "25"),
        ({"birth_date": "2000-02-29"}, ("2000", "2", "29"), "26"),
        ({"birth_month_stated": "12", "birth_year_stated": "1970"},
         ("1970", "12", ""), "55"),
        ({"birth_year_stated": "1944"}, ("1944", "", ""), "82"),
        ({"age_stated": "80"}, ("1946", "", ""), "80"),
        ({}, ("", "", ""), ""),
    ],
    ids=["birthday today", "birthday tomorrow", "leap day", "month", "year", "age",
         "unknown"],
)  # fmt: skip
def test_a_birth_is_as_precise_as_it_was_told(
    changes: dict[str, Any], birth: tuple[str, str, str], age: str
) -> None:
    precision = {
        ("birth_date",): "full_date",
        ("birth_month_stated", "birth_year_stated"): "month_year",
        ("birth_year_stated",): "year_only",
        ("age_stated",): "age_only",
        (): "unknown",
    }[tuple(changes)]
    told = {"birth_date": None, "birth_precision": precision} | changes
    if age in ("", "26", "25"):
        told |= {"trained_on_job": "no"}
    if age == "":
        told |= {"is_malnourished": "no"}

    sent = send(new_household(member(1, **told)))

    row = ROW.format(1)
    parts = ("birth_year", "birth_month", "birth_day")
    assert tuple(sent[f"{row}/{part}"] for part in parts) == birth
    assert sent[f"{row}/age"] == age


def test_ages_are_those_of_the_review_date_and_not_of_today() -> None:
    answers = new_household(changes={"/visit/review_date": "2020-05-16"})

    sent = send(answers)

    assert sent[ROW.format(1) + "/age"] == "39"


@pytest.mark.parametrize(
    ("number", "warnings"),
    [
        ("001080012345", set()),
        ("001180012345", {"sex"}),
        ("001081012345", {"year"}),
        ("001079012345", {"year"}),
        ("001280012345", {"year"}),
        ("001379012345", {"sex", "year"}),
        ("01080012345", {"length"}),
    ],
    ids=[
        "agrees",
        "a woman's",
        "later",
        "earlier",
        "another century",
        "both",
        "11 digits",
    ],
)
@pytest.mark.parametrize("kind", ["cccd12", "cmnd12", "birth_registration"])
def test_a_personal_number_that_disagrees_warns_but_is_sent(
    kind: str, number: str, warnings: set[str]
) -> None:
    answers = new_household(
        member(1, identity_kinds=[kind], **{f"{kind}_number": number})
    )

    sent = send(answers)

    papers = ROW.format(1) + "/papers"
    assert sent[f"{papers}/{kind}_number"] == number
    shown = {
        rule
        for rule in ("sex", "year", "length")
        if f"{papers}/warn_number_{rule}" in sent
    }
    assert shown == warnings


def test_an_old_card_that_is_not_9_digits_warns() -> None:
    answers = new_household(
        member(1, identity_kinds=["cmnd9"], cmnd9_number="01234567")
    )

    sent = send(answers)

    assert ROW.format(1) + "/papers/warn_number_cmnd9" in sent


def test_a_leading_zero_of_an_identity_number_is_kept() -> None:
    answers = new_household(
        member(
            1,
            identity_kinds=["cccd12", "cmnd9"],
            cccd12_number="001080012345",
            cmnd9_number="012345678",
        )
    )

    sent = send(answers)

    assert sent[ROW.format(1) + "/papers/cccd12_number"] == "001080012345"
    assert sent[ROW.format(1) + "/papers/cmnd9_number"] == "012345678"


def test_letters_in_an_identity_number_are_refused() -> None:
    answers = new_household(
        member(1, identity_kinds=["cccd12"], cccd12_number="O01080012345")
    )

    with pytest.raises(Refused, match="chữ số"):
        send(answers)


def test_a_household_of_twenty_is_filled_in_and_summed() -> None:
    children = [member(row, CHILD) for row in range(2, 21)]

    sent = send(new_household(member(1), *children))

    assert len(sent.root.findall("./household/roster/member")) == 20
    assert sent["/household/standard_2022/emp_depend_2022"] == "1"
