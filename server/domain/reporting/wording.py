"""What stands on the paper of a table besides its numbers, in both languages.

A signed report is always in Vietnamese, whoever asks for it, so the words cannot depend
on who reads the screen.
"""

from collections.abc import Iterator
from datetime import date

from server.domain.reporting.definition import Term, Words, catalogue
from server.domain.reporting.table import Check, Missing, Table

COMMITTEE = Words("UỶ BAN NHÂN DÂN", "PEOPLE'S COMMITTEE")
STATE = Words("CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIET NAM")
MOTTO = Words("Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness")
PREPARED = Words("NGƯỜI LẬP BIỂU", "PREPARED BY")
CHAIRMAN = Words("CHỦ TỊCH", "CHAIRMAN")
SIGN = Words("(Ký, ghi rõ họ tên)", "(Signature and full name)")
SEAL = Words("(Ký tên, đóng dấu)", "(Signature and seal)")
FORM = Words("Biểu số {number}", "Table {number}")
ORDER = Words("TT", "No.")
PLACE = Words("Địa bàn", "Area")
GROUP = Words("Nhóm", "Group")
TOTAL = Words("Tổng cộng", "Total")
NOT_KNOWN = "–"  # nobody can say
NOT_MEANT = "x"  # between two standards nothing has moved
PERIOD = Words("Từ ngày {start} đến ngày {end}", "From {start} to {end}")
DATED = Words("Ngày {day} tháng {month} năm {year}", "{day}/{month}/{year}")
STANDARD = Words("Chuẩn: {name}", "Standard: {name}")
UNVERIFIED = Words(
    "Chuẩn chưa được đối chiếu với văn bản gốc.",
    "The standard was not compared with the official text.",
)
CHANGED = Words(
    "Chuẩn nghèo thay đổi trong kỳ: không công bố là tăng, giảm thực tế.",
    "The standard changed within the period: not to be published as real movement.",
)
KNOWN = Words("Theo những gì đã biết đến {instant}.", "As known on {instant}.")
RECALLED = Words("chưa đối chiếu văn bản", "not compared with a document")
OVERLAP = Words(
    "Một hộ có thể thuộc nhiều dòng: các dòng cộng lại nhiều hơn số hộ {count} lượt.",
    "A household may stand in several rows: together they count {count} more.",
)
LOOK_BACK = Words(
    "Tái nghèo, tái cận nghèo: từng thuộc danh sách trong {years} năm trước kỳ;"
    " chưa tìm thấy văn bản quy định số năm này.",
    "Poor again: on a list within {years} years before the period; no document was"
    " found that says how many.",
)
_HOLDS = {
    "sum_of_rows": Words(
        "Kiểm tra: các dòng cộng lại bằng dòng tổng cộng.",
        "Check: the rows add up to the total.",
    ),
    "balance": Words(
        "Kiểm tra: đầu kỳ - giảm + tăng = cuối kỳ, khớp ở mọi dòng.",
        "Check: start - decrease + increase = end holds on every row.",
    ),
    "within_total": Words(
        "Kiểm tra: không dòng nào lớn hơn dòng tổng cộng.",
        "Check: no row is larger than the total.",
    ),
}
_BROKEN = Words(
    "Kiểm tra: KHÔNG khớp ({where}), không dùng bảng này.",
    "Check: does NOT hold ({where}); do not use this table.",
)
_MISSING_PLACES = Words(
    "Thiếu dữ kiện: chưa nhập “{name}” của {count} địa bàn, nên không tính được tỷ lệ.",
    "Missing: “{name}” was not entered for {count} areas, so no rate can be given.",
)
_MISSING_HOUSEHOLDS = Words(
    "Thiếu dữ kiện: {count} hộ chưa rõ “{name}”, không được tính vào cột này.",
    "Missing: of {count} households “{name}” is not known; they are not in the column.",
)
_MISSING_LAW = Words("Thiếu dữ kiện: {name}.", "Missing: {name}.")


def said(words: Words, language: str, **values: object) -> str:
    """The sentence with its blanks filled."""
    return words[language].format(**values)


def day(value: date) -> str:
    """24/11/2026, on paper in either language."""
    return f"{value.day:02}/{value.month:02}/{value.year:04}"


def check_text(check: Check, language: str) -> str:
    """What was checked, or where it does not hold."""
    if check.holds:
        return _HOLDS[check.code][language]
    return said(_BROKEN, language, where=", ".join(check.broken[:5]))


def missing_text(missing: Missing, language: str) -> str:
    """Which fact is missing, and of how many."""
    name = missing.name[language]
    if missing.places:
        return said(_MISSING_PLACES, language, name=name, count=len(missing.places))
    if missing.households:
        count = len(missing.households)
        return said(_MISSING_HOUSEHOLDS, language, name=name, count=count)
    return said(_MISSING_LAW, language, name=name)


def remarks(table: Table, language: str, look_back_years: int) -> Iterator[str]:
    """Everything a reader of the table must know, below it."""
    for check in table.checks:
        yield check_text(check, language)
    if table.overlap:
        yield said(OVERLAP, language, count=table.overlap)
    if table.definition.balance is not None:
        yield said(LOOK_BACK, language, years=look_back_years)
    for missing in table.missing:
        yield missing_text(missing, language)
    for code in table.definition.uses:
        yield term_text(catalogue().terms[code], language)
    yield term_text(catalogue().source, language)


def term_text(term: Term, language: str) -> str:
    """A meaning, and that it is not from a document when it is not."""
    meaning = term.meaning[language]
    if term.quality == "official":
        return meaning
    return f"{meaning} ({RECALLED[language]})"
