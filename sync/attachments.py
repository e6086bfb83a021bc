"""Files of submissions: they come late, and are fetched by what they contain.

Central shows a submission before its files are there, and says nothing when they come.
So submissions that lack files are looked at again, after pauses that grow; their files
are fetched when somebody wants to see them, or when the installation wants all.
"""

from collections import Counter
from datetime import datetime
from http import HTTPStatus
from typing import Any

from server import clock
from server.domain.actor import SYSTEM
from server.inbox.file_store import FileStore, ReceivedFile
from server.mirror import actions, queries
from server.mirror.seen import instant
from sync.central import Central, part
from sync.problems import CentralError
from sync.pull import Progress, pull_again
from sync.rows import IDS_AT_ONCE, Place, ask_once

MOST_AT_ONCE = 500
OCTETS = "application/octet-stream"


def look_for_files(
    central: Central,
    place: Place,
    store: FileStore,
    *,
    wants_files: bool,
    progress: Progress,
) -> Counter[str]:
    """See which files have come, and fetch those that are wanted. Raises CentralError."""
    counts: Counter[str] = Counter()
    due = queries.due_files(place.form_id, clock.now(), MOST_AT_ONCE)
    ids = [row.central_id for row in due if row.files_present < row.files_expected]
    for start in range(0, len(ids), IDS_AT_ONCE):
        some = ids[start : start + IDS_AT_ONCE]
        counts += pull_again(central, place, some, wants_files=wants_files)
    for number, mirrored in enumerate(due):
        progress(place.form, number, len(due))
        counts += _look(central, place, store, mirrored.id)
    return counts


def _look(
    central: Central, place: Place, store: FileStore, mirrored_id: int
) -> Counter[str]:
    mirrored = queries.get_submission(mirrored_id)
    is_complete = mirrored.files_present >= mirrored.files_expected
    counts: Counter[str] = Counter()
    if mirrored.deleted_at or mirrored.purged_at:
        is_complete = True
    elif (
        mirrored.files_wanted and mirrored.current_instance_id and not mirrored.is_raced
    ):
        listed = ask_once(
            central, f"{place.submission(mirrored.central_id)}/attachments"
        )
        for each in listed or ():
            if each.get("exists"):
                counts["files"] += _fetch(central, place, store, mirrored, each["name"])
        is_complete = is_complete and listed is not None
    actions.files_looked_for(mirrored_id=mirrored_id, is_complete=is_complete)
    return +counts


def _fetch(
    central: Central, place: Place, store: FileStore, mirrored: Any, name: str
) -> int:
    """Fetch a file unless it is here with the same content; 1 when it was fetched."""
    instance_id = mirrored.current_instance_id
    known = queries.files_of(mirrored.id).get(name)
    headers = {}
    if known is not None and known.instance_id == instance_id:
        headers["If-None-Match"] = known.etag
    path = f"{place.submission(mirrored.central_id)}/attachments/{part(name)}"
    try:
        with (
            central.stream(path, None, **headers) as answer,
            store.incoming() as incoming,
        ):
            if answer.status_code == HTTPStatus.NOT_MODIFIED:
                return 0
            for piece in central.pieces(answer):
                incoming.write(piece)
            sha256, size = incoming.keep()
            kind = answer.headers.get("Content-Type", OCTETS).partition(";")[0]
            etag = answer.headers.get("ETag", "")
    except CentralError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            return 0
        raise
    file = ReceivedFile(name, sha256, size, kind)
    return int(
        actions.file_arrived(
            by=SYSTEM,
            mirrored_id=mirrored.id,
            instance_id=instance_id,
            file=file,
            etag=etag,
        )
    )


def read_comments(central: Central, place: Place) -> int:
    """Comments of submissions that were reviewed; returns how many are new."""
    found = 0
    for mirrored in queries.due_comments(place.form_id, MOST_AT_ONCE):
        told = ask_once(central, f"{place.submission(mirrored.central_id)}/comments")
        if told is None:
            continue
        comments: list[dict[str, str | datetime]] = [
            {
                "text": str(each.get("body") or ""),
                "author": str((each.get("actor") or {}).get("displayName") or ""),
                "at": instant(each.get("createdAt")) or clock.now(),
            }
            for each in reversed(told)
        ]
        found += actions.comments_arrived(mirrored_id=mirrored.id, comments=comments)
    return found
