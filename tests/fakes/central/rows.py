"""Rows of OData out of submissions: main table, tables of repeats, `$expand`, `$select`."""

import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from lxml import etree

from tests.fakes.central.documents import children, value_of
from tests.fakes.central.wire import CentralProblem
from tests.fakes.central.xforms import Field

Row = dict[str, Any]


class Shape:
    """How the fields of a form become columns."""

    def __init__(self, fields: list[Field], *, is_wkt: bool = False) -> None:
        self.fields = fields
        self.is_wkt = is_wkt
        self._below: dict[str, list[Field]] = {}
        for field in fields:
            self._below.setdefault(field.parent, []).append(field)

    def tables(self) -> list[str]:
        """ "Submissions", "Submissions.members", "Submissions.members.benefits"."""
        return [
            "Submissions",
            *(self.table(f) for f in self.fields if f.kind == "repeat"),
        ]

    def table(self, repeat: Field) -> str:
        repeats = [f for f in self.fields if f.kind == "repeat"]
        names = [
            f.name
            for f in repeats
            if repeat.path == f.path or repeat.path.startswith(f"{f.path}/")
        ]
        return ".".join(["Submissions", *names])

    def main(self, root: Any, row_id: str, system: Row, *, expand: bool) -> Row:
        here = f"Submissions({_quoted(row_id)})"
        row, links = self._columns(root, "", row_id, here, expand=expand)
        return row | {"__id": row_id, "__system": system} | links

    def repeats(self, root: Any, row_id: str, table: str) -> Iterator[Row]:
        """The rows of one table of repeats that one submission has."""
        here = f"Submissions({_quoted(row_id)})"
        yield from self._repeats(root, "", row_id, "Submissions", here, table)

    def _repeats(
        self, node: Any, path: str, parent: str, owner: str, here: str, table: str
    ) -> Iterator[Row]:
        for field in self._below.get(path, []):
            if field.kind == "structure":
                inner = next(iter(children(node, field.name)), None)
                yield from self._repeats(inner, field.path, parent, owner, here, table)
            leads_there = f"{table}.".startswith(f"{owner}.{field.name}.")
            if field.kind != "repeat" or not leads_there:
                continue
            for index, member in enumerate(children(node, field.name)):
                key = _key(parent, field.name, index)
                link = f"{here}/{field.name}({_quoted(key)})"
                name = f"{owner}.{field.name}"
                if name == table:
                    row, links = self._columns(
                        member, field.path, key, link, expand=False
                    )
                    back = f"__{owner.replace('.', '-')}-id"
                    yield row | {"__id": key, back: parent} | links
                else:
                    yield from self._repeats(member, field.path, key, name, link, table)

    def _columns(
        self, node: Any, path: str, key: str, here: str, *, expand: bool
    ) -> tuple[Row, Row]:
        """Columns of a group, and the links of its repeats, which come last."""
        row: Row = {}
        links: Row = {}
        for field in self._below.get(path, []):
            found = children(node, field.name)
            if field.kind == "repeat":
                if found:
                    links[f"{field.name}@odata.navigationLink"] = f"{here}/{field.name}"
                    if expand:
                        links[field.name] = [
                            self._expanded(one, field, _key(key, field.name, i), here)
                            for i, one in enumerate(found)
                        ]
            elif field.kind == "structure":
                first = found[0] if found else None
                group, inner = self._columns(
                    first, field.path, key, here, expand=expand
                )
                row[field.name] = group | inner
            else:
                text = found[0].text if found else None
                row[field.name] = value_of(text, field.kind, is_wkt=self.is_wkt)
        return row, links

    def _expanded(self, node: etree._Element, field: Field, key: str, here: str) -> Row:
        link = f"{here}/{field.name}({_quoted(key)})"
        row, links = self._columns(node, field.path, key, link, expand=True)
        return row | {"__id": key} | links

    def check_select(self, names: list[str]) -> None:
        kinds = {field.path.strip("/"): field for field in self.fields}
        for name in names:
            if name.split("/")[0] in {"__id", "__system"}:
                continue
            if name not in kinds:
                raise CentralProblem(
                    "400.23",
                    f"Could not find a property named '{name}'",
                    {"property": name},
                )
            if any(
                f.kind == "repeat" and name.startswith(f"{path}/")
                for path, f in kinds.items()
            ):
                raise CentralProblem(
                    "400.24",
                    f"The given OData select property '{name}' uses features not "
                    "supported by this server.",
                    {"property": name},
                )


def selected(row: Row, names: list[str]) -> Row:
    """The columns that were asked for, in the order of the row."""
    kept: Row = {}
    for column, value in row.items():
        name = column.partition("@")[0]
        if name in names:
            kept[column] = value
            continue
        inner = [n.partition("/")[2] for n in names if n.startswith(f"{name}/")]
        if inner and isinstance(value, dict):
            kept[column] = selected(value, inner)
    return kept


def _key(parent: str, name: str, index: int) -> str:
    # Positional, as in Central: who comes first after an edit inherits the key.
    text = f"{parent}/{name}[{index}]".encode()
    return hashlib.sha1(text, usedforsecurity=False).hexdigest()


def _quoted(text: str) -> str:
    return f"'{quote(text, safe='')}'"
