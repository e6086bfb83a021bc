"""`matching train` makes a whole model in one run, and says what it was made from."""

import json
from pathlib import Path

import pytest

from server.domain.matching import training
from server.domain.matching.__main__ import main
from server.domain.matching.model import load_model
from tests.bench.matching_worlds import LEARNED, MEASURED, command
from tests.bench.uplands import write


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("worlds")
    write(place / "learned", 80, 61)
    write(place / "held", 80, 62, careless=True)
    (place / "learned" / "world.json").write_text('{"seed": 61}')
    return place


def asked(worlds: Path, out: str, *more: str) -> list[str]:
    held = ["--held-out", str(worlds / "held"), "--out", str(worlds / out)]
    return ["train", str(worlds / "learned"), *held, "--tables", "5", "--date", "2026-11-25", *more]  # fmt: skip


def test_the_same_files_and_command_give_the_same_bytes(
    worlds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A million strangers take seconds and would prove no more.
    monkeypatch.setattr(training, "STRANGERS", 20_000)
    assert main(asked(worlds, "model.json")) == 0
    model = load_model(worlds / "model.json")
    monkeypatch.chdir(worlds)
    made = str(model.origin["command"]).split()[1:]
    first = (worlds / "model.json").read_bytes()

    # The command that the model itself names makes it again.
    assert main(made) == 0

    assert (worlds / "model.json").read_bytes() == first
    assert model.zones.propose <= model.zones.same
    learned = model.origin["learned_on"][0]
    assert learned["folder"] == "learned"
    assert learned["world"] == {"seed": 61}
    assert len(learned["submissions.jsonl"]) == 16
    assert "world" not in model.origin["measured_on"][0]


def shorten(place: Path) -> None:
    """A last line that was cut off while it was copied."""
    path = place / "submissions.jsonl"
    path.write_bytes(path.read_bytes()[:-40])


def alone(place: Path) -> None:
    """A truth in which nobody was visited twice."""
    rows = (place / "truth.csv").read_text().splitlines()
    ids = [row.split(",")[0] for row in rows[1:]]
    text = "\n".join(f"{each},{number}" for number, each in enumerate(ids))
    (place / "truth.csv").write_text(f"submission_id,household_id\n{text}\n")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda place: (place / "truth.csv").unlink(), "truth.csv"),
        (lambda place: (place / "submissions.jsonl").write_text(""), "no submission"),
        (lambda place: (place / "truth.csv").write_text("a,b\n1,2\n"), "household_id"),
        (lambda place: (place / "world.json").write_text("{"), "is not JSON"),
        (shorten, "Line "),
        (alone, "one household"),
    ],
)  # fmt: skip
def test_what_cannot_be_learned_from_is_said_with_what_to_do_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: object, said: str
) -> None:
    for name, seed in (("learned", 63), ("held", 64)):
        write(tmp_path / name, 40, seed)
    spoil(tmp_path / "learned")  # type: ignore[operator]

    for language in ("en", "vi"):
        assert main(asked(tmp_path, "model.json", "--language", language)) == 1
        told = capsys.readouterr().err
        assert len(told.splitlines()) == 1
        assert language == "vi" or said in told
    assert not (tmp_path / "model.json").exists()


def test_no_world_of_the_shipped_model_is_one_that_is_measured_on() -> None:
    seeds = [world.seed for world in (*LEARNED, *MEASURED)]

    assert len(seeds) == len({*seeds})
    assert not {*seeds} & {921, 922, 931, 932, 941, 942, 7005}
    for world in (*LEARNED, *MEASURED):
        for change in world.changes:
            json.loads(change.split("=")[1])
        assert str(world.seed) in command(Path("g.py"), world, Path("out"))
