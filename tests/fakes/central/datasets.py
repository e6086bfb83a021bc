"""Entity lists and their properties: made by forms or by hand."""

import re
from typing import Any

from tests.fakes.central.clock import iso
from tests.fakes.central.wire import (
    SUCCESS,
    CentralProblem,
    Reply,
    Request,
    exists,
    missing,
    not_found,
    unexpected,
)
from tests.fakes.central.world import Dataset, Form, FormVersion, Project, World

Json = dict[str, Any]
_NAME = re.compile(r"(?!__)[A-Za-z_][\w.\-]*")
_KEPT = {"name", "label"}


def publish_form(world: World, project: Project, version: FormVersion) -> None:
    """A published form makes the lists and properties that it writes."""
    stamp = version.published_at or world.clock.now()
    for rule in version.xform.entities:
        dataset = project.datasets.get(rule.dataset)
        if dataset is None:
            dataset = _add(world, project, rule.dataset)
        for _, name in rule.properties:
            dataset.properties.setdefault(name, stamp)


def list_all(world: World, request: Request, project: Project) -> Reply:
    return Reply(
        [
            _head(each) | (_counts(each) if request.is_extended else {})
            for each in project.datasets.values()
        ]
    )


def add(world: World, request: Request, project: Project) -> Reply:
    given = request.json
    name = given.get("name")
    if not name:
        raise missing("name")
    if not _NAME.fullmatch(name):
        raise unexpected("name", name, "This is not a valid dataset name.")
    if any(name.lower() == known.lower() for known in project.datasets):
        raise exists("datasets", ["name", "projectId"], [name, project.number])
    dataset = _add(world, project, name)
    dataset.approval = bool(given.get("approvalRequired"))
    return Reply(_whole(project, dataset))


def get(world: World, request: Request, project: Project, dataset: Dataset) -> Reply:
    shown = _whole(project, dataset)
    if request.is_extended:
        shown = _head(dataset) | _counts(dataset) | shown
    return Reply(shown)


def change(world: World, request: Request, project: Project, dataset: Dataset) -> Reply:
    given = request.json
    if "approvalRequired" in given:
        dataset.approval = bool(given["approvalRequired"])
    if "ownerOnly" in given:
        dataset.access = {"type": "ownerOnly"} if given["ownerOnly"] else None
    if "accessFilter" in given and world.has_filters:
        dataset.access = _access(given["accessFilter"], project, dataset)
    dataset.updated_at = world.clock.now()
    return Reply(_whole(project, dataset))


def delete(world: World, request: Request, project: Project, dataset: Dataset) -> Reply:
    forms = _forms(project, dataset)
    if any(forms.values()):
        raise CentralProblem(
            "409.21",
            "You can't delete this dataset because there are Form(s) dependent on it",
            forms,
        )
    del project.datasets[dataset.name]
    return Reply(SUCCESS)


def add_property(
    world: World, request: Request, project: Project, dataset: Dataset
) -> Reply:
    name = request.json.get("name")
    if not name:
        raise missing("name")
    if not is_property_name(name):
        raise unexpected("name", name, "This is not a valid property name.")
    for known in dataset.properties:
        if known.lower() == name.lower():
            raise exists(
                "ds_properties", ["name", "datasetId"], [known, dataset.number]
            )
    dataset.properties[name] = dataset.updated_at = world.clock.now()
    return Reply(SUCCESS)


