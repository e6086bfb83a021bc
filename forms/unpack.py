"""An edited Excel workbook back to YAML, keeping our words where nothing changed."""

from pathlib import Path
from typing import Any

import yaml
from python_calamine import CalamineWorkbook

from forms.definition import SHEET_NAMES, Item, Row, Sheets, load_items


def read_workbook(path: Path) -> Sheets:
    """The rows of an .xlsx form; empty cells are absent, numbers become plain text."""
    book = CalamineWorkbook.from_path(str(path))
    sheets: Sheets = {}
    for name in (name for name in SHEET_NAMES if name in book.sheet_names):
        lines = book.get_sheet_by_name(name).to_python()
        headings = [_text(cell) for cell in lines[0]] if lines else []
        rows = [_row(headings, line) for line in lines[1:]]
        if filled := [row for row in rows if row]:
            sheets[name] = filled
    return sheets


def unpack(path: Path, original: Path | None = None) -> str:
    """The YAML of an edited workbook.

    With the `original` form.yaml, rows that still equal what an `include:` or
    `choices_from:` of it stands for become that word again; comments are not kept,
    because Excel has none.
    """
    written = load_items(original) if original else {}
    sheets = read_workbook(path)
    content: dict[str, list[dict[str, Any]]] = {
        name: _fold(sheets[name], written.get(name, []))
        for name in ("settings", "entities", "choices", "survey")
        if name in sheets
    }
    return yaml.dump(
        content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000
    )


def _fold(rows: list[Row], items: list[Item]) -> list[dict[str, Any]]:
    """Replaces every run of rows that an item of ours expands to by that item."""
    ours = sorted(
        (item for item in items if item.is_ours and item.rows),
        key=lambda item: -len(item.rows),
    )
    folded: list[dict[str, Any]] = []
    at = 0
    while at < len(rows):
        for item in ours:
            if rows[at : at + len(item.rows)] == [_kept(row) for row in item.rows]:
                folded.append(item.written)
                at += len(item.rows)
                break
        else:
            folded.append(dict(rows[at]))
            at += 1
    return folded


def _kept(row: Row) -> Row:
    return {column: value for column, value in row.items() if value != ""}


def _row(headings: list[str], line: list[Any]) -> Row:
    cells = zip(headings, (_text(cell) for cell in line), strict=False)
    return {column: value for column, value in cells if column and value != ""}


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\r\n", "\n")


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as a block, and rows in their own order."""


def _block(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _block)
