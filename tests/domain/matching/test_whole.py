"""A whole file of submissions, and one pair of it: the same scores."""

import json
from pathlib import Path

import numpy as np
import pytest

from server.domain.matching.__main__ import main
from server.domain.matching.frequencies import Counts
from server.domain.matching.joining import join
from server.domain.matching.lines import features_of_line
from server.domain.matching.model import load_model, save_model
from server.domain.matching.scoring import Prepared, score, score_many
from server.domain.matching.table import table_of
from server.domain.matching.whole import bits_of, match, read
from server.domain.matching.words import Relations

GIVEN = ("Hoa", "Hùng", "Lan", "Minh", "Tuấn", "Mai", "Sơn", "Thảo", "Dũng", "Yến")


def submissions() -> list[dict[str, object]]:
    found = []
    for number in range(60):
        for visit in range(2):
            head = f"Nguyễn {'Thị' if number % 2 else 'Văn'} {GIVEN[number % 10]} {GIVEN[number // 10]}"
            found.append(
                {
                    "submission_id": f"s{number}-{visit}",
                    "started_at": f"20{19 + visit}-03-04T08:00:00+07:00",
                    "ward_code": "00178",
                    "hamlet": str(number % 7),
                    "address": f"số {number + 1} ngõ {number * 3} Khâm Thiên",
                    "phone": f"09{number:08}",
                    "members": [
                        {"name": head if visit else head.upper(), "relation": "head", "sex": "F", "dob": f"19{40 + number}-05-{1 + number % 28:02}"},
                        {"name": f"Trần Gia {GIVEN[number % 9]}", "relation": "child", "birth_year": 1990 + number % 20},
                    ],
                }
            )  # fmt: skip
    return found


def test_the_command_finds_the_households_and_measures_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, clusters, truth = (tmp_path / n for n in ("s.jsonl", "c.csv", "t.csv"))
    lines = submissions()
    source.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    rows = [
        f"{line['submission_id']},{str(line['submission_id'])[:-2]}" for line in lines
    ]
    truth.write_text("submission_id,household_id\n" + "\n".join(rows), encoding="utf-8")

    assert main(["cluster", str(source), "--out", str(clusters)]) == 0
    assert main(["evaluate", str(clusters), str(truth)]) == 0

    assert "F1 1.0000" in capsys.readouterr().out
    assert clusters.read_text().startswith(
        "submission_id,cluster_id,probability\ns0-0,s0-0,"
    )


def test_a_pair_is_explained_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "s.jsonl"
    source.write_text("\n".join(map(json.dumps, submissions())), encoding="utf-8")

    assert main(["cluster", str(source), "--explain", "s1-0", "s1-1"]) == 0
    assert (
        main(["cluster", str(source), "--explain", "s1-0", "s2-1", "--language", "en"])
        == 0
    )

    said = capsys.readouterr().out
    assert "CÙNG HỘ" in said
    assert "DIFFERENT" in said
    assert "Số nhà" in said
    assert "Door" in said


def test_scores_do_not_depend_on_how_the_table_was_put_together() -> None:
    records = [features_of_line(line) for line in submissions()]
    whole = table_of(records)
    parts = join(
        [table_of(records[:50]), table_of(records[50:90]), table_of(records[90:])]
    )
    left, right = np.triu_indices(len(records), 1)
    model = load_model()

    scores = [
        score_many(model, Prepared(t, Relations(t.words), bits_of(t)), left, right)
        for t in (whole, parts)
    ]

    assert np.abs(scores[0] - scores[1]).max() < 1e-9


def test_a_model_is_kept_as_it_is(tmp_path: Path) -> None:
    model = load_model()
    save_model(model, tmp_path / "model.json")

    assert load_model(tmp_path / "model.json") == model


def test_one_pair_and_the_whole_file_have_one_score() -> None:
    lines = [json.dumps(line) for line in submissions()]
    registry, model, counts = read(lines, quiet), load_model(), Counts()
    records = [features_of_line(json.loads(line)) for line in lines]
    for record in records:
        counts.add(record)
    table = registry.table
    prepared = Prepared(table, Relations(table.words), bits_of(table))
    left, right = np.arange(0, 60, 3), np.arange(1, 61, 3)

    together = score_many(model, prepared, left, right)

    for a, b, bits in zip(left, right, together, strict=True):
        assert score(model, records[a], records[b], counts).bits == pytest.approx(
            bits, abs=1e-9
        )


def test_an_unrelated_submission_changes_no_household() -> None:
    lines = [json.dumps(line) for line in submissions()]
    stranger = {"submission_id": "z", "ward_code": "30001", "members": [{"name": "Ksor H'Lan", "birth_year": 1921}]}  # fmt: skip
    model = load_model()

    before, after = (
        match(model, read(some, quiet), quiet).household.tolist()
        for some in (lines, [*lines, json.dumps(stranger)])
    )

    assert after == [*before, len(lines)]


def quiet(step: str, done: int, total: int) -> None:
    """No progress."""
