"""Who is asking, and what every page must declare before anybody may see it.

Each view carries a policy: `@allow("ward", "district")` or `@public`. A view without
one is refused to everybody, so a forgotten decorator shows as a closed page and never
as an open one. Administrators may open every page that a role may open.

Every form that changes something carries a token that other sites cannot know; only
what phones send is exempt (`exempt_from_csrf`), because phones hold no cookie that
another site could misuse.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from server.domain.actor import NOWHERE, Actor, Scope

View = TypeVar("View", bound=Callable[..., Any])
STAFF = ("admin", "district", "ward")
# What people type fits in this; only what phones send may be as long as MAX_UPLOAD_MB.
LONGEST_FORM = 2_000_000
# Style sheets and scripts of our own.
FILES = frozenset({"static", "bootstrap.static"})
csrf = CSRFProtect()


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


def exempt_from_csrf(view: View) -> View:
    """For programs that send no cookie: they post without the token of a form, and
    as much as MAX_UPLOAD_MB allows."""
    csrf.exempt(view)
    view.is_for_programs = True  # type: ignore[attr-defined]
    return view


def asks_api() -> bool:
    """Whether a program asks by a token. What lies under `/api/` knows no cookies and
    speaks JSON; a token opens nothing else."""
    return request.path.startswith("/api/")


def takes_files(view: View) -> View:
    """For pages to which people bring files: they may post as much as MAX_UPLOAD_MB
    allows."""
    view.is_for_files = True  # type: ignore[attr-defined]
    return view


def may_open(endpoint: str) -> bool:
    """Whether the visitor could open this page; False when there is no such page."""
    view = current_app.view_functions.get(endpoint)
    if view is None:
        return False
    policy = _policy_of(view)
    person = visitor()
    return policy is None or (person is not None and person.role in policy)


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
    """Check the policy of every request, then its form token.

    Features that know visitors append a function to `extensions["visitor_loaders"]`
    that sets `g.visitor` and `g.scope`.
    """
    app.extensions.setdefault("visitor_loaders", [])
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a form left open over lunch still works
    app.before_request(_check_policy)
    csrf.init_app(app)


def _check_policy() -> Response | None:
    if request.endpoint in FILES:
        return None
    for load in current_app.extensions["visitor_loaders"]:
        load()
    if request.endpoint is None:
        return None  # no such page, said in the language of the visitor
    view = current_app.view_functions[request.endpoint]
    if not (hasattr(view, "is_for_programs") or hasattr(view, "is_for_files")):
        request.max_content_length = LONGEST_FORM
    policy = _policy_of(view)
    if policy is None:
        return None
    person = visitor()
    if person is None:
        is_page = request.method == "GET" and not asks_api()
        if is_page and request.accept_mimetypes.accept_html:
            return redirect(url_for("accounts.sign_in", next=request.full_path))
        abort(401)
    if person.role not in policy:
        abort(403)
    return None


def _policy_of(view: Callable[..., Any]) -> frozenset[str] | None:
    policy: frozenset[str] | None = getattr(view, "policy", frozenset())
    return policy
