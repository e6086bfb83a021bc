"""Two languages, and how each writes days and amounts."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask

from server.web import i18n
from tests.browsing import Browser

pytestmark = pytest.mark.sqlite_only


def test_what_a_person_chose_counts_more_than_what_the_browser_chose(
    officer: Browser,
) -> None:
    officer.set_cookie("language", "en")

    page = officer.get("/villages", headers={"X-Language": "vi"})

    assert '<html lang="vi">' in page.text


def test_what_the_browser_chose_counts_before_anybody_signs_in(
    stranger: Browser,
) -> None:
    stranger.set_cookie("language", "en")

    page = stranger.get("/sign-in").text

    assert '<html lang="en">' in page
    assert "Skip to the main content" in page


@pytest.mark.parametrize("chosen", ["", "fr", "<script>"])
def test_otherwise_the_setting_counts(
    screens: Flask, stranger: Browser, chosen: str
) -> None:
    screens.config["DEFAULT_LANGUAGE"] = "en"
    stranger.set_cookie("language", chosen)

    assert '<html lang="en">' in stranger.get("/sign-in").text


def test_days_instants_and_amounts_in_vietnamese(screens: Flask) -> None:
    with screens.test_request_context():
        assert i18n.day(date(2026, 11, 4)) == "04/11/2026"
        assert i18n.instant(datetime(2026, 11, 24, 18, 5, tzinfo=UTC)) == (
            "25/11/2026 01:05"
        )
        assert i18n.number(1_500_000) == "1.500.000"
        assert i18n.number(Decimal("0.5")) == "0,5"
        assert i18n.money(1_500_000) == "1.500.000\u00a0đ"


def test_amounts_in_english(screens: Flask) -> None:
    with screens.test_request_context(headers={"Cookie": "language=en"}):
        assert i18n.number(1_500_000.5) == "1,500,000.5"
        assert i18n.money(1_500_000) == "1,500,000\u00a0đ"


def test_what_is_unknown_is_written_as_nothing(screens: Flask) -> None:
    with screens.test_request_context():
        assert [
            i18n.day(None), i18n.instant(None), i18n.number(None), i18n.money(None)
        ] == [""] * 4  # fmt: skip


def test_a_sentence_without_translation_stays_vietnamese(screens: Flask) -> None:
    with screens.test_request_context(headers={"Cookie": "language=en"}):
        assert i18n._("Câu {word} chưa dịch", word="này") == "Câu này chưa dịch"


def test_braces_in_values_are_left_alone(screens: Flask) -> None:
    with screens.test_request_context():
        assert i18n._("{count} dòng", count="{0.__class__}") == "{0.__class__} dòng"


def test_outside_a_request_the_setting_decides(screens: Flask) -> None:
    assert i18n.language() == "vi"


def test_english_knows_one_and_many(
    screens: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"{n} phiếu": "{n} {n?survey is|surveys are} kept"}
    monkeypatch.setattr(i18n, "english", lambda: said)

    with screens.test_request_context(headers={"Cookie": "language=en"}):
        assert i18n._("{n} phiếu", n=1) == "1 survey is kept"
        assert i18n._("{n} phiếu", n="21") == "21 surveys are kept"
