"""A form as rows: what YAML, Excel and pyxform all agree a form is.

A form folder holds `form.yaml`: one list of rows per XLSForm sheet, each row a
mapping whose keys are XLSForm column names. Two words are ours. `include:` splices the
rows of a file in `forms/shared/`; as a mapping (`include: {rows: fold.yaml, name: x}`)
its further keys replace `<name>` in the included rows. `choices_from:` makes choice
rows of a data file of the server, so that phone and register cannot disagree.

The column `record` is not XLSForm either (pyxform ignores it): it documents where an
answer goes in the survey record, `-` when it is the phone's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from server.domain.data_files import TextLoader

Row = dict[str, str]
Sheets = dict[str, list[Row]]

FORMS = Path(__file__).parent
REPOSITORY = FORMS.parent
SHEET_NAMES = ("survey", "choices", "entities", "settings")
VIETNAMESE = "Tiếng Việt (vi)"
ENGLISH = "English (en)"
LANGUAGES = (VIETNAMESE, ENGLISH)


class FormError(Exception):
    """A form definition that cannot be read; the message names the file and the row."""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a sheet as written, and the rows it stands for."""

    written: dict[str, Any]
    rows: tuple[Row, ...]

    @property
    def is_ours(self) -> bool:
        """Whether this is one of our two words rather than a plain XLSForm row."""
        return "include" in self.written or "choices_from" in self.written


def read_yaml(path: Path) -> Any:
    """Reads YAML with every scalar as text: `no` and `001` stay what they are."""
    with path.open(encoding="utf-8") as stream:
        return yaml.load(stream, Loader=TextLoader)


def load_items(path: Path, root: Path = REPOSITORY) -> dict[str, list[Item]]:
    """The sheets of a form.yaml as written, each entry with its rows.

    Raises `FormError` for an unknown sheet or an entry that is not a row.
    """
    content = read_yaml(path)
    if not isinstance(content, dict) or not set(content) <= set(SHEET_NAMES):
        raise FormError(f"{path.name}: the sheets are {', '.join(SHEET_NAMES)}")
    return {
        sheet: [Item(entry, tuple(_expand(entry, root))) for entry in content[sheet]]
        for sheet in SHEET_NAMES
        if sheet in content
    }


def load(path: Path, root: Path = REPOSITORY) -> Sheets:
    """The sheets of a form.yaml with everything spliced in."""
    return {
        sheet: [row for item in items for row in item.rows]
        for sheet, items in load_items(path, root).items()
    }


def columns(rows: list[Row]) -> list[str]:
    """Every column used by the rows, in the order of first use."""
    return list(dict.fromkeys(column for row in rows for column in row))


def _expand(entry: Any, root: Path) -> Iterator[Row]:
    if not isinstance(entry, dict):
        raise FormError(f"not a row: {entry!r}")
    if "include" in entry:
        yield from _included(entry["include"], root)
    elif "choices_from" in entry:
        yield from _choices_from(entry, root)
    elif all(isinstance(value, str) for value in entry.values()):
        yield dict(entry)
    else:
        raise FormError(f"a row holds only text: {entry!r}")


def _included(include: Any, root: Path) -> Iterator[Row]:
    words = {"rows": include} if isinstance(include, str) else dict(include)
    path = root / "forms" / "shared" / words.pop("rows")
    if not path.is_file():
        raise FormError(f"include: there is no shared file {path.name}")
    for entry in read_yaml(path):
        for row in _expand(entry, root):
            yield {column: _fill(value, words) for column, value in row.items()}


def _fill(value: str, words: dict[str, str]) -> str:
    for word, replacement in words.items():
        value = value.replace(f"<{word}>", replacement)
    return value


def _choices_from(entry: dict[str, str], root: Path) -> Iterator[Row]:
    path = root / entry["choices_from"]
    if not path.is_file():
        raise FormError(f"choices_from: there is no data file {entry['choices_from']}")
    for choice in read_yaml(path):
        yield {
            "list_name": entry["list_name"],
            "name": choice["code"],
            f"label::{VIETNAMESE}": choice.get("vi") or choice["name_vi"],
            f"label::{ENGLISH}": choice.get("en") or choice["name_en"],
        }
