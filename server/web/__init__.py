"""What all screens share: rendering, lists, errors, security, languages."""

from flask import Flask

from server.web import (
    addresses,
    assets,
    deadlocks,
    errors,
    headers,
    i18n,
    once,
    rendering,
    security,
)


def init_app(app: Flask) -> None:
    """Prepare everything that screens of all features rely on."""
    addresses.init_app(app)
    headers.init_app(app)
    assets.init_app(app)
    security.init_app(app)
    i18n.init_app(app)
    rendering.init_app(app)
    once.init_app(app)
    errors.init_app(app)
    deadlocks.init_app(app)
