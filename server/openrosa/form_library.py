"""The forms that lie in `forms/dist`, as phones need them.

An Excel file is converted with ODK's own converter when it is not known yet. Which media
files a form names is read from the XForm itself, so a form that needs a list we cannot
give is noticed before any phone has it.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lxml import etree

from server.domain.problems import Problem, Refused

DIST = Path(__file__).parents[2] / "forms" / "dist"
XFORMS = "{http://www.w3.org/2002/xforms}"
HTML = "{http://www.w3.org/1999/xhtml}"
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
        values = {"value": workbook.name, "reason": str(error)[:300]}
        raise Refused(Problem("form_not_convertible", "", values)) from error
    tree = _tree(xform)
    instance = tree.find(f"{HTML}head/{XFORMS}model/{XFORMS}instance/*")
    if instance is None:
        raise Refused(Problem("form_without_version", "", {"value": workbook.name}))
    form_id, version = instance.get("id", ""), instance.get("version", "")
    title = (tree.findtext(f"{HTML}head/{HTML}title") or "").strip()
    if not (form_id and version and title):
        raise Refused(Problem("form_without_version", "", {"value": workbook.name}))
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
