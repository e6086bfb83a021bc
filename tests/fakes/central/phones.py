"""The OpenRosa doors: what phones ask for, and where they post."""

from contextlib import closing
from io import BytesIO
from xml.sax.saxutils import escape

from werkzeug.formparser import MultiPartParser
from werkzeug.http import parse_options_header

from tests.fakes.central import entity_views, intake
from tests.fakes.central.wire import (
    OPENROSA,
    XML,
    CentralProblem,
    Reply,
    Request,
    forbidden,
    not_found,
    openrosa,
    strong_etag,
)
from tests.fakes.central.world import Form, FormVersion, Project, World


def demand_openrosa(request: Request) -> None:
    if request.headers.get("X-OpenRosa-Version") != "1.0":
        raise CentralProblem(
            "400.9",
            "An expected header field (X-OpenRosa-Version) did not match the expected "
            "format.",
        )


def form_list(world: World, request: Request, project: Project) -> Reply:
    wanted = request.query.get("formID")
    entries = []
    for form in project.forms:
        is_shown = form.published and not form.deleted_at and form.state == "open"
        if not is_shown or form.number not in request.actor.forms:
            continue
        if wanted and form.form_id != wanted:
            continue
        entries.append(_listed(world, request, form))
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '  <xforms xmlns="http://openrosa.org/xforms/xformsList">\n'
        f"{''.join(entries)}  </xforms>"
    )
    return Reply(body, kind=XML, headers=dict(OPENROSA))


def form_xml(world: World, request: Request, form: Form) -> Reply:
    if form.state == "closed" or form.number not in request.actor.forms:
        raise forbidden()
    return Reply(form.published[-1].xform.xml, kind="application/xml; charset=utf-8")


def manifest(world: World, request: Request, project: Project, form: Form) -> Reply:
    if form.number not in request.actor.forms:
        raise forbidden()
    here = f"{_base(world, request)}/forms/{form.form_id}/attachments"
    entries = []
    for name, content in form.published[-1].files.items():
        if content is None:
            continue
        held = _file(world, request, project, form, name).content()
        digest = strong_etag(held).strip('"')
        is_list = content == "dataset"
        kind = ' type="entityList"' if is_list else ""
        lists = f"{_base(world, request)}/datasets/{name.removesuffix('.csv')}"
        integrity = f"      <integrityUrl>{lists}/integrity</integrityUrl>\n"
        entries.append(
            f"    <mediaFile{kind}>\n"
            f"      <filename>{escape(name)}</filename>\n"
            f"      <hash>md5:{digest}</hash>\n"
            f"      <downloadUrl>{here}/{name}</downloadUrl>\n"
            f"{integrity if is_list else ''}    </mediaFile>\n"
        )
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '  <manifest xmlns="http://openrosa.org/xforms/xformsManifest">\n'
        f"{''.join(entries)}  </manifest>"
    )
    return Reply(body, kind=XML, headers=dict(OPENROSA))


def form_file(
    world: World, request: Request, project: Project, form: Form, name: str
) -> Reply:
    return _file(world, request, project, form, name)


def integrity(world: World, request: Request, project: Project, name: str) -> Reply:
    dataset = entity_views.find(project, name)
    wanted = [key for key in request.query.get("id", "").split(",") if key]
    found = [e for key in sorted(wanted) if (e := dataset.entities.get(key))]
    entries = "".join(
        f'      <entity id="{entity.uuid}">\n'
        f"        <deleted>{str(entity.deleted_at is not None).lower()}</deleted>\n"
        "      </entity>\n"
        for entity in found
    )
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n  <data>\n    <entities>\n'
        f"{entries}    </entities>\n  </data>"
    )
    return Reply(body, kind=XML, headers=dict(OPENROSA))


def announce(world: World, request: Request, project: Project) -> Reply:
    return Reply(b"", 204, kind=None, headers=dict(OPENROSA))


def submit(world: World, request: Request, project: Project) -> Reply:
    kind, options = parse_options_header(request.headers.get("Content-Type", ""))
    files: dict[str, bytes] = {}
    if kind == "multipart/form-data":
        boundary = options.get("boundary", "").encode()
        _, parts = MultiPartParser().parse(
            BytesIO(request.body), boundary, len(request.body)
        )
        for name, part in parts.items(multi=True):
            with closing(part):
                files[name] = part.read()
    xml = files.pop("xml_submission_file", None)
    if xml is None:
        raise CentralProblem(
            "400.7", "Required multipart POST field xml_submission_file missing."
        )
    intake.receive(world, project, xml, files, request)
    text = openrosa("full submission upload was successful!")
    return Reply(text, 201, kind=XML, headers=dict(OPENROSA))


def _file(
    world: World, request: Request, project: Project, form: Form, name: str
) -> Reply:
    version: FormVersion = form.published[-1]
    content = version.files.get(name)
    if content == "dataset":
        dataset = entity_views.find(project, name.removesuffix(".csv"))
        return entity_views.phones_csv(world, dataset, request.actor)
    if not isinstance(content, bytes):
        raise not_found()
    return Reply(content, kind="application/octet-stream", etag=strong_etag(content))


def _listed(world: World, request: Request, form: Form) -> str:
    version = form.published[-1]
    here = f"{_base(world, request)}/forms/{form.form_id}"
    has_files = any(content is not None for content in version.files.values())
    linked = f"      <manifestUrl>{here}/manifest</manifestUrl>\n" if has_files else ""
    return (
        "    <xform>\n"
        f"      <formID>{escape(form.form_id)}</formID>\n"
        f"      <name>{escape(version.xform.title)}</name>\n"
        f"      <version>{escape(version.xform.version)}</version>\n"
        f"      <hash>md5:{version.xform.hash}</hash>\n"
        f"      <downloadUrl>{here}.xml</downloadUrl>\n"
        f"{linked}    </xform>\n"
    )


def _base(world: World, request: Request) -> str:
    return f"{world.domain}{request.prefix}"
