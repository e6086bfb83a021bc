"""Forms: made, listed, opened and closed, deleted and restored."""

from typing import Any

from tests.fakes.central import drafts
from tests.fakes.central.clock import iso
from tests.fakes.central.form_facts import shown
from tests.fakes.central.wire import (
    SUCCESS,
    Reply,
    Request,
    exists,
    not_found,
    unexpected,
)
from tests.fakes.central.world import Form, FormVersion, Project, World

STATES = ("open", "closing", "closed")


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
    xform, excel = drafts.definition(request)
    for form in project.forms:
        if form.form_id != xform.form_id:
            continue
        if form.deleted_at is None:
            keys = ["projectId", "xmlFormId"]
            raise exists("forms", keys, [str(project.number), xform.form_id])
        if request.query.get("ignoreWarnings") is None:
            details = {"xmlFormId": xform.form_id}
            raise drafts.warned({"type": "deletedFormExists", "details": details})
        if form.shape_of(xform.version) and request.query.get("publish") == "true":
            raise drafts.published_before(xform)
    form = Form(
        world.next("form"),
        project.number,
        xform.form_id,
        world.clock.now(),
        world.new_uuid(),
    )
    form.draft = drafts.version_of(world, project, xform, excel)
    project.forms.append(form)
    if request.query.get("publish") == "true":
        drafts.publish_draft(world, project, form)
    return Reply(shown(world, form))


def get_form(world: World, request: Request, form: Form) -> Reply:
    notes = {"publishNotes": None} if request.is_extended else {}
    return Reply(shown(world, form, extended=request.is_extended) | notes)


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
            | (_history(world, version) if request.is_extended else {})
            for version in reversed(form.published)
        ]
    )


def _history(world: World, version: FormVersion) -> dict[str, Any]:
    admin = next(a for a in world.actors.values() if a.kind == "user")
    return {
        "excelContentType": version.excel,
        "publishedBy": admin.shown(),
        "publishNotes": None,
    }
