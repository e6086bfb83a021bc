"""Workbooks as people bring them, and an import played to its end."""

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
from sqlalchemy import update

from server import clock
from server.accounts.tables import User
from server.areas.actions import load_areas
from server.db import db, transaction
from server.domain.actor import SYSTEM, Actor
from server.imports import actions
from server.imports.reading import store
from server.imports.tables import RegisterImport
from server.inbox.file_store import ReceivedFile
from server.jobs.tables import Job
from server.jobs.worker import run_due
from server.pipeline import HANDLERS
from tests.factories import make_user

HEADINGS = (
    "Mã hộ", "Họ và tên", "Quan hệ với chủ hộ", "Giới tính", "Ngày sinh", "Số CCCD",
    "Dân tộc", "Phường", "Địa chỉ", "Ngày rà soát", "Phân loại hộ", "Số quyết định",
    "Ngày quyết định", "Công nhận từ ngày", "Người ký",
)  # fmt: skip
DOCUMENT = ("56/QĐ-UBND", "20/12/2019", "01/01/2020", "Nguyễn Văn Chủ Tịch")


def person(code: str, name: str, relation: str, born: str, **more: Any) -> list[Any]:
    """A row of a list with a row for each person."""
    return [
        code, name, relation, more.get("sex", "Nam"), born, more.get("number", ""),
        "Kinh", more.get("ward", "Kim Liên"), "12 ngõ 4 phố Lương Định Của",
        more.get("day", "15/12/2019"), more.get("category", ""),
        *more.get("document", ("", "", "", "")),
    ]  # fmt: skip


def family(place: int, **more: Any) -> list[list[Any]]:
    """Two people of one household."""
    code = f"H{place}"
    return [
        person(code, f"Nguyễn Văn Hộ {_letters(place)}", "Chủ hộ", "1950", **more),
        person(code, f"Trần Thị Vợ {_letters(place)}", "Vợ", "1952", sex="Nữ",
               ward=more.get("ward", "Kim Liên"), day=more.get("day", "15/12/2019")),
    ]  # fmt: skip


def _letters(number: int) -> str:
    return "".join(chr(65 + int(digit)) for digit in str(number))


def book(rows: Sequence[Sequence[Any]], headings: Sequence[Any] = HEADINGS) -> bytes:
    """A workbook of one sheet with a title above the heading."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Hộ nghèo"
    sheet.append(["DANH SÁCH HỘ NGHÈO, HỘ CẬN NGHÈO"])
    sheet.append([])
    sheet.append(list(headings))
    for row in rows:
        sheet.append(list(row))
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def someone(**given: Any) -> tuple[User, Actor]:
    """An administrator who brings lists; the areas are loaded."""
    load_areas(by=SYSTEM)
    user = make_user(**{"role": "admin", **given})
    return user, Actor("user", user.id, user.name)


def bring(by: Actor, content: bytes, name: str = "ho-ngheo.xlsx") -> RegisterImport:
    """Bring a file and have it read."""
    with store().incoming() as file:
        file.write(content)
        sha256, size = file.keep()
    one = actions.bring(by=by, file=ReceivedFile(name, sha256, size, ""))
    return worked(one.id)


def imported(by: Actor, content: bytes, **given: Any) -> RegisterImport:
    """Bring a file and import all of it."""
    one = bring(by, content)
    actions.start(by=by, import_id=one.id, **{"with_statuses": False, **given})
    return worked(one.id)


def worked(import_id: int) -> RegisterImport:
    """The import after all that is due was done."""
    run_due(HANDLERS)
    while _end_pauses():
        run_due(HANDLERS)
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(RegisterImport, import_id)


def _end_pauses() -> bool:
    """Let what waits for a later moment be due now."""
    with transaction() as session:
        waiting = update(Job).where(Job.state == "waiting", Job.run_at > clock.now())
        return bool(session.execute(waiting.values(run_at=clock.now())).rowcount)
