"""The language switch, and what templates can call."""

import pytest
from flask import Flask

from server.domain.problems import Problem
from server.web.rendering import sentence
from tests.browsing import Browser
from tests.server.web.screens import add_village

pytestmark = pytest.mark.sqlite_only


def test_the_switch_works_before_anybody_signs_in_and_leads_back(
    stranger: Browser,
) -> None:
    sent = {"language": "en", "next": "/sign-in?next=/villages"}

    answer = stranger.post("/language", data=sent)

    assert (answer.status_code, answer.location) == (303, sent["next"])
    assert '<html lang="en">' in stranger.get("/sign-in").text


def test_features_that_keep_settings_of_people_are_told(
    screens: Flask, officer: Browser
) -> None:
    kept: list[str] = []
    screens.extensions["language_keepers"].append(kept.append)

    officer.post("/language", data={"language": "en"})

    assert kept == ["en"]


def test_nobody_is_told_of_a_stranger_or_of_a_language_we_do_not_speak(
    screens: Flask, officer: Browser, stranger: Browser
) -> None:
    kept: list[str] = []
    screens.extensions["language_keepers"].append(kept.append)

    stranger.post("/language", data={"language": "en"})
    unknown = officer.post("/language", data={"language": "fr"})

    assert kept == []
    assert "Set-Cookie" not in unknown.headers


@pytest.mark.parametrize(
    "address",
    ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere", "x", ""],
)
def test_the_switch_never_leads_to_another_site(
    stranger: Browser, address: str
) -> None:
    answer = stranger.post("/language", data={"language": "en", "next": address})

    assert answer.location == "/"


def test_the_switch_on_a_refused_post_returns_to_the_page_with_the_form(
    officer: Browser,
) -> None:
    answer = officer.post(
        "/villages", data={}, headers={"Referer": "http://localhost/villages/7?a=1"}
    )

    assert 'name="next" value="/villages/7?a=1"' in answer.text
    assert 'href="/villages/7?a=1">Quay lại trang trước' in answer.text


def test_problems_kept_in_the_database_are_sentences_on_the_page(
    officer: Browser,
) -> None:
    assert "Máy chủ đang bận." in officer.get("/villages/1").text


def test_a_category_says_itself_in_words(officer: Browser) -> None:
    page = officer.get("/villages/1").text

    assert 'category-poor">Hộ nghèo (N1)<' in page
    assert 'category-unknown">Chưa phân loại<' in page


def test_no_page_holds_inline_style_or_script(officer: Browser) -> None:
    for address in ("/villages", "/villages/1", "/refused"):
        page = officer.get(address).text
        assert " style=" not in page
        assert " on" + "click" not in page
        assert "<script>" not in page


def test_names_are_escaped(screens: Flask, officer: Browser) -> None:
    add_village(name="<b>&</b>")

    assert "&lt;b&gt;&amp;&lt;/b&gt;" in officer.get("/villages").text


def test_days_inside_problems_are_written_as_people_write_them(screens: Flask) -> None:
    kept = {"code": "review_date_in_future", "path": "", "blocking": True}
    values = {"value": "2027-11-25", "received": "2026-11-25T18:05:00+00:00"}

    with screens.test_request_context():
        said = sentence({**kept, "values": values})

    assert "25/11/2027" in said
    assert "26/11/2026 01:05" in said


@pytest.mark.parametrize("typed", ["2026-02-31", "2026-11", "24/11/2026", "00123"])
def test_what_is_no_day_stays_as_it_was_typed(screens: Flask, typed: str) -> None:
    problem = Problem("review_date_unreadable", "", {"value": typed})

    with screens.test_request_context():
        assert f"“{typed}”" in sentence(problem)
