"""OData feeds: parameters, order, pages, counts and the links between pages."""

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from tests.fakes.central.filters import Filter, ordered
from tests.fakes.central.rows import selected
from tests.fakes.central.wire import (
    ODATA,
    CentralProblem,
    Reply,
    Request,
    crashed,
    event_etag,
    wrong_type,
)

KNOWN = (
    "$top", "$skip", "$skiptoken", "$count", "$filter", "$select", "$expand", "$orderby",
    "$search", "$wkt", "$format",
)  # fmt: skip
Row = dict[str, Any]


def check(request: Request) -> None:
    """Refuses what Central refuses before it looks at the data: without OData header."""
    query = request.query
    for name in query:
        if name not in KNOWN:
            raise _feature(name)
    if query.get("$format", "json") not in {"json", "application/json"}:
        raise CentralProblem(
            "406.1",
            "Requested format not acceptable; this resource allows: "
            "application/json,json.",
            {"allowed": ["application/json", "json"], "got": query["$format"]},
        )
    if query.get("$expand", "*") != "*":
        text = query["$expand"]
        raise CentralProblem(
            "501.6",
            f'The given OData expand expression is not supported by this server: "{text}".'
            ' Currently, only "$expand=*" is supported.',
            {"text": text},
        )
    if "$select" in query and "$expand" in query:
        raise CentralProblem(
            "501.11",
            "This server doesn't support $select query parameter with $expand.",
        )


class Feed:
    """One table, as asked for.

    `facts` are rows with what can be filtered: true times, `number` for the order and
    `key` for the cursor; `show` makes the row that goes out.
    """

    def __init__(
        self,
        request: Request,
        *,
        service: str,
        table: str,
        cursor: str,
        fields: dict[str, str],
        root: str = "",
    ) -> None:
        self.request = request
        self.service = service
        self.table = table
        self.cursor = cursor
        self.fields = fields
        self.root = root
        query = request.query
        self.top = _number(query.get("$top"))
        self.skip = _number(query.get("$skip")) or 0
        self.token = query.get("$skiptoken")
        if self.token and query.get("$orderby"):
            raise _feature("using $orderby and $skiptoken together")
        self.after = _token(self.token, cursor) if self.token else None
        text = query.get("$filter")
        self.filter = Filter(text, fields, root) if text else None
        self.select = [n.strip() for n in query.get("$select", "").split(",") if n]

    def reply(
        self,
        facts: list[Row],
        show: Callable[[Row], Row],
        *,
        has_etag: bool = True,
        loses_inversions: bool = False,
    ) -> Reply:
        if self.filter:
            facts = [row for row in facts if self.filter.matches(row)]
        if self.filter is None or not self.filter.mentions_deleted:
            facts = [row for row in facts if row["deletedAt"] is None]
        count = len(facts)
        rest = self._rest(facts, loses_inversions=loses_inversions)
        page = rest if self.top is None else rest[: self.top]
        answer: Row = {
            "value": [self._shown(show(row)) for row in page],
            "@odata.context": f"{self.service}/$metadata#{self.table}",
        }
        if page and len(page) < len(rest):
            answer["@odata.nextLink"] = self._link(page[-1])
        if self.request.query.get("$count") == "true":
            answer["@odata.count"] = count
        etag: str | None = "weak"
        if self.top != 0:
            events = [row["event"] for row in page] if has_etag else []
            etag = event_etag(events) if has_etag else None
        return Reply(answer, headers=dict(ODATA), etag=etag, is_streamed=self.top != 0)

    def _rest(self, facts: list[Row], *, loses_inversions: bool) -> list[Row]:
        rows = sorted(facts, key=_place, reverse=True)
        if text := self.request.query.get("$orderby"):
            rows = ordered(rows, text, self.fields)
        if self.after is not None:
            # A cursor whose row was purged gives an empty page, and no error.
            place = next((_place(r) for r in rows if r["key"] == self.after), None)
            if place is None:
                return []
            if loses_inversions:
                rows = [
                    row
                    for row in rows
                    if row["at"] <= place[0] and row["number"] < place[1]
                ]
            else:
                rows = [row for row in rows if _place(row) < place]
        return rows[self.skip :]

    def _shown(self, row: Row) -> Row:
        return selected(row, self.select) if self.select else row

    def _link(self, last: Row) -> str:
        text = json.dumps({self.cursor: last["key"]}, separators=(",", ":"))
        token = "01" + base64.b64encode(text.encode()).decode()
        kept = {
            k: v
            for k, v in self.request.query.items()
            if k not in {"$skiptoken", "$skip"}
        }
        return f"{self.service}/{self.table}?" + urlencode(kept | {"$skiptoken": token})


def single(row: Row, service: str, table: str) -> Reply:
    context = f"{service}/$metadata#{table}"
    return Reply({"value": [row], "@odata.context": context}, headers=dict(ODATA))


def _place(row: Row) -> tuple[Any, int]:
    return row["at"], row["number"]


def _feature(name: str) -> CentralProblem:
    return CentralProblem(
        "501.1",
        f"The requested feature {name} is not supported by this server.",
        {"feature": name},
    )


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        number = int(text)
    except ValueError as wrong:
        raise wrong_type("NaN", "type bigint") from wrong
    if number < 0:
        raise crashed()
    return number


def _token(text: str, cursor: str) -> str:
    try:
        if not text.startswith("01"):
            raise ValueError
        said = json.loads(base64.b64decode(text[2:], validate=True))
        return str(said[cursor])
    except (ValueError, KeyError, TypeError) as wrong:
        raise CentralProblem("400.35", "Invalid $skiptoken") from wrong
