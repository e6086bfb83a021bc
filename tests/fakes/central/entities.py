"""Entities: created one by one or all at once, changed under their version, deleted."""

import uuid
from collections.abc import Iterable
from typing import Any

from tests.fakes.central.wire import (
    CentralProblem,
    Request,
    exists,
    missing,
    not_found,
    wrong_field,
)
from tests.fakes.central.world import Actor, Dataset, Entity, EntityVersion, World

Json = dict[str, Any]


def create(world: World, dataset: Dataset, request: Request) -> Entity | None:
    """One entity, or many of which all are made or none. None for many."""
    given = request.json
    if "entities" in given:
        entries = given["entities"]
        if not entries:
            raise CentralProblem(
                "400.31",
                "Expected parameters: (entities: [...]). Got (empty array).",
                {"expected": ["entities: [...]"], "actual": ["empty array"]},
            )
        if not (given.get("source") or {}).get("name"):
            raise missing("source")
        ready = [_checked(dataset, entry) for entry in entries]
        _demand_unused(world, [entry["uuid"] for entry in ready if entry["uuid"]])
        for entry in ready:
            add(world, dataset, entry, request.actor, request.agent)
        return None
    entry = _checked(dataset, given)
    _demand_unused(world, [entry["uuid"]] if entry["uuid"] else [])
    return add(world, dataset, entry, request.actor, request.agent)


def change(
    world: World, dataset: Dataset, entity: Entity, request: Request
) -> EntityVersion:
    """The new version; or the old one whose conflict is resolved by it."""
    query, last = request.query, entity.versions[-1]
    if query.get("force") != "true" and query.get("baseVersion") != str(last.number):
        provided = query.get("baseVersion")
        details = {"current": str(last.number)}
        raise CentralProblem(
            "409.15",
            f"Current version of the Entity is '{last.number}' and you provided "
            f"'{provided or 'undefined'}'. Please correct the version number or pass "
            "'?force=true' in the URL to forcefully update the Entity.",
            details | ({"provided": provided} if provided else {}),
        )
    given = request.json
    if query.get("resolve") == "true":
        if entity.conflict is None:
            raise CentralProblem("400.32", "The Entity doesn't have any conflict")
        entity.conflict = None
        if not given:
            entity.updated_at = world.clock.now()
            return last
    if not given.get("data") and not given.get("label"):
        raise _invalid("No entity data or label provided.")
    data = given.get("data") or {}
    _check_data(dataset, data)
    received = dict(data) | ({"label": given["label"]} if given.get("label") else {})
    return renew(
        world,
        entity,
        received,
        request.actor,
        request.agent,
        base=last.number,
    )


def renew(
    world: World,
    entity: Entity,
    received: Json,
    actor: Actor,
    agent: str,
    *,
    base: int,
    branch: tuple[str, int, int | None] | None = None,
    source: Json | None = None,
) -> EntityVersion:
    """A version on top; a stale base is a conflict, and the last one to come wins."""
    last = entity.versions[-1]
    conflicting: list[str] | None = None
    if base != last.number and branch is None:
        since = [v for v in entity.versions if v.number > base]
        changed = {name for version in since for name in version.received}
        conflicting = sorted(
            name
            for name in changed & set(received)
            if received[name] != ({"label": last.label} | last.data).get(name)
        )
        is_hard = conflicting or entity.conflict == "hard"
        entity.conflict = "hard" if is_hard else "soft"
    data = {k: v for k, v in received.items() if k != "label"}
    version = EntityVersion(
        number=last.number + 1,
        label=received.get("label", last.label),
        data=last.data | data,
        received=received,
        creator=actor,
        agent=agent,
        created_at=world.clock.now(),
        base=base,
        conflicting=conflicting,
        branch=branch,
        source=source or {},
    )
    entity.versions.append(version)
    entity.updated_at = version.created_at
    return version


def delete(world: World, entity: Entity) -> None:
    entity.deleted_at = world.clock.now()


def restore(entity: Entity) -> None:
    entity.deleted_at = None


def find(dataset: Dataset, given: str, *, deleted: bool = False) -> Entity:
    entity = dataset.entities.get(given.lower())
    if entity is None or (entity.deleted_at is not None) != deleted:
        raise not_found()
    return entity


def add(
    world: World,
    dataset: Dataset,
    entry: Json,
    actor: Actor,
    agent: str,
    source: Json | None = None,
) -> Entity:
    number, now = world.next("entity"), world.clock.now()
    first = EntityVersion(
        number=1,
        label=entry["label"],
        data=entry["data"],
        received={"label": entry["label"]} | entry["data"],
        creator=actor,
        agent=agent,
        created_at=now,
        source=source or {},
    )
    key = entry["uuid"] or world.new_uuid()
    entity = Entity(number, key, actor, now, [first])
    dataset.entities[key] = entity
    dataset.updated_at = now
    return entity


def find_anywhere(world: World, given: str) -> Entity | None:
    for project in world.projects.values():
        for dataset in project.datasets.values():
            if given in dataset.entities:
                return dataset.entities[given]
    return None


def _demand_unused(world: World, given: Iterable[str]) -> None:
    known = [(key, find_anywhere(world, key)) for key in given]
    deleted = [key for key, entity in known if entity and entity.deleted_at]
    if deleted:
        raise CentralProblem(
            "409.19",
            "The following UUID(s) cannot be used because they are associated with "
            f"deleted Entities: ({', '.join(deleted)}).",
            {"entityUuids": deleted},
        )
    taken = [key for key, entity in known if entity]
    if taken:
        raise exists("entities", ["uuid"], taken[:1])


def _checked(dataset: Dataset, entry: Json) -> Json:
    key = entry.get("uuid")
    if key is not None:
        key = version_4(key)
    if not entry.get("label"):
        raise missing("label")
    if not isinstance(entry["label"], str):
        raise wrong_field("label", "string")
    data = entry.get("data") or {}
    _check_data(dataset, data)
    return {"uuid": key, "label": entry["label"], "data": dict(data)}


def version_4(text: Any) -> str:
    try:
        read = uuid.UUID(str(text).removeprefix("uuid:"))
    except ValueError:
        read = uuid.UUID(int=0)
    if read.version != 4:
        raise wrong_field("uuid", "valid version 4 UUID")
    return str(read)


def _check_data(dataset: Dataset, data: Json) -> None:
    for name, value in data.items():
        if name not in dataset.properties:
            raise _invalid(
                f"You specified the dataset property [{name}] which does not exist."
            )
        if not isinstance(value, str):
            raise wrong_field(name, "string")


def _invalid(reason: str) -> CentralProblem:
    message = f"The entity is invalid. {reason}"
    return CentralProblem("400.28", message, {"reason": reason})
