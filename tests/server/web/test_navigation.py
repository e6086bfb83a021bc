"""The menu, and messages with a way back."""

import re

import pytest
from flask import Blueprint, Flask, render_template_string

from server.web.navigation import menu
from server.web.security import allow
from tests.browsing import Browser

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def inbox(screens: Flask) -> None:
    """Two pages for the ward, one for administrators."""
    pages = {"submissions": "ward", "quarantine": "ward", "submission": "ward"}
    blueprint = Blueprint("inbox", __name__)
    for name, role in pages.items():
        view = allow(role)(lambda: render_template_string("{{ menu() }}"))
        blueprint.add_url_rule(f"/{name}", name, view)
    jobs = Blueprint("jobs", __name__)
    jobs.add_url_rule("/jobs", "jobs", allow()(lambda: ""))
    screens.register_blueprint(blueprint)
    screens.register_blueprint(jobs)


def labels(page: str) -> list[str]:
    return re.findall(r"label=&#39;(.*?)&#39;", page)


def test_people_see_what_they_may_open_and_what_exists(
    inbox: None, stranger: Browser
) -> None:
    ward = stranger.get("/submissions", headers={"X-Role": "ward"}).text
    admin = stranger.get("/submissions", headers={"X-Role": "admin"}).text

    assert labels(ward) == ["Phiếu có vấn đề", "Phiếu đã gửi"]
    assert labels(admin) == ["Phiếu có vấn đề", "Phiếu đã gửi", "Việc nền"]


@pytest.mark.parametrize("page", ["submissions", "submission"])
def test_the_entry_one_came_through_is_marked(
    inbox: None, officer: Browser, page: str
) -> None:
    shown = officer.get(f"/{page}").text

    assert shown.count("is_current=True") == 1
    assert "icon=&#39;inbox&#39;, is_current=True" in shown


def test_strangers_have_no_menu(screens: Flask) -> None:
    with screens.test_request_context():
        assert menu() == ()


def test_messages_are_shown_once_and_undo_posts(officer: Browser) -> None:
    officer.post("/villages/rename")

    page, again = officer.get("/villages").text, officer.get("/villages").text

    assert "Đã đổi tên." in page
    assert '<form method="post" action="/villages/rename">' in page
    assert "Hoàn tác" in page
    assert "Đã đổi tên." not in again
