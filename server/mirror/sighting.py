"""What holds for a page of submissions, and what is noted of each that it shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from server.domain.actor import Actor
from server.inbox.arrivals import Arrival
from server.mirror.places import Places
from server.mirror.seen import SeenSubmission, SeenVersion
from server.mirror.tables import MirroredForm

SOURCE = "central"
PAYLOAD_KIND = "odata"
FIRST_LOOK = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Context:
    """What holds for a whole page."""

    by: Actor
    form: MirroredForm
    form_versions: Mapping[str, str]
    wants_files: bool
    places: Places = field(default_factory=Places)


def arrival_of(context: Context, version: SeenVersion) -> Arrival:
    """A version as the inbox takes it."""
    told = context.form_versions.get(version.instance_id, version.form_version)
    return Arrival(
        by=Actor(SOURCE, version.submitter_id, version.submitter_name),
        form_version=told,
        instance_id=version.instance_id,
        payload=version.payload,
        expected_files=version.file_names,
        area_id=context.places.area_of(context.form.form_id, told, version.payload),
        device_id=version.device_id,
    )


def facts_of(
    seen: SeenSubmission, at: datetime, *, wants_files: bool, has_new_comments: bool
) -> dict[str, Any]:
    """The columns of a submission as Central shows it at an instant of our clock."""
    return {
        "has_new_comments": has_new_comments or seen.review_state is not None,
        "mark": seen.mark,
        "submitted_at": seen.submitted_at,
        "updated_at": seen.updated_at,
        "deleted_at": seen.deleted_at,
        "purged_at": None,
        "review_state": seen.review_state,
        "files_present": seen.files_present,
        "files_expected": seen.files_expected,
        "files_wanted": wants_files,
        "files_attempts": 0,
        "files_given_up_at": None,
        "files_since": at,
        "files_due_at": _files_due_at(seen, at, wants_files=wants_files),
    }


def _files_due_at(
    seen: SeenSubmission, at: datetime, *, wants_files: bool
) -> datetime | None:
    if seen.deleted_at is not None or not seen.files_expected:
        return None
    if wants_files and seen.files_present:
        return at
    return at + FIRST_LOOK if seen.files_present < seen.files_expected else None
