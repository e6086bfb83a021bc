"""What an administrator can set, call or find is written down."""

import ast
import re
from collections.abc import Iterator

import click
import pytest
from flask import Flask

from server.__main__ import cli
from server.app import import_tables
from server.config import SETTINGS
from server.db import Base
from tests.architecture.source import ROOT, program

DOCS = ROOT / "docs"

pytestmark = pytest.mark.sqlite_only


def rows(document: str) -> dict[str, list[str]]:
    """The rows of the tables of a page, by what stands in code in their first cell."""
    text = (DOCS / document).read_text(encoding="utf-8")
    found = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split("|")]
        if match := re.fullmatch(r"`([^`]+)`", cells[0]):
            found[match[1]] = cells[1:]
    return found


def test_every_setting_is_documented_as_it_is() -> None:
    expected = {
        s.name: [f"`{s.default}`" if s.default else "", s.meaning] for s in SETTINGS
    }

    assert rows("settings.md") == expected


def commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{path}{name} ")
        else:
            yield f"{path}{name}", command


def test_every_command_is_documented_as_it_is(app: Flask) -> None:
    known = dict(commands(app.cli)) | dict(commands(cli))
    expected = {
        name: [" ".join((command.help or "").split("\n\n")[0].split())]
        for name, command in known.items()
    }

    assert rows("commands.md") == expected


def test_every_table_is_documented() -> None:
    import_tables()
    tables = {mapper.local_table.name: mapper for mapper in Base.registry.mappers}

    assert set(rows("tables.md")) == set(tables)
    assert all(cells[0] for cells in rows("tables.md").values())


def enqueued() -> set[str]:
    """Job kinds that the program leaves for later."""
    return {
        str(call.args[0].value)
        for module in program()
        for name, call in module.calls()
        if name.rpartition(".")[2] == "enqueue"
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


def test_every_kind_of_job_is_handled_and_documented() -> None:
    from server.pipeline import HANDLERS
    from sync.errands import ERRANDS

    known = {*HANDLERS, *ERRANDS}
    assert enqueued() <= known
    assert set(rows("jobs.md")) == known
    assert all(cells[0] for cells in rows("jobs.md").values())
