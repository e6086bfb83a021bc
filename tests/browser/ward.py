"""A ward with a field day behind it, served, and a signed-in Chromium window on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from playwright.sync_api import (
    Browser,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from server.jobs.worker import Worker
from server.pipeline import HANDLERS
from tests.browsing import served_app
from tests.conftest import make_app
from tests.played import PlayedDay

CHROMIUM = Path("/usr/bin/chromium")
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 860}
# Nothing but the page: no calls home from the browser itself.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# On a busy machine a page comes late; waiting longer costs nothing when it does not.
expect.set_options(timeout=20_000)


@dataclass(frozen=True, slots=True)
class Ward:
    """The running demo, as a person with a browser meets it."""

    app: Flask
    address: str
    passwords: dict[str, str]
    browser: Browser

    @contextmanager
    def window(
        self,
        login: str = "phuong",
        size: ViewportSize = DESK,
        *,
        scripts: bool = True,
        language: str = "vi",
        touch: bool = False,
    ) -> Iterator[Page]:
        """A window of its own, signed in."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport=size,
            java_script_enabled=scripts,
            locale=language,
            has_touch=touch,
            timezone_id="Asia/Ho_Chi_Minh",
        )
        page = context.new_page()
        page.goto("/sign-in")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", self.passwords[login])
        page.press("input[name=password]", "Enter")
        page.wait_for_url("**/")
        try:
            yield page
        finally:
            context.close()


@contextmanager
def opened_ward(app: Flask, passwords: dict[str, str]) -> Iterator[Ward]:
    """Serve what was played, with its background work, and open a browser."""
    worker = Worker(app, HANDLERS)
    with served_app(app) as address, sync_playwright() as playwright:
        worker.start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield Ward(app, address, passwords, browser)
        finally:
            browser.close()
            worker.stop()


@contextmanager
def ward_of(day: PlayedDay, folder: Path) -> Iterator[Ward]:
    """A copy of the played day in `folder`, opened."""
    address = day.copy_to(folder)
    app = make_app(folder, address, TESTING=False, WTF_CSRF_ENABLED=True)
    with opened_ward(app, day.passwords) as ward:
        yield ward
