"""Pulling submissions from ODK Central: each once, and none lost.

Central has no cursor that could be trusted: stamps are those of the clock at the time of
writing, and rows are seen when they are committed, seconds later and in another order.
So each pull looks ten minutes back, and what is known is passed over; a pull counts only
when it brought as many rows as Central had counted; and the watermark is an instant of
Central's own clock, taken from the first page: what changes while the pages that follow
are on their way is newer than that, and comes with the next pull. What moves no stamp
at all is found by `reconcile`.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from server.domain.actor import SYSTEM
from server.mirror import actions, queries
from server.mirror.actions import Overtaken
from server.mirror.seen import Json, UnreadableRow, id_of, instant
from sync.central import Central, Page
from sync.problems import incomplete
from sync.rows import Place, by_ids, form_versions, since

OVERLAP = timedelta(minutes=10)
ROWS_AT_ONCE = 500
RESTARTS = 5
# So often another puller may be faster with a page.
PATIENCE = 50
# Called between steps with what is done and how far: may raise to stop.
Progress = Callable[[str, int, int], None]


class Incomplete(Exception):
    """The pages do not hold what Central had counted: begin again."""


def pull(
    central: Central, place: Place, *, wants_files: bool, progress: Progress
) -> Counter[str]:
    """Take over what is new at a form; returns what became of how many submissions.

    Raises CentralError; what was taken over until then stays, and is passed over when
    it comes again.
    """
    counts: Counter[str] = Counter()
    for _ in range(RESTARTS):
        attempt = _Pull(central, place, wants_files, progress, counts)
        try:
            attempt.run()
        except Incomplete:
            continue
        return counts
    raise incomplete(f"{central.url}/v1/{place.feed}")


class _Pull:
    """One attempt, from the first page to the last."""

    def __init__(
        self,
        central: Central,
        place: Place,
        wants_files: bool,
        progress: Progress,
        counts: Counter[str],
    ) -> None:
        self.central = central
        self.place = place
        self.wants_files = wants_files
        self.progress = progress
        self.counts = counts
        self.rows = 0
        self.patience = PATIENCE

    def run(self) -> None:
        form = queries.get_form(self.place.form_id)
        if form.stopped_reason is not None:
            return
        asked = self._asked(form.watermark, form.pull_again_from)
        expected, watermark, token = 0, None, None
        is_first = True
        while True:
            self.progress(self.place.form, self.rows, expected)
            sequence = queries.get_form(self.place.form_id).sequence
            page, rows = self._page(asked, token)
            if is_first:
                expected, watermark = page.count or 0, newest(page.rows)
            elif not page.rows:
                raise Incomplete  # the row of the cursor was purged
            is_last = page.next_token is None
            if is_last and self.rows + len(rows) < expected:
                raise Incomplete
            if not self._apply(rows, sequence, watermark if is_last else None):
                continue
            self.rows += len(rows)
            if is_last:
                break
            is_first, token = False, page.next_token
        if watermark is None:
            actions.finish_pull(form_id=self.place.form_id)

    def _asked(
        self, watermark: datetime | None, again: datetime | None
    ) -> dict[str, str]:
        begin = None
        if watermark is not None:
            begin = watermark - OVERLAP
            begin = min(begin, again) if again is not None else begin
        return {
            "$filter": since(begin),
            "$expand": "*",
            "$top": str(ROWS_AT_ONCE),
            "$count": "true",
        }

    def _page(
        self, asked: dict[str, str], token: str | None
    ) -> tuple[Page, Sequence[Json]]:
        """A page, and its rows with the versions of a race that the border between two
        pages would have hidden."""
        page = self.central.page(self.place.feed, asked, token)
        if page.next_token is None or not page.rows:
            return page, page.rows
        try:
            last = id_of(page.rows[-1])
        except UnreadableRow:
            return page, page.rows
        if not (page.rows[-1].get("__system") or {}).get("edits"):
            return page, page.rows
        kept = [row for row in page.rows if row.get("__id") != last]
        return page, kept + by_ids(self.central, self.place, [last])

    def _apply(
        self, rows: Sequence[Json], sequence: int, watermark: datetime | None
    ) -> bool:
        """False when another puller was faster."""
        versions = form_versions(self.central, self.place, rows)
        try:
            self.counts += actions.apply_page(
                by=SYSTEM,
                form_id=self.place.form_id,
                sequence=sequence,
                rows=rows,
                form_versions=versions,
                wants_files=self.wants_files,
                watermark=watermark,
            )
        except Overtaken:
            self.patience -= 1
            if not self.patience:
                raise Incomplete from None
            return False
        return True


def pull_again(
    central: Central, place: Place, central_ids: Sequence[str], *, wants_files: bool
) -> Counter[str]:
    """Take over some submissions as they are now. Raises CentralError."""
    for _ in range(RESTARTS):
        form = queries.get_form(place.form_id)
        if form.stopped_reason is not None:
            return Counter()
        rows = by_ids(central, place, central_ids)
        try:
            return actions.apply_page(
                by=SYSTEM,
                form_id=place.form_id,
                sequence=form.sequence,
                rows=rows,
                form_versions=form_versions(central, place, rows),
                wants_files=wants_files,
            )
        except Overtaken:
            continue
    raise incomplete(f"{central.url}/v1/{place.feed}")


def newest(rows: Sequence[Json]) -> datetime | None:
    """The newest stamp of Central's clock on some rows."""
    stamps = []
    for row in rows:
        system = row.get("__system") if isinstance(row, dict) else None
        for name in ("submissionDate", "updatedAt", "deletedAt"):
            try:
                stamp = instant((system or {}).get(name))
            except UnreadableRow:
                continue
            if stamp is not None:
                stamps.append(stamp)
    return max(stamps, default=None)
