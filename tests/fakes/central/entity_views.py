"""Entities as REST, OData and CSV show them."""

import csv
import io
from typing import Any

from tests.fakes.central import entities, feeds
from tests.fakes.central.clock import iso
from tests.fakes.central.filters import ENTITY_FIELDS
from tests.fakes.central.wire import SUCCESS, Reply, Request, not_found, strong_etag
from tests.fakes.central.world import Dataset, Entity, EntityVersion, World

Json = dict[str, Any]


def list_all(world: World, request: Request, dataset: Dataset) -> Reply:
    wants_deleted = request.query.get("deleted") == "true"
    found = [
        e for e in _newest_first(dataset) if (e.deleted_at is not None) == wants_deleted
    ]
    limit = int(request.query["limit"]) if "limit" in request.query else None
    begin = int(request.query.get("offset", "0"))
    page = found[begin:][:limit]
    return Reply([_shown(e, e.versions[-1], brief=True) for e in page])


def get(world: World, request: Request, dataset: Dataset, key: str) -> Reply:
    entity = entities.find(dataset, key)
    return Reply(_shown(entity, entity.versions[-1]))


def create(world: World, request: Request, dataset: Dataset) -> Reply:
    entity = entities.create(world, dataset, request)
    if entity is None:
        return Reply(SUCCESS)
    return Reply(_shown(entity, entity.versions[-1]))


def change(world: World, request: Request, dataset: Dataset, key: str) -> Reply:
    entity = entities.find(dataset, key)
    version = entities.change(world, dataset, entity, request)
    return Reply(_shown(entity, version))


def delete(world: World, request: Request, dataset: Dataset, key: str) -> Reply:
    entities.delete(world, entities.find(dataset, key))
    return Reply(SUCCESS)


def restore(world: World, request: Request, dataset: Dataset, key: str) -> Reply:
    entities.restore(entities.find(dataset, key, deleted=True))
    return Reply(SUCCESS)


def bulk(world: World, request: Request, dataset: Dataset, act: str) -> Reply:
    """`bulk-delete` and `bulk-restore`: what is not there is passed over."""
    wants_deleted = act == "bulk-restore"
    found = [
        entity
        for key in request.json.get("ids", [])
        if (entity := dataset.entities.get(str(key)))
        and (entity.deleted_at is not None) == wants_deleted
    ]
    for entity in found:
        if wants_deleted:
            entities.restore(entity)  # moves no time stamp
        else:
            entities.delete(world, entity)
    return Reply({"count": len(found)})


def versions(world: World, request: Request, dataset: Dataset, key: str) -> Reply:
    entity = entities.find(dataset, key)
    return Reply(
        [
            _version(entity, version) | {"source": version.source}
            for version in entity.versions
        ]
    )


def table(world: World, request: Request, dataset: Dataset) -> Reply:
    service = (
        f"{world.domain}/v1/projects/{dataset.project}/datasets/{dataset.name}.svc"
    )
    feed = feeds.Feed(
        request, service=service, table="Entities", cursor="uuid", fields=ENTITY_FIELDS
    )
    wanted = request.query.get("$search", "").lower()
    facts = [
        {
            "__id": e.uuid,
            "createdAt": e.created_at,
            "updatedAt": e.updated_at,
            "deletedAt": e.deleted_at,
            "creatorId": e.creator.number,
            "conflict": e.conflict,
            "at": e.created_at,
            "number": e.number,
            "key": e.uuid,
            "event": 0,
            "_entity": e,
        }
        for e in dataset.entities.values()
        if wanted in " ".join([last(e).label, *last(e).data.values()]).lower()
    ]

    def show(row: Json) -> Json:
        return _row(dataset, row["_entity"])

    return feed.reply(facts, show, has_etag=False, loses_inversions=True)


