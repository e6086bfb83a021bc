"""Lists as programs and years have left them: text in old alphabets, numbers that lost
their zeros, days of other calendars, formulas, cells over several rows."""

import io
import tracemalloc
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select

from server.db import db
from server.domain.people.identity_numbers import comparable
from server.domain.problems import Refused
from server.imports import text_files
from server.imports.tables import ImportProblem, ImportRow
from server.imports.workbook_files import check_file, rows_of
from server.registry.queries import golden_of
from server.registry.tables import HouseholdRow
from tests.server.imports.books import HEADINGS, book, bring, imported, person, someone

pytestmark = pytest.mark.sqlite_only
LINES = [["Họ và tên", "Năm sinh", "Địa chỉ"], ["Đặng Thị Thuỷ", "1950", "12 ngõ 4"]]
# Windows 1258 has no letter "ỷ": it keeps "y" and a mark behind it.
DECOMPOSED = str.maketrans({"ặ": "ă\u0323", "ọ": "o\u0323", "ị": "i\u0323", "ỷ": "y\u0309", "õ": "o\u0303", "ỉ": "i\u0309"})  # fmt: skip


def text(separator: str = ";") -> str:
    return "\r\n".join(separator.join(line) for line in LINES) + "\r\n"


def kept(folder: Path, content: bytes) -> Path:
    path = folder / "list"
    path.write_bytes(content)
    return path


def cells_of(folder: Path, content: bytes) -> list[list[str]]:
    path = kept(folder, content)
    assert text_files.is_text(path)
    return [list(cells) for *_, cells in text_files.rows_of(path, "ho.csv")]


@pytest.mark.parametrize(
    "content",
    [
        text().encode(),
        text(",").encode("utf-8-sig"),
        text().translate(DECOMPOSED).encode("cp1258"),
        text("\t").encode("utf-16"),
        b"\xfe\xff" + text("\t").encode("utf-16-be"),
        ("sep=|\r\n" + text("|")).encode(),
    ],
    ids=["utf-8", "utf-8 with a mark", "windows-1258", "utf-16", "utf-16 be", "sep="],
)
def test_a_list_of_text_is_read_whatever_alphabet_and_separator_it_has(
    tmp_path: Path, content: bytes
) -> None:
    assert cells_of(tmp_path, content) == LINES


def test_a_comma_or_a_line_within_quotes_is_no_new_cell(tmp_path: Path) -> None:
    content = 'Họ và tên;Địa chỉ\nNguyễn An;"12, ngõ 4\nphố Vọng; gác hai"\n'

    said = cells_of(tmp_path, content.encode())

    assert said[1] == ["Nguyễn An", "12, ngõ 4\nphố Vọng; gác hai"]


@pytest.mark.parametrize(
    "name", ["NguyÔn V¨n Hïng", "Nguyeãn Vaên Huøng"], ids=["TCVN3", "VNI"]
)
def test_letters_of_an_old_font_are_kept_sign_by_sign_to_be_asked(
    tmp_path: Path, name: str
) -> None:
    content = f"Ho ten;Nam sinh\n{name};1950\n".encode("latin-1")

    assert cells_of(tmp_path, content)[1] == [name, "1950"]


def test_letters_that_nobody_can_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        cells_of(tmp_path, b"Ho ten;Nam sinh\n\x8d\x8f\x9d;1950\n")

    assert refused.value.problems[0].code == "import_text_unreadable"


@pytest.mark.parametrize(
    "content",
    [b"", b"abc", b"PK\3\4, ; \0", b"<table><tr><td>a, b", bytes(range(256))],
    ids=["nothing", "a word", "a zip", "a page of the web", "anything"],
)
def test_what_is_no_list_is_not_taken_for_text(tmp_path: Path, content: bytes) -> None:
    assert not text_files.is_text(kept(tmp_path, content))


def with_formula(value: str) -> bytes:
    """A workbook whose cell A2 holds a formula, with what a program wrote behind it."""
    made = openpyxl.Workbook()
    made.active.append(["Họ và tên"])
    made.active.append(["xxx"])
    plain, changed = io.BytesIO(), io.BytesIO()
    made.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "xl/worksheets/sheet1.xml":
                at = content.index(b'<c r="A2"')
                end = content.index(b"</c>", at) + 4
                content = content[:at] + value.encode() + content[end:]
            new.writestr(part, content)
    return changed.getvalue()


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('<c r="A2" t="str"><f>"An "&amp;B2</f><v>An Bình</v></c>', "An Bình"),
        ('<c r="A2"><f>1949+1</f><v>1950</v></c>', "1950"),
        ('<c r="A2" t="str"><f>B2&amp;""</f><v></v></c>', None),
    ],
    ids=["text", "a number", "nothing"],
)
def test_a_formula_is_what_it_came_to(
    tmp_path: Path, cell: str, said: str | None
) -> None:
    path = kept(tmp_path, with_formula(cell))

    check_file(path, "ho.xlsx")

    below = [cells for *_, cells in rows_of(path)][1:]
    assert below == ([(said,)] if said else [])


