"""Who is asking, and what every page must declare before anybody may see it.

Each view carries a policy: `@allow("ward", "district")` or `@public`. A view without
one is refused to everybody, so a forgotten decorator shows as a closed page and never
as an open one. Administrators may open every page that a role may open.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from server.domain.actor import NOWHERE, Actor, Scope

View = TypeVar("View", bound=Callable[..., Any])
STAFF = ("admin", "district", "ward")


class Visitor(Protocol):
    """What this module needs to know of a signed-in person."""

    id: int
    name: str
    role: str
    language: str


def allow(*roles: str) -> Callable[[View], View]:
    """Only for signed-in people of one of `roles`, and for administrators."""

    def mark(view: View) -> View:
        view.policy = frozenset(roles) | {"admin"}  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """For everybody. The view itself checks whatever it has to check."""
    view.policy = None  # type: ignore[attr-defined]
    return view


def visitor() -> Any:
    """The signed-in person, or None."""
    return g.get("visitor")


def actor() -> Actor:
    """The signed-in person as author of a write. Aborts with 401 when there is none."""
    person = visitor()
    if person is None:
        abort(401)
    return Actor("user", person.id, person.name)


def scope() -> Scope:
    """The areas the signed-in person may see; nowhere for everybody else."""
    found: Scope = g.get("scope", NOWHERE)
    return found


def init_app(app: Flask) -> None:
    """Check the policy of every request. `accounts` sets `g.visitor` and `g.scope`
    in a `before_app_request` that runs first."""
    app.before_request_funcs.setdefault(None, [])
    app.before_request(_check_policy)


def _check_policy() -> Response | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    for load in current_app.extensions.get("visitor_loaders", ()):
        load()
    view = current_app.view_functions[request.endpoint]
    policy = getattr(view, "policy", frozenset())
    if policy is None:
        return None
    person = visitor()
    if person is None:
        if request.method == "GET" and "text/html" in request.accept_mimetypes:
            return redirect(url_for("accounts.sign_in", next=request.full_path))
        abort(401)
    if person.role not in policy:
        abort(403)
    return None
