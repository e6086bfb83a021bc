"""The commands as an administrator calls them: in a process of their own."""

import json
import os
import re
import signal
import sqlite3
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from subprocess import STDOUT, CompletedProcess
from typing import Any

import pytest
from click.testing import CliRunner

from server.__main__ import cli
from server.accounts.actions import accept_admin_link, make_first_admin_link
from server.db import db
from tests.conftest import make_app
from tests.forking import started, started_anew

pytestmark = [pytest.mark.sqlite_only, pytest.mark.allow_hosts(["127.0.0.1"])]
ROOT = Path(__file__).parents[2]


def environment(folder: Path, **given: str) -> dict[str, str]:
    return {
        "PATH": os.defpath,
        "DATA_DIR": str(folder / "data"),
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "PORT": "0",
        **given,
    }


def call(folder: Path, *words: str, **given: str) -> CompletedProcess[str]:
    settings = environment(folder, **given)
    process = started("server", *words, folder=folder, environment=settings)
    said, errors = process.communicate(timeout=60)
    return CompletedProcess(words, process.wait(), said, errors)


@contextmanager
def running(
    folder: Path, *words: str, until: str, start: Any = started, **given: str
) -> Iterator[tuple[Any, str]]:
    """The command `words` while it runs, with what it said up to the line `until`."""
    with start(
        "server",
        *words,
        folder=folder,
        environment=environment(folder, **given),
        errors=STDOUT,
    ) as process:
        said = ""
        for line in process.stdout:
            said += line
            if re.search(until, line):
                break
        try:
            yield process, said
        finally:
            process.kill()


def address_in(said: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert found, said
    return found[0]


def stop(process: Any) -> str:
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=15)
    return said


def test_an_empty_folder_becomes_a_running_register(tmp_path: Path) -> None:
    with running(tmp_path, "run", until="quản trị đầu tiên", start=started_anew) as (
        process,
        said,
    ):
        address = address_in(said)
        with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:
            assert json.load(answer)["ready"] is True
        link = re.findall(r"http\S+", said)[-1]
        with urllib.request.urlopen(link, timeout=5) as page:
            assert page.status == 200

        assert "Đã dừng." in stop(process)
        assert process.returncode == 0


def test_a_second_start_finds_everything_and_gives_a_new_link(tmp_path: Path) -> None:
    with running(tmp_path, "run", until="quản trị đầu tiên") as (process, first):
        stop(process)

    with running(tmp_path, "run", until="quản trị đầu tiên") as (process, second):
        stop(process)

    assert re.findall(r"http\S+", first)[-1] != re.findall(r"http\S+", second)[-1]


def test_a_killed_server_starts_again(tmp_path: Path) -> None:
    with running(tmp_path, "run", until="quản trị đầu tiên") as (process, _):
        process.kill()

    with running(tmp_path, "run", until="quản trị đầu tiên") as (process, said):
        with urllib.request.urlopen(f"{address_in(said)}/readyz", timeout=5) as answer:
            assert answer.status == 200
        stop(process)


def test_a_taken_port_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with running(tmp_path, "run", until="http://") as (process, said):
        port = address_in(said).rpartition(":")[2]

        second = call(tmp_path / "other", "run", PORT=port)

        stop(process)
    assert second.returncode == 1
    assert "--port 8001" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_setting_that_does_not_fit_is_told_in_one_sentence(tmp_path: Path) -> None:
    done = call(tmp_path, "migrate", THREADS="many", DEFAULT_LANGUAGE="en")

    assert done.returncode == 1
    assert done.stderr == (
        "Error: The setting THREADS='many' is not a whole number. "
        "Give a number, in .env or the environment.\n"
    )


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    first = call(tmp_path, "migrate", DEFAULT_LANGUAGE="en")
    second = call(tmp_path, "migrate", DEFAULT_LANGUAGE="en")

    step = first.stdout.strip().rstrip(".")[-4:]
    assert first.stdout == f"Database: step 0 → {step}.\n"
    assert second.stdout == f"Database: step {step} → {step}.\n"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("", "The database is at step 0. Run the migrate command."),
        ("postgresql://nobody@127.0.0.1:1/none", "The database does not answer"),
    ],
)
@pytest.mark.parametrize("words", [["registry", "verify"], ["areas", "load"]])
def test_a_command_without_its_database_says_what_to_do(
    tmp_path: Path, address: str, told: str, words: list[str]
) -> None:
    settings = {
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": address,
        "DEFAULT_LANGUAGE": "en",
    }

    done = CliRunner().invoke(cli, words, env=settings)

    assert done.exit_code == 1
    assert done.stderr.startswith(f"Error: {told}")


