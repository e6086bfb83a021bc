"""`$filter` and `$orderby` as Central understands them, with its refusals.

The reader stops where the longest expression that makes sense ends: there Central says
"Unexpected character at 4".
"""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.fakes.central.wire import CentralProblem, crashed, wrong_type

SUBMISSION_FIELDS = {
    "__id": "text",
    "__system/submissionDate": "time",
    "__system/updatedAt": "time",
    "__system/submitterId": "integer",
    "__system/reviewState": "text",
    "__system/deletedAt": "time",
}
ENTITY_FIELDS = {
    "__id": "uuid",
    "__system/createdAt": "time",
    "__system/updatedAt": "time",
    "__system/deletedAt": "time",
    "__system/creatorId": "integer",
    "__system/conflict": "text",
}
PARTS = ("year", "month", "day", "hour", "minute", "second")
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
SUMS = {"add": "Add", "sub": "Sub", "mul": "Mul", "div": "Div", "mod": "Mod"}
_TOKENS = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)"
    r"|(?P<number>-?\d+(\.\d+)?)|(?P<text>'(?:[\x20-\x26\x28-\x7e]|'')*')"
    r"|(?P<call>[a-z]+)\(|(?P<name>\$?[A-Za-z_][\w\-]*(?:/[A-Za-z_][\w\-]*)*)"
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
Row = dict[str, Any]


class _Stuck(Exception):
    pass


@dataclass(frozen=True)
class Node:
    """A piece of an expression: what it is, where it stood, its parts."""

    kind: str
    at: int
    text: str
    parts: tuple[Any, ...] = ()


