"""Entities out of submissions: made some seconds later, and failing in silence."""

from dataclasses import dataclass
from typing import Any

from lxml import etree

from tests.fakes.central import entities
from tests.fakes.central.documents import at, local, text_of
from tests.fakes.central.wire import CentralProblem, exists, missing
from tests.fakes.central.world import (
    Dataset,
    Form,
    Submission,
    SubmissionVersion,
    World,
)


@dataclass(frozen=True)
class _Asked:
    """One `<entity>` of a submission."""

    dataset: str
    key: str
    creates: bool
    updates: bool
    base: str
    branch: str
    trunk: str
    received: dict[str, str]


def plan(
    world: World, form: Form, submission: Submission, version: SubmissionVersion
) -> None:
    """Leave the entities of a submission to the worker, which comes later."""
    if version.root is None or not _asked(form, version):
        return
    seconds = world.entity_seconds
    world.later(seconds, lambda: _work(world, form, submission, version))


def _work(
    world: World, form: Form, submission: Submission, version: SubmissionVersion
) -> None:
    """All entities of a submission, or none of them."""
    project = world.projects[form.project]
    asked = _asked(form, version)
    errors: list[tuple[int, CentralProblem]] = []
    for index, one in enumerate(asked):
        try:
            dataset = project.datasets.get(one.dataset)
            if dataset is None:
                raise missing("dataset")
            _check(world, dataset, one)
        except CentralProblem as problem:
            errors.append((index, problem))
    if errors:
        _fail(world, submission, version, errors, len(asked))
        return
    if any(_must_wait(project.datasets[one.dataset], one) for one in asked):
        _note(world, form, submission, version, "submission.backlog.hold")
        world.held.append(lambda: _again(world, form, submission, version))
        return
    for one in asked:
        source = _source(form, submission, version)
        _apply(world, project.datasets[one.dataset], one, version, source)
    held, world.held = world.held, []
    for again in held:
        again()


def _again(
    world: World, form: Form, submission: Submission, version: SubmissionVersion
) -> None:
    """Try held work once more; what still has to wait is held in silence."""
    project = world.projects[form.project]
    asked = _asked(form, version)
    if any(_must_wait(project.datasets[one.dataset], one) for one in asked):
        world.held.append(lambda: _again(world, form, submission, version))
        return
    _note(world, form, submission, version, "submission.backlog.reprocess")
    _work(world, form, submission, version)


def _note(
    world: World,
    form: Form,
    submission: Submission,
    version: SubmissionVersion,
    action: str,
) -> None:
    details = {"submissionId": submission.number, "submissionDefId": version.number}
    world.log(version.submitter, action, form.actee, **details)


def _source(
    form: Form, submission: Submission, version: SubmissionVersion
) -> dict[str, Any]:
    """What versions of an entity say of the submission they were made of."""
    is_first = version is submission.first
    action = "submission.create" if is_first else "submission.update.version"
    return {
        "event": {"action": action, "details": {"instanceId": version.instance_id}},
        "submission": {
            "xmlFormId": form.form_id,
            "instanceId": submission.instance_id,
            "currentVersion": {"instanceId": submission.current()[-1].instance_id},
        },
    }


def _apply(
    world: World,
    dataset: Dataset,
    one: _Asked,
    version: SubmissionVersion,
    source: dict[str, Any],
) -> None:
    assert version.submitter is not None
    known = dataset.entities.get(one.key)
    if known is None:
        label = one.received.get("label", "")
        data = {k: v for k, v in one.received.items() if k != "label"}
        entry = {"uuid": one.key, "label": label, "data": data}
        entities.add(world, dataset, entry, version.submitter, version.agent, source)
        return
    base, branch = int(one.base), None
    if one.branch and one.trunk:
        in_branch = [
            v for v in known.versions if v.branch and v.branch[0] == one.branch
        ]
        branch_base = base if base != int(one.trunk) else None
        branch = (one.branch, int(one.trunk), branch_base)
        if in_branch:
            base = in_branch[-1].number
    entities.renew(
        world,
        known,
        one.received,
        version.submitter,
        version.agent,
        base=base,
        branch=branch if branch and base == known.versions[-1].number else None,
        source=source,
    )