@pytest.mark.parametrize("value", ["", "<v/>", "<v />", "<v></v>"])
def test_a_formula_that_was_never_computed_is_told(tmp_path: Path, value: str) -> None:
    path = kept(tmp_path, with_formula(f'<c r="A2"><f>UPPER(B2)</f>{value}</c>'))

    with pytest.raises(Refused) as refused:
        check_file(path, "ho.xlsx")

    (problem,) = refused.value.problems
    assert (problem.code, problem.values["cell"]) == ("import_file_not_computed", "A2")


def test_days_of_both_calendars_of_excel_are_days(tmp_path: Path) -> None:
    for epoch in (openpyxl.utils.datetime.WINDOWS_EPOCH, openpyxl.utils.datetime.MAC_EPOCH):  # fmt: skip
        made = openpyxl.Workbook()
        made.epoch = epoch
        made.active.append([date(1950, 3, 2), "02/03/1950"])
        content = io.BytesIO()
        made.save(content)

        ((*_, cells),) = rows_of(kept(tmp_path, content.getvalue()))

        assert cells == ("1950-03-02", "02/03/1950")


def test_a_large_workbook_is_read_row_by_row(tmp_path: Path) -> None:
    line = '<row><c t="inlineStr"><is><t>' + "Nguyễn Văn A " * 30_000 + "</t></is></c></row>"  # fmt: skip
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{line * 100}</sheetData></worksheet>"
    )
    path = tmp_path / "list"
    with (
        zipfile.ZipFile(io.BytesIO(book([]))) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as new,
    ):
        for part in set(old.namelist()) - {"xl/worksheets/sheet1.xml"}:
            new.writestr(part, old.read(part))
        new.writestr("xl/worksheets/sheet1.xml", sheet)
    del sheet
    assert path.stat().st_size > 45_000_000

    tracemalloc.start()
    check_file(path, "ho.xlsx")
    read = sum(1 for _ in rows_of(path))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert read == 100
    assert most < 20_000_000


def test_a_list_that_is_refused_half_way_leaves_no_rows(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, by = someone()
    monkeypatch.setattr("server.imports.reading.AT_ONCE", 1)
    monkeypatch.setattr("server.imports.text_files.MOST_ROWS", 1)

    one = bring(by, text().encode(), "ho.csv")

    assert one.state == "refused"
    assert one.problems[0]["code"] == "import_too_many_rows"
    assert db.session.scalar(select(func.count()).select_from(ImportRow)) == 0


def test_what_excel_did_to_a_list_does_not_change_who_is_in_it(app: Flask) -> None:
    _, by = someone()
    born = date(1950, 3, 2)
    rows = [
        # The numbers of Hanoi begin with 001, of which Excel leaves 1.
        person("H1", "Nguyễn Văn Hùng", "Chủ hộ", born, number=1050012345),  # type: ignore[arg-type]
        person("", "Trần Thị Mai", "Vợ", "02/03/1952", number="001152012345"),
        person("H2", "Lê Văn Tám", "Chủ hộ", "1960", number="1,10E+11"),
    ]
    made = openpyxl.load_workbook(io.BytesIO(book(rows)))
    sheet = made.active
    sheet.merge_cells("A4:A5")  # one code for both people
    sheet.row_dimensions[5].hidden = True
    content = io.BytesIO()
    made.save(content)

    one = imported(by, content.getvalue())

    (row,) = db.session.scalars(select(HouseholdRow))
    people = golden_of(row).household.members
    assert [member.full_name for member in people] == [
        "Nguyễn Văn Hùng",
        "Trần Thị Mai",
    ]
    assert [comparable(n) for m in people for n in m.identifiers] == [
        "personal:001050012345",
        "personal:001152012345",
    ]
    assert HEADINGS[5] == "Số CCCD"
    found = select(ImportProblem.code).where(ImportProblem.import_id == one.id)
    assert "import_number_cut" in set(db.session.scalars(found))