def delete_property(
    world: World, request: Request, project: Project, dataset: Dataset, name: str
) -> Reply:
    if name not in dataset.properties:
        raise not_found()
    needs: Json = {}
    writing = _writing(project, dataset, name)
    if writing:
        forms = [{"formName": f["name"], "xmlFormId": f["xmlFormId"]} for f in writing]
        needs["dependentForms"] = {
            "message": "You can't delete this property because there are Form(s) "
            "writing to it",
            "details": {"forms": forms},
        }
    filled = [
        entity
        for entity in dataset.entities.values()
        if entity.deleted_at is None and entity.versions[-1].data.get(name)
    ]
    if filled:
        some = [
            {"uuid": e.uuid, "label": e.versions[-1].label, "totalCount": None}
            for e in filled[:3]
        ]
        needs["nonEmptyEntities"] = {
            "message": "You can't delete this property because there are Entity(ies) "
            f"with the non-empty value for the '{name}'",
            "details": {"totalCount": len(filled), "entities": some},
        }
    if needs:
        raise CentralProblem(
            "409.22",
            f'Prerequisites for deleting the property "{name}" are not met.',
            {"propertyName": name, "prerequisites": needs},
        )
    del dataset.properties[name]
    dataset.updated_at = world.clock.now()
    return Reply(SUCCESS)


def _access(given: Json | None, project: Project, dataset: Dataset) -> Json | None:
    """Rules must name what there is: of the list, and of app users."""
    for rule in (given or {}).get("rules", ()):
        for name, known in (
            (rule.get("datasetProperty"), dataset.properties),
            (rule.get("actorProperty"), project.actor_properties),
        ):
            if name not in known:
                raise unexpected("accessFilter", name, "Unknown property name.")
    return given


def is_property_name(name: str) -> bool:
    return name.lower() not in _KEPT and bool(_NAME.fullmatch(name))


def _add(world: World, project: Project, name: str) -> Dataset:
    now = world.clock.now()
    dataset = Dataset(world.next("dataset"), project.number, name, now, now)
    project.datasets[name] = dataset
    return dataset


def _head(dataset: Dataset) -> Json:
    access = dataset.access or {}
    return {
        "name": dataset.name,
        "createdAt": iso(dataset.created_at),
        "projectId": dataset.project,
        "approvalRequired": dataset.approval,
        "ownerOnly": access.get("type") == "ownerOnly",
        "deletedAt": None,
    }


def _counts(dataset: Dataset) -> Json:
    live = [e for e in dataset.entities.values() if e.deleted_at is None]
    return {
        "entities": len(live),
        "lastEntity": iso(max((e.created_at for e in live), default=None)),
        "conflicts": sum(e.conflict is not None for e in live),
    }


def _whole(project: Project, dataset: Dataset) -> Json:
    properties = [
        {
            "name": name,
            "publishedAt": iso(at),
            "odataName": re.sub(r"[-.]", "_", name),
            "forms": [
                {"xmlFormId": f["xmlFormId"], "name": f["name"]}
                for f in _writing(project, dataset, name)
            ],
        }
        for name, at in dataset.properties.items()
    ]
    shown = _head(dataset) | {"lastUpdate": iso(dataset.updated_at)}
    shown |= _forms(project, dataset) | {"properties": properties}
    if dataset.access:
        shown["accessFilter"] = dataset.access
    return shown


def _forms(project: Project, dataset: Dataset) -> Json:
    file = f"{dataset.name}.csv"
    found: Json = {
        "linkedForms": [],
        "sourceForms": [],
        "draftLinkedForms": [],
        "draftSourceForms": [],
    }
    for form in project.forms:
        if form.deleted_at:
            continue
        for prefix, version in (("", _last(form)), ("draft", form.draft)):
            if version is None:
                continue
            named = {"name": version.xform.title, "xmlFormId": form.form_id}
            if version.files.get(file) == "dataset":
                found[f"{prefix}LinkedForms" if prefix else "linkedForms"].append(named)
            if any(rule.dataset == dataset.name for rule in version.xform.entities):
                found[f"{prefix}SourceForms" if prefix else "sourceForms"].append(named)
    return found


def _writing(project: Project, dataset: Dataset, name: str) -> list[Json]:
    return [
        {"name": version.xform.title, "xmlFormId": form.form_id}
        for form in project.forms
        if form.deleted_at is None and (version := _last(form))
        for rule in version.xform.entities
        if rule.dataset == dataset.name and name in dict(rule.properties).values()
    ]


def _last(form: Form) -> FormVersion | None:
    return form.published[-1] if form.published else None
