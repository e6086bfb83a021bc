"""Comparing all submissions of a form with Central, by their marks.

This finds what moves no stamp: files that arrived, what was restored, what was purged.
Its index costs about a fifth of a full pull.
"""

from collections import Counter
from dataclasses import dataclass, field

from server.domain.actor import SYSTEM
from server.mirror import actions, queries
from server.mirror.actions import Overtaken
from server.mirror.seen import Json, UnreadableRow, id_of, mark_of
from sync.central import Central
from sync.problems import CentralError, incomplete
from sync.pull import RESTARTS, Progress, pull_again
from sync.rows import IDS_AT_ONCE, Place, index


@dataclass(slots=True)
class Differences:
    """Submissions by `__id`: those we know otherwise, and those Central has no more."""

    changed: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)


def reconcile(
    central: Central, place: Place, *, wants_files: bool, progress: Progress
) -> Counter[str]:
    """Make what we know of a form equal to what Central has; returns what became of
    how many submissions. Raises CentralError."""
    counts: Counter[str] = Counter()
    for _ in range(RESTARTS):
        form = queries.get_form(place.form_id)
        if form.stopped_reason is not None:
            return counts
        try:
            found = compare(central, place, progress)
        except CentralError as error:
            if not error.passing:
                raise
            continue
        for start in range(0, len(found.changed), IDS_AT_ONCE):
            progress(place.form, start, len(found.changed))
            some = found.changed[start : start + IDS_AT_ONCE]
            counts += pull_again(central, place, some, wants_files=wants_files)
        if not found.vanished or _accept(form.sequence, place, found, counts):
            actions.finish_reconcile(
                form_id=place.form_id, is_complete=not found.vanished
            )
            return counts
    raise incomplete(f"{central.url}/v1/{place.feed}")


def compare(central: Central, place: Place, progress: Progress) -> Differences:
    """What differs between Central's index and ours. Raises CentralError."""
    known = queries.marks(place.form_id)
    found = Differences()
    changed: set[str] = set()
    met: set[str] = set()
    last: list[Json] = []
    for number, row in enumerate(index(central, place)):
        if number % 1000 == 0:
            progress(place.form, number, len(known))
        try:
            central_id = id_of(row)
        except UnreadableRow:
            continue
        # The versions of a race are neighbours: all rows of an id come together.
        if last and id_of(last[0]) != central_id:
            _weigh(last, known, met, changed)
            last = []
        last.append(row)
    if last:
        _weigh(last, known, met, changed)
    found.changed = sorted(changed)
    found.vanished = sorted(known.keys() - met)
    return found


def _weigh(
    rows: list[Json], known: dict[str, str], met: set[str], changed: set[str]
) -> None:
    central_id = id_of(rows[0])
    met.add(central_id)
    if known.get(central_id) != mark_of(rows):
        changed.add(central_id)


def _accept(
    sequence: int, place: Place, found: Differences, counts: Counter[str]
) -> bool:
    """Take vanished submissions as purged; False when to look at them once more."""
    if found.changed:
        # The form has moved on by our own hand; what vanished is looked at once more.
        return False
    try:
        purged = actions.accept_vanished(
            by=SYSTEM,
            form_id=place.form_id,
            sequence=sequence,
            central_ids=set(found.vanished),
        )
    except Overtaken:
        return False
    counts["purged"] += purged
    return True
