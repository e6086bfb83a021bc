"""Submissions as OData."""

from typing import Any

from tests.fakes.central import feeds
from tests.fakes.central.clock import iso
from tests.fakes.central.filters import SUBMISSION_FIELDS
from tests.fakes.central.rows import Shape
from tests.fakes.central.wire import (
    JSON,
    ODATA,
    CentralProblem,
    Reply,
    Request,
    crashed,
    event_etag,
    not_found,
)
from tests.fakes.central.world import Form, Submission, SubmissionVersion, World

Json = dict[str, Any]


def service(world: World, request: Request, form: Form) -> Reply:
    here = _service(world, form)
    tables = [
        {"name": name, "kind": "EntitySet", "url": name}
        for name in Shape(form.fields()).tables()
    ]
    answer = {"@odata.context": f"{here}/$metadata", "value": tables}
    kind = f"{JSON}; odata.metadata=minimal"
    return Reply(answer, kind=kind, headers=dict(ODATA))


def table(world: World, request: Request, form: Form, table: str) -> Reply:
    shape = Shape(form.fields(), is_wkt=request.query.get("$wkt") == "true")
    if table not in shape.tables():
        raise _tagged(world, not_found())
    is_main = table == "Submissions"
    feed = feeds.Feed(
        request,
        service=_service(world, form),
        table=table,
        cursor="instanceId" if is_main else "repeatId",
        fields=SUBMISSION_FIELDS,
        root="" if is_main else "$root/Submissions/",
    )
    if not is_main:
        return feed.reply(_repeats(world, form, shape, table), lambda row: row["_row"])
    try:
        shape.check_select(feed.select)
    except CentralProblem as problem:
        raise _tagged(world, problem) from problem
    expand = request.query.get("$expand") == "*"

    def show(row: Json) -> Json:
        return _row(shape, row["_submission"], row["_version"], expand=expand)

    return feed.reply(_facts(world, form), show)


def _tagged(world: World, problem: CentralProblem) -> CentralProblem:
    """These are found out when the answer has begun: the ETag is that of the data."""
    problem.headers["ETag"] = event_etag([world.last("event")])
    return problem


def single(world: World, request: Request, form: Form, instance: str) -> Reply:
    submission = form.submissions.get(instance)
    if submission is None or submission.deleted_at:
        raise not_found()
    if len(submission.current()) != 1:
        raise crashed()
    shape = Shape(form.fields(), is_wkt=request.query.get("$wkt") == "true")
    expand = request.query.get("$expand") == "*"
    row = _row(shape, submission, submission.current()[0], expand=expand)
    return feeds.single(row, _service(world, form), "Submissions")


def _row(
    shape: Shape, submission: Submission, version: SubmissionVersion, *, expand: bool
) -> Json:
    key = (expand, shape.is_wkt, len(shape.fields))
    row = version.columns.get(key)
    if row is None:
        row = shape.main(version.root, submission.instance_id, {}, expand=expand)
        version.columns[key] = row
    # Central takes the new version's own id even where the XML has none.
    return row | {"__system": _system(submission, version)}


def _system(submission: Submission, version: SubmissionVersion) -> Json:
    first = submission.first
    present = sum(content is not None for content in version.files.values())
    return {
        "submissionDate": iso(submission.created_at),
        "updatedAt": iso(submission.updated_at),
        "submitterId": str(first.submitter.number) if first.submitter else None,
        "submitterName": first.submitter.name if first.submitter else None,
        "attachmentsPresent": present,
        "attachmentsExpected": len(version.files),
        "status": None,
        "reviewState": submission.review,
        "deviceId": first.device_id,
        "edits": len(submission.versions) - 1,
        # That of the first version, whatever the edit was made with.
        "formVersion": first.form_version,
        "deletedAt": iso(submission.deleted_at),
    }


def _facts(world: World, form: Form) -> list[Json]:
    """One row per current version: after a race of edits, the same `__id` twice."""
    stamp = (world.last("event"), len(form.submissions))
    if form.facts[0] != stamp:
        facts = [
            {
                "__id": submission.instance_id,
                "submissionDate": submission.created_at,
                "updatedAt": submission.updated_at,
                "submitterId": first.number
                if (first := submission.first.submitter)
                else None,
                "reviewState": submission.review,
                "deletedAt": submission.deleted_at,
                "at": submission.created_at,
                "number": submission.number,
                "key": submission.instance_id,
                "event": submission.event,
                "_submission": submission,
                "_version": version,
            }
            for submission in form.submissions.values()
            for version in submission.current()
        ]
        facts.sort(key=lambda row: (row["at"], row["number"]), reverse=True)
        form.facts = (stamp, facts)
    return form.facts[1]


def _repeats(world: World, form: Form, shape: Shape, table: str) -> list[Json]:
    found = []
    for fact in _facts(world, form):
        root, key = fact["_version"].root, fact["__id"]
        rows = list(shape.repeats(root, key, table))
        found += [
            # Within a submission in the order of its XML.
            fact | {"number": (fact["number"], -i), "key": row["__id"], "_row": row}
            for i, row in enumerate(rows)
        ]
    return found


def _service(world: World, form: Form) -> str:
    return f"{world.domain}/v1/projects/{form.project}/forms/{form.form_id}.svc"
