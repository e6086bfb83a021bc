"""The household review as a phone has it: its XForm, its lists, and reading answers."""

import csv
import io
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from forms.compile import workbook
from forms.convert import to_xform
from forms.definition import FORMS, load
from tests.forms.answers import GROUP, WARD
from tests.forms.javarosa import fill

FORM = FORMS / "household_review"
ENTITIES = "{http://www.opendatakit.org/xforms/entities}"
NGA = "7f9d1e5c-2f0a-4f6e-9c5b-0d6d4f1a2b3c"


@cache
def xform() -> bytes:
    """The XForm of the household review, compiled from its text."""
    with tempfile.TemporaryDirectory() as folder:
        compiled = Path(folder) / "household_review.xlsx"
        compiled.write_bytes(workbook(load(FORM / "form.yaml")))
        return to_xform(compiled).xform


def listed(**changes: str) -> dict[str, str]:
    """One row of the offline household list: Mrs Nga, unless changed."""
    return {
        "name": NGA,
        "label": "Nguyễn Thị Nga - số 5 ngõ 9 Khâm Thiên",
        "__version": "3",
        "code": "HG-000-017",
        "head_name": "Nguyễn Thị Nga",
        "ward": WARD,
        "group": GROUP,
        "address": "số 5 ngõ 9 Khâm Thiên",
        "search": "nguyen thi nga so 5 ngo 9 kham thien",
        "given_name_folded": "nga",
        "last_status": "Hộ nghèo",
        "last_review": "2025-11-12",
        "member_count": "4",
    } | changes


def media(*households: Mapping[str, str]) -> dict[str, bytes]:
    """The three lists of the form; the household list may be empty."""
    header = (FORM / "media/households.csv").read_text(encoding="utf-8").strip()
    return {
        "wards.csv": f"name,label\n{WARD},Phường Khâm Thiên\n00202,Láng\n".encode(),
        "groups.csv": (
            "name,label,ward\n"
            f"{GROUP},Tổ 7,{WARD}\n{WARD}-08,Tổ 8,{WARD}\n00202-01,Tổ 1,00202\n"
        ).encode(),
        "households.csv": _csv(header.split(","), households),
    }


def _csv(columns: list[str], rows: tuple[Mapping[str, str], ...]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


class Sent:
    """A sent instance, to be asked for its answers by path."""

    def __init__(self, xml: bytes) -> None:
        self.root = etree.fromstring(xml)

    def __getitem__(self, path: str) -> str:
        """The text at a path below the root; rows of repeats are numbered from 1."""
        node = self.root.find("." + path)
        assert node is not None, f"{path} was not sent"
        return node.text or ""

    def __contains__(self, path: str) -> bool:
        return self.root.find("." + path) is not None

    @property
    def entity(self) -> dict[str, str]:
        """The attributes of the entity, and its label."""
        node = self.root.find("./meta/entity")
        assert node is not None
        return {**dict(node.attrib), "label": node.findtext("label") or ""}


def send(answers: Mapping[str, Any], *households: Mapping[str, str]) -> Sent:
    """Fills in the household review against a list and gives back what is sent."""
    return Sent(fill(xform(), media(*households), answers))
