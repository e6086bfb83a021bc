"""Every problem can be told to a person, in both languages, with what to do next."""

import ast
import re
from collections import Counter
from string import Formatter

import pytest

from server.domain.problems import CATALOGUE, catalogue
from tests.architecture.source import program

TEXTS = {"vi", "next_vi", "en", "next_en"}


def used_codes() -> dict[str, str]:
    """Codes that the program names when it makes a `Problem`, with the place."""
    return {
        call.args[0].value: f"{module.place}:{call.lineno}"
        for module in program()
        for name, call in module.calls()
        if name.rpartition(".")[2] == "Problem"
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def blanks(text: str) -> set[str]:
    return {name.split("_")[0] for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_a_problem_is_told_in_both_languages(code: str) -> None:
    entry = catalogue()[code]

    assert set(entry) == TEXTS
    assert all(text.strip() for text in entry.values())
    assert blanks(entry["vi"] + entry["next_vi"]) == blanks(
        entry["en"] + entry["next_en"]
    )


def test_no_code_has_two_texts() -> None:
    """The second would silently take the place of the first."""
    codes = re.findall(r"^(\w+):", CATALOGUE.read_text(encoding="utf-8"), re.MULTILINE)

    assert [code for code, times in Counter(codes).items() if times > 1] == []


def test_every_code_that_is_used_is_in_the_catalogue() -> None:
    unknown = {c: place for c, place in used_codes().items() if c not in catalogue()}

    assert unknown == {}


def mentioned(tree: ast.Module) -> set[str]:
    """Texts of a module; an f-string counts by its beginning: "assessment_needs_"."""
    texts = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts.add(node.value)
    return texts


def test_every_code_of_the_catalogue_is_used() -> None:
    texts = {text for module in program() for text in mentioned(module.tree)}
    beginnings = tuple(text for text in texts if text.endswith("_") and len(text) > 8)

    unused = {
        code
        for code in catalogue()
        if code not in texts and not code.startswith(beginnings)
    }

    assert unused == set()
