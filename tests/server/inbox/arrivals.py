"""Submissions that arrive, for the tests of the inbox and of what follows."""

from typing import Any
from xml.etree import ElementTree as ET

from server.domain.actor import Actor
from server.inbox import actions
from server.inbox.actions import Receipt
from tests.domain.survey.submissions import INSTANCE_ID, as_xml, review

# An id no test reaches: PostgreSQL goes on counting from one test to the next.
PHONE = Actor("phone", 999_999, "Điện thoại của Ngọc")
STAFF = Actor("user", 3, "Trần Thị Lan")
FORM = {"form_id": "household_review", "form_version": "2026112501"}


def xml(**changes: Any) -> bytes:
    """The bytes of a full review, some of its answers changed as in `review`."""
    return ET.tostring(as_xml(review(**changes)), encoding="utf-8")


def receive(payload: bytes | None = None, **given: Any) -> Receipt:
    """Hand in a full review as a phone does, unless told otherwise."""
    values: dict[str, Any] = {
        "by": PHONE,
        "source": "openrosa",
        **FORM,
        "instance_id": INSTANCE_ID,
        "deprecated_id": None,
        "payload": xml() if payload is None else payload,
        "payload_kind": "xml",
        "expected_files": ["nha.jpg"],
        "files": [],
        **given,
    }
    return actions.receive(**values)
