import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from server.audit.tables import AuditEvent
from server.db import db
from server.domain.actor import SYSTEM
from server.domain.problems import Refused
from server.openrosa import form_library
from server.openrosa.actions import release, release_forms
from server.openrosa.form_library import ConvertedForm, file_questions, media_names
from server.openrosa.queries import find_form, newest_forms
from server.openrosa.tables import ReleasedForm
from tests.journeys.posts import real_form


def form(version: str = "2026112501", **changes: bytes) -> ConvertedForm:
    known, _sha256 = real_form()
    xform = known.xform.replace(b"2026112501", version.encode())
    return ConvertedForm(
        known.form_id, version, known.title, changes.get("xform", xform)
    )


def released() -> list[tuple[str, str]]:
    return [(f.form_id, f.version) for f in db.session.scalars(select(ReleasedForm))]


def test_the_forms_of_the_folder_are_released_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert release_forms(by=SYSTEM) == ()
    first = released()

    def again(_workbook: Path) -> ConvertedForm:
        raise AssertionError("converted again")

    monkeypatch.setattr(form_library, "converted", again)
    assert release_forms(by=SYSTEM) == ()

    assert released() == first == [("household_review", "2026112501")]
    events = db.session.scalars(select(AuditEvent.action)).all()
    assert events == ["form.released"]


def test_other_bytes_under_a_known_version_are_refused_and_the_old_stay(
    app: Flask,
) -> None:
    release(by=SYSTEM, form=form(), workbook_sha256="1")

    with pytest.raises(Refused) as refused:
        changed = form(xform=form().xform + b"<!-- -->")
        release(by=SYSTEM, form=changed, workbook_sha256="2")

    assert [p.code for p in refused.value.problems] == ["form_version_reused"]
    found = find_form("household_review", "2026112501")
    assert found is not None
    assert found.xform == form().xform


def test_a_form_that_cannot_be_released_does_not_stop_the_others(
    app: Flask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path, _sha256 in form_library.workbooks():
        shutil.copy(path, tmp_path)
    (tmp_path / "a_broken.xlsx").write_bytes(b"no workbook")

    problems = release_forms(by=SYSTEM, folder=tmp_path)

    assert [problem.code for problem in problems] == ["form_not_convertible"]
    assert "a_broken.xlsx" in problems[0].sentence()
    assert "event=form_refused" in capsys.readouterr().err
    assert ("household_review", "2026112501") in released()


def test_a_form_that_reads_an_unknown_list_is_not_given_to_phones(app: Flask) -> None:
    xform = form().xform.replace(b"jr://file-csv/wards.csv", b"jr://file-csv/shops.csv")

    with pytest.raises(Refused) as refused:
        release(by=SYSTEM, form=form(xform=xform), workbook_sha256="1")

    assert [p.code for p in refused.value.problems] == ["form_needs_unknown_list"]
    assert released() == []


def test_the_newest_version_is_listed_and_older_ones_stay(app: Flask) -> None:
    for version in ("2026112502", "2026112501", "2026120101"):
        release(by=SYSTEM, form=form(version), workbook_sha256=version)

    assert [f.version for f in newest_forms()] == ["2026120101"]
    assert find_form("household_review", "2026112501") is not None


def test_what_the_form_reads_and_which_answers_are_files_is_known() -> None:
    xform = form().xform

    assert media_names(xform) == ("groups.csv", "households.csv", "wards.csv")
    assert file_questions(xform) == {"/household/location/photo", "/meta/audit"}
