"""`python -m sync pull` and `reconcile`, as an administrator starts them."""

import errno
import os
import signal
import time
from collections import Counter

import pytest
from flask import Flask

from sync import rounds
from sync.lists import filters_supported
from sync.problems import CentralError
from tests import forking
from tests.fakes.central import Fault
from tests.forking import Program
from tests.sync.office import Office, quiet

pytestmark = pytest.mark.sqlite_only


def settings_of(app: Flask, office: Office, **more: str) -> dict[str, str]:
    return {
        **os.environ,
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


def started(app: Flask, office: Office, *command: str, **more: str) -> Program:
    settings = settings_of(app, office, **more)
    return forking.started("sync", *command, environment=settings)


def ran(app: Flask, office: Office, *command: str, **more: str) -> tuple[int, str, str]:
    process = started(app, office, *command, **more)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def test_pull_and_reconcile_say_what_came_over(app: Flask, office: Office) -> None:
    office.create("uuid:a")
    office.attach("uuid:a")

    settings = settings_of(app, office, CENTRAL_FETCH_FILES="true")
    anew = forking.started_anew("sync", "pull", environment=settings)
    said, _ = anew.communicate(timeout=120)

    assert (anew.returncode, said) == (0, "t: files 1, new 1\n")
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


def test_a_database_that_is_away_is_one_sentence(app: Flask, office: Office) -> None:
    nowhere = "postgresql+psycopg://nobody:secret@127.0.0.1:9/none"

    status, said, err = ran(app, office, "pull", DATABASE_URL=nowhere)

    assert (status, said) == (1, "")
    assert err.startswith("Error: The database does not answer (OperationalError).")
    assert err.count("\n") == 1
    assert "secret" not in err


def test_a_project_that_is_not_there_has_no_list_to_be_equal_to(
    office: Office,
) -> None:
    with pytest.raises(CentralError) as caught:
        filters_supported(office.central, 99)

    assert caught.value.problem.code == "central_not_found"


def test_a_full_disk_is_called_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object, **_more: object) -> Counter[str]:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(rounds, "pull", full)
    here = rounds.Office(office.central, office.project, office.store, False)

    outcome = rounds.pull_all(here, quiet)

    ((form, problem),) = outcome.problems
    assert (form, problem.code) == (office.form, "folder_disk_full")
    assert str(office.app.config["DATA_DIR"]) in problem.sentence("vi")


def test_a_form_that_is_gone_is_not_passed_over_in_silence(
    app: Flask, office: Office
) -> None:
    office.create("uuid:a")
    assert ran(app, office, "pull")[0] == 0
    office.central.send("DELETE", office.path)

    status, _, err = ran(app, office, "pull")

    assert status == 1
    assert err.startswith("t: The form t waits for a person")
