"""What every answer tells the browser, and what is believed of proxies."""

from pathlib import Path

import pytest
from flask import Flask

from tests.browsing import Browser
from tests.server.web.screens import make_screens

pytestmark = pytest.mark.sqlite_only
HTML = {"Accept": "text/html"}


@pytest.mark.parametrize(
    "address", ["/villages", "/refused", "/nowhere", "/static/app.css", "/broken"]
)
def test_every_answer_forbids_foreign_scripts_frames_and_guessing(
    screens: Flask, officer: Browser, address: str
) -> None:
    screens.config["PROPAGATE_EXCEPTIONS"] = False

    headers = officer.get(address, headers=HTML).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize("address", ["/villages", "/villages?format=csv", "/nowhere"])
def test_pages_about_people_are_kept_by_no_cache(
    officer: Browser, address: str
) -> None:
    assert officer.get(address, headers=HTML).headers["Cache-Control"] == "no-store"


def test_a_view_may_allow_a_private_copy(stranger: Browser) -> None:
    answer = stranger.get("/unfiled")

    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_our_own_files_are_kept_for_ever_under_an_address_with_their_hash(
    stranger: Browser,
) -> None:
    with_hash = stranger.get("/static/app.css?v=abc").headers["Cache-Control"]
    without = stranger.get("/static/app.css").headers["Cache-Control"]
    missing = stranger.get("/static/missing.css?v=abc").headers["Cache-Control"]

    assert "immutable" in with_hash
    assert "immutable" not in without + missing


def test_behind_https_cookies_and_addresses_stay_there(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'x.sqlite'}"
    app = make_screens(tmp_path, address, SECURE_COOKIES=True)
    with app.app_context():
        answer = app.test_client().get("/sign-in", base_url="https://localhost")

    cookie = answer.headers["Set-Cookie"]
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(("trusted", "scheme"), [(0, "http"), (1, "https")])
def test_forwarded_addresses_count_only_from_proxies_we_trust(
    tmp_path: Path, trusted: int, scheme: str
) -> None:
    address = f"sqlite:///{tmp_path / 'x.sqlite'}"
    app = make_screens(tmp_path, address, TRUSTED_PROXIES=trusted)
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "rasoat.example.vn"}
    with app.app_context():
        answer = app.test_client().get("/whereami", headers=told)

    assert answer.text.startswith(f"{scheme}://")
    assert ("rasoat.example.vn" in answer.text) == bool(trusted)
