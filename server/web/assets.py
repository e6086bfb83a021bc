"""Style sheets and scripts, all from this machine, with addresses that change with
their content."""

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Flask, current_app, g, url_for

BOOTSTRAP = Path(str(files("flask_bootstrap"))) / "static" / "bootstrap5"


def init_app(app: Flask) -> None:
    """Serve Bootstrap out of its wheel, and give templates `asset()`."""
    blueprint = Blueprint(
        "bootstrap", __name__, static_folder=BOOTSTRAP, static_url_path="/bootstrap"
    )
    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset"] = asset


def asset(name: str, *, endpoint: str = "static") -> str:
    """The address of a file of ours; a new content is a new address."""
    known: dict[tuple[str, str], str] = g.setdefault("asset_addresses", {})
    if (endpoint, name) not in known:  # a page names the file of all icons many times
        folder = BOOTSTRAP if endpoint == "bootstrap.static" else _static_folder()
        fingerprint = _fingerprint(folder / name)
        known[endpoint, name] = url_for(endpoint, filename=name, v=fingerprint)
    return known[endpoint, name]


def _static_folder() -> Path:
    return Path(current_app.static_folder or "")


@cache
def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
