"""The commands that say what the rules are and how well they are known."""

import pytest
from flask import Flask

from server.status import commands
from tests.domain.poverty.conftest import Folder, edited

__all__ = ["edited"]
pytestmark = pytest.mark.sqlite_only


def test_the_list_marks_what_is_in_force(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["rules", "list", "--on", "2018-06-01"])

    marked = [
        line.split()[1] for line in told.output.splitlines()[:-1] if line[0] == "*"
    ]
    assert marked == ["vn-2016", "vn-hanoi-2016"]
    assert "unverified" in told.output


def test_the_check_tells_the_quality_of_every_source(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["rules", "check"])

    assert told.exit_code == 0
    assert "vn-hanoi-2022" in told.output
    assert "recalled: Nghị định 07/2021/NĐ-CP, Phụ lục" in told.output
    assert "score table incomplete: items 7" in told.output


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("vn-2022/pack.yaml", "source: decree_07_2021}", "source: nobody}", "BROKEN"),
        ("vn-2022/SOURCES.md", "", "", "MISSING: cases.yaml"),
    ],
)
def test_a_standard_that_is_not_whole_fails_the_check(
    app: Flask,
    edited: Folder,
    monkeypatch: pytest.MonkeyPatch,
    file: str,
    old: str,
    new: str,
    said: str,
) -> None:
    folder = edited(file, old, new)
    if not old:
        (folder / "vn-2022" / "cases.yaml").unlink()
    monkeypatch.setattr(commands, "PACKS", folder)

    told = app.test_cli_runner().invoke(args=["rules", "check"])

    assert told.exit_code == 1
    assert said in told.output


def test_what_a_standard_changes_is_told_in_either_language(app: Flask) -> None:
    runner = app.test_cli_runner()

    vietnamese = runner.invoke(args=["rules", "diff", "vn-2016", "vn-2022"])
    asked = ["rules", "diff", "vn-2016", "vn-2022", "--language", "en"]
    english = runner.invoke(args=asked)

    assert "Chuẩn nghèo, thành thị: từ 900.000 đồng thành 2.000.000 đồng." in (
        vietnamese.output
    )
    assert "The poverty line, urban: 900,000 VND to 2,000,000 VND." in english.output


def test_a_standard_is_the_same_as_itself_and_an_unknown_one_is_named(
    app: Flask,
) -> None:
    runner = app.test_cli_runner()

    same = runner.invoke(args=["rules", "diff", "vn-2022", "vn-2022"])
    unknown = runner.invoke(args=["rules", "diff", "vn-2022", "vn-1999"])

    assert same.output == "Không có gì khác.\n"
    assert unknown.exit_code == 2
    assert "vn-1999: there is no such pack" in unknown.output
