"""Submissions as REST shows them, and what REST may do to them."""

from typing import Any
from urllib.parse import quote

from tests.fakes.central import intake, submissions
from tests.fakes.central.clock import iso
from tests.fakes.central.form_facts import shown
from tests.fakes.central.wire import (
    SUCCESS,
    Reply,
    Request,
    crashed,
    event_etag,
    missing,
    not_found,
    strong_etag,
)
from tests.fakes.central.world import Actor, Form, Submission, SubmissionVersion, World

Json = dict[str, Any]
IMAGES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png"}


def list_all(world: World, request: Request, form: Form) -> Reply:
    query = request.query
    wants_deleted = query.get("deleted") == "true"
    found = [
        s
        for s in form.submissions.values()
        if (s.deleted_at is not None) == wants_deleted
    ]
    found.sort(key=lambda s: (s.created_at, s.number), reverse=True)
    begin = int(query.get("offset", "0"))
    end = begin + int(query["limit"]) if "limit" in query else None
    page = found[begin:end]
    return Reply(
        [
            _whole(s, version, extended=request.is_extended)
            for s in page
            for version in s.current()
        ],
        etag=event_etag([s.event for s in page]),
        is_streamed=True,
    )


def get(world: World, request: Request, form: Form, instance: str) -> Reply:
    known = form.received.get(instance)
    if known and known[0].instance_id != instance and instance not in form.in_flight:
        place = (
            f"{request.path.rpartition('/')[0]}/{quote(known[0].instance_id, safe='')}"
        )
        where = f"{place}/versions/{instance}"
        said = f"Moved Permanently. Redirecting to {where}"
        headers = {"Location": where, "Vary": "Accept-Encoding, Origin, Accept"}
        plain = "text/plain; charset=utf-8"
        return Reply(said, 301, kind=plain, headers=headers, etag=None)
    submission = find(form, instance)
    version = _one(submission)
    return Reply(_whole(submission, version, extended=request.is_extended))


def xml(world: World, request: Request, form: Form, instance: str) -> Reply:
    document = _one(find(form, instance)).document
    return Reply(document.xml, kind="application/xml; charset=utf-8")


def versions(world: World, request: Request, form: Form, instance: str) -> Reply:
    submission = find(form, instance)
    _one(submission)
    seen = [
        _version(v, extended=request.is_extended)
        | ({"formVersion": v.form_version} if request.is_extended else {})
        for v in reversed(submission.versions)
    ]
    return Reply(seen)


def version(
    world: World, request: Request, form: Form, instance: str, edited: str
) -> Reply:
    for each in find(form, instance).versions:
        if each.instance_id == edited:
            return Reply(_version(each, extended=request.is_extended))
    raise not_found()


def audits(world: World, request: Request, form: Form, instance: str) -> Reply:
    entries = [dict(entry) for entry in reversed(find(form, instance).audits)]
    for entry in entries:
        if request.is_extended:
            details = dict(entry["details"])
            if "attachment" not in entry["action"]:
                details["entity"] = {"entityAvailable": False}
            entry |= {"details": details, "actor": _actor(world, entry["actorId"])}
    return Reply(entries)


def create(world: World, request: Request, form: Form) -> Reply:
    submission, made = intake.create(world, form, request)
    seen = _whole(submission, made, extended=False)
    del seen["reviewState"], seen["deletedAt"]
    return Reply(seen)


def edit(world: World, request: Request, form: Form, instance: str) -> Reply:
    submission = find(form, instance)
    made, stamp = intake.put(world, form, submission, request)
    seen = _whole(submission, made, extended=False)
    return Reply(seen | {"updatedAt": iso(stamp), "reviewState": "edited"})


def review(world: World, request: Request, form: Form, instance: str) -> Reply:
    submission = find(form, instance)
    state = request.json.get("reviewState")
    submissions.review(world, form, submission, state, request.actor)
    seen = _head(submission)
    del seen["userAgent"]
    return Reply(seen | {"reviewState": state})


def delete(world: World, request: Request, form: Form, instance: str) -> Reply:
    submissions.delete(world, form, find(form, instance), request.actor)
    return Reply(SUCCESS)


def restore(world: World, request: Request, form: Form, instance: str) -> Reply:
    submission = find(form, instance, deleted=True)
    submissions.restore(world, form, submission, request.actor)
    return Reply(SUCCESS)