class Filter:
    """A checked `$filter`. `mentions_deleted` switches "not deleted" off."""

    def __init__(self, text: str, fields: dict[str, str], root: str = "") -> None:
        self._fields = fields
        self._root = root
        self._text = text
        self.mentions_deleted = False
        node, end = self._any(0)
        if text[end:].strip():
            raise CentralProblem(
                "400.18",
                "The OData filter expression you provided could not be parsed: "
                f"Unexpected character at {end}",
                {"reason": f"Unexpected character at {end}"},
            )
        self._check(node)
        self._node = node

    def matches(self, row: Row) -> bool:
        return self._value(self._node, row) is True

    # Reading: each step gives a node and where it ended.

    def _any(self, at: int) -> tuple[Node, int]:
        return self._joined("or", self._all, at)

    def _all(self, at: int) -> tuple[Node, int]:
        return self._joined("and", self._compared, at)

    def _joined(
        self, word: str, inner: Callable[[int], tuple[Node, int]], at: int
    ) -> tuple[Node, int]:
        node, end = inner(at)
        while step := re.compile(rf"\s+{word}\s+").match(self._text, end):
            try:
                right, after = inner(step.end())
            except _Stuck:
                break
            node = Node(word, at, self._text[at:after], (node, right))
            end = after
        return node, end

    def _compared(self, at: int) -> tuple[Node, int]:
        left, end = self._summed(at)
        step = re.compile(r"\s+(eq|ne|lt|le|gt|ge)\s+").match(self._text, end)
        if step:
            try:
                right, after = self._summed(step.end())
            except _Stuck:
                return left, end
            text = self._text[at:after]
            return Node(step.group(1), at, text, (left, right)), after
        return left, end

    def _summed(self, at: int) -> tuple[Node, int]:
        left, end = self._single(at)
        step = re.compile(r"\s+(add|sub|mul|div|mod)\s+").match(self._text, end)
        if not step:
            return left, end
        right, after = self._single(step.end())
        kind = f"{SUMS[step.group(1)]}Expression"
        return Node(kind, at, self._text[at:after], (left, right)), after

    def _single(self, at: int) -> tuple[Node, int]:
        if opened := re.compile(r"not\s+|not(?=\()").match(self._text, at):
            inner, end = self._single(opened.end())
            return Node("not", at, self._text[at:end], (inner,)), end
        if self._text.startswith("(", at):
            inner, end = self._any(at + 1)
            if not self._text.startswith(")", end):
                raise _Stuck
            return inner, end + 1
        found = _TOKENS.match(self._text, at)
        if not found:
            if at == 0:
                return Node("nothing", 0, ""), 0
            raise _Stuck
        if found.lastgroup == "call" or found.group("call"):
            return self._call(found.group("call"), at, found.end())
        text = found.group(0)
        kinds = [k for k in ("time", "number", "text") if found.group(k)]
        kind = kinds[0] if kinds else "null" if text == "null" else "name"
        return Node(kind, at, text), found.end()

    def _call(self, name: str, at: int, end: int) -> tuple[Node, int]:
        arguments: list[Node] = []
        while not self._text.startswith(")", end):
            node, end = self._any(end)
            arguments.append(node)
            if self._text.startswith(",", end):
                end += 1
            elif not self._text.startswith(")", end):
                raise _Stuck
        return Node("call", at, self._text[at : end + 1], (name, *arguments)), end + 1

    # Refusing what Central does not support.

    def _check(self, node: Node) -> None:
        if node.kind == "call" and node.parts[0] == "now":
            if not self.mentions_deleted:
                raise crashed()
            return
        unsupported = node.kind.endswith("Expression") or (
            node.kind == "call" and node.parts[0] not in PARTS
        )
        if unsupported:
            kind = "MethodCallExpression" if node.kind == "call" else node.kind
            raise CentralProblem(
                "501.4",
                "The given OData filter expression uses features not supported by "
                f'this server: {kind} at {node.at} ("{node.text}")',
                {"at": node.at, "type": kind, "text": node.text},
            )
        if node.kind == "name":
            self._field(node)
        for part in node.parts:
            if isinstance(part, Node):
                self._check(part)
        if node.kind in {"eq", "ne", *COMPARE}:
            self._check_types(node)

    def _field(self, node: Node) -> str:
        name = node.text
        if self._root:
            name = name.removeprefix(self._root) if name.startswith(self._root) else "-"
        if name not in self._fields:
            raise CentralProblem(
                "501.5",
                "The given OData filter expression references fields not supported "
                f"by this server: {node.text} at {node.at}",
                {"at": node.at, "text": node.text},
            )
        self.mentions_deleted |= name == "__system/deletedAt"
        return name

    def _check_types(self, node: Node) -> None:
        for one, other in (node.parts, node.parts[::-1]):
            if one.kind != "name" or other.kind != "text":
                continue
            kind = self._fields[self._field(one)]
            given = other.text[1:-1]
            if kind == "integer" and not re.fullmatch(r"-?\d+", given):
                raise wrong_type(given, "type integer")
            if kind == "uuid" and not _UUID.fullmatch(given):
                raise wrong_type(given, "type uuid")

    # Answering, with SQL's third truth value None.

    def _value(self, node: Node, row: Row) -> Any:
        if node.kind in {"and", "or"}:
            both = [self._value(part, row) for part in node.parts]
            decisive = node.kind == "or"
            if decisive in both:
                return decisive
            return None if None in both else not decisive
        if node.kind == "not":
            inner = self._value(node.parts[0], row)
            return None if inner is None else not inner
        if node.kind in {"eq", "ne", *COMPARE}:
            return self._compare(node, row)
        if node.kind == "call":
            if node.parts[0] == "now":
                return datetime.now(UTC)
            at = self._value(node.parts[1], row)
            return None if at is None else getattr(at, node.parts[0])
        if node.kind == "name":
            return field_value(row, self._field(node))
        return {
            "null": lambda: None,
            "number": lambda: float(node.text),
            "time": lambda: instant(node.text),
            "text": lambda: node.text[1:-1].replace("''", "'"),
        }[node.kind]()

    def _compare(self, node: Node, row: Row) -> bool | None:
        left, right = (self._value(part, row) for part in node.parts)
        if isinstance(left, datetime) and isinstance(right, str):
            right = instant(right)
        if isinstance(left, int) and isinstance(right, str):
            right = int(right)
        if node.kind == "eq":
            return bool(left == right)
        if node.kind == "ne":
            return bool(left != right)
        if left is None or right is None:
            return None
        return COMPARE[node.kind](left, right)


def instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def field_value(row: Row, name: str) -> Any:
    """A field of a row of facts: times are times there, not yet text."""
    value = row[name.rpartition("/")[2]]
    if isinstance(value, datetime):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    return value


def ordered(rows: list[Row], text: str, fields: dict[str, str]) -> list[Row]:
    """Rows by `$orderby`; without values last when ascending, as PostgreSQL does."""
    keys = [part.split() for part in text.split(",")]
    for name, *_ in keys:
        if name not in fields:
            raise CentralProblem(
                "501.5",
                "The given OData filter expression references fields not supported "
                f"by this server: {name}",
                {"text": name},
            )
    for name, *direction in reversed(keys):
        is_descending = direction[:1] == ["desc"]
        rows = sorted(
            rows,
            key=lambda row: _sortable(field_value(row, name)),
            reverse=is_descending,
        )
    return rows


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value is None, "" if value is None else value)
