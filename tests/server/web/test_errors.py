"""Refusals and errors, for people and for programs."""

import pytest
from flask import Flask

from server.domain.problems import catalogue
from server.web import errors
from tests.browsing import Browser

pytestmark = pytest.mark.sqlite_only
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
JSON = {"Accept": "application/json"}


def test_a_refusal_is_all_its_sentences_with_its_status(stranger: Browser) -> None:
    answer = stranger.get("/refused", headers=HTML)

    assert answer.status_code == 409
    assert "Nội dung gửi lên quá lớn. Hãy rút gọn rồi gửi lại." in answer.text
    assert "Máy chủ đang bận." in answer.text


def test_programs_get_codes_with_the_sentences(stranger: Browser) -> None:
    answer = stranger.get("/refused", headers=JSON)

    first = answer.get_json()["problems"][0]
    assert answer.status_code == 409
    assert (first["code"], first["path"]) == ("page_too_large", "size")
    assert first["sentence"].startswith("Nội dung")


def test_a_page_that_is_not_there_keeps_the_frame_of_the_visitor(
    officer: Browser,
) -> None:
    answer = officer.get("/nowhere", headers=HTML)

    assert answer.status_code == 404
    assert "nằm ngoài địa bàn" in answer.text
    assert "Nguyễn Thị Ánh" in answer.text


def test_a_wrong_method_says_which_are_right(officer: Browser) -> None:
    answer = officer.delete("/villages", headers=HTML)

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_bug_tells_nothing_of_the_house(screens: Flask, stranger: Browser) -> None:
    screens.config["PROPAGATE_EXCEPTIONS"] = False

    answer = stranger.get("/broken", headers=HTML)

    assert answer.status_code == 500
    assert "chưa được ghi" in answer.text
    assert "secret" not in answer.text


def test_every_sentence_of_an_error_page_is_in_the_catalogue() -> None:
    assert set(errors._CODES.values()) <= set(catalogue())


def test_redirects_are_left_alone(screens: Flask, officer: Browser) -> None:
    screens.add_url_rule("/folder/", "folder", lambda: "")

    assert officer.get("/folder").status_code == 308
