"""The program as text: what the tests of this folder look at."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("server", "forms", "sync")


@dataclass(frozen=True)
class Module:
    """One file of the program. `name` is dotted: "server.inbox.actions"."""

    path: Path
    name: str
    text: str
    tree: ast.Module

    @property
    def place(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def kind(self) -> str:
        """The last word of the name: "actions"."""
        return self.name.rpartition(".")[2]

    def imports(self) -> Iterator[str]:
        """Dotted names this module imports, at any depth of nesting."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Every call with the name it is made by: "session.add"."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node


@cache
def program() -> tuple[Module, ...]:
    """Every module of the program, tests left out."""
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    return tuple(read(path) for path in [*sorted(files), ROOT / "manage.py"])


@cache
def tests() -> tuple[Module, ...]:
    """Every module of the tests."""
    return tuple(read(path) for path in sorted((ROOT / "tests").rglob("*.py")))


def read(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return Module(path, name.removesuffix(".__init__"), text, ast.parse(text))


def is_screen(module: Module) -> bool:
    """Whether it answers browsers, phones or a terminal, or serves what does: it knows
    the web. Asking the application for a setting is no such knowledge."""
    return in_web(module) or any(
        name.startswith(("flask", "server.web", "werkzeug", "click"))
        and name not in {"flask.current_app", "flask.Flask"}
        for name in module.imports()
    )


def in_web(module: Module) -> bool:
    """Whether it belongs to what all screens share."""
    return module.name == "server.web" or module.name.startswith("server.web.")


def used_by(module: Module) -> Iterator[Module]:
    """The modules of the program that it imports, directly."""
    by_name = {m.name: m for m in program()}
    for name in module.imports():
        found = by_name.get(name) or by_name.get(name.rpartition(".")[0])
        if found is not None:
            yield found
