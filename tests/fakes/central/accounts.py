"""Who may come in: sessions, web users with roles, app users with their keys."""

import re
from datetime import timedelta

from tests.fakes.central.clock import iso
from tests.fakes.central.wire import (
    SUCCESS,
    WRITE,
    CentralProblem,
    Reply,
    Request,
    forbidden,
    missing,
    not_found,
    not_signed_in,
)
from tests.fakes.central.world import Actor, Form, Project, Session, World

VERBS = {
    "viewer": {"read", "comment"},
    "manager": {"read", "comment", "write"},
    "admin": {"read", "comment", "write", "site"},
}
_KEY = re.compile(r"[A-Za-z0-9!$]{64}")


def find_actor(world: World, request: Request, key: str | None) -> Actor | None:
    """Who asks: by the key in the address, or by a session's token."""
    if key is not None:
        if not _KEY.fullmatch(key):
            raise not_signed_in()
        for actor in world.actors.values():
            if actor.token == key:
                return actor
        raise forbidden()
    given = request.headers.get("Authorization", "")
    if given.startswith("Basic "):
        raise CentralProblem(
            "401.3", "This authentication method is only available over HTTPS"
        )
    if not given.startswith("Bearer "):
        return None
    session = world.sessions.get(given.removeprefix("Bearer "))
    if session is None or session.expires_at <= world.clock.now():
        raise not_signed_in()
    return session.actor


def demand_signed_in(actor: Actor | None) -> None:
    if actor is None:
        raise not_signed_in()


def demand(actor: Actor | None, verb: str, project: int) -> None:
    """Raises what Central says to somebody who may not."""
    if actor is None:
        raise not_signed_in()
    roles = {actor.roles.get(0), actor.roles.get(project)} - {None}
    if not any(verb in VERBS[role] for role in roles if role):
        raise forbidden()


def sign_in(world: World, request: Request) -> Reply:
    given = request.json
    for name in ("email", "password"):
        if not given.get(name):
            raise missing(name)
    for actor in world.actors.values():
        if actor.kind == "user" and actor.name == given["email"]:
            if actor.password != given["password"]:
                break
            now = world.clock.now()
            ends = now + timedelta(hours=world.session_hours)
            session = Session(world.new_token(), actor, now, ends)
            world.sessions[session.token] = session
            return Reply(
                {
                    "token": session.token,
                    "csrf": world.new_token(),
                    "expiresAt": iso(ends),
                    "createdAt": iso(now),
                },
                headers=dict(WRITE),
            )
    raise not_signed_in()


def restore_session(world: World, request: Request) -> Reply:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token not in world.sessions:
        raise not_found()
    session = world.sessions[token]
    shown = {"createdAt": iso(session.created_at), "expiresAt": iso(session.expires_at)}
    return Reply(shown, headers=dict(WRITE))


def sign_out(world: World, request: Request, token: str) -> Reply:
    if token == "current":
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    for actor in world.actors.values():
        if actor.token == token:
            actor.token = None  # a lost phone
            return Reply(SUCCESS)
    if world.sessions.pop(token, None) is None:
        raise not_found()
    return Reply(SUCCESS)


def current_user(world: World, request: Request) -> Reply:
    actor = request.actor
    if actor is None:
        raise not_found()
    seen = {"lastLoginAt": iso(actor.created_at), "email": actor.name}
    return Reply(seen | actor.shown())


def add_user(world: World, request: Request) -> Reply:
    given = request.json
    actor = world.add_actor("user", given["email"], password=given.get("password", ""))
    return Reply({"email": actor.name} | actor.shown())


def give_role(
    world: World, request: Request, project: Project, role: str, user: str
) -> Reply:
    actor = world.actors.get(int(user)) if user.isdecimal() else None
    if actor is None or role not in VERBS:
        raise not_found()
    actor.roles[project.number] = role
    return Reply(SUCCESS)


def assign(world: World, request: Request, form: Form, role: str, user: str) -> Reply:
    """`POST` gives an app user a form, `DELETE` takes it back."""
    actor = world.actors.get(int(user)) if user.isdecimal() else None
    if actor is None or role not in {"app-user", "2"}:
        raise not_found()
    if request.method == "DELETE":
        if form.number not in actor.forms:
            raise not_found()
        actor.forms.discard(form.number)
    else:
        actor.forms.add(form.number)
    return Reply(SUCCESS)


def assignments(
    world: World, request: Request, form: Form, role: str | None = None
) -> Reply:
    """Of one role only the actors."""
    found = [a.shown() for a in world.actors.values() if form.number in a.forms]
    if role is None:
        return Reply([{"actor": each, "roleId": 2} for each in found])
    if role not in {"app-user", "2"}:
        raise not_found()
    return Reply(found)
