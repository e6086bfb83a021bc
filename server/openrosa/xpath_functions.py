"""The XPath functions of ODK forms that plain XPath lacks, for `form_engine`.

Only what our forms use. A name of ODK that XPath also has (`position`, `concat`,
`number`) means what ODK says; https://docs.getodk.org/form-operators-functions/.
"""

import math
import re
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

NAMESPACE = "urn:odk-functions"
_EPOCH = date(1970, 1, 1)
_OPERAND = r"((?:f:[\w-]+\([^()]*\))|[\w/.]+)"
_COMPARISON = re.compile(rf"{_OPERAND}\s*(<=|>=|<|>)\s*{_OPERAND}")
_OUTSIDE_QUOTES = re.compile(r"""("[^"]*"|'[^']*')""")


def text(value: Any) -> str:
    """An XPath value as text: the first node's text, whole numbers without ".0"."""
    if isinstance(value, list):
        return text(value[0]) if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        return str(int(value)) if value == int(value) else repr(value)
    if hasattr(value, "tag"):
        return value.text or ""
    return str(value)


def number(value: Any) -> float:
    """An XPath value as a number, NaN when it is none."""
    if isinstance(value, bool | int | float):
        return float(value)
    try:
        return float(text(value))
    except ValueError:
        return float("nan")


def days(value: Any) -> float:
    """A date as days since 1970, NaN when it is none; a number stays as it is."""
    if isinstance(value, int | float):
        return float(value)
    try:
        return float((date.fromisoformat(text(value)[:10]) - _EPOCH).days)
    except ValueError:
        return float("nan")


def translated(expression: str, dates: frozenset[str] = frozenset()) -> str:
    """An ODK expression with the names of its functions moved into our namespace.

    Plain XPath compares text with `<` as numbers, and a date is none: where one side is
    of `dates` (paths, or "."), or `today()` or `date()`, both are compared as days.
    """
    parts = _OUTSIDE_QUOTES.split(expression)
    for index in range(0, len(parts), 2):
        for name in FUNCTIONS:
            parts[index] = re.sub(
                rf"(?<![\w:.-]){re.escape(name)}\(", f"f:{_local(name)}(", parts[index]
            )

    def as_days(found: re.Match[str]) -> str:
        left, operator, right = found.groups()
        if not any(
            s in dates or s.startswith(("f:today", "f:date")) for s in (left, right)
        ):
            return found.group()
        return f"f:days({left}) {operator} f:days({right})"

    return _COMPARISON.sub(as_days, "".join(parts))


def extensions(today: date) -> dict[tuple[str, str], Callable[..., Any]]:
    """The functions as lxml wants them; `today` is the phone's calendar."""
    found: dict[tuple[str, str], Callable[..., Any]] = {
        (NAMESPACE, _local(name)): function for name, function in FUNCTIONS.items()
    }
    found[NAMESPACE, "today"] = lambda _: float((today - _EPOCH).days)
    found[NAMESPACE, "days"] = lambda _, value: days(value)
    return found


def _local(name: str) -> str:
    return name.replace("jr:", "")


def _if(_: Any, condition: Any, then: Any, otherwise: Any) -> Any:
    is_true = bool(condition) if not isinstance(condition, str) else condition != ""
    chosen = then if is_true else otherwise
    return chosen if isinstance(chosen, bool | int | float) else text(chosen)


def _coalesce(_: Any, *values: Any) -> str:
    return next((found for value in values if (found := text(value))), "")


def _once(context: Any, value: Any) -> str:
    return context.context_node.text or text(value)


def _join(_: Any, separator: Any, *values: Any) -> str:
    listed = [node for each in values for node in _nodes(each)]
    return text(separator).join(text(each) for each in listed)


def _nodes(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _selected_at(_: Any, value: Any, index: float) -> str:
    words = text(value).split()
    return words[int(index)] if 0 <= int(index) < len(words) else ""


def _substr(_: Any, value: Any, start: float, end: Any = None) -> str:
    return text(value)[int(start) : None if end is None else int(end)]


def _format_date(_: Any, value: Any, pattern: Any) -> str:
    count = days(value)
    if math.isnan(count):
        return ""
    day = _EPOCH + timedelta(days=int(count))
    for code, shown in (
        ("%Y", f"{day.year:04}"),
        ("%m", f"{day.month:02}"),
        ("%n", str(day.month)),
        ("%d", f"{day.day:02}"),
        ("%e", str(day.day)),
    ):
        pattern = text(pattern).replace(code, shown)
    return str(pattern)


def _position(_: Any, nodes: list[Any]) -> float:
    node = nodes[0]
    return float(1 + sum(1 for _ in node.itersiblings(node.tag, preceding=True)))


def _instance(context: Any, name: Any) -> list[Any]:
    root = context.context_node.getroottree().getroot()
    return [
        each
        for each in root.iterfind("instances/instance")
        if each.get("id") == text(name)
    ]


def _whole(value: float) -> float:
    return value if math.isnan(value) else float(int(value))


def _min(_: Any, *values: Any) -> float:
    found = [number(each) for value in values for each in _nodes(value)]
    return min((each for each in found if not math.isnan(each)), default=float("nan"))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "if": _if,
    "coalesce": _coalesce,
    "once": _once,
    "uuid": lambda _: str(uuid.uuid4()),
    "join": _join,
    "concat": lambda _, *values: "".join(text(n) for v in values for n in _nodes(v)),
    "selected": lambda _, value, wanted: text(wanted) in text(value).split(),
    "selected-at": _selected_at,
    "count-selected": lambda _, value: float(len(text(value).split())),
    "regex": lambda _, value, rule: bool(re.fullmatch(text(rule), text(value))),
    "substr": _substr,
    "int": lambda _, value: _whole(number(value)),
    "number": lambda _, value: number(value),
    "date": lambda _, value: days(value),
    "format-date": _format_date,
    "position": _position,
    "instance": _instance,
    "min": _min,
    "jr:choice-name": lambda _, value, __: text(value),
    "today": lambda _: "",  # replaced for each phone by `extensions`
}
