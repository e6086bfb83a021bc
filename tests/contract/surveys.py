"""Surveys as phones send them, and what the server made of them."""

import uuid
from typing import Any
from xml.etree import ElementTree as ET

from sqlalchemy import func, select

from server.db import db
from server.inbox.tables import Submission, SubmissionFile
from server.jobs.worker import run_due
from server.pipeline import HANDLERS
from server.registry.tables import HouseholdRow
from tests.domain.survey.submissions import as_xml, person, review

GROUP = "00229-15"
PHOTO = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40


def new_id() -> str:
    return str(uuid.uuid4())


def survey(
    household_id: str,
    *,
    head: str = "Nguyễn Văn Bình",
    born: str = "1960",
    instance_id: str = "",
    replaces: str = "",
    is_update: bool = False,
    **changes: Any,
) -> bytes:
    """A full review of one household, without an identity number."""
    changes = {
        "household_id": household_id,
        "place__residential_group": GROUP,
        "household__contact__head_name": head,
        "household__roster__member": [person(head, "head", birth_year=born)],
        "entity_label": f"{head} - số 12A ngõ 9 phố Khâm Thiên",
        **changes,
    }
    root = as_xml(
        review(**changes),
        instance_id=instance_id or f"uuid:{new_id()}",
        deprecated_id=replaces,
        create="" if is_update else "1",
        update="1" if is_update else "",
    )
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def work() -> None:
    """Everything the server does in the background, done at once."""
    db.session.rollback()
    while run_due(HANDLERS):
        pass
    db.session.rollback()


def submissions() -> list[Submission]:
    db.session.rollback()
    return list(db.session.scalars(select(Submission).order_by(Submission.id)))


def files() -> list[SubmissionFile]:
    db.session.rollback()
    return list(db.session.scalars(select(SubmissionFile).order_by(SubmissionFile.id)))


def households() -> int:
    db.session.rollback()
    live = select(func.count()).where(HouseholdRow.state == "live")
    return db.session.scalar(live) or 0
