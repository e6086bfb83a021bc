"""A broken copy of the form is caught before it reaches a phone."""

import copy
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from forms.check import VALIDATOR, check, check_sheets, validate
from forms.definition import Row, Sheets, load
from forms.rules import RULES
from tests.forms.javarosa import require_java
from tests.forms.review import FORM, xform

MEDIA = FORM / "media"


def broken(change: Callable[[Sheets], object]) -> Sheets:
    """A copy of the real form with one thing wrong."""
    sheets = copy.deepcopy(real_form())
    change(sheets)
    return sheets


@cache
def real_form() -> Sheets:
    return load(FORM / "form.yaml")


def row(sheets: Sheets, name: str) -> Row:
    return next(row for row in sheets["survey"] if row.get("name") == name)


def ours(sheets: Sheets, media: Path = MEDIA) -> list[str]:
    """What our own rules say, without ODK's tools."""
    return [str(finding) for rule in RULES for finding in rule(sheets, media)]


def test_the_form_passes_every_check() -> None:
    assert [str(finding) for finding in check(FORM)] == []


def test_odk_validate_accepts_the_form_and_refuses_a_broken_one(tmp_path: Path) -> None:
    require_java()
    good, bad = tmp_path / "good.xml", tmp_path / "bad.xml"
    good.write_bytes(xform())
    bad.write_bytes(xform().replace(b"count(", b"no_such_function("))

    assert VALIDATOR.is_file()
    assert validate(good) == []
    assert "no_such_function" in validate(bad)[0].message


@pytest.mark.parametrize(
    "column",
    [
        "label::English (en)",
        "label::Tiếng Việt (vi)",
        "hint::English (en)",
        "constraint_message::English (en)",
        "required_message::Tiếng Việt (vi)",
    ],
)
@pytest.mark.parametrize("value", ["", "-", None])
def test_a_missing_translation_is_caught(column: str, value: str | None) -> None:
    def change(sheets: Sheets) -> None:
        target = row(sheets, "member_count")
        target.pop(column)
        if value is not None:
            target[column] = value

    found = ours(broken(change))

    text, _, language = column.partition("::")
    assert found == [f"translation: member_count: {text} is missing in {language}"]


def test_a_missing_translation_of_a_choice_is_caught() -> None:
    found = ours(broken(lambda sheets: sheets["choices"][0].pop("label::English (en)")))

    assert found == ["translation: yes: label is missing in English (en)"]


def test_a_label_without_language_is_caught() -> None:
    found = ours(broken(lambda sheets: row(sheets, "street").update(label="Street")))

    assert found == ["translation: street: label has no language"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("name", "is reserved"),
        ("Label", "is reserved"),
        ("__version", "needs letters"),
        ("head name", "needs letters"),
        ("WARD", "is also saved by ward"),
    ],
)
def test_a_bad_entity_property_is_caught(name: str, message: str) -> None:
    found = ours(broken(lambda sheets: row(sheets, "head_name").update(save_to=name)))

    assert any("property: " in finding and message in finding for finding in found)


@pytest.mark.parametrize("column", ["entity_id", "create_if", "update_if", "label"])
def test_an_entity_that_cannot_be_created_and_updated_is_caught(column: str) -> None:
    found = ours(broken(lambda sheets: sheets["entities"][0].pop(column)))

    assert f"entity: households: {column} is missing" in found


@pytest.mark.parametrize(
    "calculation",
    ["coalesce(${known_household}, 'x')", "coalesce(${known_household}, once(uuid()))"],
    ids=["not random", "once() would keep a household given up"],
)
def test_an_identifier_that_is_not_a_random_uuid_is_caught(calculation: str) -> None:
    change = {"calculation": calculation}

    found = ours(broken(lambda sheets: row(sheets, "household_id").update(change)))

    assert [finding for finding in found if "once(uuid())" in finding]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("name,label;ward\n", "a ; in the header"),
        ("name,label,ward,Ward\n", "two columns have the same name"),
        ("name,label\n", "the form reads column ward"),
    ],
)
def test_a_csv_header_that_loses_the_list_is_caught(
    tmp_path: Path, header: str, message: str
) -> None:
    media = Path(shutil.copytree(MEDIA, tmp_path / "media"))
    (media / "groups.csv").write_text(header, encoding="utf-8")

    found = ours(load(FORM / "form.yaml"), media)

    assert any(f"media: groups.csv: {message}" in finding for finding in found)