def comments(world: World, request: Request, form: Form, instance: str) -> Reply:
    submission = find(form, instance)
    return Reply(
        [
            comment | {"actor": _actor(world, comment["actorId"])}
            for comment in reversed(submission.comments)
        ]
    )


def add_comment(world: World, request: Request, form: Form, instance: str) -> Reply:
    submission = find(form, instance)
    text = request.json.get("body")
    if not text:
        raise missing("body")
    comment = {
        "body": text,
        "actorId": request.actor.number,
        "createdAt": iso(world.clock.now()),
    }
    submission.comments.append(comment)
    return Reply(comment)


def files(world: World, request: Request, form: Form, instance: str) -> Reply:
    given = _one(find(form, instance)).files
    return Reply(
        [
            {"name": name, "exists": content is not None}
            for name, content in sorted(given.items())
        ]
    )


def file(world: World, request: Request, form: Form, instance: str, name: str) -> Reply:
    content = _one(find(form, instance)).files.get(name)
    if content is None:
        raise not_found()
    ending = name.rpartition(".")[2].lower()
    kind = IMAGES.get(ending, "application/octet-stream")
    if ending == "csv":
        kind = "text/csv; charset=utf-8"
    place = "inline" if ending in IMAGES else "attachment"
    encoded = quote(name, safe="")
    plain = name.encode("ascii", "replace").decode()
    disposition = f"{place}; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
    return Reply(
        content,
        kind=kind,
        headers={"Content-Disposition": disposition},
        etag=strong_etag(content),
    )


def put_file(
    world: World, request: Request, form: Form, instance: str, name: str
) -> Reply:
    content = None if request.method == "DELETE" else request.body
    submission = find(form, instance)
    submissions.put_file(world, form, submission, name, content, request.actor)
    return Reply(SUCCESS)


def list_audits(world: World, request: Request) -> Reply:
    query = request.query
    action = query.get("action", "")
    found = [
        entry
        for entry in sorted(world.audits, key=lambda e: e["loggedAt"], reverse=True)
        if (not action or f"{entry['action']}.".startswith(f"{action}."))
        and entry["loggedAt"] >= query.get("start", "")
        and entry["loggedAt"] <= query.get("end", "9")
    ]
    begin = int(query.get("offset", "0"))
    end = begin + int(query["limit"]) if "limit" in query else None
    page = found[begin:end]
    if request.is_extended:
        page = [_extended(world, entry) for entry in page]
    return Reply(page)


def find(form: Form, instance: str, *, deleted: bool = False) -> Submission:
    submission = form.submissions.get(instance)
    if submission is None or (submission.deleted_at is not None) != deleted:
        raise not_found()
    return submission


def _extended(world: World, entry: Json) -> Json:
    """With who did it, and to which form."""
    actee = None
    for project in world.projects.values():
        for form in project.forms:
            if form.actee == entry["acteeId"]:
                actee = shown(world, form)
    return entry | {"actor": _actor(world, entry["actorId"]), "actee": actee}


def _one(submission: Submission) -> SubmissionVersion:
    """The current version; a race of edits makes the real server fail."""
    current = submission.current()
    if len(current) != 1:
        raise crashed()
    return current[0]


def _head(submission: Submission) -> Json:
    first = submission.first
    return {
        "instanceId": submission.instance_id,
        "submitterId": first.submitter.number if first.submitter else None,
        "deviceId": first.device_id,
        "createdAt": iso(submission.created_at),
        "updatedAt": iso(submission.updated_at),
        "reviewState": submission.review,
        "userAgent": first.agent,
        "deletedAt": iso(submission.deleted_at),
    }


def _whole(
    submission: Submission, version: SubmissionVersion, *, extended: bool
) -> Json:
    seen = _head(submission)
    if extended:
        seen["submitter"] = _shown(submission.first.submitter)
    return seen | {"currentVersion": _version(version, extended=extended)}


def _version(version: SubmissionVersion, *, extended: bool) -> Json:
    seen = {
        "submitterId": version.submitter.number if version.submitter else None,
        "createdAt": iso(version.created_at),
        "instanceName": version.document.instance_name,
        "instanceId": version.instance_id,
        "current": version.is_current,
        "deviceId": version.device_id,
        "userAgent": version.agent,
    }
    if extended:
        seen["submitter"] = _shown(version.submitter)
    return seen


def _shown(actor: Actor | None) -> Json | None:
    return actor.shown() if actor else None


def _actor(world: World, number: int | None) -> Json | None:
    return _shown(world.actors.get(number or 0))
