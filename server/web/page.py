"""What `_listing.html` shows: the rows of one page, and the addresses around it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import request, url_for
from markupsafe import Markup

from server.web.i18n import _, day, instant, money, number
from server.web.labels import category_label

if TYPE_CHECKING:
    from server.web.listing import Column, Filter, Listing

_WRITTEN: dict[str, Callable[[Any], str]] = {
    "number": number,
    "money": money,
    "day": day,
    "instant": instant,
    "category": category_label,
}


@dataclass(frozen=True)
class FilterState:
    """A filter and what the address asks of it."""

    filter: "Filter"
    value: str

    @classmethod
    def of(cls, one: "Filter", args: Mapping[str, str]) -> "FilterState":
        # PostgreSQL keeps no null character, so nothing can be found by one.
        value = args.get(one.key, "").replace("\0", "").strip()
        return cls(one, value or one.default)

    @property
    def is_chosen(self) -> bool:
        """Whether the reader asked for this, rather than the list by itself."""
        return self.value != self.filter.default

    @property
    def is_applied(self) -> bool:
        return bool(self.value) and self.filter.understands(self.value)

    @property
    def is_not_understood(self) -> bool:
        return bool(self.value) and not self.filter.understands(self.value)


class Cell(NamedTuple):
    """One value of one row, as text or as markup that a feature made; `opening` is the
    start of its tag. There are hundreds on a page, so a template only puts the parts
    together."""

    opening: Markup
    text: str | Markup
    url: str | None
    category: str | None


@dataclass(frozen=True)
class Page:
    """A page of a list."""

    listing: "Listing"
    rows: tuple[Any, ...]
    sort: str
    filters: tuple[FilterState, ...]
    total: int
    is_capped: bool
    previous_cursor: str
    next_cursor: str

    @property
    def count_text(self) -> str:
        """How many rows there are: "1.250", or "10.000+"."""
        return number(self.total) + ("+" if self.is_capped else "")

    @property
    def previous_url(self) -> str:
        return (
            self._address(before=self.previous_cursor) if self.previous_cursor else ""
        )

    @property
    def next_url(self) -> str:
        return self._address(after=self.next_cursor) if self.next_cursor else ""

    @property
    def first_url(self) -> str:
        return self._address()

    @property
    def is_filtered(self) -> bool:
        return any(state.is_chosen for state in self.filters)

    @property
    def unfiltered_url(self) -> str:
        return self._bare({"sort": self.sort} if self.sort else {})

    def address_with(self, **changes: str) -> str:
        """The first page of the list with some filters changed."""
        return self._address(**changes)

    def export_url(self, kind: str) -> str:
        """Where the whole filtered list can be fetched as a file."""
        return self._address(format=kind)

    def sort_url(self, column: "Column") -> str:
        """Sorts by this column; a second time turns it round."""
        return self._address(
            sort=f"-{column.key}" if self.sort == column.key else column.key
        )

    def direction(self, column: "Column") -> str:
        """The value of aria-sort."""
        if self.sort.removeprefix("-") != column.key:
            return "none"
        return "descending" if self.sort.startswith("-") else "ascending"

    @property
    def sortable(self) -> bool:
        return any(column.sort is not None for column in self.listing.columns)

    def sorts(self) -> Iterator[tuple[str, str]]:
        """Every way to sort, for the choice that phones show instead of headers."""
        for column in self.listing.columns:
            if column.sort is not None:
                yield column.key, _("{label}, tăng dần", label=column.label)
                yield f"-{column.key}", _("{label}, giảm dần", label=column.label)

    def cells(self, row: Any) -> Iterator[Cell]:
        """The row as it is shown."""
        for column, filled, blank in self._openings:
            raw = column.value(row)
            text = written(column.kind, raw)
            url = column.link(row) if column.link else None
            category = (raw or "") if column.kind == "category" else None
            yield Cell(filled if text else blank, text, url, category)

    @cached_property
    def _openings(self) -> list[tuple["Column", Markup, Markup]]:
        """For each column how a cell begins, with something in it and without."""
        tag = Markup('<td role="cell" class="kind-{}{}" data-label="{}">')
        return [
            (
                column,
                tag.format(column.kind, "", column.label),
                tag.format(column.kind, " is-blank", column.label),
            )
            for column in self.listing.columns
        ]

    def _address(self, **changes: str) -> str:
        kept = {
            state.filter.key: state.value for state in self.filters if state.is_chosen
        }
        if self.sort:
            kept["sort"] = self.sort
        return self._bare({**kept, **changes})

    def _bare(self, query: Mapping[str, str]) -> str:
        values: dict[str, Any] = {**(request.view_args or {}), **query}
        return url_for(request.endpoint or "", **values)


def written(kind: str, raw: Any) -> str | Markup:
    """A value as its kind is written for people."""
    if raw is None:
        return ""
    if isinstance(raw, Markup):
        return raw
    return _WRITTEN.get(kind, str)(raw)
