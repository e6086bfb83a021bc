"""The same submissions one by one, all at once and on Spark: the same scores."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from server.domain.matching import spark
from server.domain.matching.__main__ import main
from server.domain.matching.frequencies import Counts, bits_of
from server.domain.matching.lines import features_of_line
from server.domain.matching.model import load_model
from server.domain.matching.scoring import Prepared, score, score_many
from server.domain.matching.table import table_of
from server.domain.matching.words import Relations

# Spark's own libraries warn of what is to change in them.
pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.filterwarnings("default"),
]
GIVEN = ("Hoa", "Hùng", "Lan", "Minh", "Tuấn", "Mai", "Sơn", "Thảo", "Dũng", "Yến")
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm")


def submissions(households: int = 150) -> list[dict[str, Any]]:
    """Families who are visited up to three times by people who type in haste."""
    chance = random.Random(4)  # noqa: S311 - the same families every time
    found = []
    for number in range(households):
        family = chance.choice(FAMILY)
        names = [
            f"{family} Văn {chance.choice(GIVEN)} {chance.choice(GIVEN)}"
            for _ in range(3)
        ]
        born = [chance.randrange(1940, 2015) for _ in names]
        for visit in range(chance.randrange(1, 4)):
            members = [
                {
                    "name": name.upper() if chance.random() < 0.2 else name.replace("ă", "a" if chance.random() < 0.3 else "ă"),
                    "relation": "head" if place == 0 else "child",
                    "sex": chance.choice(("M", "F", None)),
                    "dob": f"{year}-05-{1 + number % 28:02}" if chance.random() < 0.7 else None,
                    "birth_year": year,
                    "id_number": f"0010{year % 100:02}{number:06}" if chance.random() < 0.5 else None,
                }
                for place, (name, year) in enumerate(zip(names, born, strict=True))
                if place == 0 or chance.random() < 0.8
            ]  # fmt: skip
            found.append(
                {
                    "submission_id": f"s{number}-{visit}",
                    "started_at": f"20{19 + visit}-03-04T08:{number % 60:02}:00+07:00",
                    "ward_code": f"0017{number % 3}",
                    "hamlet": str(number % 7),
                    "address": f"số {number + 1} ngõ {number % 9} Khâm Thiên",
                    "phone": f"09{number // 2:08}" if chance.random() < 0.6 else None,
                    "members": members,
                }
            )
    return [*found, {"submission_id": "nobody", "members": []}]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("source") / "submissions.jsonl"
    path.write_text("\n".join(map(json.dumps, submissions())), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    found = spark.session("local[2]", memory="1g")
    yield found
    found.stop()


@pytest.fixture(scope="module")
def run(session: Any, source: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    work = tmp_path_factory.mktemp("work")
    made = spark.Run(session, str(source), str(work), load_model(), lambda *_: None)
    made.found, made.summary = made.match()  # type: ignore[attr-defined]
    return made


def test_one_by_one_all_at_once_and_on_spark_a_pair_has_one_score(
    session: Any, run: Any
) -> None:
    model = load_model()
    records = [features_of_line(line) for line in submissions()]
    place = {record.record_id: row for row, record in enumerate(records)}
    names = dict(run.records().select("number", "id").toPandas().to_numpy().tolist())
    scored = session.read.parquet(f"{run.work}/inside").toPandas()
    left = np.array([place[names[number]] for number in scored["left"]])
    right = np.array([place[names[number]] for number in scored["right"]])
    counts = Counts()
    for record in records:
        counts.add(record)
    table = table_of(records)
    prepared = Prepared(table, Relations(table.words), bits_of(table))

    at_once = score_many(model, prepared, left, right)
    one_by_one = [
        score(model, records[one], records[other], counts).bits
        for one, other in zip(left, right, strict=True)
    ]

    assert len(scored) > 200
    assert np.abs(at_once - scored["bits"].to_numpy()).max() < 1e-9
    assert np.abs(np.array(one_by_one) - scored["bits"].to_numpy()).max() < 1e-9


def test_spark_finds_the_households_that_one_machine_finds(
    run: Any, source: Path, tmp_path: Path
) -> None:
    here, there = tmp_path / "here.csv", tmp_path / "spark.csv"

    spark.write_csv(run.found, there)
    assert main(["cluster", str(source), "--out", str(here)]) == 0

    assert there.read_text() == here.read_text()
    assert run.summary.records == len(submissions())


def test_a_run_that_was_killed_goes_on_after_its_last_whole_stage(
    session: Any, run: Any, source: Path
) -> None:
    work = Path(run.work)
    made = (work / "scored" / "_SUCCESS").stat().st_mtime_ns
    (work / "placed" / "_SUCCESS").unlink()
    again = spark.Run(session, str(source), run.work, run.model, lambda *_: None)

    _, summary = again.match()

    assert summary == run.summary
    assert (work / "scored" / "_SUCCESS").stat().st_mtime_ns == made
    assert (work / "placed" / "_SUCCESS").exists()


def test_what_nearly_everybody_has_brings_nobody_together(session: Any) -> None:
    rows = [(number, ["ward", f"door:{number // 2}"]) for number in range(40)]
    records = session.createDataFrame(rows, "number long, keys array<string>")

    pairs = {tuple(row) for row in spark.pairs_of_keys(records, common=20).collect()}

    assert pairs == {(number, number + 1) for number in range(0, 40, 2)}
