"""The sync pages in a real browser, beside a Central where much went wrong."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import ViewportSize, expect

from server.db import db
from tests.browser import at_central
from tests.browser.test_ward_office import complaints
from tests.browser.ward import DESK, PHONE, Ward, ward_of
from tests.played import PlayedDay
from tests.sync.office import Office

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "localhost"])
PAGES = ("", "runs", "phones", "households", "failures")


@pytest.fixture(scope="module")
def ward(
    played_day: PlayedDay, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ward]:
    with ward_of(played_day, tmp_path_factory.mktemp("ward")) as opened:
        yield opened


@pytest.fixture(scope="module")
def office(ward: Ward) -> Iterator[Office]:
    with at_central.beside(ward.app) as office:
        yield office


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_is_accessible_and_fits(
    ward: Ward, office: Office, size: ViewportSize, language: str
) -> None:
    at_central.keep_beating()
    decisions = (f"races/{at_central.race_number()}",)
    forms = (f"forms/{at_central.form_number()}",)
    db.session.remove()
    said: list[str] = []
    looks_new = size is DESK and language == "vi"
    with ward.window("quantri", size) as page:
        button = page.locator(f"button[name=language][value={language}]")
        if button.count():
            with page.expect_navigation():
                button.first.evaluate("b => b.click()")
        for name in (*PAGES, *decisions, *forms):
            said += complaints(page, f"/sync/{name}", with_contrast=looks_new)
            if folder := os.environ.get("PICTURES"):
                kind = f"{size['width']}-{language}-{name.replace('/', '-') or 'sync'}"
                page.screenshot(path=f"{folder}/{kind}.png", full_page=True)

    assert said == []


def test_without_scripts_somebody_asks_and_sees_the_progress(
    ward: Ward, office: Office
) -> None:
    at_central.keep_beating()
    db.session.remove()
    with ward.window(scripts=False) as page:
        page.goto("/sync/")
        page.get_by_role("button", name="Đồng bộ ngay").click()

        expect(page.locator("#now")).to_contain_text("đang chờ vài giây")
        page.get_by_role("link", name="Xem tiến độ mới nhất").click()
        expect(page.locator("h1")).to_contain_text("Đồng bộ ODK Central")