def test_a_list_without_a_contract_is_caught(tmp_path: Path) -> None:
    found = ours(load(FORM / "form.yaml"), tmp_path)

    assert len(found) == 3


def test_the_household_list_holds_every_property_the_form_reads(
    tmp_path: Path,
) -> None:
    media = Path(shutil.copytree(MEDIA, tmp_path / "media"))
    columns = (media / "households.csv").read_text().strip().split(",")
    kept = [column for column in columns if column in ("name", "label", "__version")]
    (media / "households.csv").write_text(",".join(kept) + "\n")

    found = ours(load(FORM / "form.yaml"), media)

    missing = {finding.rpartition(" ")[2] for finding in found}
    assert missing == set(columns) - set(kept)


def test_a_page_of_nine_questions_is_caught() -> None:
    def change(sheets: Sheets) -> None:
        at = sheets["survey"].index(row(sheets, "is_pregnant"))
        sheets["survey"].insert(at, row(sheets, "is_pregnant") | {"name": "ninth"})

    found = ours(broken(change))

    assert found == ["page: health: 9 questions on one page, at most 8"]


def test_a_photo_without_a_size_limit_is_caught() -> None:
    found = ours(broken(lambda sheets: row(sheets, "photo").pop("parameters")))

    assert found == ["photo: photo: parameters need max-pixels"]


def test_an_undocumented_field_is_caught() -> None:
    found = ours(broken(lambda sheets: row(sheets, "street").pop("record")))

    assert len(found) == 1
    assert found[0].startswith("documentation: /household/address/street:")


@pytest.mark.parametrize("target", ["address.postcode", "Member.nickname", "colour"])
def test_a_field_that_goes_nowhere_in_the_record_is_caught(target: str) -> None:
    found = ours(broken(lambda sheets: row(sheets, "street").update(record=target)))

    assert found == [
        f"documentation: /household/address/street: the survey record has no {target}"
    ]


def test_names_that_break_columns_are_caught() -> None:
    def change(sheets: Sheets) -> None:
        row(sheets, "remarks")["name"] = "GhiChú"
        sheets["choices"][0]["name"] = "có"

    found = ours(broken(change))

    assert len([finding for finding in found if finding.startswith("name: ")]) == 2


def test_what_the_converter_refuses_is_a_finding() -> None:
    sheets = broken(lambda sheets: row(sheets, "age").update(calculation="${nobody}"))

    found = check_sheets(sheets, MEDIA)

    assert [finding.rule for finding in found] == ["pyxform"]
    assert "nobody" in found[0].message


def test_what_the_converter_warns_about_is_a_finding() -> None:
    sheets = broken(lambda sheets: row(sheets, "photo").pop("parameters"))

    found = check_sheets(sheets, MEDIA)

    assert {finding.rule for finding in found} == {"photo", "pyxform"}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("version", "1"),
        ("version", "2026139901"),
        ("default_language", "English (en)"),
        ("style", ""),
        ("instance_name", ""),
    ],
)
def test_settings_that_phones_depend_on_are_checked(column: str, value: str) -> None:
    found = ours(broken(lambda sheets: sheets["settings"][0].update({column: value})))

    assert len(found) == 1
    assert found[0].startswith(f"settings: {column}: ")


def test_a_stale_workbook_is_caught(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FORM, tmp_path / "household_review"))
    text = (folder / "form.yaml").read_text(encoding="utf-8")
    changed = text.replace("Remarks of the reviewer", "Anything else")
    (folder / "form.yaml").write_text(changed, encoding="utf-8")

    found = check(folder)

    assert [(finding.rule, finding.where) for finding in found] == [
        ("dist", "household_review.xlsx")
    ]
