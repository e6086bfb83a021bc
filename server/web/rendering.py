"""What templates can call besides the language functions, and the language switch."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, redirect, request
from werkzeug.wrappers import Response

from server.domain.problems import Problem
from server.web.i18n import COOKIE, LANGUAGES, day, instant, language
from server.web.labels import (
    actor_label,
    category_label,
    category_tone,
    role_label,
)
from server.web.navigation import menu
from server.web.security import may_open, public, scope, visitor

blueprint = Blueprint("web", __name__)
ONE_YEAR = 365 * 24 * 3600
_ISO = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?")


def init_app(app: Flask) -> None:
    """Register the switch, and fill the template environment."""
    app.extensions.setdefault("language_keepers", [])
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(
        menu=menu,
        may_open=may_open,
        visitor=visitor,
        scope=scope,
        tone_of=category_tone,
        here=here,
        came_from=came_from,
    )
    app.jinja_env.filters.update(
        sentence=sentence,
        category=category_label,
        role=role_label,
        actor=actor_label,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def sentence(problem: Problem | Mapping[str, Any]) -> str:
    """A problem, also one kept in the database, in the reader's language."""
    said = problem if isinstance(problem, Problem) else Problem(**problem)
    values = {name: _readable(value) for name, value in said.values.items()}
    return replace(said, values=values).sentence(language())


def _readable(value: Any) -> Any:
    """Days and instants, kept as ISO text with problems, as people write them."""
    if not isinstance(value, str) or not _ISO.fullmatch(value):
        return value
    try:
        if len(value) == len("2026-11-24"):
            return day(date.fromisoformat(value))
        return instant(datetime.fromisoformat(value))
    except ValueError:
        return value  # a phone may have sent the 31st of February


def here() -> str:
    """Where to return to after a switch: this page, or the start after a post."""
    if request.method != "GET":
        return came_from() or "/"
    return request.full_path.rstrip("?")


def came_from() -> str:
    """The page of ours that led to this one; "" when there is none."""
    referrer = urlsplit(request.referrer or "")
    if referrer.netloc != request.host:
        return ""
    return referrer.path + (f"?{referrer.query}" if referrer.query else "")


@blueprint.post("/language")
@public
def switch_language() -> Response:
    """Remember the language: in this browser, and with the person who is signed in.

    Features that keep people's settings append a function of the language to
    `extensions["language_keepers"]`.
    """
    chosen = request.form.get("language", "")
    response = redirect(same_site(request.form.get("next", "")), 303)
    if chosen in LANGUAGES:
        if visitor() is not None:
            for keep in current_app.extensions["language_keepers"]:
                keep(chosen)
        response.set_cookie(
            COOKIE,
            chosen,
            max_age=ONE_YEAR,
            secure=current_app.config["SECURE_COOKIES"],
            httponly=True,
            samesite="Lax",
        )
    return response


def same_site(address: str) -> str:
    """Only a path of ours: a link from elsewhere must not send people elsewhere."""
    is_path = address.startswith("/") and not address.startswith(("//", "/\\"))
    # Browsers drop tabs and line ends, so "/<tab>/elsewhere" would be another site.
    return address if is_path and address.isprintable() else "/"
