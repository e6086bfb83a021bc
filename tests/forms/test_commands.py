"""The commands people type, and what they answer."""

import json
import subprocess
from pathlib import Path

import pytest

from forms.__main__ import main
from forms.compile import DIST
from tests.forms.answers import new_household
from tests.forms.javarosa import command, require_java
from tests.forms.review import media, xform


def test_check_finds_nothing_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert "translation" not in capsys.readouterr().err


def test_unpack_prints_the_text_of_a_workbook(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["unpack", str(DIST / "household_review.xlsx")]) == 0
    assert "- include: roster.yaml" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({}, 0, ""),
        ({"/visit/notice_given": None}, 2, "notice_given: required: Cần trả lời"),
        ({"/visit/review_date": "2011-01-01"}, 2, "trước năm 2016"),
        ({"/visit/review_date": "yesterday"}, 2, "/visit/review_date: "),
        ({"/place/ward": "99999"}, 2, "not offered: 99999"),
        ({"/no/such/question": "1"}, 2, "/no/such/question: not asked"),
    ],
    ids=["accepted", "required", "constraint", "not a date", "not offered", "unasked"],
)
def test_the_engine_exits_with_2_when_an_answer_is_refused(
    tmp_path: Path, changes: dict[str, str | None], code: int, said: str
) -> None:
    require_java()
    (tmp_path / "form.xml").write_bytes(xform())
    for name, content in media().items():
        (tmp_path / name).write_bytes(content)
    job = {
        "form": str(tmp_path / "form.xml"),
        "media": str(tmp_path),
        "answers": new_household(changes=changes),
    }
    (tmp_path / "job.json").write_text(json.dumps(job), encoding="utf-8")

    result = subprocess.run(
        [*command(), str(tmp_path / "job.json")], capture_output=True, check=False
    )

    assert result.returncode == code
    assert said in result.stderr.decode()
    assert result.stdout.startswith(b"<?xml") is (code == 0)
