"""Closed unless declared open; forms only from our own pages."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from server.web.security import LONGEST_FORM
from tests.browsing import Browser
from tests.server.web.screens import make_screens

pytestmark = pytest.mark.sqlite_only
HTML = {"Accept": "text/html"}


def test_a_page_without_a_policy_is_closed_even_to_administrators(
    stranger: Browser,
) -> None:
    answer = stranger.get("/forgotten", headers={"X-Role": "admin"})

    assert answer.status_code == 403


def test_a_stranger_who_opens_a_page_is_asked_to_sign_in_and_led_back(
    stranger: Browser,
) -> None:
    answer = stranger.get("/villages?q=a", headers=HTML)

    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/villages?q%3Da"


def test_a_program_without_account_is_told_so(stranger: Browser) -> None:
    answer = stranger.get("/villages", headers={"Accept": "application/json"})

    assert answer.status_code == 401
    assert answer.get_json()["problems"][0]["code"] == "page_sign_in_needed"


@pytest.mark.parametrize(
    ("role", "status"), [("ward", 200), ("admin", 200), ("enumerator", 403)]
)
def test_a_page_opens_for_its_roles_and_for_administrators(
    stranger: Browser, role: str, status: int
) -> None:
    assert stranger.get("/villages", headers={"X-Role": role}).status_code == status


def test_a_form_longer_than_people_type_is_refused(officer: Browser) -> None:
    answer = officer.post("/villages", data={"name": "a" * (LONGEST_FORM + 1)})

    assert answer.status_code == 413
    assert "quá lớn" in answer.text


def test_what_programs_send_may_be_longer(stranger: Browser) -> None:
    answer = stranger.post("/programs", data=b"a" * (LONGEST_FORM + 1))

    assert answer.get_json() == {"received": LONGEST_FORM + 1}


@pytest.fixture
def guarded(tmp_path: Path) -> Any:
    """Screens whose forms are checked, as in production."""
    app = make_screens(tmp_path, f"sqlite:///{tmp_path / 'guarded.sqlite'}")
    with app.app_context():
        browser = app.test_client()
        browser.set_cookie("role", "ward")
        yield browser


def test_a_form_from_elsewhere_is_refused_in_words(guarded: Browser) -> None:
    answer = guarded.post("/villages", data={"name": "Thôn"}, headers=HTML)

    assert answer.status_code == 400
    assert "tải lại trang" in answer.text


def test_a_form_of_our_own_page_is_taken(guarded: Browser) -> None:
    page = guarded.get("/villages/1").text
    token = re.search(r'name="csrf_token" value="(.*?)"', page)

    sent = {"name": "Thôn", "csrf_token": token[1] if token else ""}
    answer = guarded.post("/villages", data=sent)

    assert answer.get_json()["name"] == "Thôn"


def test_programs_that_hold_no_cookie_need_no_token(guarded: Browser) -> None:
    assert guarded.post("/programs", data=b"abc").get_json() == {"received": 3}


def test_every_address_of_this_layer_declares_who_may_open_it(screens: Flask) -> None:
    open_files = {"static", "bootstrap.static"}
    forgotten = {
        name
        for name, view in screens.view_functions.items()
        if not hasattr(view, "policy") and name not in open_files
    }

    assert forgotten == {"screens.forgotten"}