def test_what_is_unfit_for_real_people_is_listed_and_fails(tmp_path: Path) -> None:
    done = call(tmp_path, "serve-check")

    assert done.returncode == 1
    assert "PUBLIC_URL" in done.stdout
    assert "SECURE_COOKIES" in done.stdout


def test_a_worker_alone_stops_on_a_signal(tmp_path: Path) -> None:
    call(tmp_path, "migrate")

    with running(tmp_path, "worker", until="việc nền") as (process, _):
        assert "Đã dừng." in stop(process)
        assert process.returncode == 0


def test_no_demo_is_played_in_a_register_of_real_people(tmp_path: Path) -> None:
    call(tmp_path, "migrate")
    data = tmp_path / "data"
    with make_app(data, f"sqlite:///{data / 'ra-soat.sqlite'}").app_context():
        token = make_first_admin_link() or ""
        words = {"name": "Real Person", "password": "four green herons walk"}
        accept_admin_link(token=token, login="real.person", **words)
        db.engine.dispose()

    refused = call(tmp_path, "run", "--demo")

    assert refused.returncode == 1
    assert "DATA_DIR" in refused.stderr


def test_an_interrupted_demo_says_so_and_still_lets_everybody_in(
    tmp_path: Path,
) -> None:
    with running(tmp_path, "run", "--demo", until="điện thoại mẫu") as (process, _):
        tidied = [checkpointed(tmp_path) for _ in received(tmp_path, 40)]
        process.kill()

    with running(tmp_path, "run", "--demo", until="phuong|invitation") as (
        process,
        said,
    ):
        stop(process)

    assert "ngắt giữa chừng" in said
    assert re.search(r"quantri +http://127", said)
    assert any(tidied[-10:]), (
        "a read that is left open keeps the database's log growing"
    )


def test_another_program_may_look_into_the_database_of_a_running_server(
    tmp_path: Path,
) -> None:
    """Whoever closes the file of a database lets go of every lock that its process has
    on it. The next program to close it then takes itself for the last one and removes
    the log, and what the server writes there is lost: it must never open that file."""
    database = tmp_path / "data/ra-soat.sqlite"
    with running(tmp_path, "run", until="http") as (_process, said):
        for _turn in range(3):  # what begins in the background has its time
            urllib.request.urlopen(f"{address_in(said)}/sign-in").read()
            with closing(sqlite3.connect(database)) as looking:
                looking.execute("SELECT count(*) FROM users").fetchone()
            time.sleep(0.3)

        assert database.with_name("ra-soat.sqlite-wal").exists()


def received(folder: Path, count: int) -> Iterator[int]:
    """How much has arrived, again and again, until it is `count` surveys."""
    deadline = time.monotonic() + 60
    seen = 0
    while seen < count and time.monotonic() < deadline:
        time.sleep(0.1)
        with closing(sqlite3.connect(folder / "data/ra-soat.sqlite")) as database:
            seen = database.execute("SELECT count(*) FROM submissions").fetchone()[0]
        if seen:
            yield seen
    assert seen >= count


def checkpointed(folder: Path) -> bool:
    """Whether what was logged could be carried over into the database."""
    with closing(sqlite3.connect(folder / "data/ra-soat.sqlite")) as database:
        _, logged, carried = database.execute("PRAGMA wal_checkpoint").fetchone()
    return bool(logged - carried < logged / 4)
