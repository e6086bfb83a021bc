"""Lists that stay quick at a hundred thousand rows and whole while rows arrive.

Pages are cut by key, not by number: a row that arrives meanwhile neither repeats nor
hides another, and page 2000 costs what page 1 costs. Sorting and filters stand in the
address, so a list can be kept as a bookmark or sent to a colleague. The whole filtered
list can be taken home as XLSX or CSV.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import make_response, render_template, request
from sqlalchemy import Select, func, literal_column, select
from werkzeug.wrappers import Response

from server.clock import day_of
from server.db import db
from server.logs import log
from server.web import cursors, exports, keyset
from server.web.page import FilterState, Page

COUNTED_UP_TO = 10_000
ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class Column:
    """One column. `sort` is an SQL expression that is never NULL."""

    key: str
    label: str
    value: Callable[[Any], Any]
    sort: Any = None
    link: Callable[[Any], str | None] | None = None
    # text | name (of a person) | code (never broken) | long (sentences) | number | money
    # | day | instant | category
    kind: str = "text"


@dataclass(frozen=True)
class Filter:
    """One way to narrow a list; `apply` gets the text of the address."""

    key: str
    label: str
    apply: Callable[[Select[Any], str], Select[Any]]
    kind: str = "choice"  # choice | text | day
    choices: tuple[tuple[str, str], ...] = ()
    # What holds while the address says nothing; the choices then need one for everything.
    default: str = ""

    def understands(self, value: str) -> bool:
        """Whether `value` can be applied. What cannot is said to the reader."""
        if self.kind == "choice":
            return value in {str(each) for each, _label in self.choices}
        if self.kind == "day":
            return day_of(value) is not None
        return True


def as_it_is(statement: Select[Any], _value: str) -> Select[Any]:
    """For a filter whose value the statement was built for already: it only has to stay
    in the address when the list is turned, sorted or taken home."""
    return statement


@dataclass(frozen=True)
class Listing:
    """A list: rows of `statement`, told apart by `identity`.

    A statement of a single entity or column hands that to `Column.value`; any other
    hands the row.
    """

    name: str
    statement: Select[Any]
    columns: tuple[Column, ...]
    identity: Any
    filters: tuple[Filter, ...] = ()
    default_sort: str = ""
    page_size: int = 50
    # As many rows out of fewer tables, to count while no filter is applied.
    counted: Select[Any] | None = None


def respond(listing: Listing, template: str, **context: Any) -> Response:
    """One page of the list as HTML, or all of it as a file (`?format=xlsx|csv`)."""
    narrowed, order, states = _asked(listing)
    wanted = request.args.get("format")
    if wanted in ("xlsx", "csv"):
        log.info("list_exported", list=listing.name, format=wanted)
        rows = _every_row(order.applied(narrowed))
        return exports.send(listing.name, wanted, listing.columns, rows, _told(states))
    page = _page(listing, narrowed, order, states)
    return make_response(render_template(template, page=page, **context))


def page_of(listing: Listing) -> Page:
    """One page of the list as the address asks for it."""
    return _page(listing, *_asked(listing))


def _told(states: tuple[FilterState, ...]) -> dict[str, str]:
    """The filters of an export; what was typed may name a person and is not said."""
    return {
        state.filter.key: "…" if state.filter.kind == "text" else state.value
        for state in states
        if state.is_applied
    }


def _asked(
    listing: Listing,
) -> tuple[Select[Any], keyset.Order, tuple[FilterState, ...]]:
    """What the address asks of a list."""
    states = tuple(FilterState.of(one, request.args) for one in listing.filters)
    narrowed = listing.statement
    for state in states:
        if state.is_applied:
            narrowed = state.filter.apply(narrowed, state.value)
    order = keyset.Order.chosen(
        {column.key: column.sort for column in listing.columns},
        listing.identity,
        request.args.get("sort", ""),
        listing.default_sort,
    )
    return narrowed, order, states


def _page(
    listing: Listing,
    narrowed: Select[Any],
    order: keyset.Order,
    states: tuple[FilterState, ...],
) -> Page:
    place = f"{listing.name}:{order.sort}"
    before, after = (
        cursors.unseal(request.args.get(name, ""), context=place)
        for name in ("before", "after")
    )
    found = keyset.Slice()
    if before:
        found = keyset.cut(narrowed, order, listing.page_size, before, backwards=True)
    is_backwards = bool(found.rows)
    if not is_backwards:
        after = None if before else after
        found = keyset.cut(narrowed, order, listing.page_size, after)
    has_previous = found.has_more if is_backwards else bool(after)
    has_next = is_backwards or found.has_more
    is_whole = listing.counted is not None and not any(s.is_applied for s in states)
    total = _count(listing.counted if is_whole else narrowed)
    return Page(
        listing=listing,
        rows=found.rows,
        sort=order.sort,
        filters=states,
        total=min(total, COUNTED_UP_TO),
        is_capped=total > COUNTED_UP_TO,
        previous_cursor=_cursor(found.first, place) if has_previous else "",
        next_cursor=_cursor(found.last, place) if has_next else "",
    )


def _cursor(keys: keyset.Keys, place: str) -> str:
    return cursors.seal(keys, context=place) if keys else ""


def _count(narrowed: Select[Any]) -> int:
    """How many rows there are; counting stops where people stop caring, and looks at
    nothing but what the filters ask about."""
    bare = narrowed.with_only_columns(literal_column("1"), maintain_column_froms=True)
    some = bare.order_by(None).limit(COUNTED_UP_TO + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def _every_row(statement: Select[Any]) -> Iterator[Any]:
    found = db.session.execute(statement.execution_options(yield_per=ROWS_AT_ONCE))
    for row in found:
        yield keyset.handed(row, len(row))
