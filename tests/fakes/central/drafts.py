"""Drafts of forms, the files they name, and how a draft becomes a version."""

import hashlib
from typing import Any

from tests.fakes.central import datasets
from tests.fakes.central.clock import iso
from tests.fakes.central.form_facts import shown
from tests.fakes.central.wire import (
    SUCCESS,
    CentralProblem,
    Reply,
    Request,
    not_found,
    unexpected,
)
from tests.fakes.central.world import Form, FormVersion, Project, World
from tests.fakes.central.xforms import XForm, read_xform

Json = dict[str, Any]
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def put_draft(world: World, request: Request, form: Form, project: Project) -> Reply:
    if request.body:
        xform, excel = definition(request)
        if xform.form_id != form.form_id:
            raise unexpected("xmlFormId", xform.form_id, "the given form ID differs")
    else:
        last = form.published[-1]
        xform, excel = last.xform, last.excel
    before = form.draft or (form.published[-1] if form.published else None)
    if before is not None and request.query.get("ignoreWarnings") is None:
        _warn_of_structure(before.xform, xform)
    form.draft = version_of(world, project, xform, excel, before)
    return Reply(SUCCESS)


def get_draft(world: World, request: Request, form: Form) -> Reply:
    if form.draft is None:
        raise not_found()
    notes = {"publishNotes": None} if request.is_extended else {}
    draft = shown(world, form, extended=request.is_extended, version=form.draft)
    return Reply(draft | notes)


def delete_draft(world: World, request: Request, form: Form) -> Reply:
    if form.draft is None:
        raise not_found()
    form.draft = None
    return Reply(SUCCESS)


def publish(world: World, request: Request, form: Form, project: Project) -> Reply:
    if form.draft is None:
        raise not_found()
    if version := request.query.get("version"):
        old = form.draft.xform
        xml = old.xml.replace(f'version="{old.version}"', f'version="{version}"', 1)
        renamed = read_xform(xml.encode())
        assert renamed is not None
        form.draft.xform = renamed
    publish_draft(world, project, form)
    return Reply(SUCCESS)


def draft_files(world: World, request: Request, form: Form) -> Reply:
    version = form.draft or form.published[-1]
    return Reply([_file(name, given) for name, given in version.files.items()])


def link_file(
    world: World, request: Request, form: Form, project: Project, name: str
) -> Reply:
    version = form.draft
    if version is None or name not in version.files:
        raise not_found()
    if request.method == "PATCH":
        if name.removesuffix(".csv") not in project.datasets:
            raise not_found()
        version.files[name] = "dataset" if request.json.get("dataset") else None
        linked = _file(name, version.files[name]) | {
            "updatedAt": iso(world.clock.now())
        }
        linked.pop("hash")
        return Reply(linked)
    version.files[name] = request.body
    return Reply(SUCCESS)


def publish_draft(world: World, project: Project, form: Form) -> None:
    draft = form.draft
    assert draft is not None
    same = [f for f in project.forms if f.form_id == form.form_id]
    if any(each.shape_of(draft.xform.version) for each in same):
        raise published_before(draft.xform)
    draft.published_at = world.clock.now()
    if form.published:
        form.updated_at = draft.published_at
    form.published.append(draft)
    form.draft = None
    datasets.publish_form(world, project, draft)


def published_before(xform: XForm) -> CentralProblem:
    return CentralProblem(
        "409.6",
        f"You tried to publish the form '{xform.form_id}' with version "
        f"'{xform.version}', but a published form has already existed in this project "
        "with those identifiers.",
        {"xmlFormId": xform.form_id, "version": xform.version},
    )


def definition(request: Request) -> tuple[XForm, str | None]:
    """The XForm that was sent, or made out of a workbook."""
    kind = request.headers.get("Content-Type", "")
    if not kind.startswith(EXCEL):
        xform = read_xform(request.body)
        if xform is None:
            raise CentralProblem("400.1", "Could not parse the given data as XForms.")
        return xform, None
    from tests.fakes.central.workbooks import convert  # pyxform is slow to load

    ignored = request.query.get("ignoreWarnings") == "true"
    return convert(request.body, ignore_warnings=ignored), EXCEL


def version_of(
    world: World,
    project: Project,
    xform: XForm,
    excel: str | None,
    before: FormVersion | None = None,
) -> FormVersion:
    """With the files of the version before, and lists that have the name of a file."""
    version = FormVersion(xform, world.clock.now(), excel=excel)
    for name in xform.files:
        known = name.removesuffix(".csv") in project.datasets
        kept = before.files.get(name) if before else None
        version.files[name] = kept or ("dataset" if known else None)
    return version


def warned(*warnings: Json) -> CentralProblem:
    return CentralProblem(
        "400.16",
        "The Form is valid, but with warnings. Please check the warnings and if they "
        "are acceptable resubmit with ?ignoreWarnings=true",
        {"warnings": {"workflowWarnings": list(warnings)}},
    )


def _warn_of_structure(before: XForm, xform: XForm) -> None:
    here = {field.path for field in xform.fields}
    gone = [field.name for field in before.fields if field.path not in here]
    if gone:
        raise warned({"type": "structureChanged", "details": gone})


def _file(name: str, given: bytes | str | None) -> Json:
    is_blob = isinstance(given, bytes)
    digest = hashlib.md5(given, usedforsecurity=False).hexdigest() if is_blob else None  # type: ignore[arg-type]
    return {
        "name": name,
        "type": "file",
        "hash": digest,
        "exists": given is not None,
        "blobExists": is_blob,
        "datasetExists": given == "dataset",
    }
