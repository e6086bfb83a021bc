"""The forms that lie in `forms/dist`, as phones need them.

An Excel file is converted with ODK's own converter when it is not known yet. Which media
files a form names is read from the XForm itself, so a form that needs a list we cannot
give is noticed before any phone has it.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from server.domain.poverty.pack import Pack
from server.domain.poverty.score_questions import choice_rows, survey_rows
from server.domain.problems import Problem, Refused

DIST = Path(__file__).parents[2] / "forms" / "dist"
XFORMS = "{http://www.w3.org/2002/xforms}"
HTML = "{http://www.w3.org/1999/xhtml}"
_BEFORE = "economy"  # the group behind which points are asked
_MEDIA = re.compile(rb"""["']jr://[a-z-]+/([^"'/]+)["']""")


@dataclass(frozen=True, slots=True)
class ConvertedForm:
    """An XForm with what the form list says of it."""

    form_id: str
    version: str
    title: str
    xform: bytes


def workbooks(folder: Path = DIST) -> Iterator[tuple[Path, str]]:
    """Every compiled form with the sha256 of its bytes."""
    for path in sorted(folder.glob("*.xlsx")):
        yield path, hashlib.sha256(path.read_bytes()).hexdigest()


def converted(workbook: Path) -> ConvertedForm:
    """The XForm of an Excel file. Raises `Refused` when it cannot be made or used."""
    # Half a second to load, and only a form that is not known yet needs it.
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    try:
        xform = convert(
            xlsform=workbook, validate=False, pretty_print=True, form_name="data"
        ).xform.encode()
    except PyXFormError as error:
        raise _refused(workbook.name, error) from error
    return _read(xform, workbook.name)


def asks_points(xform: bytes) -> bool:
    """Whether the form has the place where the items of score tables go."""
    return f"/{_BEFORE}/".encode() in xform


def mark_of(workbook_sha256: str, packs: Sequence[Pack]) -> str:
    """What a form with these tables is made of, as one hash; without any, that of the
    workbook."""
    if not packs:
        return workbook_sha256
    rows = [survey_rows(packs), choice_rows(packs)]
    said = json.dumps([workbook_sha256, *rows], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def with_tables(workbook: Path, packs: Sequence[Pack], version: str) -> ConvertedForm:
    """The same form under another version, with the items of score tables behind its
    questions about the economy."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import DefinitionData, get_xlsform
    from pyxform.xls2xform import convert

    try:
        read = get_xlsform(str(workbook))
        sheets = {name: getattr(read, name) for name in DefinitionData.__slots__}
        sheets["settings"] = [{**sheets["settings"][0], "version": version}]
        if packs:
            sheets["survey"] = put_in(sheets["survey"], survey_rows(packs))
            sheets["choices"] = [*sheets["choices"], *choice_rows(packs)]
        xform = convert(
            xlsform=sheets, validate=False, pretty_print=True, form_name="data"
        ).xform.encode()
    except PyXFormError as error:
        raise _refused(workbook.name, error) from error
    return _read(xform, workbook.name)


def put_in(survey: Sequence[dict[str, str]], rows: list[dict[str, str]]) -> list[Any]:
    """The rows of a form with further ones behind the group `economy`. A form that has
    no such group asks no points."""
    names = [row.get("name") if row["type"] == "begin_group" else "" for row in survey]
    if _BEFORE not in names:
        return list(survey)
    begun = names.index(_BEFORE)
    ends = (at for at in range(begun, len(survey)) if survey[at]["type"] == "end_group")
    end = next(ends) + 1
    return [*survey[:end], *rows, *survey[end:]]


def _refused(name: str, error: Exception) -> Refused:
    values = {"value": name, "reason": str(error)[:300]}
    return Refused(Problem("form_not_convertible", "", values))


def _read(xform: bytes, name: str) -> ConvertedForm:
    tree = _tree(xform)
    instance = tree.find(f"{HTML}head/{XFORMS}model/{XFORMS}instance/*")
    if instance is None:
        raise Refused(Problem("form_without_version", "", {"value": name}))
    form_id, version = instance.get("id", ""), instance.get("version", "")
    title = (tree.findtext(f"{HTML}head/{HTML}title") or "").strip()
    if not (form_id and version and title):
        raise Refused(Problem("form_without_version", "", {"value": name}))
    return ConvertedForm(form_id, version, title, xform)


@lru_cache(maxsize=64)
def media_names(xform: bytes) -> tuple[str, ...]:
    """The files a form reads from the phone's storage (jr:// addresses)."""
    names = {name.decode() for name in _MEDIA.findall(xform)}
    return tuple(sorted(names - {"last-saved"}))


def file_questions(xform: bytes) -> frozenset[str]:
    """The paths below the root whose answers are names of files, audit included."""
    binds = _tree(xform).iter(f"{XFORMS}bind")
    nodes = [b.get("nodeset", "") for b in binds if b.get("type") == "binary"]
    return frozenset("/" + node.split("/", 2)[2] for node in nodes if "/" in node[1:])


def _tree(xform: bytes) -> etree._Element:
    return etree.fromstring(xform, etree.XMLParser(resolve_entities=False))
