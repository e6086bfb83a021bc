"""`python -m sync pull` and `reconcile`, as an administrator starts them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask

from tests.fakes.central import Fault
from tests.sync.office import Office

pytestmark = pytest.mark.sqlite_only
ROOT = Path(__file__).parents[2]


def started(
    app: Flask, office: Office, *command: str, **more: str
) -> subprocess.Popen[str]:
    settings = {
        "DATA_DIR": str(app.config["DATA_DIR"]),
        "DATABASE_URL": app.config["DATABASE_URL"],
        "SEALING_KEY": app.config["SEALING_KEY"],
        "SECRET_KEY": "testing",
        "CENTRAL_URL": office.fake.url,
        "CENTRAL_EMAIL": office.fake.email,
        "CENTRAL_PASSWORD": office.fake.password,
        "CENTRAL_PROJECT": str(office.project),
        "DEFAULT_LANGUAGE": "en",
        **more,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "sync", *command],
        cwd=ROOT,
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ran(app: Flask, office: Office, *command: str, **more: str) -> tuple[int, str, str]:
    process = started(app, office, *command, **more)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def test_pull_and_reconcile_say_what_came_over(app: Flask, office: Office) -> None:
    office.create("uuid:a")
    office.attach("uuid:a")

    status, said, _ = ran(app, office, "pull", CENTRAL_FETCH_FILES="true")

    assert (status, said) == (0, "t: files 1, new 1\n")
    assert office.differences() == []
    assert ran(app, office, "reconcile")[:2] == (0, "t: -\n")


def test_without_settings_it_says_which(app: Flask, office: Office) -> None:
    status, _, said = ran(app, office, "pull", CENTRAL_URL="")

    assert status == 1
    assert "CENTRAL_URL" in said


def test_a_wrong_password_is_a_sentence(app: Flask, office: Office) -> None:
    status, _, said = ran(app, office, "pull", CENTRAL_PASSWORD="wrong")

    assert status == 1
    assert "Check CENTRAL_EMAIL and CENTRAL_PASSWORD" in said
    assert "Traceback" not in said


def test_it_stops_after_the_step_under_way(app: Flask, office: Office) -> None:
    office.create("uuid:a")
    office.fake.faults.seconds = 2
    office.fake.faults.order(Fault.HANGS, times=99, path="Submissions")
    process = started(app, office, "pull")
    deadline = time.monotonic() + 30
    while not any("Submissions" in path for _, path in office.fake.asked):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    office.fake.faults.stop()

    assert process.wait(30) == 0

    assert "Traceback" not in process.communicate()[1]


def test_publish_says_what_is_missing_before_it_sends_anything(
    app: Flask, office: Office
) -> None:
    status, _, said = ran(app, office, "publish")

    assert status == 1
    assert "households: The household list at" in said
    assert "python -m sync deploy" in said
