"""Files that nobody should open, and how they are told."""

import io
import random
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest

from server.domain.problems import Refused
from server.imports import workbook_files
from server.imports.workbook_files import check_file, rows_of
from tests.server.imports.books import book, family

GOOD = book(family(1))


def refusal(folder: Path, content: bytes) -> str:
    path = folder / "list"
    path.write_bytes(content)
    with pytest.raises(Refused) as refused:
        check_file(path, "ho-ngheo.xlsx")
    return refused.value.problems[0].code


def changed(
    name: str, content: bytes, compression: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """The good workbook with one more part, or another one in its place."""
    kept = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(GOOD)) as old,
        zipfile.ZipFile(kept, "w", compression) as new,
    ):
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return kept.getvalue()


def test_a_workbook_is_read_row_by_row(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(GOOD)

    check_file(path, "ho-ngheo.xlsx")

    rows = list(rows_of(path))
    assert [(sheet, number) for sheet, _, number, _ in rows] == [(0, 1), (0, 3), (0, 4), (0, 5)]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "import_file_no_workbook"),
        (b"Ho va ten;Ngay sinh\nAn;1950\n", "import_file_no_workbook"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "import_file_is_xls"),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
            "import_file_locked",
        ),
        (GOOD[:200], "import_file_no_workbook"),
        (changed("xl/vbaProject.bin", b"x"), "import_file_macros"),
        (changed("xl/worksheets/sheet1.xml", b"<a>" + b"0" * 6_000_000), "import_file_too_large_unpacked"),
        (changed("xl/sharedStrings.xml", b'<!DOCTYPE s [<!ENTITY a "b">]><s>&a;</s>'), "import_file_broken"),
    ],
    ids=["empty", "csv", "xls", "locked", "torn", "macros", "bomb", "entities"],
)  # fmt: skip
def test_what_is_no_workbook_is_refused(
    tmp_path: Path, content: bytes, code: str
) -> None:
    assert refusal(tmp_path, content) == code


def test_a_file_that_lies_about_its_size_is_no_danger(tmp_path: Path) -> None:
    bomb = bytearray(changed("xl/worksheets/sheet1.xml", b"<a>" + b"0" * 6_000_000))
    place = bomb.rindex(b"xl/worksheets/sheet1.xml") - 46 + 24
    bomb[place : place + 4] = struct.pack("<I", 1000)
    path = tmp_path / "list"
    path.write_bytes(bytes(bomb))

    try:
        check_file(path, "ho-ngheo.xlsx")
        list(rows_of(path))
    except (Refused, ValueError):
        pass  # cut off where it claimed to end


def test_a_list_too_long_is_refused_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list"
    path.write_bytes(GOOD)
    monkeypatch.setattr(workbook_files, "MOST_ROWS", 2)

    with pytest.raises(Refused) as refused:
        list(rows_of(path))

    assert refused.value.problems[0].code == "import_too_many_rows"


def test_a_hidden_sheet_is_none_of_the_list(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active.append(["Họ và tên"])
    hidden = made.create_sheet("ẩn")
    hidden.append(["bí mật"])
    hidden.sheet_state = "hidden"
    path = tmp_path / "list"
    with path.open("wb") as file:
        made.save(file)

    assert [cells for *_, cells in rows_of(path)] == [("Họ và tên",)]


def test_whatever_is_damaged_is_said_and_breaks_nothing(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311
    path = tmp_path / "list"
    for _ in range(150):
        damaged = bytearray(GOOD)
        for _ in range(chance.randint(1, 12)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(bytes(damaged))
        try:
            check_file(path, "x")
            list(rows_of(path))
        except (Refused, ValueError):
            continue


def test_a_part_of_a_sheet_that_is_damaged_inside_is_said(tmp_path: Path) -> None:
    chance = random.Random(8)  # noqa: S311
    with zipfile.ZipFile(io.BytesIO(GOOD)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml")
    path = tmp_path / "list"
    for _ in range(100):
        damaged = bytearray(sheet)
        for _ in range(chance.randint(1, 5)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(32, 127)
        path.write_bytes(changed("xl/worksheets/sheet1.xml", bytes(damaged)))
        try:
            check_file(path, "x")
            list(rows_of(path))
        except (Refused, ValueError):
            continue
