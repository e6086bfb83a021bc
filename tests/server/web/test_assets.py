"""Our own files, all from this machine."""

import re

import pytest
from flask import Flask

from server.web import assets
from tests.browsing import Browser

pytestmark = pytest.mark.sqlite_only


def test_every_file_a_page_asks_for_is_here(officer: Browser) -> None:
    page = officer.get("/villages").text
    wanted = set(re.findall(r'(?:href|src)="(/(?:static|bootstrap)/[^"#]*)', page))

    assert len(wanted) >= 6
    assert {a: officer.get(a).status_code for a in wanted} == dict.fromkeys(wanted, 200)


def test_addresses_of_files_change_with_their_content(screens: Flask) -> None:
    with screens.test_request_context():
        first, second = assets.asset("app.css"), assets.asset("app.js")

    assert re.fullmatch(r"/static/app\.css\?v=[0-9a-f]{12}", first)
    assert first.split("v=")[1] != second.split("v=")[1]


def test_no_page_and_no_style_asks_another_machine(officer: Browser) -> None:
    for address in ("/villages", "/static/app.css", "/static/app.js"):
        assert not re.search(r"(https?:)?//\w", _without_comments(officer, address))


def _without_comments(browser: Browser, address: str) -> str:
    text = browser.get(address).text
    return re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)


def test_every_icon_that_is_used_is_drawn(officer: Browser) -> None:
    drawn = set(re.findall(r'id="(\w+)"', officer.get("/static/icons.svg").text))
    source = (assets.Path(assets.__file__).parent / "navigation.py").read_text()
    used = set(re.findall(r'_\("[^"]+"\), "(\w+)"\)', source))

    assert used
    assert used <= drawn
