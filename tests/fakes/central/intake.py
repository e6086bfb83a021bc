"""How submissions come in: new ones, repeats and edits, by phones and by REST."""

from datetime import datetime

from tests.fakes.central import entity_work
from tests.fakes.central.documents import Document, files_of, parse, read_document
from tests.fakes.central.submissions import changed, entry_of, find_form, put_file
from tests.fakes.central.wire import (
    CentralProblem,
    Request,
    crashed,
    exists,
    forbidden,
    missing,
    unexpected,
)
from tests.fakes.central.world import (
    Actor,
    Form,
    Project,
    Submission,
    SubmissionVersion,
    World,
)

Files = dict[str, bytes]


def receive(
    world: World, project: Project, xml: bytes, files: Files, request: Request
) -> None:
    """A post by a phone: new, an edit, or a repeat that may bring more files."""
    document = _read(xml)
    if not document.form_id:
        raise missing("form ID xml attribute")
    form = find_form(project, document.form_id)
    _demand_open(form, request.actor)
    form_version = _version_of(form, document)
    instance_id = document.instance_id or world.new_uuid()
    if instance_id in form.in_flight:
        raise _deleted()  # the real server says so of what it is still writing
    if instance_id in form.received:
        _repeat(world, form, document, files, request.actor)
        return
    made = _made(world, form, document, instance_id, form_version, files, request)
    if document.deprecated_id is None:
        _create(world, form, made)
    else:
        submission, _ = _demand_current(form, document.deprecated_id)
        _edit(world, form, submission, made)


def create(
    world: World, form: Form, request: Request
) -> tuple[Submission, SubmissionVersion]:
    """REST: what is there already is refused."""
    document = _read(request.body)
    if document.form_id != form.form_id:
        reason = "did not match the form ID in the URL"
        raise unexpected("form ID", document.form_id, reason)
    form_version = _version_of(form, document)
    instance_id = document.instance_id or world.new_uuid()
    if instance_id in form.received:
        keys = ["formId", "instanceId", "draft"]
        raise exists("submissions", keys, [form.number, instance_id, "false"])
    made = _made(world, form, document, instance_id, form_version, {}, request)
    return _create(world, form, made), made


def put(
    world: World, form: Form, submission: Submission, request: Request
) -> tuple[SubmissionVersion, datetime]:
    """REST: an edit, which a repeat does not survive."""
    document = _read(request.body)
    if document.deprecated_id is None:
        raise CentralProblem(
            "400.19",
            "This PUT endpoint expects a deprecatedID metadata tag pointing at the "
            "current version instanceID. I cannot find that tag in your request.",
        )
    form_version = _version_of(form, document)
    _demand_current(form, document.deprecated_id)
    instance_id = document.instance_id or world.new_uuid()
    if instance_id in form.received:
        raise exists("submission_defs", ["instanceId"], [instance_id])
    made = _made(world, form, document, instance_id, form_version, {}, request)
    return made, _edit(world, form, submission, made)


def _read(xml: bytes) -> Document:
    if b"\x00" in xml:
        raise crashed()
    return read_document(xml)


def _demand_open(form: Form, actor: Actor) -> None:
    if actor.kind == "field_key" and form.number not in actor.forms:
        raise forbidden()
    if form.state == "closed":
        raise CentralProblem(
            "409.2",
            "This form is not currently accepting submissions. Please talk to your "
            "program staff if this is unexpected.",
        )


def _version_of(form: Form, document: Document) -> str:
    version = document.version or ""
    if form.shape_of(version) is None:
        raise CentralProblem(
            "404.6",
            f"The form version specified in this submission '{version}' does not exist.",
            {"formVersion": version},
        )
    return version


def _repeat(
    world: World, form: Form, document: Document, files: Files, actor: Actor
) -> None:
    submission, version = form.received[document.instance_id or ""]
    if submission.deleted_at:
        raise _deleted()
    if version.document.xml != document.xml:
        raise CentralProblem(
            "409.1",
            "A submission already exists with this ID, but with different XML. "
            "Resubmissions to attach additional multimedia must resubmit an identical "
            "xml_submission_file.",
        )
    if not version.is_current:
        raise _out_of_date(document.deprecated_id or "undefined")
    for name, content in files.items():
        if name in version.files:
            put_file(world, form, submission, name, content, actor)


def _demand_current(
    form: Form, deprecated_id: str
) -> tuple[Submission, SubmissionVersion]:
    found = form.received.get(deprecated_id)
    if found is None or deprecated_id in form.in_flight:
        raise CentralProblem(
            "404.5",
            "You tried to update an existing submission, but we can't find that "
            f"submission to update ({deprecated_id})",
            {"deprecatedId": deprecated_id},
        )
    if found[0].deleted_at:
        raise _deleted()
    if not found[1].is_current:
        raise _out_of_date(deprecated_id)
    return found


def _out_of_date(deprecated_id: str) -> CentralProblem:
    return CentralProblem(
        "409.9",
        f"You tried to update a submission, but the copy you were editing "
        f"({deprecated_id}) is now out of date. Please get the new version that has "
        "been submitted, and make your edits again.",
        {"deprecatedId": deprecated_id},
    )


def _deleted() -> CentralProblem:
    return CentralProblem(
        "409.18", "This submission has been deleted. You may not resubmit it."
    )


def _made(
    world: World,
    form: Form,
    document: Document,
    instance_id: str,
    form_version: str,
    files: Files,
    request: Request,
) -> SubmissionVersion:
    root = parse(document.xml)
    shape = form.shape_of(form_version)
    assert shape is not None
    expected = files_of(root, list(shape.xform.fields))
    older = form.received.get(document.deprecated_id or "")
    kept = older[1].files if older else {}
    return SubmissionVersion(
        number=world.next("version"),
        document=document,
        instance_id=instance_id,
        form_version=form_version,
        submitter=request.actor,
        device_id=request.query.get("deviceID"),
        agent=request.agent,
        created_at=world.clock.now(),
        files={name: files.get(name, kept.get(name)) for name in expected},
        root=root,
    )


def _create(world: World, form: Form, made: SubmissionVersion) -> Submission:
    number = world.next("submission")
    submission = Submission(number, made.instance_id, made.created_at, [made])
    entry = entry_of(world, form, submission, made.submitter, "submission.create", made)
    form.received[made.instance_id] = (submission, made)
    form.in_flight.add(made.instance_id)

    def apply() -> None:
        form.in_flight.discard(made.instance_id)
        form.submissions[made.instance_id] = submission
        changed(world, submission, entry)
        entity_work.plan(world, form, submission, made)

    world.commit(apply)
    return submission


def _edit(
    world: World, form: Form, submission: Submission, made: SubmissionVersion
) -> datetime:
    action = "submission.update.version"
    entry = entry_of(world, form, submission, made.submitter, action, made)
    form.received[made.instance_id] = (submission, made)
    form.in_flight.add(made.instance_id)
    stamp = world.clock.now()
    seen = list(submission.versions)

    def apply() -> None:
        form.in_flight.discard(made.instance_id)
        # It takes the place of what it saw. An edit that overlapped stays current, too;
        # the next one heals the submission.
        for version in seen:
            version.is_current = False
        submission.versions.append(made)
        submission.updated_at = stamp
        submission.review = "edited"
        changed(world, submission, entry)

    world.commit(apply)
    return stamp
