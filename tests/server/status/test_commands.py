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
