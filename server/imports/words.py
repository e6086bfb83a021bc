"""The words of imports for their codes."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from server.domain.problems import Problem
from server.domain.register.converting import (
    CALENDARS,
    Reading,
    day_of_serial,
    is_serial,
)
from server.domain.register.old_letters import FONTS, fonts_of, read_as
from server.imports.tables import ImportProblem
from server.imports.telling import letters_of
from server.web.i18n import _, day, language

TONES = {
    "reading": "text-bg-light border",
    "analysing": "text-bg-light border",
    "refused": "text-bg-danger",
    "preview": "text-bg-warning",
    "importing": "text-bg-info",
    "settling": "text-bg-info",
    "done": "text-bg-success",
    "undoing": "text-bg-info",
    "undone": "text-bg-secondary",
}


def state_labels() -> dict[str, str]:
    """Where an import stands."""
    return {
        "reading": _("Đang đọc tệp"),
        "analysing": _("Đang xem từng hộ"),
        "refused": _("Không đọc được"),
        "preview": _("Chờ anh/chị xem, chưa nhập"),
        "importing": _("Đang nhập"),
        "settling": _("Đang ghép vào sổ"),
        "done": _("Đã nhập"),
        "undoing": _("Đang huỷ"),
        "undone": _("Đã huỷ"),
    }


def household_labels() -> dict[str, str]:
    """What becomes of a household of a list."""
    return {
        "ready": _("Sẽ nhập"),
        "aside": _("Để riêng, cần sửa"),
        "imported": _("Đã nhập"),
        "undone": _("Đã huỷ"),
    }


def layout_labels() -> dict[str, str]:
    """What a row of a list is."""
    return {"household": _("Một hộ"), "person": _("Một người")}


def known_labels() -> dict[str, str]:
    """Why the register may know a household."""
    return {
        "number": _("Trùng số giấy tờ với một người trong sổ"),
        "name": _("Trùng tên và năm sinh với một người trong sổ"),
    }


def mark_labels() -> dict[str, str]:
    """What a tick of a list says."""
    return {"yes": _("Có đánh dấu"), "no": _("Không")}


def status_labels() -> dict[str, str]:
    """Why what a list says was recognised was not entered."""
    return {
        "": "",
        "entered": _("Đã ghi vào lịch sử"),
        "import_status_incomplete": _("Thiếu số, ngày, ngày hiệu lực hoặc người ký của quyết định"),
        "import_status_no_standard": _("Không có chuẩn quốc gia nào vào ngày hiệu lực"),
        "import_status_household_gone": _("Hộ đã chuyển đi hoặc đã gộp"),
        "import_status_disputed": _("Danh sách ghi hộ này hai lần với hai kết quả khác nhau"),
    }  # fmt: skip


def place_label(problem: ImportProblem, one: Any) -> str:
    """Where a problem stands, as Excel says it: "D7 (Năm sinh)"."""
    if problem.place is None:
        return _("Dòng {row}", row=problem.row)
    cell = f"{letters_of(problem.place)}{problem.row}"
    heading = heading_of(one, problem.sheet, problem.place)
    return f"{cell} ({heading})" if heading else cell


def heading_of(one: Any, sheet: int, place: int) -> str:
    """What a column is called in the file."""
    texts = next((s["texts"] for s in one.sheets if s["number"] == sheet), [])
    return " ".join(str(texts[place]).split()) if place < len(texts) else ""


def sheet_name(one: Any, number: int) -> str:
    """What a sheet is called."""
    return next((str(s["name"]) for s in one.sheets if s["number"] == number), "")


def sentence_of(problem: ImportProblem) -> str:
    """What is wrong and what to do."""
    return Problem(problem.code, "", problem.values).sentence(language())


def letters_labels() -> dict[str, str]:
    """In which letters a column was typed."""
    return {
        "plain": _("Đúng như đang thấy"),
        "tcvn3": _("Phông TCVN3 (.VnTime, ABC)"),
        "vni": _("Phông VNI (VNI-Times)"),
    }


def days_labels() -> dict[str, str]:
    """What bare numbers in a column of days are."""
    return {
        "typed": _("Không phải ngày: giữ như đang ghi"),
        "1900": _("Số ngày của Excel (lịch 1900, thường gặp)"),
        "1904": _("Số ngày của Excel trên máy Mac cũ (lịch 1904)"),
    }


def read_in_ways(text: str) -> dict[str, str]:
    """A cell as it reads in each way that fits it."""
    if is_serial(text):
        return {each: day(day_of_serial(text, each)) for each in CALENDARS}
    return {font: read_as(font, text) for font in fonts_of(text) if font in FONTS}


def _as_written(typed: str, made: str) -> str:
    """A day as people write it; anything else as it is."""
    return day(date.fromisoformat(made)) if is_serial(typed) else made


def understood_text(cells: Sequence[str], reading: Reading) -> str:
    """What was typed and what it was taken for, of the cells of a row."""
    read, _asked = reading.read(cells)
    return "; ".join(
        f"{letters_of(place)}: {typed} → {_as_written(typed, made)}"
        for place, (typed, made) in enumerate(zip(cells, read, strict=True))
        if typed != made
    )
