import base64
import json
import re
import zlib

import pytest
from flask import Flask
from sqlalchemy import select

from server.accounts.phones import add_phone
from server.accounts.queries import find_phone_by_token
from server.accounts.tables import Phone, User
from server.areas.tables import Area
from server.db import db
from server.domain.actor import SYSTEM
from server.openrosa.card import card_of
from tests.browsing import Browser, signed_in
from tests.factories import make_area, make_user

pytestmark = pytest.mark.sqlite_only


def settings_in(code: str) -> dict[str, dict[str, object]]:
    """What Collect reads out of the code."""
    loaded: dict[str, dict[str, object]] = json.loads(
        zlib.decompress(base64.b64decode(code))
    )
    return loaded


def test_a_new_phone_shows_its_card(officer: Browser, enumerator: User) -> None:
    answer = officer.post(
        "/phones/add", data={"user_id": enumerator.id, "name": "Máy của Ngọc"}
    )
    card = officer.get(answer.location)

    phone = db.session.scalars(select(Phone)).one()
    assert card.status_code == 200
    assert "Phạm Thị Ngọc" in card.text
    assert f"http://localhost/key/{phone.secrets['token']}" in card.text
    assert "<svg" in card.text
    assert "style=" not in card.text


def test_a_phone_without_a_name_is_told_what_the_page_calls_it(
    officer: Browser, enumerator: User
) -> None:
    answer = officer.post("/phones/add", data={"user_id": enumerator.id, "name": " "})

    assert answer.status_code == 422
    assert "“Tên điện thoại” còn để trống" in answer.text


def test_the_code_sets_collect_up_in_vietnamese(phone: Phone, enumerator: User) -> None:
    card = card_of(phone, enumerator, "https://rasoat.example.vn/")
    settings = settings_in(card.code)

    token = phone.secrets["token"]
    assert settings["general"] == {
        "protocol": "odk_default",
        "server_url": f"https://rasoat.example.vn/key/{token}",
        "app_language": "vi",
        "form_update_mode": "match_exactly",
        "autosend": "wifi_and_cellular",
        "delete_send": False,
        "image_size": "medium",
        "hide_old_form_versions": True,
        "metadata_username": "Phạm Thị Ngọc",
    }
    assert settings["admin"]["admin_pw"] == card.settings_password
    assert settings["admin"]["change_server"] is False
    assert re.fullmatch(r"\d{6}", card.settings_password)
    assert card == card_of(phone, enumerator, "https://rasoat.example.vn")


def test_a_revoked_phone_is_shut_out_and_gets_a_new_card(
    officer: Browser, phone: Phone
) -> None:
    token = phone.secrets["token"]

    answer = officer.get(officer.post(f"/phones/{phone.id}/revoke").location)
    old_card = officer.get(f"/phones/{phone.id}/card")

    assert "Đã khoá" in answer.text
    assert find_phone_by_token(token) is None
    assert '<svg class="segno"' not in old_card.text
    assert token not in old_card.text
    assert "Tạo thẻ mới" in old_card.text


def test_phones_of_other_areas_are_absent(
    stranger: Browser, phone: Phone, enumerator: User
) -> None:
    added = stranger.post("/phones/add", data={"user_id": enumerator.id, "name": "x"})

    assert "Máy của Ngọc" not in stranger.get("/phones").text
    assert "Phạm Thị Ngọc" not in stranger.get("/phones").text
    assert stranger.get(f"/phones/{phone.id}/card").status_code == 404
    assert stranger.post(f"/phones/{phone.id}/revoke").status_code == 404
    assert added.status_code == 404
    assert find_phone_by_token(phone.secrets["token"]) is not None


def test_nobody_prints_the_card_of_someone_who_sees_more(
    officer: Browser, ward: Area
) -> None:
    wider = make_user(areas=[ward, make_area()], role="district")
    theirs = add_phone(by=SYSTEM, user_id=wider.id, name="Máy của quận")

    assert officer.get(f"/phones/{theirs.id}/card").status_code == 404
    assert "Máy của quận" not in officer.get("/phones").text


def test_the_list_is_searched_without_marks_and_filtered(
    officer: Browser, phone: Phone
) -> None:
    assert "Máy của Ngọc" in officer.get("/phones?q=ngoc").text
    assert "Máy của Ngọc" not in officer.get("/phones?q=binh").text
    assert "Máy của Ngọc" not in officer.get("/phones?state=revoked").text
    assert "Máy của Ngọc" in officer.get("/phones?format=csv").text


def test_enumerators_see_no_phones(app: Flask, enumerator: User) -> None:
    assert signed_in(app, enumerator).get("/phones").status_code == 403
