"""`manage.py` on a machine that has nothing: a copy of it in a folder of its own."""

import ast
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import manage

ROOT = Path(manage.__file__).parent
PINNED = [ROOT / manage.RUN, ROOT / manage.TEST]


def call(
    folder: Path, *arguments: str, path: str = "", called_from: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Call the copy in `folder` with an environment that holds nothing but a PATH."""
    return subprocess.run(
        [sys.executable, str(folder / "manage.py"), *arguments],
        env={"PATH": path or os.defpath, "HOME": str(folder)},
        cwd=called_from,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A fresh clone of nothing but manage.py and requirements that are empty."""
    shutil.copy(ROOT / "manage.py", tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / manage.RUN).touch()
    (tmp_path / manage.TEST).touch()
    (tmp_path / "server").mkdir()
    (tmp_path / "server" / "__main__.py").write_text(
        "import sys; print('inside', *sys.argv[1:], sys.prefix)"
    )
    return tmp_path


def test_without_a_word_it_explains_itself_and_makes_nothing(clone: Path) -> None:
    done = call(clone)

    assert done.returncode == 0
    assert "manage.py run --demo" in done.stdout
    assert not (clone / ".venv").exists()


def test_the_environment_is_made_once_and_follows_the_pins(clone: Path) -> None:
    first = call(clone, "anything", "--at", "all")
    second = call(clone, "anything")
    (clone / manage.RUN).write_text("# other pins\n")
    after_new_pins = call(clone, "anything")

    assert "Making .venv" in first.stdout
    assert f"inside anything --at all {clone / '.venv'}" in first.stdout
    assert second.stdout == f"inside anything {clone / '.venv'}\n"
    assert "Installing" in after_new_pins.stdout
    assert "Making" not in after_new_pins.stdout


def test_matching_finds_the_files_where_it_is_called(
    clone: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (clone / "server" / "domain" / "matching").mkdir(parents=True)
    (clone / "server" / "domain" / "matching" / "__main__.py").write_text(
        "import sys, pathlib; print(pathlib.Path(sys.argv[2]).read_text())"
    )
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "surveys.jsonl").write_text("what phones sent")
    (elsewhere / "server.py").write_text("raise SystemExit('not this one')")

    done = call(clone, "matching", "cluster", "surveys.jsonl", called_from=elsewhere)

    assert done.stdout.endswith("what phones sent\n")


def test_an_environment_that_was_never_finished_is_made_anew(clone: Path) -> None:
    left_over = clone / ".venv" / "bin" / "python"
    left_over.parent.mkdir(parents=True)
    left_over.touch()

    done = call(clone, "anything")

    assert "Making" in done.stdout
    assert "inside anything" in done.stdout


def test_a_failed_installation_says_so_and_is_tried_again(clone: Path) -> None:
    (clone / manage.RUN).write_text(
        "./gone-1-py3-none-any.whl --hash=sha256:" + "0" * 64 + "\n"
    )

    failed = call(clone, "x")

    assert failed.returncode != 0
    assert "could not be installed" in failed.stderr
    assert "inside" not in failed.stdout
    assert not (clone / ".venv" / "installed.json").exists()


def test_a_failing_check_fails_the_whole(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(manage, "PYTHON", sys.executable)
    fine, broken = ["this"], ["no_such_module"]

    monkeypatch.setattr(manage, "CHECKS", (("poetry", fine),))
    assert manage.test([]) == 0
    monkeypatch.setattr(manage, "CHECKS", (("poetry", fine), ("nothing", broken)))
    assert manage.test([]) == 1

    assert "FAILED: nothing" in capfd.readouterr().out


def test_what_the_checks_start_is_compiled_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr(manage, "CHECKS", ())

    assert manage.test([]) == 0

    assert not os.environ["PYTHONDONTWRITEBYTECODE"]


@pytest.mark.parametrize("command", [check[1] for check in manage.CHECKS])
def test_every_check_does_something_when_it_is_called(command: list[str]) -> None:
    found = find_spec(command[0])

    assert found is not None
    is_package = bool(found.submodule_search_locations)
    runs = find_spec(f"{command[0]}.__main__") if is_package else found
    assert runs is not None
    assert runs.origin is not None
    assert "__main__" in Path(runs.origin).read_text(encoding="utf-8")


@pytest.mark.parametrize("python", [(3, 7), (3, 8), (3, 10)])
def test_an_older_python_can_read_it_far_enough_to_be_told(
    python: tuple[int, int],
) -> None:
    text = (ROOT / "manage.py").read_text(encoding="utf-8")

    before_the_check = text[: text.index("import hashlib")]

    ast.parse(before_the_check, feature_version=python)
    ast.parse(text.replace(":=", "=="), feature_version=python)


@pytest.mark.parametrize(
    "path",
    [ROOT / manage.RUN, *(ROOT / path for path in manage.EXTRAS.values())],
    ids=lambda p: f"{p.parent.name}/{p.name}",
)
def test_every_pin_has_its_hash_and_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    pins = re.findall(r"(?m)^([a-z0-9_.\[\]-]+)==.*\\$", text)

    assert len(pins) > 30
    assert text.count("\n    --hash=sha256:") >= len(pins)
    assert "://" not in text
    assert "--index" not in text


def test_what_is_tested_is_what_runs() -> None:
    run, tested = (
        dict(re.findall(r"(?m)^([a-z0-9_.-]+)==([^ ]+)", path.read_text()))
        for path in PINNED
    )

    assert run.items() <= tested.items()