def entities_csv(world: World, request: Request, dataset: Dataset) -> Reply:
    names = list(dataset.properties)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    system = [
        "createdAt",
        "creatorId",
        "creatorName",
        "updates",
        "updatedAt",
        "version",
    ]
    writer.writerow(["__id", "label", *names, *(f"__{name}" for name in system)])
    for entity in _newest_first(dataset):
        if entity.deleted_at:
            continue
        row = _row(dataset, entity)
        writer.writerow(
            [entity.uuid, row["label"], *(row[n] for n in names)]
            + [row["__system"][name] for name in system]
        )
    return _csv(text.getvalue(), dataset.name)


def phones_csv(world: World, dataset: Dataset, actor: Any) -> Reply:
    """The list as a form on a phone gets it."""
    names = list(dataset.properties)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["name", "label", "__version", *names])
    for entity in on_phone(dataset, actor):
        version = last(entity)
        data = [version.data.get(name, "") for name in names]
        writer.writerow([entity.uuid, version.label, version.number, *data])
    return _csv(text.getvalue(), dataset.name)


def on_phone(dataset: Dataset, actor: Any) -> list[Entity]:
    return [
        entity
        for entity in _newest_first(dataset)
        if entity.deleted_at is None and _may_see(dataset.access, entity, actor)
    ]


def _may_see(access: Json | None, entity: Entity, actor: Any) -> bool:
    """One rule that fits is enough; who has no value for a property sees nothing by it
    (test/integration/api/dataset-filters.js in Central's source)."""
    if not access:
        return True
    if access.get("type") == "ownerOnly":
        return entity.creator is actor
    data = last(entity).data
    pairs = [(r["datasetProperty"], r["actorProperty"]) for r in access["rules"]]
    return any(
        own and data.get(name) == own
        for name, whose in pairs
        for own in [actor.properties.get(whose)]
    )


def last(entity: Entity) -> EntityVersion:
    return entity.versions[-1]


def find(project: Any, name: str) -> Dataset:
    dataset: Dataset | None = project.datasets.get(name)
    if dataset is None:
        raise not_found()
    return dataset


def _newest_first(dataset: Dataset) -> list[Entity]:
    return sorted(
        dataset.entities.values(), key=lambda e: (e.created_at, e.number), reverse=True
    )


def _csv(text: str, name: str) -> Reply:
    content = text.encode()
    disposition = f"attachment; filename=\"{name}.csv\"; filename*=UTF-8''{name}.csv"
    return Reply(
        content,
        kind="text/csv; charset=utf-8",
        headers={"Content-Disposition": disposition},
        etag=strong_etag(content),
    )


def _row(dataset: Dataset, entity: Entity) -> Json:
    version = last(entity)
    return {
        "__id": entity.uuid,
        "label": version.label,
        "__system": {
            "createdAt": iso(entity.created_at),
            "creatorId": str(entity.creator.number),
            "creatorName": entity.creator.name,
            "updates": version.number - 1,
            "updatedAt": iso(entity.updated_at),
            "deletedAt": iso(entity.deleted_at),
            "version": version.number,
            "conflict": entity.conflict,
        },
    } | {name: version.data.get(name, "") for name in dataset.properties}


def _shown(entity: Entity, version: EntityVersion, *, brief: bool = False) -> Json:
    current = _version(entity, version)
    if brief:
        del current["data"], current["dataReceived"]
    return {
        "uuid": entity.uuid,
        "creatorId": entity.creator.number,
        "conflict": entity.conflict,
        "createdAt": iso(entity.created_at),
        "updatedAt": iso(entity.updated_at),
        "deletedAt": iso(entity.deleted_at),
        "currentVersion": current,
    }


def _version(entity: Entity, version: EntityVersion) -> Json:
    branch = version.branch or (None, None, None)
    return {
        "current": version is last(entity),
        "label": version.label,
        "creatorId": version.creator.number,
        "userAgent": version.agent,
        "data": version.data,
        "version": version.number,
        "baseVersion": version.base,
        "dataReceived": version.received,
        "conflictingProperties": version.conflicting,
        "createdAt": iso(version.created_at),
        "branchId": branch[0],
        "trunkVersion": branch[1],
        "branchBaseVersion": branch[2],
    }
