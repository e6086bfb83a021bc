"""App users: phones that come in by a key, and what is known of them.

Recorded are making and listing them; their properties follow Central's own source
(lib/resources/app-users.js, lib/data/actor-properties.js): values are text or null, names
must be known, blanks mean nothing.
"""

from typing import Any

from tests.fakes.central.datasets import is_property_name
from tests.fakes.central.wire import (
    SUCCESS,
    Reply,
    Request,
    exists,
    missing,
    not_found,
    unexpected,
)
from tests.fakes.central.world import Actor, Project, World

FOR_EVER = "9999-12-31T23:59:59.000Z"
Json = dict[str, Any]


def list_all(world: World, request: Request, project: Project) -> Reply:
    found = [a for a in world.actors.values() if a.project == project.number]
    return Reply([_shown(a, request, world) for a in reversed(found)])


def add(world: World, request: Request, project: Project) -> Reply:
    name = request.json.get("displayName")
    if not name:
        raise missing("displayName")
    properties = _properties(world, request, project)
    actor = world.add_actor(
        "field_key", name, token=world.new_token(), project=project.number
    )
    _set(actor, properties)
    shown = _shown(actor, request, world)
    return Reply(shown | {"csrf": world.new_token(), "expiresAt": FOR_EVER})


def change(world: World, request: Request, project: Project, user: str) -> Reply:
    """Only properties can be changed, and only where there are any."""
    actor = _find(world, project, user)
    if not world.has_filters:
        raise not_found()
    _set(actor, _properties(world, request, project))
    return Reply(_shown(actor, request, world) | {"properties": actor.properties})


def delete(world: World, request: Request, project: Project, user: str) -> Reply:
    del world.actors[_find(world, project, user).number]
    return Reply(SUCCESS)


def list_properties(world: World, request: Request, project: Project) -> Reply:
    if not world.has_filters:
        raise not_found()
    return Reply([{"name": name} for name in sorted(project.actor_properties)])


def add_property(world: World, request: Request, project: Project) -> Reply:
    if not world.has_filters:
        raise not_found()
    name = request.json.get("name")
    if not name or name.lower() == "displayname" or not is_property_name(name):
        raise unexpected("name", name, "This is not a valid property name.")
    if name.lower() in {known.lower() for known in project.actor_properties}:
        values = [name, project.number]
        raise exists("actor_properties", ["name", "projectId"], values)
    project.actor_properties.append(name)
    return Reply(SUCCESS)


def _find(world: World, project: Project, user: str) -> Actor:
    actor = world.actors.get(int(user)) if user.isdecimal() else None
    if actor is None or actor.project != project.number:
        raise not_found()
    return actor


def _properties(world: World, request: Request, project: Project) -> Json:
    given = request.json.get("properties") if world.has_filters else None
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise unexpected("properties", given, "Must be an object.")
    for name, value in given.items():
        if name not in project.actor_properties:
            raise unexpected("properties", name, "Unknown property name.")
        if value is not None and not isinstance(value, str):
            reason = "Property values must be strings or null."
            raise unexpected(name, value, reason)
    return {name: (value or "").strip() for name, value in given.items()}


def _set(actor: Actor, properties: Json) -> None:
    actor.properties |= properties
    actor.properties = {n: v for n, v in actor.properties.items() if v}


def _shown(actor: Actor, request: Request, world: World) -> Json:
    shown = {"projectId": actor.project} | actor.shown() | {"token": actor.token}
    if request.is_extended:
        admin = next(a for a in world.actors.values() if a.kind == "user")
        shown |= {
            "createdBy": admin.shown(),
            "lastUsed": None,
            "properties": actor.properties or None,
        }
    return shown
