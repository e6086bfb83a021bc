"""`python -m sync doctor`: ten checks in plain words, whatever is broken."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server import clock
from server.central.findings import CHECKS, STATES, Finding
from server.central.tables import SyncCheckup
from server.db import db
from server.domain.actor import SYSTEM
from server.jobs.actions import enqueue
from server.openrosa.actions import release_forms
from sync import checks_here
from sync.checks_there import tls
from sync.doctor import examine
from tests.fakes.central import Fault
from tests.sync.office import Office
from tests.sync.surveys import SurveyOffice
from tests.sync.test_commands import ran

pytestmark = pytest.mark.sqlite_only


def config(office: Office, **more: Any) -> dict[str, Any]:
    return {
        **office.app.config,
        "CENTRAL_URL": office.fake.url,
        "CENTRAL_EMAIL": office.fake.email,
        "CENTRAL_PASSWORD": office.fake.password,
        "CENTRAL_PROJECT": office.project,
        **more,
    }


def seen(office: Office, **more: Any) -> dict[str, Finding]:
    return {each.check: each for each in examine(config(office, **more))}


def codes(found: dict[str, Finding]) -> dict[str, str]:
    return {check: each.problem.code for check, each in found.items()}


def test_all_ten_are_told_in_their_order(office: Office) -> None:
    assert tuple(seen(office)) == CHECKS


def test_what_is_well_is_said_to_be(office: Office) -> None:
    office.pull()
    office.reconcile()

    found = codes(seen(office))

    assert found["reachable"] == "doctor_reachable"
    assert found["tls"] == "doctor_tls_local"
    assert found["rights"] == "doctor_rights"
    assert found["versions"].startswith("doctor_versions")
    assert found["clock"] in ("doctor_clock", "doctor_clock_wrong")
    assert found["backlog"] == "doctor_backlog"
    assert found["failed_entities"] == "doctor_entities"
    assert found["reconcile"] == "doctor_reconcile"


def test_it_is_kept_for_the_sync_page(office: Office) -> None:
    examine(config(office))

    kept = db.session.scalars(select(SyncCheckup)).one()
    assert [each["check"] for each in kept.findings] == list(CHECKS)
    assert {each["state"] for each in kept.findings} <= set(STATES)
    assert not kept.is_well  # no form was released


def test_without_settings_it_says_which_and_looks_at_the_rest(office: Office) -> None:
    found = seen(office, CENTRAL_URL="")

    assert found["reachable"].problem.code == "central_not_set"
    assert found["rights"].state == "unknown"
    assert found["disk"].problem.code.startswith("doctor_disk")


def test_a_central_that_is_away_leaves_what_depends_on_it_open(office: Office) -> None:
    office.fake.stop()

    found = seen(office)

    assert found["reachable"].problem.code == "central_unreachable"
    assert {found[c].state for c in ("rights", "versions", "forms", "clock")} == {
        "unknown"
    }


def test_a_wrong_password_is_no_missing_network(office: Office) -> None:
    found = seen(office, CENTRAL_PASSWORD="wrong")

    assert found["reachable"].state == "well"
    assert found["rights"].problem.code == "central_sign_in_refused"


def test_a_page_of_a_proxy_is_no_central(office: Office) -> None:
    office.fake.faults.order(Fault.PAGE, times=99)

    assert seen(office)["reachable"].problem.code == "central_answer_broken"


def test_a_viewer_may_not_do_enough(office: Office) -> None:
    office.fake.add_user("v@example.org", "a long password", {office.project: "viewer"})

    found = seen(office, CENTRAL_EMAIL="v@example.org")["rights"]

    assert found.problem.code == "doctor_rights_missing"
    assert "entity.create" in found.problem.values["names"]


def test_another_project_is_not_ours(office: Office) -> None:
    found = seen(office, CENTRAL_PROJECT=4711)

    assert found["rights"].problem.code == "doctor_rights_no_project"


def test_forms_are_ours_or_not(app: Flask, office: Office) -> None:
    release_forms(by=SYSTEM)
    assert seen(office)["forms"].problem.code == "doctor_forms_differ"

    from server.openrosa.queries import newest_forms

    SurveyOffice(app, office.fake)
    surveys = SurveyOffice.__new__(SurveyOffice)
    surveys.__dict__.update(office.__dict__, form="household_review")
    ours = {form.form_id: form.version for form in newest_forms()}
    surveys.publish(ours["household_review"])

    found = seen(office)["forms"]
    others = set(ours) - {"household_review"}
    assert "household_review" not in found.problem.values["names"] or not others


@pytest.mark.parametrize(
    ("address", "code", "state"),
    [
        ("http://localhost:8383", "doctor_tls_local", "well"),
        ("http://127.0.0.1", "doctor_tls_local", "well"),
        ("http://10.0.0.5", "doctor_tls_plain", "bad"),
        ("http://odk.example.vn", "doctor_tls_plain", "bad"),
    ],
)
def test_a_password_in_the_open_is_bad(address: str, code: str, state: str) -> None:
    found = tls(address)

    assert (found.problem.code, found.state) == (code, state)


def test_a_certificate_nobody_trusts_is_bad() -> None:
    found = tls("https://odk.example.vn", is_trusted=False)

    assert found.problem.code == "doctor_tls_untrusted"


def test_work_that_piles_up_is_noticed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    enqueue("record_added", {})
    later = clock.now() + timedelta(hours=1)
    monkeypatch.setattr("server.clock.now", lambda: later)

    assert codes(seen(office))["backlog"] == "doctor_backlog_late"


def test_a_full_disk_is_noticed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks_here, "LEAST_FREE", 10**18)
    monkeypatch.setattr(checks_here, "BETTER_FREE", 10**18)

    assert seen(office)["disk"].state == "bad"


def test_a_comparison_that_was_left_out_is_noticed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.pull()
    assert codes(seen(office))["reconcile"] == "doctor_reconcile_never"
    office.reconcile()
    later = clock.now() + timedelta(hours=4)
    monkeypatch.setattr("server.clock.now", lambda: later)

    assert codes(seen(office))["reconcile"] == "doctor_reconcile_late"


def test_it_speaks_both_languages_and_ends_with_a_status(
    app: Flask, office: Office
) -> None:
    status, said, _ = ran(app, office, "doctor", CENTRAL_URL="")

    assert status == 1
    assert "✗ Reachable: ODK Central is not set up." in said
    assert "→ Give CENTRAL_URL" in said


def test_programs_get_json(app: Flask, office: Office) -> None:
    status, said, _ = ran(app, office, "doctor", "--json", "--language", "vi")

    told = json.loads(said)
    assert status == 1
    assert not told["well"]
    assert [each["check"] for each in told["checks"]] == list(CHECKS)
    assert "Không" in said


def test_a_database_that_was_never_filled_is_said_once(
    app: Flask, office: Office, tmp_path: Path
) -> None:
    empty = f"sqlite:///{tmp_path / 'empty.sqlite'}"

    status, said, _ = ran(app, office, "doctor", DATABASE_URL=empty)

    assert status == 1
    assert "The database is at step 0" in said
    assert "does not answer" not in said
    assert said.count("because the database is not ready") == 4


def test_a_database_that_is_away_is_a_finding(app: Flask, office: Office) -> None:
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:9/none"

    status, said, err = ran(app, office, "doctor", DATABASE_URL=nowhere)

    assert status == 1
    assert "The database does not answer" in said
    assert "Traceback" not in err
