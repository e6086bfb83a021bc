import json
from datetime import date
from types import SimpleNamespace
from typing import Any

from server.dispatch.projections import (
    COLUMNS,
    properties_hash,
    properties_of,
    status_words,
)
from server.domain.households.golden import GoldenHousehold
from server.domain.survey.record import Address, Household, Identifier, Member
from tests.architecture.source import ROOT

FORM_LIST = ROOT / "forms" / "household_review" / "media" / "households.csv"
SECRETS = ("001060012345", "0912345678", "Trần Thị Con", "tim nặng", "21.007")


def golden(**given: Any) -> GoldenHousehold:
    head = Member(
        key="1", full_name="Nguyễn Văn Bình",
        identifiers=(Identifier("cccd12", SECRETS[0]),),
    )  # fmt: skip
    values: dict[str, Any] = {
        "ward_code": "00199",
        "group_code": "00229-15",
        "head_name": "Nguyễn Văn  Bình",
        "members": (head, Member(key="2", full_name=SECRETS[2])),
        "address": Address(house_number="12A", lane="9", street="Khâm Thiên"),
        "phones": (SECRETS[1],),
        "note": SECRETS[3],
        **given,
    }
    return GoldenHousehold(Household(**values), date(2026, 11, 20))


def row() -> Any:
    return SimpleNamespace(id="5f1c0f6e", code="HN-4NWFH-PRZYF", member_count=2)


def test_phones_get_exactly_the_columns_of_the_forms_list() -> None:
    header = FORM_LIST.read_text(encoding="utf-8").strip().split(",")

    said = properties_of(row(), golden(), "Hộ nghèo", "00229")

    assert list(COLUMNS) == header
    assert {*said, "__version"} == set(COLUMNS)


def test_nothing_else_about_a_household_leaves() -> None:
    said = properties_of(row(), golden(), "Hộ nghèo", "00229")

    text = json.dumps(said, ensure_ascii=False)
    assert [secret for secret in SECRETS if secret in text] == []


def test_a_household_is_found_under_todays_ward_without_marks() -> None:
    said = properties_of(row(), golden(), "", "00229")

    assert said == {
        "name": "5f1c0f6e",
        "label": "Nguyễn Văn Bình - số 12A ngõ 9 phố Khâm Thiên",
        "code": "HN-4NWFH-PRZYF",
        "head_name": "Nguyễn Văn Bình",
        "ward": "00229",
        "group": "00229-15",
        "address": "số 12A ngõ 9 phố Khâm Thiên",
        "search": "nguyen van binh so 12a ngo 9 pho kham thien",
        "given_name_folded": "binh",
        "last_status": "",
        "last_review": "2026-11-20",
        "member_count": "2",
        "check_id": "",
        "check_about": "",
    }


def test_a_question_is_all_that_makes_another_row_of_a_household() -> None:
    plain = properties_of(row(), golden(), "", "00229")
    asked = properties_of(row(), golden(), "", "00229", ("7", "Nguyễn Văn Bính"))
    before = {k: v for k, v in plain.items() if not k.startswith("check_")}

    assert (asked["check_id"], asked["check_about"]) == ("7", "Nguyễn Văn Bính")
    assert properties_hash(plain) == properties_hash(before)
    assert properties_hash(plain) != properties_hash(asked)


def test_a_household_without_name_and_address_still_has_a_label() -> None:
    nobody = golden(head_name=None, address=Address())

    assert properties_of(row(), nobody, "", "00229")["label"] == "HN-4NWFH-PRZYF"


def test_two_standards_may_say_two_things() -> None:
    assert status_words([]) == ""
    assert status_words(["POOR", "POOR"]) == "Hộ nghèo"
    assert status_words(["NEAR_POOR", "POOR"]) == "Hộ cận nghèo; Hộ nghèo"
