"""What we ask of a form beyond what ODK's tools check.

Each rule is a generator of findings over the sheets; `RULES` is the list of them.
The reasons are losses on phones that no converter warns about: an untranslated label
shows as "-", one odd CSV header makes Collect drop a whole list, a page of twenty
questions is never finished.
"""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

from forms.definition import LANGUAGES, VIETNAMESE, Sheets
from forms.paths import fields as form_fields
from server.domain.survey import record

QUESTIONS_PER_PAGE = 8
TRANSLATED = ("label", "hint", "constraint_message", "required_message")
LISTS = ("csv-external",)  # a list that calculations look up, no question
SILENT = (
    "calculate",
    "start",
    "end",
    "deviceid",
    "username",
    "audit",
    "hidden",
    *LISTS,
)
CLOSING = ("end_group", "end_repeat")
RESERVED_PROPERTIES = ("name", "label")
FIELD_NAME = re.compile(r"[a-z][a-z0-9_]*")
CHOICE_NAME = re.compile(r"[A-Za-z0-9_]+")
VERSION = re.compile(r"20\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{2}")
PROPERTY_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a form: which rule, where, and what to do."""

    rule: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.where}: {self.message}"


def translations(sheets: Sheets, media: Path) -> Iterator[Finding]:
    """Every text people read exists in Vietnamese and in English."""
    rows = [row for row in sheets["survey"] if row["type"] not in CLOSING]
    for row in rows + sheets["choices"]:
        is_shown = row.get("type", "") not in SILENT
        for text in TRANSLATED:
            if text in row:
                yield Finding("translation", row["name"], f"{text} has no language")
            is_needed = text == "label" and is_shown
            said = [row.get(f"{text}::{language}", "") for language in LANGUAGES]
            for language, words in zip(LANGUAGES, said, strict=True):
                if (is_needed or any(said)) and words.strip() in ("", "-"):
                    message = f"{text} is missing in {language}"
                    yield Finding("translation", row["name"], message)


def settings(sheets: Sheets, media: Path) -> Iterator[Finding]:
    """Phones read the title, the version and the name of a form before a question."""
    row = sheets["settings"][0]
    for column in ("form_title", "form_id", "instance_name"):
        if not row.get(column):
            yield Finding("settings", column, "is missing")
    if row.get("style") != "pages":
        yield Finding("settings", "style", "is pages, for those who answer on the web")
    if row.get("default_language") != VIETNAMESE:
        yield Finding("settings", "default_language", f"is {VIETNAMESE}")
    if not VERSION.fullmatch(row.get("version", "")):
        yield Finding("settings", "version", "is a date and a counter: 2026112401")


def documentation(sheets: Sheets, media: Path) -> Iterator[Finding]:
    """Every field says in `record` where its answer goes, and that place exists."""
    for field in form_fields(sheets):
        target = field.row.get("record", "")
        if not target:
            message = "say in the column record where the answer goes, or -"
            yield Finding("documentation", field.path, message)
        elif target != "-" and not _exists(target):
            message = f"the survey record has no {target}"
            yield Finding("documentation", field.path, message)


def names(sheets: Sheets, media: Path) -> Iterator[Finding]:
    """Fields are lower snake case; choices are ASCII without spaces."""
    for row in sheets["survey"]:
        if "name" in row and not FIELD_NAME.fullmatch(row["name"]):
            yield Finding("name", row["name"], "a field is lower_snake_case")
    for row in sheets["choices"]:
        if not CHOICE_NAME.fullmatch(row["name"]):
            where = f"{row['list_name']}/{row['name']}"
            yield Finding("name", where, "a choice is ASCII letters, digits and _")


def page_length(sheets: Sheets, media: Path) -> Iterator[Finding]:
    """A page holds at most eight questions: what fits a thumb and a patience."""
    stack: list[tuple[str, bool]] = []
    questions: dict[str, int] = {}
    for row in sheets["survey"]:
        if row["type"] in ("begin_group", "begin_repeat"):
            stack.append((row["name"], "field-list" in row.get("appearance", "")))
        elif row["type"] in CLOSING:
            stack.pop()
        elif row["type"] not in (*SILENT, "note"):
            page = next((name for name, is_page in stack if is_page), None)
            if page:
                questions[page] = questions.get(page, 0) + 1
    for page, count in questions.items():
        if count > QUESTIONS_PER_PAGE:
            message = f"{count} questions on one page, at most {QUESTIONS_PER_PAGE}"
            yield Finding("page", page, message)


def photo_size(sheets: Sheets, media: Path) -> Iterator[Finding]:
    """Photos are made smaller on the phone, where the data plan is paid."""
    for row in sheets["survey"]:
        if row["type"] == "image" and "max-pixels=" not in row.get("parameters", ""):
            yield Finding("photo", row["name"], "parameters need max-pixels")


def entities(sheets: Sheets, media: Path) -> Iterator[Finding]:
    """The entity list is created and updated offline, with version 4 identifiers."""
    for row in sheets.get("entities", []):
        for column in ("label", "entity_id", "create_if", "update_if"):
            if not row.get(column):
                yield Finding("entity", row["list_name"], f"{column} is missing")
        if not _makes_random_ids(sheets, row.get("entity_id", "").strip("${}")):
            message = "entity_id must be coalesce(chosen, field with just once(uuid()))"
            yield Finding("entity", row["list_name"], message)


def properties(sheets: Sheets, media: Path) -> Iterator[Finding]:
    """Property names are columns of a database on the phone: plain and distinct."""
    seen: dict[str, str] = {}
    for row in sheets["survey"]:
        name = row.get("save_to")
        if name is None:
            continue
        if not PROPERTY_NAME.fullmatch(name) or name.startswith("__"):
            message = f"property {name} needs letters, digits and _, not __ in front"
            yield Finding("property", row["name"], message)
        if name.lower() in RESERVED_PROPERTIES:
            yield Finding("property", row["name"], f"property {name} is reserved")
        if seen.setdefault(name.lower(), row["name"]) != row["name"]:
            message = f"property {name} is also saved by {seen[name.lower()]}"
            yield Finding("property", row["name"], message)


def media_headers(sheets: Sheets, media: Path) -> Iterator[Finding]:
    """The CSV contracts beside the form parse on the phone and hold what it reads."""
    attached = {
        row["type"].partition(" ")[2]
        for row in sheets["survey"]
        if row["type"].startswith(("select_one_from_file", "select_multiple_from_file"))
    }
    for name in sorted(attached):
        path = media / name
        if not path.is_file():
            yield Finding("media", name, "write its header line in the media folder")
            continue
        header = path.read_text(encoding="utf-8").splitlines()[0]
        if ";" in header:
            message = "a ; in the header makes the phone split columns at ;"
            yield Finding("media", name, message)
        columns = next(csv.reader([header]))
        if len({column.lower() for column in columns}) < len(columns):
            yield Finding("media", name, "two columns have the same name")
        missing = {"name", "label", *_columns_read(sheets, name)} - set(columns)
        for column in sorted(missing):
            yield Finding("media", name, f"the form reads column {column}")


RULES: tuple[Callable[[Sheets, Path], Iterator[Finding]], ...] = (
    translations,
    settings,
    documentation,
    names,
    page_length,
    photo_size,
    entities,
    properties,
    media_headers,
)


def _makes_random_ids(sheets: Sheets, field: str) -> bool:
    """Whether a field is a chosen id or a random one kept apart from it.

    once() inside the field itself would keep an id that was chosen and given up.
    """
    formulas = {
        row["name"]: row.get("calculation", "")
        for row in sheets["survey"]
        if "name" in row
    }
    pattern = r"coalesce\(\$\{\w+\}, \$\{(\w+)\}\)"
    parts = re.fullmatch(pattern, formulas.get(field, ""))
    return parts is not None and formulas.get(parts[1]) == "once(uuid())"


def _columns_read(sheets: Sheets, file_name: str) -> set[str]:
    """The columns of an attached list that filters, formulas and entities use."""
    instance = file_name.removesuffix(".csv")
    lists = {row["list_name"] for row in sheets.get("entities", [])}
    read: set[str] = set()
    for row in sheets["survey"]:
        if row["type"].endswith(f" {file_name}"):
            read |= set(_bare_words(row.get("choice_filter", "")))
        formula = " ".join(row.get(key, "") for key in ("calculation", "relevant"))
        pattern = rf"instance\('{instance}'\)/root/item((?:\[[^\]]*\])*)/?(\w*)"
        for predicates, column in re.findall(pattern, formula):
            read |= {word for word in (column, *_bare_words(predicates)) if word}
        if instance in lists and "save_to" in row:
            read.add(row["save_to"])
    return read


def _bare_words(expression: str) -> list[str]:
    """The names in an XPath expression that are columns: no function, field or text."""
    plain = re.sub(r"\$\{\w+\}|'[^']*'", " ", expression)
    words = re.findall(r"[A-Za-z_]\w*(?!\w*\s*\()", plain)
    return [word for word in words if word not in ("and", "or", "not", "div", "mod")]


def _exists(target: str) -> bool:
    """Whether `Member.birth.year` or `phone_results[..]` is a place in the record."""
    head, *rest = re.sub(r"\[.*", "", target).split(".")
    roots = {"Member": record.Member, "entity": record.EntityClaim}
    if head in roots:
        return _has(roots[head], rest[0])
    if any(_has(kind, head) for kind in (record.SurveyRecord, record.Household)):
        inner = {
            "address": record.Address,
            "dwelling": record.Dwelling,
            "information": record.Information,
            "economy": record.Economy,
            "overrides": record.Override,
        }
        return not rest or _has(inner[head], rest[0])
    return False


def _has(kind: type, name: str) -> bool:
    return is_dataclass(kind) and any(field.name == name for field in fields(kind))
