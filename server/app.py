"""The application factory: settings, database, shared screens, then every feature."""

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from threading import RLock
from typing import Any

from flask import Flask
from werkzeug.routing import Map

from server import config, db, logs, web
from server.central.senders import sender_of
from server.loading import Commands, undisturbed
from server.web.i18n import english

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

# Where each command is: its module is loaded when the command is called.
COMMANDS = {
    "accounts": "server.accounts.commands:accounts",
    "areas": "server.areas.commands:areas",
    "matching": "server.review.commands:matching",
    "migrate": "server.commands:migrate",
    "registry": "server.invariants.commands:registry",
    "rules": "server.status.commands:rules",
    "run": "server.commands:run",
    "serve-check": "server.commands:serve_check",
    "worker": "server.commands:worker",
}


class Application(Flask):
    """Flask's, but for the screens of features: what loads them is called when the first
    address is asked for. Most commands ask for none, and start in half of the time.
    """

    screens: Callable[[Flask], None] | None = None

    def __init__(self) -> None:
        self._loading = RLock()
        super().__init__("server")
        self.cli = Commands(COMMANDS)

    @property
    def url_map(self) -> Map:
        """Every address."""
        self.load_screens()
        return self._url_map

    @url_map.setter
    def url_map(self, addresses: Map) -> None:
        self._url_map = addresses

    @property
    def view_functions(self) -> dict[str, Callable[..., Any]]:
        """What answers at an address, by its endpoint."""
        self.load_screens()
        return self._view_functions

    @view_functions.setter
    def view_functions(self, views: dict[str, Callable[..., Any]]) -> None:
        self._view_functions = views

    def load_screens(self) -> None:
        """Load them unless they are here. A second thread waits for the first."""
        with self._loading:
            load, self.screens = self.screens, None
            if load:
                load(self)


def create_app(
    overrides: Mapping[str, Any] | None = None, *, is_served: bool = True
) -> Application:
    """The web application. `overrides` are settings by name, above environment and .env.
    What is not served, but gives a command its settings and database, loads its screens
    only when it needs one.

    Raises ValueError for a setting whose value does not fit.
    """
    app = Application()
    app.config.update(config.load(overrides))
    logs.init_app(app)
    import_tables()
    db.init_app(app)
    web.init_app(app)
    # A phone speaks for its own wards by whatever way its surveys come.
    app.extensions["sender_at_central"] = sender_of
    app.screens = _load_screens
    if is_served:
        app.load_screens()
    return app


def import_tables() -> None:
    """Make every table known to the metadata, for migrations and foreign keys."""
    for feature in FEATURES:
        if find_spec(f"server.{feature}.tables"):
            import_module(f"server.{feature}.tables")


def _load_screens(app: Flask) -> None:
    """The words for them, and of each feature `views.blueprint` and `api.blueprint`."""
    english()  # read before the first request
    packages = (*(f"server.{feature}" for feature in FEATURES), "server")
    with undisturbed():
        for name in (
            f"{each}.{kind}" for each in packages for kind in ("views", "api")
        ):
            if find_spec(name):
                app.register_blueprint(import_module(name).blueprint)
