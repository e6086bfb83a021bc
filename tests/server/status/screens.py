"""Browsers of people who have really signed in."""

from flask import Flask

from server.accounts.sessions import start_session
from server.accounts.sign_in_pages import cookie_name
from server.accounts.tables import User
from tests.browsing import Browser


def signed_in(app: Flask, user: User) -> Browser:
    """A browser with the session of a person."""
    browser: Browser = app.test_client()
    browser.set_cookie(cookie_name(), start_session(user=user))
    return browser
