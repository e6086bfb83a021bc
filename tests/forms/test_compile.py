"""A form's text becomes the same workbook everywhere, and the same text again."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from forms.compile import DIST, form_folders, workbook
from forms.definition import FORMS, FormError, load, read_yaml
from forms.unpack import read_workbook, unpack
from tests.forms.review import FORM


def test_compiling_twice_gives_the_same_bytes() -> None:
    first = workbook(load(FORM / "form.yaml"))
    second = workbook(load(FORM / "form.yaml"))

    assert first == second


def digests(expression: str) -> set[bytes]:
    """What an expression gives in processes with other hashes and time zones."""
    program = (
        "import hashlib; from forms.compile import DIST, workbook;"
        "from forms.convert import to_xform; from forms.definition import FORMS, load;"
        f"print(hashlib.sha256({expression}).hexdigest())"
    )
    return {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(FORMS.parent)},
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Ho_Chi_Minh"))
    }


def test_another_process_with_other_hashes_and_time_zone_gives_the_same_bytes() -> None:
    found = digests("workbook(load(FORMS / 'household_review/form.yaml'))")

    assert len(found) == 1


def test_the_converter_does_not_depend_on_hashes_or_time_zone_either() -> None:
    found = digests("to_xform(DIST / 'household_review.xlsx').xform")

    assert len(found) == 1


def test_the_workbook_holds_no_clock_and_no_compression() -> None:
    archive = zipfile.ZipFile(io.BytesIO(workbook(load(FORM / "form.yaml"))))

    assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
    assert b"2020-01-01T00:00:00Z" in archive.read("docProps/core.xml")


def test_the_committed_workbooks_are_what_the_text_says() -> None:
    for folder in form_folders():
        sheets = load(folder / "form.yaml")
        committed = DIST / f"{sheets['settings'][0]['form_id']}.xlsx"
        assert committed.read_bytes() == workbook(sheets), "python -m forms build"


def test_the_rows_survive_excel() -> None:
    sheets = load(FORM / "form.yaml")

    assert read_workbook(DIST / "household_review.xlsx") == sheets


def test_unpacking_an_unedited_workbook_gives_the_text_back(tmp_path: Path) -> None:
    text = unpack(DIST / "household_review.xlsx", FORM / "form.yaml")

    unpacked = tmp_path / "form.yaml"
    unpacked.write_text(text, encoding="utf-8")
    assert read_yaml(unpacked) == read_yaml(FORM / "form.yaml")


def test_unpacking_without_the_original_gives_a_form_that_compiles_to_the_same_bytes(
    tmp_path: Path,
) -> None:
    unpacked = tmp_path / "form.yaml"

    text = unpack(DIST / "household_review.xlsx")

    unpacked.write_text(text, encoding="utf-8")
    expected = (DIST / "household_review.xlsx").read_bytes()
    assert workbook(load(unpacked)) == expected


def test_an_edit_in_excel_comes_back_and_its_neighbours_stay_included(
    tmp_path: Path,
) -> None:
    sheets = load(FORM / "form.yaml")
    row = next(row for row in sheets["survey"] if row.get("name") == "street")
    row["label::English (en)"] = "Street or road"
    edited = tmp_path / "household_review.xlsx"
    edited.write_bytes(workbook(sheets))

    text = unpack(edited, FORM / "form.yaml")

    assert "Street or road" in text
    assert "include: roster.yaml" in text
    assert "include: address.yaml" not in text


def test_words_that_yaml_would_change_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "form.yaml"
    path.write_text("choices:\n- {list_name: yes, name: no, label: 0010}\n")

    assert load(path) == {
        "choices": [{"list_name": "yes", "name": "no", "label": "0010"}]
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("survey:\n- include: nowhere.yaml\n", "nowhere.yaml"),
        ("choices:\n- choices_from: server/nowhere.yaml\n", "server/nowhere.yaml"),
        ("survey:\n- just words\n", "not a row"),
        ("survey:\n- {type: [text]}\n", "only text"),
        ("questions: []\n", "the sheets are"),
    ],
)
def test_what_cannot_be_a_form_is_refused_by_name(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "form.yaml"
    path.write_text(text)

    with pytest.raises(FormError, match=message):
        load(path)


def test_the_version_is_a_date_and_a_counter() -> None:
    version = load(FORM / "form.yaml")["settings"][0]["version"]

    assert len(version) == 10
    assert version.isdigit()
