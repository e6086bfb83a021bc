"""The frame and the list in a real browser: readable for everybody, with and without
scripts, on a phone and on a desk."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.browsing import served_app
from tests.server.web.screens import add_villages

pytestmark = [
    pytest.mark.sqlite_only,
    pytest.mark.allow_hosts(["127.0.0.1", "localhost"]),
]
Visit = Callable[..., Page]
CHROMIUM = Path("/usr/bin/chromium")
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(screens: Flask, chromium: Browser) -> Iterator[Visit]:
    """Opens a page as a ward officer, in a window of its own."""
    add_villages(60)
    with served_app(screens) as address, ExitStack() as windows:

        def open_page(path: str, size: ViewportSize, *, scripts: bool = True) -> Page:
            context = chromium.new_context(
                base_url=address, viewport=size, java_script_enabled=scripts
            )
            windows.callback(context.close)
            context.add_cookies([{"name": "role", "value": "ward", "url": address}])
            page = context.new_page()
            page.goto(path)
            return page

        yield open_page


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("path", ["/villages", "/villages/1", "/nowhere"])
def test_a_page_is_accessible_fits_its_screen_and_breaks_no_rule_of_ours(
    visit: Visit, size: ViewportSize, path: str
) -> None:
    page = visit(path, size)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.reload()

    found = Axe().run(page).response["violations"]
    too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    blocked = [text for text in complaints if "Security Policy" in text]

    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert not too_wide
    assert blocked == []


def test_without_scripts_a_phone_can_filter_sort_and_turn_the_page(
    visit: Visit,
) -> None:
    page = visit("/villages", PHONE, scripts=False)

    page.get_by_text("Lọc thêm và sắp xếp").click()
    page.get_by_label("Sắp xếp", exact=True).select_option("-code")
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.get_by_role("link", name="Trang sau").click()

    assert "sort=-code" in page.url
    assert page.locator("tbody tr").count() == 10
    assert "Quản lý" in page.locator("td[data-label='Quản lý']").first.evaluate(
        "cell => getComputedStyle(cell, '::before').content"
    )


def test_with_scripts_a_choice_applies_at_once_and_the_address_stays_short(
    visit: Visit,
) -> None:
    page = visit("/villages", DESK)

    page.get_by_label("Người dùng").select_option("large")
    page.wait_for_url(re.compile("size=large"))

    assert "q=" not in page.url
    assert "since=" not in page.url


def test_keys_turn_pages_and_enter_the_search_but_not_while_typing(
    visit: Visit,
) -> None:
    page = visit("/villages", DESK)

    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("after="))
    page.keyboard.press("/")
    page.keyboard.type("a/b")

    assert page.locator("#filter-q").input_value() == "a/b"


def test_the_first_tab_leads_to_the_content(visit: Visit) -> None:
    page = visit("/villages", DESK)

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "content"


def test_undo_is_one_click(visit: Visit) -> None:
    page = visit("/villages/1", DESK)
    page.get_by_text("Đăng xuất", exact=True).last.click()
    page.get_by_role("button", name="Có, đăng xuất").click()

    page.get_by_role("button", name="Hoàn tác").click()

    assert page.get_by_text("Đã gộp hai thôn.").is_visible()
