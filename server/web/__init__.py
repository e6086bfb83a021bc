"""What all screens share: rendering, lists, errors, security, languages."""

from flask import Flask

from server.web import security


def init_app(app: Flask) -> None:
    """Prepare everything that screens of all features rely on."""
    security.init_app(app)
