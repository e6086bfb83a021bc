"""The table of a form's fields: path, type, choices and place in the survey record."""

from collections.abc import Iterator
from dataclasses import dataclass

from forms.definition import VIETNAMESE, Row, Sheets

STRUCTURE = ("begin_group", "end_group", "begin_repeat", "end_repeat")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form: its path from the root, `[]` after a repeat, and its row."""

    path: str
    row: Row


def fields(sheets: Sheets) -> Iterator[Field]:
    """Every field of the survey sheet with its path, in the order of the form."""
    parents: list[str] = []
    for row in sheets["survey"]:
        match row["type"]:
            case "begin_group":
                parents.append(row["name"])
            case "begin_repeat":
                parents.append(row["name"] + "[]")
            case "end_group" | "end_repeat":
                parents.pop()
            case "csv-external":
                continue  # a list, no field
            case "audit":
                yield Field("/meta/audit", row)
            case _:
                yield Field("/" + "/".join([*parents, row["name"]]), row)


def table(sheets: Sheets) -> str:
    """The content of PATHS.md: one line per field, notes left out."""
    form_id = sheets["settings"][0]["form_id"]
    lines = [
        f"# Fields of {form_id}",
        "",
        "Made by `python -m forms build` from the form; do not edit. Paths are below",
        "the root element, `[]` marks a repeat. `record` is the place in",
        "`server.domain.survey.record`; `-` is not read. In every select the code",
        "`unknown` means None; in a multiple choice a lone `none` means an empty tuple",
        "and a missing answer None; `yes` and `no` are booleans; a calculate of an",
        "indicator is `1`, `0` or blank (unknown). What is not relevant is absent.",
        "",
        "| path | type | choices | record | question |",
        "|---|---|---|---|---|",
    ]
    every = list(fields(sheets))
    for field in (field for field in every if field.row["type"] != "note"):
        kind, _, list_name = field.row["type"].partition(" ")
        question = field.row.get(f"label::{VIETNAMESE}", "").split("\n")[0]
        lines.append(
            f"| `{field.path}` | {kind} | {_choices(sheets, list_name)} "
            f"| {field.row.get('record', '')} | {question} |"
        )
    notes = [field.path for field in every if field.row["type"] == "note"]
    lines += ["", "Notes, always empty: " + ", ".join(f"`{path}`" for path in notes)]
    return "\n".join(lines) + "\n"


def _choices(sheets: Sheets, list_name: str) -> str:
    if list_name.endswith(".csv"):
        return f"`{list_name}`"
    codes = [row["name"] for row in sheets["choices"] if row["list_name"] == list_name]
    if len(codes) > 15:
        return f"{codes[0]} .. {codes[-1]}"
    return " ".join(codes)
