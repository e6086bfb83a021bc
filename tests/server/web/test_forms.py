"""Forms: what was typed becomes values, or sentences."""

from typing import Any

import pytest
from flask import Flask
from marshmallow import Schema, fields, validates_schema
from marshmallow import ValidationError as Invalid

from server.domain.problems import Refused
from server.web.forms import load, load_query
from tests.browsing import Browser
from tests.server.web.screens import VillageForm

pytestmark = pytest.mark.sqlite_only


def problems(screens: Flask, sent: dict[str, Any], schema: Any = VillageForm) -> Any:
    with (
        screens.test_request_context(method="POST", data=sent),
        pytest.raises(Refused) as refused,
    ):
        load(schema)
    return refused.value.problems


def loaded(screens: Flask, sent: dict[str, Any]) -> dict[str, Any]:
    with screens.test_request_context(method="POST", data=sent):
        return load(VillageForm)


def test_blank_fields_are_left_out_and_unknown_ones_ignored(screens: Flask) -> None:
    sent = {"name": "Thôn", "people": "", "founded": " ", "csrf_token": "x", "a": "b"}

    assert loaded(screens, sent) == {"name": "Thôn", "note": ""}


def test_text_comes_composed_whatever_the_keyboard_sent(screens: Flask) -> None:
    assert loaded(screens, {"name": "Tho\u0302n"})["name"] == "Thôn"


def test_lists_hold_every_choice(screens: Flask) -> None:
    values = loaded(screens, {"name": "Thôn", "tags": ["a", "", "b"]})

    assert values["tags"] == ["a", "b"]


def test_numbers_and_days_are_values(screens: Flask) -> None:
    values = loaded(screens, {"name": "Thôn", "people": "12", "founded": "2026-11-24"})

    assert (values["people"], values["founded"].isoformat()) == (12, "2026-11-24")


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "“Hộ gia đình” còn để trống."),
        ({"name": "  "}, "“Hộ gia đình” còn để trống."),
        ({"name": "a"}, "“Hộ gia đình” phải dài từ 2 đến 20 ký tự."),
        ({"name": "a" * 21}, "“Hộ gia đình” phải dài từ 2 đến 20 ký tự."),
        ({"name": "ab", "people": "mười"}, "“people” phải là số, không phải “mười”."),
        ({"name": "ab", "people": "-1"}, "“people” phải từ 0 đến 5000, không phải -1."),
        ({"name": "ab", "founded": "30/02/2026"}, "không phải “30/02/2026”."),
        ({"name": "ab", "category": "RICH"}, "không có lựa chọn “RICH”."),
        ({"name": "ab", "password": "1"}, "Nội dung gửi lên quá lớn."),
    ],
)
def test_each_way_of_being_wrong_has_its_sentence(
    screens: Flask, sent: dict[str, str], sentence: str
) -> None:
    (problem,) = problems(screens, sent)

    assert sentence in problem.sentence()


def test_every_bad_field_is_told_at_once(screens: Flask) -> None:
    sent = {"people": "x", "founded": "y"}

    assert {p.path for p in problems(screens, sent)} == {"name", "people", "founded"}


def test_a_rule_about_the_whole_form_may_name_a_problem(screens: Flask) -> None:
    class Whole(Schema):
        start = fields.Integer()

        @validates_schema
        def refuse(self, data: Any, **_: Any) -> None:
            raise Invalid("page_busy")

    (problem,) = problems(screens, {"start": "1"}, Whole)

    assert problem.code == "page_busy"


def test_the_address_is_checked_the_same_way(screens: Flask) -> None:
    with screens.test_request_context("/?name=Th%C3%B4n&people=3"):
        assert load_query(VillageForm)["people"] == 3


def test_a_refused_form_is_a_page_of_sentences_in_the_readers_language(
    officer: Browser,
) -> None:
    answer = officer.post("/villages", data={}, headers={"X-Language": "en"})

    assert answer.status_code == 422
    assert "“Households” is empty. Go back and fill it in." in answer.text
