"""How long, and how named, the parts of the program are."""

import ast
from collections.abc import Iterator

from tests.architecture import source
from tests.architecture.source import ROOT, Module, program

DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager"}
DRAWERS |= {"managers", "core", "tools", "stuff", "services", "service", "models"}
LONGEST_MODULE = 300
LONGEST_FUNCTION = 50
# The words of the trade are spelled out.
ABBREVIATIONS = {"hh", "hhs", "rec", "recs", "usr", "addr", "mgr", "cfg"}
FOLDERS = {"server", "sync", "forms", "tests", "docs", "deploy", ".ci"}


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_a_module_fits_into_one_head() -> None:
    lengths = {m.place: len(m.text.splitlines()) for m in program()}

    assert {p: n for p, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_a_function_fits_on_one_screen() -> None:
    lengths = {
        f"{module.place}: {function.name}": (function.end_lineno or 0)
        - function.lineno
        + 1
        for module in program()
        for function in functions(module)
    }

    assert {p: n for p, n in lengths.items() if n > LONGEST_FUNCTION} == {}


def test_no_module_is_a_drawer() -> None:
    places = [module.place for module in (*program(), *source.tests())]
    places += [p.relative_to(ROOT).as_posix() for p in (ROOT / "server").rglob("*/")]

    drawers = [
        place for place in places if DRAWERS & set(place.removesuffix(".py").split("/"))
    ]

    assert drawers == []


def test_the_root_holds_nothing_but_the_known_folders() -> None:
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text().split()}

    found = {path.name for path in ROOT.iterdir() if path.is_dir()}

    assert found - ignored - {".git"} <= FOLDERS


def names(module: Module) -> set[str]:
    """What is defined or used under a name: functions, arguments, variables."""
    found = {node.id for node in ast.walk(module.tree) if isinstance(node, ast.Name)}
    for function in functions(module):
        found |= {function.name, *(a.arg for a in function.args.args)}
    return found


def test_names_are_spelled_out() -> None:
    short = {
        f"{module.place}: {name}"
        for module in program()
        for name in names(module)
        if ABBREVIATIONS & set(name.split("_"))
    }

    assert short == set()


def test_a_module_says_what_it_is_for() -> None:
    silent = [
        m.place for m in program() if m.tree.body and not ast.get_docstring(m.tree)
    ]

    assert silent == []


def test_every_panel_is_on_its_page() -> None:
    """A panel counts from when its module is imported: the views have to do that."""
    panels = {
        (module.name, f"{module.name.rpartition('.')[0]}.views")
        for module in program()
        for function in functions(module)
        for mark in function.decorator_list
        if isinstance(mark, ast.Name) and mark.id in ("household_panel", "pair_panel")
    }
    imported = {module.name: set(module.imports()) for module in program()}

    assert len(panels) > 3
    assert {name for name, views in panels if name not in imported[views]} == set()
