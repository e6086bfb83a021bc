"""The application factory: settings, database, shared screens, then every feature."""

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flask import Flask

from server import config, db, logs, web

# From low to high, as in docs/architecture.md: a feature may use those before it.
FEATURES = (
    "audit",
    "jobs",
    "accounts",
    "areas",
    "inbox",
    "mirror",
    "matching",
    "registry",
    "placing",
    "review",
    "status",
    "standards",
    "imports",
    "rounds",
    "dispatch",
    "central",
    "reports",
    "plans",
    "scenarios",
    "openrosa",
    "demo",
)


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """The web application. `overrides` are settings by name, above environment and .env.

    Raises ValueError for a setting whose value does not fit.
    """
    app = Flask("server")
    app.config.update(config.load(overrides))
    logs.init_app(app)
    import_tables()
    db.init_app(app)
    web.init_app(app)
    for feature in FEATURES:
        _register(app, f"server.{feature}")
    _register(app, "server")
    return app


def import_tables() -> None:
    """Make every table known to the metadata, for migrations and foreign keys."""
    for feature in FEATURES:
        if find_spec(f"server.{feature}.tables"):
            import_module(f"server.{feature}.tables")


def _register(app: Flask, package: str) -> None:
    """Add what a feature has: `views.blueprint`, `api.blueprint`, `commands.COMMANDS`."""
    for screens in ("views", "api"):
        if find_spec(f"{package}.{screens}"):
            app.register_blueprint(import_module(f"{package}.{screens}").blueprint)
    if find_spec(f"{package}.commands"):
        for command in import_module(f"{package}.commands").COMMANDS:
            app.cli.add_command(command)
