"""From answers to a survey record, through both doors."""

from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from server.domain.survey.normalise import from_odata, from_openrosa
from server.domain.survey.record import (
    Address,
    BirthDate,
    EntityClaim,
    Identifier,
    Override,
    Position,
)
from tests.domain.survey.submissions import (
    HOUSEHOLD_ID,
    INSTANCE_ID,
    as_odata,
    as_xml,
    codes,
    person,
    review,
    sent,
    understood,
)

RECEIVED = date(2026, 11, 24)


def test_a_review_is_understood_field_by_field() -> None:
    record = understood(sent())

    household = record.household
    head, child = household.members
    assert record.form_version == "2026112501"
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
