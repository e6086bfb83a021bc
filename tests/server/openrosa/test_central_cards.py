"""The card by way of ODK Central: shown, printed, and gone with a lost phone."""

import re

import pytest
from flask import Flask

from server.accounts.tables import Phone, User
from server.central import app_users
from server.db import db
from server.domain.actor import SYSTEM
from server.openrosa.card import card_of, central_card_of
from server.openrosa.card_sheets import cards_at, sheet
from tests.browsing import Browser
from tests.server.openrosa.test_phone_pages import settings_in

pytestmark = pytest.mark.sqlite_only
URL, PROJECT = "https://odk.example.vn", 7
AT = {"by": SYSTEM, "server": URL, "project": PROJECT}
ADDRESS = f"{URL}/v1/key/abc$DEF/projects/{PROJECT}"


@pytest.fixture(autouse=True)
def central(app: Flask) -> None:
    app.config |= {"CENTRAL_URL": URL, "CENTRAL_PROJECT": PROJECT}


@pytest.fixture
def made(phone: Phone) -> Phone:
    """The phone, as an app user."""
    app_users.begin(phone_id=phone.id, **AT)
    app_users.made(phone_id=phone.id, actor_id=31, token="abc$DEF", **AT)
    app_users.told(phone_id=phone.id, codes={"ward": ["00229"]}, **AT)
    return phone


def test_the_card_leads_to_the_project_at_central(
    made: Phone, enumerator: User
) -> None:
    card = central_card_of(
        made, enumerator, server=URL, project=PROJECT, token="abc$DEF"
    )
    settings = settings_in(card.code)

    direct = settings_in(card_of(made, enumerator, "https://rasoat.example.vn").code)
    assert settings["general"].pop("server_url") == ADDRESS
    direct["general"].pop("server_url")
    assert settings == direct


def test_the_page_shows_the_card_of_central_first_and_the_other_on_demand(
    officer: Browser, made: Phone
) -> None:
    page = officer.get(f"/phones/{made.id}/card").text
    other = officer.get(f"/phones/{made.id}/card?door=direct").text

    assert ADDRESS in page
    assert made.secrets["token"] not in page
    assert "00229" in page
    assert "Qua ODK Central" in page
    assert ADDRESS not in other
    assert made.secrets["token"] in other
    assert page.count("<article") == other.count("<article") == 1


def test_a_card_that_is_not_made_yet_is_promised(
    officer: Browser, phone: Phone
) -> None:
    page = officer.get(f"/phones/{phone.id}/card").text

    assert "chưa lập xong" in page
    assert phone.secrets["token"] in page


def test_a_lost_phone_waits_until_central_has_shut_it_out(
    officer: Browser, made: Phone
) -> None:
    told = officer.get(officer.post(f"/phones/{made.id}/revoke").location).text
    page = officer.get(f"/phones/{made.id}/card").text

    assert told.count("đang chờ thu hồi") == 2
    assert "đang chờ thu hồi" in page
    assert "abc$DEF" not in page
    app_users.revoked(phone_id=made.id, **AT)
    assert "đang chờ thu hồi" not in officer.get("/phones").text
    assert "đã bị thu hồi" in officer.get(f"/phones/{made.id}/card").text


def test_a_phone_revoked_at_central_says_so(officer: Browser, made: Phone) -> None:
    app_users.revoked(phone_id=made.id, **AT)

    page = officer.get(f"/phones/{made.id}/card").text

    assert "Ở ODK Central máy này đã bị thu hồi" in page
    assert ADDRESS not in page


def test_the_key_is_sealed_in_the_database(made: Phone) -> None:
    db.session.commit()
    rows = db.session.connection().exec_driver_sql(
        "select token from central_app_users"
    )

    assert b"DEF" not in rows.scalar_one()


def test_all_cards_are_printed_on_pages_of_their_own(made: Phone) -> None:
    page = sheet(cards_at(URL, PROJECT))

    assert page.count('<article class="phone-card"') == 1
    assert "Phạm Thị Ngọc" in page
    assert "size: 105mm 148mm" in page
    assert "break-after: page" in page
    assert not re.search(r"(src|href)=", page)
    assert sheet(cards_at(URL, 99)).count("<article") == 0
