"""Reports that are kept as they were: made again, they have the same bytes."""

import hashlib
import io
from datetime import date

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from server.areas.tables import Area
from server.db import db, transaction
from server.domain.actor import EVERYWHERE
from server.domain.problems import Refused
from server.domain.reporting.data_cut import pack_cut, unpack_cut
from server.domain.reporting.definition import catalogue
from server.registry.tables import HouseholdRow
from server.reports import freezing
from server.reports.actions import freeze, withdraw_report
from server.reports.freezing import asked_again, verify, written
from server.reports.official_asked import asked
from server.reports.tables import FrozenReport
from server.status.standards import find_standard
from tests.browsing import signed_in
from tests.factories import make_user
from tests.server.reports.test_movement import BEFORE
from tests.server.status.households import (
    OFFICER,
    at,
    make_household,
    make_ward,
    recognise,
    set_clock,
)


@pytest.fixture
def ward(app: Flask) -> Area:
    return make_ward(name="Phường Láng")


@pytest.fixture
def poor(ward: Area, monkeypatch: pytest.MonkeyPatch) -> HouseholdRow:
    """Recognised an hour ago: a report has what was known before its instant."""
    found = make_household(ward, head_name="Bùi Thị Lan", reviewed=date(2025, 10, 1))
    recognise(ward, [(found, "POOR")], valid_from=BEFORE)
    set_clock(monkeypatch, at(2026, 11, 24, 10))
    return found


def keep(code: str, **args: str) -> FrozenReport:
    wanted = asked(args, EVERYWHERE)
    return freeze(
        by=OFFICER,
        definition=catalogue().tables[code],
        question=wanted.question,
        unit=wanted.unit,
        unit_name=wanted.signed_name,
    )


def test_a_kept_report_is_made_again_with_the_same_bytes(
    app: Flask, poor: HouseholdRow
) -> None:
    pack = find_standard("vn-2022")
    assert pack is not None
    for code in catalogue().tables:
        row = keep(code)
        db.session.expire_all()

        assert hashlib.sha256(row.file).hexdigest() == row.file_sha256
        assert written(row, unpack_cut(row.data_cut, pack)) == row.file
        assert written(row, asked_again(row)) == row.file, code
        assert poor.id in unpack_cut(row.data_cut, pack).end
    assert verify(row).holds


def test_what_comes_later_changes_neither_the_report_nor_what_was_known(
    app: Flask, ward: Area, poor: HouseholdRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = keep("poor_list")
    set_clock(monkeypatch, at(2026, 12, 20))
    recognise(ward, [(poor, "NON_POOR")], valid_from=date(2026, 2, 1))

    found = verify(row)

    assert found.holds
    assert found.changed == ()
    assert written(row, asked_again(row)) == row.file


def test_a_change_of_the_file_the_law_or_the_program_is_seen(
    app: Flask, poor: HouseholdRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = keep("summary")
    with transaction():
        row.file_sha256 = "0" * 64
        row.pack_hashes = {"vn-2022": "other"}
    monkeypatch.setattr(freezing, "code_version", lambda: "newer")

    found = verify(row)

    assert not found.holds
    assert not found.file_is_whole
    assert found.changed_packs == ["vn-2022"]
    assert found.code_has_changed


def test_the_data_that_was_kept_reads_back_equal(
    app: Flask, poor: HouseholdRow
) -> None:
    wanted = asked({}, EVERYWHERE)
    register = wanted.fill(catalogue().tables["poor_list"]).register

    cut, digest = pack_cut(register)
    again = unpack_cut(cut, register.pack)

    assert again == register
    assert pack_cut(again) == (cut, digest)


def test_a_report_is_withdrawn_with_a_reason_and_never_twice(
    app: Flask, poor: HouseholdRow
) -> None:
    row = keep("summary")

    with pytest.raises(Refused):
        withdraw_report(by=OFFICER, frozen_id=row.id, reason=" ")
    withdraw_report(by=OFFICER, frozen_id=row.id, reason="Sai kỳ")
    with pytest.raises(Refused):
        withdraw_report(by=OFFICER, frozen_id=row.id, reason="Sai kỳ")

    assert db.session.get(FrozenReport, row.id) is not None


@pytest.mark.sqlite_only
def test_a_kept_list_tells_no_name_of_who_lives_out_of_sight(
    app: Flask, ward: Area, poor: HouseholdRow
) -> None:
    officer = signed_in(app, make_user(areas=[ward]))
    wanted = asked({}, EVERYWHERE)
    row = freeze(
        by=OFFICER,
        definition=catalogue().tables["poor_list"],
        question=wanted.question,
        unit=wanted.unit,
        unit_name="Phường Láng",
        hidden=frozenset({poor.id}),
    )

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(row.file)).get_sheet_by_index(0)
    texts = {str(cell) for line in sheet.to_python() for cell in line}

    assert poor.code in texts
    assert "Bùi Thị Lan" not in " ".join(texts)
    assert verify(row).holds
    assert verify(row).changed == ()
    kept = officer.post("/reports/tables/poor_list/freeze").location
    assert "Giống hệt" in officer.post(f"{kept}/verify").text


@pytest.mark.sqlite_only
def test_a_report_is_kept_verified_and_withdrawn_on_screen(
    app: Flask, ward: Area, poor: HouseholdRow
) -> None:
    officer = signed_in(app, make_user(areas=[ward]))
    other = signed_in(app, make_user(areas=[make_ward()]))

    kept = officer.post("/reports/tables/poor_list/freeze", data={"note": "Gửi quận"})
    page = officer.get(kept.location).text
    file = officer.get(f"{kept.location}/file").data
    verified = officer.post(f"{kept.location}/verify").text
    officer.post(f"{kept.location}/withdraw", data={"reason": "Sai kỳ"})

    assert hashlib.sha256(file).hexdigest() in page
    assert "Gửi quận" in page
    assert "Giống hệt" in verified
    assert "Sai kỳ" in officer.get(kept.location).text
    assert "Phường Láng" in officer.get("/reports/frozen?state=withdrawn").text
    assert other.get(kept.location).status_code == 404
    assert "Phường Láng" not in other.get("/reports/frozen").text
