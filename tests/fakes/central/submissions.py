"""What happens to submissions once they are there: files, reviews, deletion, purge."""

from tests.fakes.central.wire import not_found, unexpected
from tests.fakes.central.world import (
    Actor,
    Form,
    Project,
    Submission,
    SubmissionVersion,
    World,
)

REVIEWS = (None, "hasIssues", "edited", "rejected", "approved")


def review(
    world: World, form: Form, submission: Submission, state: str | None, actor: Actor
) -> None:
    if state not in REVIEWS:
        raise unexpected("state", state, "not a recognized state name")
    stamp = world.clock.now()
    entry = entry_of(world, form, submission, actor, "submission.update")
    entry["details"] = {
        "reviewState": state,
        "submissionId": submission.number,
        "submissionDefId": submission.versions[-1].number,
    }

    def apply() -> None:
        submission.review = state
        submission.updated_at = stamp
        changed(world, submission, entry)

    world.commit(apply)


def delete(world: World, form: Form, submission: Submission, actor: Actor) -> None:
    stamp = world.clock.now()
    entry = entry_of(world, form, submission, actor, "submission.delete")

    def apply() -> None:
        submission.deleted_at = stamp
        changed(world, submission, entry)

    world.commit(apply)


def restore(world: World, form: Form, submission: Submission, actor: Actor) -> None:
    """Moves the ETag and no time stamp."""
    entry = entry_of(world, form, submission, actor, "submission.restore")

    def apply() -> None:
        submission.deleted_at = None
        changed(world, submission, entry)

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
    world.log(
        actor,
        "submission.attachment.update",
        form.actee,
        name=name,
        newBlobId=world.next("blob") if content is not None else None,
        instanceId=version.instance_id,
        submissionDefId=version.number,
    )


def find_form(project: Project, form_id: str) -> Form:
    for form in project.forms:
        if form.form_id == form_id and form.deleted_at is None and form.published:
            return form
    raise not_found()


def entry_of(
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


def changed(world: World, submission: Submission, entry: dict[str, object]) -> None:
    submission.event = world.next("event")
    submission.audits.append(entry)
    world.audits.append(entry)
