"""From answers to a survey record, through both doors."""

from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.survey.normalise import Normalised, from_odata, from_openrosa
from server.domain.survey.record import (
    Address,
    BirthDate,
    EntityClaim,
    Identifier,
    Override,
    Position,
    SurveyRecord,
)
from tests.domain.survey.submissions import (
    HOUSEHOLD_ID,
    INSTANCE_ID,
    as_odata,
    as_xml,
    person,
    review,
)

RECEIVED = date(2026, 11, 24)


def sent(**changes: Any) -> Normalised:
    return from_openrosa(as_xml(review(**changes)), RECEIVED)


def understood(result: Normalised) -> SurveyRecord:
    assert result.record is not None, result.problems
    return result.record


def codes(result: Normalised, *, blocking: bool) -> list[str]:
    return [p.code for p in result.problems if p.blocking is blocking]


def test_a_review_is_understood_field_by_field() -> None:
    record = understood(sent())

    household = record.household
    head, child = household.members
    assert record.form_version == "2026112401"
    assert record.instance_id == INSTANCE_ID
    assert record.review_date == date(2026, 11, 20)
    assert record.ended_at == datetime(2026, 11, 20, 1, 31, 9, 123000, UTC)
    assert record.reviewer == "Phạm Thị Ngọc"
    assert record.notice_given is True
    assert record.entity == EntityClaim(
        HOUSEHOLD_ID, is_create=True, label="Nguyễn Văn Bình, ngõ 9"
    )
    assert household.ward_code == "00229"
    assert household.head_name == "Nguyễn Văn Bình"
    assert household.phones == ("0382345678",)
    assert household.address == Address(
        house_number="12A", lane="9", street="Khâm Thiên"
    )
    assert household.position == Position(21.0075, 105.8256, 12.5, 4.9)
    assert household.photo == "nha.jpg"
    assert head.birth == BirthDate(1960, 3, 2)
    assert head.identifiers == (Identifier("cccd12", "001060012345"),)
    assert head.months_present == 12
    assert head.has_pension is False
    assert head.has_insurance is None
    assert child.weight_kg == 21.5
    assert household.dwelling.area_m2 == 23.5
    assert household.dwelling.toilet == "none"
    assert household.information.devices == ()
    assert household.economy.assets == ("motorbike", "fridge")
    assert household.economy.b1_score == 120
    assert household.phone_results == {"vn-2022": {"WATER": False, "TOILET": True}}
    assert household.overrides == (
        Override("vn-2022", "WATER", deprived=True, reason="Nước bẩn"),
    )
    assert household.causes == ("no_job", "illness")
    assert household.needs is None


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"closing": None},
        {"household__location__position": None},
        {"household__roster__member": [person("Lê A", "head")]},
        {"household__standard_2022__override_2022": None},
    ],
)
def test_both_doors_give_the_same_record(changes: dict[str, Any]) -> None:
    answers = review(**changes)

    by_phone = from_openrosa(as_xml(answers), RECEIVED)
    by_central = from_odata(as_odata(answers), "household_review", RECEIVED)

    assert by_phone == by_central
    assert by_phone.record is not None


def test_a_confirmed_household_needs_no_roster() -> None:
    answers = review(
        household=None, confirm={"is_unchanged": "yes"}, known_household=HOUSEHOLD_ID
    )

    by_phone = from_openrosa(as_xml(answers, create="", update="1"), RECEIVED)
    by_central = from_odata(as_odata(answers), "household_review", RECEIVED)

    assert understood(by_phone).is_unchanged
    assert by_phone == by_central


def test_confirming_a_household_nobody_knows_is_refused() -> None:
    result = sent(household=None, confirm={"is_unchanged": "yes"})

    assert codes(result, blocking=True) == ["unchanged_but_unknown"]


def test_an_edit_names_the_version_it_replaces() -> None:
    by_phone = from_openrosa(
        as_xml(review(), instance_id="uuid:2", deprecated_id="uuid:1"), RECEIVED
    )
    by_central = from_odata(
        as_odata(review(), instance_id="uuid:2", root_id="uuid:1"),
        "household_review",
        RECEIVED,
    )

    assert understood(by_phone).deprecated_id == "uuid:1"
    assert by_phone == by_central


def test_web_engines_write_true_where_phones_write_1() -> None:
    result = from_openrosa(as_xml(review(), create="true"), RECEIVED)

    entity = understood(result).entity
    assert entity is not None
    assert entity.is_create


def test_versions_of_an_offline_entity_are_read() -> None:
    root = as_xml(review(), create="", update="1")
    entity = next(e for e in root.iter() if e.tag.endswith("entity"))
    entity.set("baseVersion", "3")
    entity.set("trunkVersion", "2")
    entity.set("branchId", "b-1")

    found = understood(from_openrosa(root, RECEIVED)).entity

    assert found is not None
    assert (found.is_create, found.base_version, found.trunk_version) == (False, 3, 2)
    assert found.branch_id == "b-1"


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
    ({"closing__remarks": "x" * 2001}, "text_too_long"),
    ({"closing__remarks": "a\u0007b"}, "text_control_character"),
    ({"household__contact__head_name": "Lê \u202eA"}, "text_control_character"),
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


def test_two_members_with_one_key_get_two_keys() -> None:
    rows = [person("Lê A", "head"), person("Lê B", "child", member_key="key-head")]

    result = sent(household__roster__member=rows)

    keys = [member.key for member in understood(result).household.members]
    assert len(set(keys)) == 2
    assert codes(result, blocking=False) == ["member_key_twice"]


def test_a_person_entered_twice_is_noticed() -> None:
    rows = [person("Lê Hòa", "head"), person("lê hoà", "child")]

    result = sent(household__roster__member=rows)

    assert codes(result, blocking=False) == ["member_twice", "member_twice"]


def test_a_wrong_clock_is_not_used_to_order_records() -> None:
    record = understood(sent(ended_at="2099-01-01T00:00:00.000+07:00"))

    assert record.ended_at is None


def test_unknown_questions_are_listed_and_do_no_harm() -> None:
    result = sent(household__garden="yes", pets=[{"name": "Vàng"}])

    assert understood(result) == understood(sent())
    assert result.ignored == ("household/garden", "pets/name")


def test_a_submission_without_instance_id_is_refused() -> None:
    result = from_openrosa(as_xml(review(), instance_id=""), RECEIVED)

    assert codes(result, blocking=True) == ["instance_id_missing"]


def test_an_instance_id_too_long_for_any_database_is_refused() -> None:
    result = from_openrosa(as_xml(review(), instance_id="x" * 65), RECEIVED)

    assert codes(result, blocking=True) == ["instance_id_unusable"]


def test_an_unknown_form_is_refused_through_both_doors() -> None:
    by_phone = from_openrosa(as_xml(review(), form_id="other"), RECEIVED)
    by_central = from_odata(as_odata(review()), "other", RECEIVED)

    assert codes(by_phone, blocking=True) == ["form_unknown"]
    assert by_phone == by_central


def test_an_undecrypted_row_says_so() -> None:
    row = {"__id": "uuid:1", "__system": {"status": "notDecrypted"}}

    result = from_odata(row, "household_review", RECEIVED)

    assert codes(result, blocking=True) == ["submission_encrypted"]


def test_comments_in_the_xml_are_passed_over() -> None:
    root = as_xml(review())
    root.insert(0, ET.Comment("hello"))

    assert from_openrosa(root, RECEIVED) == from_openrosa(as_xml(review()), RECEIVED)


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
