"""The little language in which packs write "who is poor": compare, and, or, not.

`income <= policy or (income <= minimum and deprivations >= deprivation_cut)` is parsed
once with Python's own grammar and a whitelist. It is never executed as Python: no
calls, attributes, arithmetic or text get through, so that an edited pack can be wrong
but not dangerous.
"""

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import eq, ge, gt, le, lt, ne

MAX_LENGTH = 300
_ALPHABET = re.compile(r"[A-Za-z0-9_<>=! ()\n]*")

_COMPARE: dict[type[ast.cmpop], Callable[[int, int], bool]] = {
    ast.LtE: le,
    ast.Lt: lt,
    ast.GtE: ge,
    ast.Gt: gt,
    ast.Eq: eq,
    ast.NotEq: ne,
}
_TRUTHS = {"true": True, "false": False}


class ConditionError(ValueError):
    """The text is not a condition; the message says which part."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed condition. `names` it reads, `numbers` it compares with."""

    text: str
    names: frozenset[str] = field(compare=False)
    numbers: frozenset[int] = field(compare=False)
    _tree: ast.expr = field(compare=False, repr=False)

    def holds(self, values: Mapping[str, int]) -> bool:
        """Evaluates with whole numbers. Raises KeyError for a name without a value."""
        return _truth(self._tree, values)


def parse_condition(text: str) -> Condition:
    """Raises ConditionError for anything but comparisons joined by and, or, not."""
    if len(text) > MAX_LENGTH:
        raise ConditionError(f"longer than {MAX_LENGTH} characters")
    if not _ALPHABET.fullmatch(text):
        raise ConditionError(f"a character that no condition needs: {text!r}")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ConditionError(f"not a condition: {text!r}") from error
    names: set[str] = set()
    numbers: set[int] = set()
    _check_truth(tree, names, numbers)
    return Condition(text.strip(), frozenset(names), frozenset(numbers), tree)


def _check_truth(node: ast.expr, names: set[str], numbers: set[int]) -> None:
    match node:
        case ast.BoolOp(values=parts):
            for part in parts:
                _check_truth(part, names, numbers)
        case ast.UnaryOp(op=ast.Not(), operand=part):
            _check_truth(part, names, numbers)
        case ast.Compare(left=left, ops=ops, comparators=rest):
            for operator in ops:
                if type(operator) not in _COMPARE:
                    raise ConditionError(f"no comparison: {type(operator).__name__}")
            for side in (left, *rest):
                _check_side(side, names, numbers)
        case ast.Name(id=name) if name in _TRUTHS:
            pass
        case _:
            raise ConditionError(f"neither a comparison nor true: {_shown(node)}")


def _check_side(node: ast.expr, names: set[str], numbers: set[int]) -> None:
    match node:
        case ast.Name(id=name) if name not in _TRUTHS:
            names.add(name)
        case ast.Constant(value=int(number)) if type(number) is int:
            numbers.add(number)
        case _:
            raise ConditionError(f"neither a name nor a whole number: {_shown(node)}")


def _truth(node: ast.expr, values: Mapping[str, int]) -> bool:
    match node:
        case ast.BoolOp(op=ast.And(), values=parts):
            return all(_truth(part, values) for part in parts)
        case ast.BoolOp(values=parts):
            return any(_truth(part, values) for part in parts)
        case ast.UnaryOp(operand=part):
            return not _truth(part, values)
        case ast.Compare(left=left, ops=ops, comparators=rest):
            sides = [_number(side, values) for side in (left, *rest)]
            pairs = zip(sides, ops, sides[1:], strict=False)
            return all(_COMPARE[type(op)](a, b) for a, op, b in pairs)
        case ast.Name(id=name):
            return _TRUTHS[name]
    raise AssertionError("only checked conditions are evaluated")


def _number(node: ast.expr, values: Mapping[str, int]) -> int:
    if isinstance(node, ast.Name):
        return values[node.id]
    if not isinstance(node, ast.Constant) or not isinstance(node.value, int):
        raise AssertionError("only checked conditions are evaluated")
    return node.value


def _shown(node: ast.expr) -> str:
    try:
        return ast.unparse(node)
    except (RecursionError, ValueError):
        return type(node).__name__
