"""Files of submissions: they come late, and are fetched by what they contain.

Central shows a submission before its files are there, and says nothing when they come.
So submissions that lack files are looked at again, after pauses that grow; their files
are fetched when somebody wants to see them, or when the installation wants all.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any
from unicodedata import normalize

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
# One file may be broken; where so many fail in a row, it is Central or the network.
FAILURES = 3
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
    while due := queries.due_files(place.form_id, clock.now(), MOST_AT_ONCE):
        lacking = [d.central_id for d in due if d.files_present < d.files_expected]
        for start in range(0, len(lacking), IDS_AT_ONCE):
            some = lacking[start : start + IDS_AT_ONCE]
            counts += pull_again(central, place, some, wants_files=wants_files)
        counts += _look_at_each(
            central, place, store, [row.id for row in due], progress
        )
    return counts


def _look_at_each(
    central: Central,
    place: Place,
    store: FileStore,
    mirrored_ids: Sequence[int],
    progress: Progress,
) -> Counter[str]:
    counts: Counter[str] = Counter()
    failures = 0
    for number, mirrored_id in enumerate(mirrored_ids):
        progress(place.form, number, len(mirrored_ids))
        mark = queries.get_submission(mirrored_id).mark
        try:
            is_complete = _look(central, place, store, mirrored_id, counts)
            failures = 0
        except CentralError as error:
            is_complete = False
            failures += 1
            if failures == FAILURES or not error.passing:
                raise
        actions.files_looked_for(
            mirrored_id=mirrored_id, mark=mark, is_complete=is_complete
        )
    return +counts


def _look(
    central: Central,
    place: Place,
    store: FileStore,
    mirrored_id: int,
    counts: Counter[str],
) -> bool:
    """Fetch the files of one submission; whether nothing is left to be looked for."""
    mirrored = queries.get_submission(mirrored_id)
    if mirrored.deleted_at or mirrored.purged_at:
        return True
    is_complete = bool(mirrored.files_present >= mirrored.files_expected)
    if not mirrored.files_wanted:
        return is_complete
    if mirrored.is_raced or not mirrored.current_instance_id:
        return False
    path = f"{place.submission(mirrored.central_id)}/attachments"
    listed = ask_once(central, path)
    if listed is None:
        return False
    for each in listed:
        if each.get("exists"):
            fetched = _fetch(central, place, store, mirrored, each["name"])
            is_complete = is_complete and fetched is not None
            counts["files"] += fetched or 0
    return is_complete


def _fetch(
    central: Central, place: Place, store: FileStore, mirrored: Any, name: str
) -> int | None:
    """Fetch a file: 1 when it was fetched, 0 when it is here with the same content,
    None when there is none of the version we know."""
    instance_id = mirrored.current_instance_id
    known = queries.files_of(mirrored.id).get(name)
    headers = {}
    if known is not None and known.instance_id == instance_id:
        headers["If-None-Match"] = known.etag
    path = f"{place.submission(mirrored.central_id)}/attachments/{part(name)}"
    try:
        with central.stream(path, None, **headers) as answer, store.incoming() as into:
            if answer.status_code == HTTPStatus.NOT_MODIFIED:
                return 0
            for piece in central.pieces(answer):
                into.write(piece)
            sha256, size = into.keep()
            kind = answer.headers.get("Content-Type", OCTETS).partition(";")[0]
            etag = answer.headers.get("ETag", "")
    except CentralError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            return None
        raise
    is_kept = actions.file_arrived(
        by=SYSTEM,
        mirrored_id=mirrored.id,
        instance_id=instance_id,
        file=ReceivedFile(normalize("NFC", name), sha256, size, kind),
        etag=etag,
    )
    return 1 if is_kept else None


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
