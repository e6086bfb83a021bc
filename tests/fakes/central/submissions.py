"""What happens to submissions: creation, edits, files, reviews, deletion, purge."""

from datetime import datetime

from tests.fakes.central import entity_work
from tests.fakes.central.documents import Document, files_of, parse, read_document
from tests.fakes.central.wire import (
    CentralProblem,
    Request,
    crashed,
    exists,
    forbidden,
    missing,
    not_found,
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
REVIEWS = (None, "hasIssues", "edited", "rejected", "approved")


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
    instance_id = document.instance_id or f"uuid:{world.new_uuid()}"
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
    instance_id = document.instance_id or f"uuid:{world.new_uuid()}"
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
    instance_id = document.instance_id or f"uuid:{world.new_uuid()}"
    if instance_id in form.received:
        raise exists("submission_defs", ["instanceId"], [instance_id])
    made = _made(world, form, document, instance_id, form_version, {}, request)
    return made, _edit(world, form, submission, made)


def review(
    world: World, form: Form, submission: Submission, state: str | None, actor: Actor
) -> None:
    if state not in REVIEWS:
        raise unexpected("state", state, "not a recognized state name")
    stamp = world.clock.now()
    entry = _entry(world, form, submission, actor, "submission.update")

    def apply() -> None:
        submission.review = state
        submission.updated_at = stamp
        _changed(world, submission, entry)

    world.commit(apply)


def delete(world: World, form: Form, submission: Submission, actor: Actor) -> None:
    stamp = world.clock.now()
    entry = _entry(world, form, submission, actor, "submission.delete")

    def apply() -> None:
        submission.deleted_at = stamp
        _changed(world, submission, entry)

    world.commit(apply)


def restore(world: World, form: Form, submission: Submission, actor: Actor) -> None:
    """Moves the ETag and no time stamp."""
    entry = _entry(world, form, submission, actor, "submission.restore")

    def apply() -> None:
        submission.deleted_at = None
        _changed(world, submission, entry)

    world.commit(apply)


def purge(world: World, form: Form, instance_id: str) -> None:
    """What Central does 30 days after a deletion: nothing is left."""
    submission = form.submissions.pop(instance_id)
    for version in submission.versions:
        form.received.pop(version.instance_id, None)
    world.log(None, "submission.purge", None, submissions_deleted=1)


def put_file(
    world: World,
    form: Form,
    submission: Submission,
    name: str,
    content: bytes | None,
    actor: Actor | None,
) -> None:
    """A file that arrives, is replaced or cleared: no time stamp, no ETag moves."""
    version = submission.current()[0]
    if name not in version.files or (content is None and version.files[name] is None):
        raise not_found()
    version.files[name] = content
    entry = world.log(
        actor,
        "submission.attachment.update",
        form.actee,
        name=name,
        newBlobId=world.next("blob") if content is not None else None,
        instanceId=version.instance_id,
        submissionDefId=version.number,
    )
    submission.audits.append(entry)


def find_form(project: Project, form_id: str) -> Form:
    for form in project.forms:
        if form.form_id == form_id and form.deleted_at is None and form.published:
            return form
    raise not_found()


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
    entry = _entry(world, form, submission, made.submitter, "submission.create", made)
    form.received[made.instance_id] = (submission, made)
    form.in_flight.add(made.instance_id)

    def apply() -> None:
        form.in_flight.discard(made.instance_id)
        form.submissions[made.instance_id] = submission
        _changed(world, submission, entry)
        entity_work.plan(world, form, submission, made)

    world.commit(apply)
    return submission


def _edit(
    world: World, form: Form, submission: Submission, made: SubmissionVersion
) -> datetime:
    action = "submission.update.version"
    entry = _entry(world, form, submission, made.submitter, action, made)
    form.received[made.instance_id] = (submission, made)
    form.in_flight.add(made.instance_id)
    stamp = world.clock.now()

    def apply() -> None:
        form.in_flight.discard(made.instance_id)
        # An edit takes the place of what it was made from, and of nothing else; one
        # that comes when two are current heals the submission.
        for version in submission.versions:
            ends = version.instance_id == made.document.deprecated_id
            older = version.created_at < stamp_of_base(submission, made)
            version.is_current = version.is_current and not (ends or older)
        submission.versions.append(made)
        submission.updated_at = stamp
        submission.review = "edited"
        _changed(world, submission, entry)
        entity_work.plan(world, form, submission, made)

    world.commit(apply)
    return stamp


def stamp_of_base(submission: Submission, made: SubmissionVersion) -> datetime:
    """When the version was made that an edit was made from."""
    for version in submission.versions:
        if version.instance_id == made.document.deprecated_id:
            return version.created_at
    return submission.created_at


def _entry(
    world: World,
    form: Form,
    submission: Submission,
    actor: Actor | None,
    action: str,
    version: SubmissionVersion | None = None,
) -> dict[str, object]:
    """A line of the log, stamped now and seen when the write is."""
    details: dict[str, object] = {
        "instanceId": version.instance_id if version else submission.instance_id,
        "submissionId": submission.number,
    }
    if version:
        details["submissionDefId"] = version.number
    entry = world.log(actor, action, form.actee, **details)
    world.audits.remove(entry)
    return entry


def _changed(world: World, submission: Submission, entry: dict[str, object]) -> None:
    submission.event = world.next("event")
    submission.audits.append(entry)
    world.audits.append(entry)
