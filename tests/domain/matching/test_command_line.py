"""`matching …` on files that are not as they should be: what is wrong, where, what next."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from server.domain.matching.__main__ import main

GOOD = {"submission_id": "a", "members": [{"name": "Lê Lan"}]}


def file_of(folder: Path, *lines: object) -> str:
    path = folder / "submissions.jsonl"
    path.write_bytes(
        b"\n".join(
            line if isinstance(line, bytes) else json.dumps(line).encode()
            for line in lines
        )
    )
    return str(path)


@pytest.mark.parametrize(
    ("lines", "vietnamese", "english"),
    [
        ((GOOD, b'{"submission_id": "b", "members": ['), "Dòng 2, cột 36", "Line 2, column 36"),
        ((GOOD, b"", b"[1]"), "Dòng 3", "Line 3"),
        (({"submission_id": "a"},), "Dòng 1: thiếu “members”", "Line 1 lacks “members”"),
        (({"members": []},), "thiếu “submission_id”", "lacks “submission_id”"),
        (({"submission_id": "a", "members": ["Lan"]},), "Dòng 1: “members”", "Line 1: “members”"),
        ((GOOD, b'{"submission_id": "\xff"}'), "Dòng 2 không phải", "Line 2 is not UTF-8"),
        ((GOOD, GOOD), "“a” có ở 2 dòng", "“a” stands on 2 lines"),
        ((), "không có phiếu nào", "has no submission"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named_with_what_to_do_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str],
    lines: tuple[object, ...], vietnamese: str, english: str,
) -> None:  # fmt: skip
    source, out = file_of(tmp_path, *lines), str(tmp_path / "c.csv")

    assert main(["cluster", source, "--out", out]) == 1
    assert vietnamese in capsys.readouterr().err
    assert main(["cluster", source, "--out", out, "--language", "en"]) == 1
    assert english in capsys.readouterr().err
    assert not Path(out).exists()


def test_files_that_are_not_there_are_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, empty = file_of(tmp_path, GOOD), str(tmp_path / "empty.json")
    Path(empty).write_text("[]")

    for arguments in (
        ["cluster", str(tmp_path / "none.jsonl")],
        ["cluster", source, "--out", str(tmp_path / "none" / "c.csv")],
        ["cluster", source, "--model", source],
        ["cluster", source, "--explain", "a", "z"],
        ["evaluate", source, source],
        ["bench", str(tmp_path / "none")],
        ["bench", str(tmp_path), "--publish"],
        ["bench", str(tmp_path), "--model", str(tmp_path / "none.json")],
        ["bench", str(tmp_path), "--model", empty],
        [
            "train",
            str(tmp_path),
            "--held-out",
            str(tmp_path),
            "--out",
            empty,
            "--tables",
            "0",
        ],
        [
            "train",
            str(tmp_path),
            "--held-out",
            str(tmp_path),
            "--out",
            empty,
            "--tables",
            "2",
        ],
        ["cluster", source, "--engine", "spark"],
    ):
        if "spark" in arguments and find_spec("pyspark"):
            continue
        assert main([*arguments, "--language", "en"]) == 1
        said = capsys.readouterr().err
        assert len(said.splitlines()) == 1
        assert said.count(".") >= 2


def test_one_that_no_cluster_names_counts_as_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clusters, truth = tmp_path / "c.csv", tmp_path / "t.csv"
    clusters.write_text("submission_id,cluster_id\na,1\nb,1\n")
    truth.write_text("submission_id,household_id\na,x\nb,x\nc,x\n")

    assert main(["evaluate", str(clusters), str(truth), "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert "P 1.0000  R 0.3333" in said
    assert "1 submissions" in said
