"""Pages cut by key: the rows after this one, or before it, in a total order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, literal_column, tuple_

from server.db import db

Keys = tuple[Any, ...]


@dataclass(frozen=True)
class Order:
    """A sort key and its direction, made total by the identity.

    `sort` is how the address says it: "head", "-received", or "" for the identity alone.
    """

    sort: str
    keys: Keys
    is_descending: bool

    @classmethod
    def chosen(
        cls, sortable: Mapping[str, Any], identity: Any, *wishes: str
    ) -> "Order":
        """The first of `wishes` that can be met; the order of identities otherwise."""
        for sort in wishes:
            expression = sortable.get(sort.removeprefix("-"))
            if expression is not None:
                keys = (_by_code_points(expression), identity)
                return cls(sort, keys, sort.startswith("-"))
        return cls("", (identity,), is_descending=False)

    def applied(
        self, statement: Select[Any], *, backwards: bool = False
    ) -> Select[Any]:
        """`statement` in this order, or in its reverse."""
        is_descending = self.is_descending != backwards
        ends = [key.desc() if is_descending else key.asc() for key in self.keys]
        return statement.order_by(None).order_by(*ends)

    def beyond(
        self, statement: Select[Any], start: Keys, *, backwards: bool
    ) -> Select[Any]:
        """Only what comes after the row whose keys are `start`, or before it."""
        here = tuple_(*self.keys)
        there = tuple_(*start, types=[key.type for key in self.keys])
        is_descending = self.is_descending != backwards
        return statement.where(here < there if is_descending else here > there)


@dataclass(frozen=True)
class Slice:
    """Consecutive rows, and the keys of the first and the last of them."""

    rows: tuple[Any, ...] = ()
    first: Keys = ()
    last: Keys = ()
    has_more: bool = False


def cut(
    statement: Select[Any],
    order: Order,
    size: int,
    start: Keys | None = None,
    *,
    backwards: bool = False,
) -> Slice:
    """At most `size` rows beyond `start`, always in the direction of `order`."""
    wanted = order.applied(statement, backwards=backwards)
    if start is not None:
        wanted = order.beyond(wanted, start, backwards=backwards)
    labelled = [key.label(f"sort_{place}") for place, key in enumerate(order.keys)]
    found = db.session.execute(wanted.add_columns(*labelled).limit(few(size + 1))).all()
    rows = found[:size][::-1] if backwards else found[:size]
    if not rows:
        return Slice()
    width = len(order.keys)
    return Slice(
        rows=tuple(handed(row, len(row) - width) for row in rows),
        first=tuple(rows[0])[-width:],
        last=tuple(rows[-1])[-width:],
        has_more=len(found) > size,
    )


def few(count: int) -> ColumnElement[int]:
    """A limit as part of the statement. PostgreSQL plans a statement whose limit it does
    not know anew each time, because it might be asked for everything."""
    return literal_column(str(int(count)), Integer)


def handed(row: Any, width: int) -> Any:
    """A row of a single entity is that entity; any other stays a row."""
    return row[0] if width == 1 else row


def _by_code_points(expression: Any) -> Any:
    """Sort keys are made for comparing code by code; PostgreSQL would sort text by the
    rules of the server's language, unless the column itself says otherwise."""
    dialect = db.engine.dialect
    if dialect.name != "postgresql" or not isinstance(expression.type, String):
        return expression
    kept_as = expression.type.dialect_impl(dialect)
    has_own = getattr(kept_as, "collation", None)
    return expression if has_own else expression.collate("C")