def _must_wait(dataset: Dataset, one: _Asked) -> bool:
    """An offline branch is applied in order: a later link waits for the one before."""
    known = dataset.entities.get(one.key)
    if not (one.branch and one.trunk and known):
        return False
    done = sum(1 for v in known.versions if v.branch and v.branch[0] == one.branch)
    return int(one.base) - int(one.trunk) > done


def _check(world: World, dataset: Dataset, one: _Asked) -> None:
    entities.version_4(one.key)
    known = dataset.entities.get(one.key)
    if one.creates and not (one.updates and known):
        if entities.find_anywhere(world, one.key):
            raise exists("entities", ["uuid"], [one.key])
        if not one.received.get("label"):
            raise missing("label")
        return
    if known is None or known.deleted_at:
        raise CentralProblem(
            "404.8",
            f"The entity with UUID ({one.key}) specified in the submission does not "
            f"exist in the dataset ({dataset.name}).",
            {"entityUuid": one.key, "datasetName": dataset.name},
        )
    if not one.base.isdecimal():
        raise missing("baseVersion")
    if not one.trunk and int(one.base) > known.versions[-1].number:
        raise CentralProblem(
            "404.9",
            f"Base version ({one.base}) does not exist for entity UUID ({one.key}) in "
            f"dataset ({dataset.name}).",
            {
                "entityUuid": one.key,
                "baseVersion": int(one.base),
                "datasetName": dataset.name,
            },
        )


def _fail(
    world: World,
    submission: Submission,
    version: SubmissionVersion,
    errors: list[tuple[int, CentralProblem]],
    total: int,
) -> None:
    def told(problem: CentralProblem) -> dict[str, Any]:
        details = dict(problem.details or {})
        details.pop("table", None)
        return {"problemCode": float(problem.code), "problemDetails": details}

    first = errors[0][1]
    problem, message = told(first), first.message
    if total > 1:
        listed = [
            {"index": i, "problem": told(p), "errorMessage": p.message}
            for i, p in errors
        ]
        details = {"count": len(errors), "total": total, "errors": listed}
        problem = {"problemCode": 400.43, "problemDetails": details}
        said = ", ".join(f"(Entity {i + 1}) {p.message}" for i, p in errors)
        message = (
            f"Failed to process {total} entities in submission due to {len(errors)} "
            f"errors: {said}"
        )
    entry = world.log(
        version.submitter,
        "entity.error",
        None,
        problem=problem,
        errorMessage=message,
        submissionId=submission.number,
        submissionDefId=version.number,
    )
    submission.audits.append(entry)


def _asked(form: Form, version: SubmissionVersion) -> list[_Asked]:
    shape = form.shape_of(version.form_version)
    if shape is None:
        return []
    found: list[_Asked] = []
    for rule in shape.xform.entities:
        for owner in _all_at(version.root, rule.path):
            node = at(owner, "meta/entity")
            if node is None:
                continue
            received = {}
            for path, name in rule.properties:
                text = text_of(at(owner, path.removeprefix(rule.path)))
                if text is not None:
                    received[name] = text
            label = text_of(at(node, "label"))
            if label:
                received["label"] = label
            found.append(_read(node, received))
    return [one for one in found if one.creates or one.updates]


def _read(node: etree._Element, received: dict[str, str]) -> _Asked:
    def says(name: str) -> bool:
        return node.get(name, "") in {"1", "true"}

    return _Asked(
        dataset=node.get("dataset", ""),
        key=node.get("id", "").removeprefix("uuid:").lower(),
        creates=says("create"),
        updates=says("update"),
        base=node.get("baseVersion", ""),
        branch=node.get("branchId", ""),
        trunk=node.get("trunkVersion", ""),
        received=received,
    )


def _all_at(root: etree._Element, path: str) -> list[etree._Element]:
    nodes = [root]
    for step in path.strip("/").split("/") if path.strip("/") else []:
        nodes = [child for node in nodes for child in node if local(child) == step]
    return nodes
