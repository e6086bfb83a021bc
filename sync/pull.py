"""Pulling submissions from ODK Central: each once, and none lost.

Central has no cursor that could be trusted: stamps are those of the clock at the time of
writing, and rows are seen when they are committed, seconds later and in another order.
So each pull looks ten minutes back, and what is known is passed over; a pull counts only
when it brought as many rows as Central had counted; and the watermark is an instant of
Central's own clock, taken from the first page: what changes while the pages that follow
are on their way is newer than that, and comes with the next pull. Whether anything has
moved since the last pull is first asked by the ETag of those ten minutes, which Central
makes of its own count of events: a day without surveys costs one small answer each time.
What moves no stamp at all is found by `reconcile`.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from server.domain.actor import SYSTEM
from server.mirror import actions, queries
from server.mirror.actions import Applied, Overtaken, Window
from server.mirror.seen import Json, UnreadableRow, id_of, instant
from sync.ahead import ahead
from sync.central import Central, Page
from sync.problems import CentralError, incomplete
from sync.rows import Place, by_ids, form_versions, since

OVERLAP = timedelta(minutes=10)
ROWS_AT_ONCE = 500
RESTARTS = 5
# So often another puller may be faster with a page.
PATIENCE = 50
# Called between steps with what is done and how far: may raise to stop.
Progress = Callable[[str, int, int], None]
# A page, and the rows to take over with it.
_Rows = tuple[Page, Sequence[Json]]


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
        self.asked: dict[str, str] = {}
        self.rows = 0
        self.expected = 0
        self.watermark: datetime | None = None
        self.window = Window()
        self.patience = PATIENCE

    def run(self) -> None:
        form = queries.get_form(self.place.form_id)
        if form.stopped_reason is not None:
            return
        begin = _begin(form.watermark, form.pull_again_from)
        is_new_version = form.pull_again_from is not None
        known = (
            Window() if is_new_version else Window(form.window_from, form.window_etag)
        )
        etag = self._changed(known, begin)
        if etag is None:
            actions.finish_pull(form_id=self.place.form_id)
            return
        self.window = Window(begin, etag)
        self.asked = {
            "$filter": since(begin),
            "$expand": "*",
            "$top": str(ROWS_AT_ONCE),
            "$count": "true",
        }
        self._pages(form.sequence)
        if self.watermark is None:
            actions.finish_pull(form_id=self.place.form_id, window=self.window)

    def _changed(self, known: Window, begin: datetime | None) -> str | None:
        """Central's ETag of all that changed since `begin`; None when nothing did since
        the last pull. It says nothing of files: those are looked for elsewhere."""
        if known.etag:
            etag = self.central.etag_of(*self._marked(known.begin), known.etag)
            if etag is None or begin == known.begin:
                return etag
        return self.central.etag_of(*self._marked(begin)) or ""

    def _marked(self, begin: datetime | None) -> tuple[str, dict[str, str]]:
        return self.place.feed, {"$filter": since(begin), "$select": "__id"}

    def _pages(self, sequence: int) -> None:
        """Take over page after page. While one is, the next is on its way already: it
        counts as asked for under the sequence that ours leaves behind."""
        token: str | None = None
        coming = self._ask(token)
        is_first = True
        while True:
            self.progress(self.place.form, self.rows, self.expected)
            page, rows = coming()
            if is_first:
                self.expected, self.watermark = page.count or 0, newest(page.rows)
            elif not page.rows:
                raise Incomplete  # the row of the cursor was purged
            is_last = page.next_token is None
            if is_last and self.rows + len(rows) < self.expected:
                raise Incomplete
            versions = form_versions(self.central, self.place, rows)
            if not is_last:
                coming = self._ask(page.next_token)
            applied = self._apply(rows, versions, sequence, coming, is_last=is_last)
            if applied is None:
                sequence, coming = self._overtaken(), self._ask(token)
                continue
            sequence = applied.sequence
            self.rows += len(rows)
            if is_last:
                return
            is_first, token = False, page.next_token

    def _ask(self, token: str | None) -> Callable[[], _Rows]:
        return ahead(lambda: self._page(token))

    def _page(self, token: str | None) -> _Rows:
        """A page, and its rows with the versions of a race that the border between two
        pages would have hidden."""
        page = self.central.page(self.place.feed, self.asked, token)
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
        self,
        rows: Sequence[Json],
        versions: Mapping[str, str],
        sequence: int,
        coming: Callable[[], _Rows],
        *,
        is_last: bool,
    ) -> Applied | None:
        """None when another puller was faster: then what is coming is out of date, too.

        Whatever goes wrong, nobody is left behind who uses the same Central.
        """
        applied = None
        try:
            applied = actions.apply_page(
                by=SYSTEM,
                form_id=self.place.form_id,
                sequence=sequence,
                rows=rows,
                form_versions=versions,
                wants_files=self.wants_files,
                watermark=self.watermark if is_last else None,
                window=self.window,
            )
            self.counts += applied.counts
        except Overtaken:
            pass
        finally:
            if applied is None:
                with suppress(CentralError):
                    coming()
        return applied

    def _overtaken(self) -> int:
        """The sequence that another puller left, to ask under. Raises Incomplete when
        it happens too often, or the form has stopped."""
        form = queries.get_form(self.place.form_id)
        self.patience -= 1
        if not self.patience or form.stopped_reason is not None:
            raise Incomplete
        return form.sequence


def _begin(watermark: datetime | None, again: datetime | None) -> datetime | None:
    if watermark is None:
        return None
    begin = watermark - OVERLAP
    return begin if again is None else min(begin, again)


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
            ).counts
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
