"""Posting as ODK Collect does, byte by byte, and as it never should."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

from flask import Flask

from server.accounts.actions import add_user
from server.accounts.phones import add_phone
from server.accounts.tables import Phone
from server.areas.tables import Area
from server.domain.actor import SYSTEM
from server.openrosa.actions import release
from server.openrosa.form_library import ConvertedForm, converted, workbooks
from tests.browsing import Browser
from tests.domain.survey.submissions import as_xml, review
from tests.factories import make_area

BOUNDARY = "----------------------rasoat"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
XML_PART = "xml_submission_file"


def part(name: str, content: bytes, file_name: str = "", kind: str = "") -> bytes:
    """One part of an upload; Collect gives files their name twice."""
    head = f'Content-Disposition: form-data; name="{name}"'
    head += f'; filename="{file_name}"' if file_name else ""
    head += f"\r\nContent-Type: {kind}" if kind else ""
    return f"{head}\r\n\r\n".encode() + content


def photo(
    name: str, content: bytes = b"\xff\xd8photo", kind: str = "image/jpeg"
) -> bytes:
    return part(name, content, name, kind)


def body(*parts: bytes) -> bytes:
    """The parts as one upload."""
    start = f"--{BOUNDARY}\r\n".encode()
    return b"".join(start + p + b"\r\n" for p in parts) + f"--{BOUNDARY}--\r\n".encode()


def instance(**changes: Any) -> bytes:
    """A filled-in household review, some of its answers changed."""
    return ET.tostring(
        as_xml(review(**changes)), encoding="utf-8", xml_declaration=True
    )


def upload(xml: bytes, *files: bytes) -> bytes:
    """An instance with its files."""
    return body(part(XML_PART, xml, "review.xml", "text/xml"), *files)


def release_real_form() -> None:
    """Give it to phones, as a start of the server does."""
    form, sha256 = real_form()
    release(by=SYSTEM, form=form, workbook_sha256=sha256)


@cache
def real_form() -> tuple[ConvertedForm, str]:
    """The form that is handed out, converted once."""
    path, sha256 = next(p for p in workbooks() if "household_review" in p[0].name)
    return converted(path), sha256


@dataclass
class Door:
    """A phone of an enumerator in Khâm Thiên, and the form it has."""

    app: Flask
    phone: Phone
    token: str

    def post(self, content: bytes, kind: str = MULTIPART, **more: Any) -> Any:
        """What the server answers to an upload."""
        browser: Browser = self.app.test_client()
        device = more.pop("device", "collect:1")
        return browser.post(
            f"/key/{more.pop('token', self.token)}/submission?deviceID={device}",
            data=content,
            content_type=kind,
            **more,
        )


def open_door(app: Flask, *also: Area) -> Door:
    """Release the form, and give a phone to somebody of Khâm Thiên and `also`."""
    release_real_form()
    ward = make_area(code="00229", name="Phường Khâm Thiên")
    user, _link = add_user(
        by=SYSTEM,
        login="ngoc",
        name="Phạm Ngọc",
        role="enumerator",
        area_ids=[area.id for area in (ward, *also)],
    )
    phone = add_phone(by=SYSTEM, user_id=user.id, name="Máy của Ngọc")
    return Door(app, phone, phone.secrets["token"])
