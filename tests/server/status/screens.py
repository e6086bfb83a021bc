"""Browsers of people who have really signed in."""

from tests.browsing import signed_in

__all__ = ["signed_in"]
