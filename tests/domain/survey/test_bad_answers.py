"""Answers that cannot be, each refused with its reason or kept with a warning."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.survey.normalise import Normalised
from tests.domain.survey.submissions import (
    codes,
    person,
    sent,
    understood,
)

MANY = [person(f"Lê {n}", "head" if n == 0 else "child") for n in range(41)]
BLOCKING = [
    ({"visit__review_date": None}, "review_date_missing"),
    ({"visit__review_date": "hôm qua"}, "review_date_unreadable"),
    ({"visit__review_date": "2026-02-30"}, "review_date_unreadable"),
    ({"visit__review_date": "1970-01-01"}, "review_date_too_old"),
    ({"visit__review_date": "2026-11-27"}, "review_date_in_future"),
    ({"visit__notice_given": "maybe"}, "choice_unknown"),
    ({"place__ward": "ward; DROP"}, "code_unreadable"),
    ({"household__dwelling__area_m2": "-4"}, "number_out_of_range"),
    ({"household__dwelling__area_m2": "nhiều"}, "number_unreadable"),
    ({"household__dwelling__area_m2": "NaN"}, "number_unreadable"),
    ({"household__dwelling__area_m2": "1e99"}, "number_out_of_range"),
    ({"household__dwelling__wall": "gold"}, "choice_unknown"),
    ({"household__economy__b1_score": "120.5"}, "number_not_whole"),
    ({"household__economy__assets": "fridge helicopter"}, "choice_unknown"),
    ({"household__roster": None}, "roster_empty"),
    ({"household__roster__member": [person("A B", "child")]}, "head_missing"),
    (
        {"household__roster__member": [person("A B", "head"), person("C D", "head")]},
        "head_twice",
    ),
    ({"household__roster__member": MANY}, "roster_too_long"),
    ({"household__roster__member": [person(" ", "head")]}, "member_name_missing"),
    (
        {"household__roster__member": [person("A B", "head", birth_year="hai nghìn")]},
        "birth_unreadable",
    ),
    (
        {"household__roster__member": [person("A B", "head", birth_year="2027")]},
        "birth_after_review",
    ),
    (
        {
            "household__roster__member": [
                person("A B", "head", papers={"ethnicity": "56"})
            ]
        },
        "choice_unknown",
    ),
    ({"closing__remarks": "x" * 2001}, "text_too_long"),
    ({"closing__remarks": "a\u0007b"}, "text_control_character"),
    ({"household__contact__head_name": "Lê \u202eA"}, "text_control_character"),
    ({"household__contact__head_name": "-1+1"}, "name_without_letter"),
    ({"household__roster__member": [person("0", "head")]}, "name_without_letter"),
    (
        {
            "household__standard_2022__override_2022": [
                {
                    "override_indicator_2022": "WEATHER",
                    "override_page_2022": {"override_deprived_2022": "yes"},
                }
            ]
        },
        "override_indicator_unknown",
    ),
]


@pytest.mark.parametrize(("changes", "code"), BLOCKING)
def test_bad_answers_are_quarantined_with_their_reason(
    changes: dict[str, Any], code: str
) -> None:
    result = sent(**changes)

    assert result.record is None
    assert codes(result, blocking=True) == [code]
    problem = next(p for p in result.problems if p.blocking)
    assert "?" not in problem.sentence("vi") + problem.sentence("en")


WARNED = [
    ({"ended_at": "1970-01-01T00:00:09.000+07:00"}, "phone_clock_wrong"),
    ({"ended_at": "2031-01-01T00:00:09.000+07:00"}, "phone_clock_wrong"),
    ({"started_at": "sáng nay"}, "instant_unreadable"),
    ({"household__contact__phone_1": "0123"}, "phone_invalid"),
    ({"household__contact__head_name": "Trần Thị Lan"}, "head_name_differs"),
    ({"household__location__position": "0 0 0 0"}, "position_outside_vietnam"),
    ({"household__location__position": "here"}, "position_unreadable"),
    ({"household__location__photo": "../../etc/passwd"}, "file_name_unsafe"),
    (
        {
            "household__standard_2022__override_2022": [
                {
                    "override_indicator_2022": "WATER",
                    "override_page_2022": {"override_deprived_2022": "yes"},
                }
            ]
        },
        "override_incomplete",
    ),
]
PEOPLE = [
    ({"papers": {"cccd12_number": "001160012345"}}, "identity_contradicts_sex"),
    ({"papers": {"cccd12_number": "001061012345"}}, "identity_contradicts_year"),
    ({"papers": {"cccd12_number": "1060012345"}}, "identity_zero_restored"),
    ({"papers": {"cccd12_number": "003060012345"}}, "identity_province_unknown"),
    ({"papers": {"cccd12_number": "0010600123"}}, "identity_unreadable"),
    ({"papers": {"cmnd9_number": "000000000"}}, "identity_placeholder"),
    ({"birth_month": "2", "birth_day": "30"}, "birth_day_impossible"),
    ({"birth_year": "1890"}, "birth_too_long_ago"),
]


@pytest.mark.parametrize(("changes", "code"), WARNED)
def test_odd_answers_are_kept_with_a_warning(
    changes: dict[str, Any], code: str
) -> None:
    result = sent(**changes)

    understood(result)
    assert codes(result, blocking=False) == [code]
    sentences = result.problems[0].sentence("vi") + result.problems[0].sentence("en")
    assert "?" not in sentences


@pytest.mark.parametrize(("changes", "code"), PEOPLE)
def test_oddities_of_a_person_are_kept_with_a_warning(
    changes: dict[str, Any], code: str
) -> None:
    result = sent(household__roster__member=[person("Lê Văn A", "head", **changes)])

    understood(result)
    assert codes(result, blocking=False) == [code]


texts = st.text(max_size=30)
paths = st.sampled_from(
    [
        "visit__review_date",
        "ended_at",
        "place__ward",
        "household__contact__head_name",
        "household__contact__phone_1",
        "household__location__position",
        "household__location__photo",
        "household__dwelling__area_m2",
        "household__economy__assets",
        "household__economy__b1_score",
        "household__support__causes",
        "household__standard_2022__water_2022",
        "household__roster",
        "household",
        "confirm__is_unchanged",
    ]
)


@given(st.dictionaries(paths, texts, max_size=4))
def test_no_answer_whatever_raises(changes: dict[str, str]) -> None:
    ordered = dict(sorted(changes.items(), reverse=True))
    ordered.pop("household", None)
    result = sent(**ordered)

    assert (result.record is None) == any(p.blocking for p in result.problems)
    for problem in result.problems:
        assert problem.sentence("vi")
        assert problem.sentence("en")


members = st.fixed_dictionaries(
    {},
    optional={
        "birth_year": texts,
        "birth_month": texts | st.sampled_from(["2", "13"]),
        "birth_day": texts | st.sampled_from(["29", "31"]),
        "member_key": texts,
        "papers": st.dictionaries(
            st.sampled_from(["cccd12_number", "cmnd9_number", "ethnicity"]), texts
        ),
    },
)


@given(members)
def test_no_member_whatever_raises(changes: dict[str, Any]) -> None:
    result = sent(household__roster__member=[person("Lê A", "head", **changes)])

    assert (result.record is None) == any(p.blocking for p in result.problems)


@given(texts, texts, texts)
def test_what_was_read_once_reads_the_same_again(
    name: str, phone: str, number: str
) -> None:
    def sent_with(name: str, phone: str, number: str) -> Normalised:
        return sent(
            household__contact__phone_1=phone,
            household__roster__member=[
                person(name, "head", papers={"cmnd9_number": number})
            ],
        )

    first = sent_with(f"Lê {name}", phone, number)
    if first.record is None:
        return
    household = first.record.household
    head = household.members[0]

    again = sent_with(
        head.full_name,
        "".join(household.phones),
        "".join(i.number for i in head.identifiers),
    )

    assert understood(again).household == household
