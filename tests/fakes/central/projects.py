"""Projects and forms: drafts, published versions, states, deletion and restoration."""

import hashlib
from typing import Any

from tests.fakes.central import datasets
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
from tests.fakes.central.world import Form, FormVersion, Project, World
from tests.fakes.central.xforms import XForm, read_xform

Json = dict[str, Any]
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATES = ("open", "closing", "closed")


def list_projects(world: World, request: Request) -> Reply:
    roles = request.actor.roles if request.actor else {}
    seen = [p for p in world.projects.values() if 0 in roles or p.number in roles]
    return Reply([_project(p) for p in seen if p.deleted_at is None])


def add_project(world: World, request: Request) -> Reply:
    given = request.json
    if not given.get("name"):
        raise missing("name")
    project = Project(
        world.next("project"),
        given["name"],
        world.clock.now(),
        description=given.get("description"),
    )
    world.projects[project.number] = project
    return Reply(_project(project) | {"acteeId": world.new_uuid()})


def get_project(world: World, request: Request, project: Project) -> Reply:
    return Reply(_project(project))


def delete_project(world: World, request: Request, project: Project) -> Reply:
    project.deleted_at = world.clock.now()
    return Reply(SUCCESS)


def list_forms(world: World, request: Request, project: Project) -> Reply:
    if request.query.get("deleted") == "true":
        gone = [form for form in project.forms if form.deleted_at]
        return Reply(
            [
                shown(world, form)
                | {"deletedAt": iso(form.deleted_at), "id": form.number}
                for form in gone
            ]
        )
    live = [form for form in project.forms if form.deleted_at is None]
    return Reply([shown(world, form, extended=request.is_extended) for form in live])


def add_form(world: World, request: Request, project: Project) -> Reply:
    xform, excel = _definition(request)
    for form in project.forms:
        if form.form_id != xform.form_id:
            continue
        if form.deleted_at is None:
            keys = ["projectId", "xmlFormId"]
            raise exists("forms", keys, [str(project.number), xform.form_id])
        if form.shape_of(xform.version):
            raise _published_before(xform)
    form = Form(
        world.next("form"),
        project.number,
        xform.form_id,
        world.clock.now(),
        world.new_uuid(),
    )
    form.draft = _version(world, project, xform, excel)
    project.forms.append(form)
    if request.query.get("publish") == "true":
        _publish(world, project, form)
    return Reply(shown(world, form))


def get_form(world: World, request: Request, form: Form) -> Reply:
    return Reply(shown(world, form, extended=request.is_extended))


def change_form(world: World, request: Request, form: Form) -> Reply:
    state = request.json.get("state")
    if state not in STATES:
        raise unexpected("state", state, "not a recognized state name")
    form.state = state
    form.updated_at = world.clock.now()
    return Reply(shown(world, form))


def delete_form(world: World, request: Request, form: Form) -> Reply:
    form.deleted_at = world.clock.now()
    return Reply(SUCCESS)


def restore_form(
    world: World, request: Request, project: Project, number: str
) -> Reply:
    for form in project.forms:
        if str(form.number) == number and form.deleted_at:
            form.deleted_at = None
            return Reply(SUCCESS)
    raise not_found()


def form_xml(world: World, request: Request, form: Form) -> Reply:
    xml = form.published[-1].xform.xml
    return Reply(xml, kind="application/xml; charset=utf-8")


def form_fields(world: World, request: Request, form: Form) -> Reply:
    return Reply([field.shown() for field in form.fields()])


def form_versions(world: World, request: Request, form: Form) -> Reply:
    return Reply(
        [
            shown(world, form, version=version)
            | ({"excelContentType": version.excel} if request.is_extended else {})
            for version in reversed(form.published)
        ]
    )


def put_draft(world: World, request: Request, form: Form, project: Project) -> Reply:
    if request.body:
        xform, excel = _definition(request)
        if xform.form_id != form.form_id:
            raise unexpected("xmlFormId", xform.form_id, "the given form ID differs")
    else:
        last = form.published[-1]
        xform, excel = last.xform, last.excel
    form.draft = _version(world, project, xform, excel)
    return Reply(SUCCESS)


def get_draft(world: World, request: Request, form: Form) -> Reply:
    if form.draft is None:
        raise not_found()
    return Reply(shown(world, form, extended=request.is_extended, version=form.draft))


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
    _publish(world, project, form)
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


def shown(
    world: World,
    form: Form,
    *,
    extended: bool = False,
    version: FormVersion | None = None,
) -> Json:
    this = version or (form.published[-1] if form.published else form.draft)
    assert this is not None
    xform, is_draft = this.xform, this is form.draft
    seen: Json = {
        "projectId": form.project,
        "xmlFormId": form.form_id,
        "state": form.state,
        "enketoId": None,
        "enketoOnceId": None,
        "createdAt": iso(form.created_at),
        "updatedAt": iso(form.updated_at),
        "webformsEnabled": True,
        "keyId": None,
        "version": xform.version,
        "hash": xform.hash,
        "sha": hashlib.sha1(xform.xml.encode(), usedforsecurity=False).hexdigest(),
        "sha256": hashlib.sha256(xform.xml.encode()).hexdigest(),
        "draftToken": "T" * 64 if is_draft else None,
        "publishedAt": iso(this.published_at),
        "name": xform.title or form.form_id,
    }
    if extended:
        live = (
            []
            if is_draft
            else [s for s in form.submissions.values() if not s.deleted_at]
        )
        reviews = [submission.review for submission in live]
        admin = next(a for a in world.actors.values() if a.kind == "user")
        seen |= {
            "submissions": len(live),
            "entityRelated": bool(xform.entities),
            "reviewStates": {
                "received": reviews.count(None),
                "hasIssues": reviews.count("hasIssues"),
                "edited": reviews.count("edited"),
            },
            "lastSubmission": iso(max((s.created_at for s in live), default=None)),
            "excelContentType": this.excel,
            "publicLinks": 0,
            "createdBy": admin.shown(),
            "publishNotes": None,
        }
    return seen


def _publish(world: World, project: Project, form: Form) -> None:
    draft = form.draft
    assert draft is not None
    same = [f for f in project.forms if f.form_id == form.form_id]
    if any(each.shape_of(draft.xform.version) for each in same):
        raise _published_before(draft.xform)
    draft.published_at = world.clock.now()
    if form.published:
        form.updated_at = draft.published_at
    form.published.append(draft)
    form.draft = None
    datasets.publish_form(world, project, draft)


def _published_before(xform: XForm) -> CentralProblem:
    return CentralProblem(
        "409.6",
        f"You tried to publish the form '{xform.form_id}' with version "
        f"'{xform.version}', but a published form has already existed in this project "
        "with those identifiers.",
        {"xmlFormId": xform.form_id, "version": xform.version},
    )


def _definition(request: Request) -> tuple[XForm, str | None]:
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


def _version(
    world: World, project: Project, xform: XForm, excel: str | None
) -> FormVersion:
    version = FormVersion(xform, world.clock.now(), excel=excel)
    for name in xform.files:
        known = name.removesuffix(".csv") in project.datasets
        version.files[name] = "dataset" if known else None
    return version


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


def _project(project: Project) -> Json:
    return {
        "id": project.number,
        "name": project.name,
        "description": project.description,
        "archived": None,
        "keyId": None,
        "createdAt": iso(project.created_at),
        "updatedAt": None,
        "deletedAt": iso(project.deleted_at),
    }
