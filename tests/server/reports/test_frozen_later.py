"""A kept report is the same bytes after whatever happened since: corrections, later surveys,
households joined and parted again, signed tables, and areas that changed."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from server.areas.actions import end_group
from server.areas.tables import Area, AreaSuccession
from server.db import db, transaction
from server.domain.actor import EVERYWHERE
from server.domain.matching.judgement import Verdict
from server.domain.reporting.data_cut import unpack_cut
from server.domain.reporting.definition import catalogue
from server.domain.survey.record import SurveyRecord
from server.registry.actions import correct, take_back_correction
from server.registry.queries import household_of
from server.registry.tables import HouseholdRow
from server.reports.actions import enter_residents, freeze
from server.reports.freezing import asked_again, verify, written
from server.reports.official_asked import asked
from server.reports.tables import FrozenReport
from server.review.actions import decide, relink, undo
from server.review.tables import MergeProposal
from server.status.actions import assess
from server.status.standards import find_standard
from tests.factories import make_area
from tests.server.review.surveys import STAFF, arrive, ask_about_everything, survey
from tests.server.standards.signing import sign_invented
from tests.server.status.households import OFFICER, at, recognise, set_clock

DAY = date(2026, 10, 15)
CODES = ("groups", "poor_movement", "poor_list")


class Kept:
    """Three reports of a ward by residential group, kept on 20 October."""

    def __init__(self, ward: Area) -> None:
        args = {"to": DAY.isoformat(), "unit": str(ward.id), "standard": "vn-2022"}
        wanted = asked(args, EVERYWHERE)
        self.rows: list[FrozenReport] = [
            freeze(
                by=OFFICER, definition=catalogue().tables[code],
                question=wanted.question, unit=wanted.unit,
                unit_name=wanted.signed_name,
            )
            for code in CODES
        ]  # fmt: skip
        self.files = [row.file for row in self.rows]

    def is_the_same(self, *, changed: set[str] | None = None) -> None:
        """The kept bytes, and those made again from the kept data; from the register as
        known then, too, but for households that `changed` where areas did."""
        db.session.expire_all()
        pack = find_standard("vn-2022")
        assert pack is not None
        for row, file in zip(self.rows, self.files, strict=True):
            assert row.file == file
            assert hashlib.sha256(file).hexdigest() == row.file_sha256
            assert written(row, unpack_cut(row.data_cut, pack)) == file
            found = verify(row)
            assert found.holds, row.table_code
            assert set(found.changed) == (changed or set()), row.table_code
            if changed is None:
                assert written(row, asked_again(row)) == file, row.table_code
                assert found.changed_packs == []


def in_group(record: SurveyRecord, group: Area) -> SurveyRecord:
    return replace(record, household=replace(record.household, group_code=group.code))


@pytest.fixture
def ward(app: Flask) -> Area:
    return make_area(code="00229", level="ward", name="Phường Kim Liên")


@pytest.fixture
def groups(ward: Area) -> tuple[Area, Area]:
    first, second = (
        make_area(
            level="group",
            parent_id=ward.id,
            code=f"00229-0{number}",
            name=f"Tổ {number}",
        )
        for number in (1, 2)
    )
    return first, second


def became(ward: Area, on: date) -> None:
    """The ward is another one from a day on."""
    with transaction() as session:
        session.get_one(Area, ward.id).valid_to = on
        new = Area(code="00230", name="Phường Mới", name_folded="phuong moi",
                   level="ward", valid_from=on)  # fmt: skip
        session.add(new)
        session.flush()
        session.add(
            AreaSuccession(
                from_area_id=ward.id, to_area_id=new.id, on=on, is_default=True
            )
        )


def test_a_kept_report_is_the_same_whatever_came_later(
    ward: Area, groups: tuple[Area, Area], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = groups
    set_clock(monkeypatch, at(2026, 9, 2))
    ask_about_everything()
    said = survey("Nguyễn Văn Bình", "1960", review_date=date(2026, 9, 1))
    record = arrive(in_group(said, first))
    twin = survey("Nguyễn Văn Bình", "1960-03-02", review_date=date(2026, 9, 1))
    arrive(in_group(twin, second))
    rows = db.session.scalars(select(HouseholdRow)).all()
    since = date(2026, 9, 2)
    recognise(ward, [(row, "POOR") for row in rows], decided_on=since, valid_from=since)
    proposal = db.session.scalars(select(MergeProposal)).one()
    set_clock(monkeypatch, at(2026, 10, 20))
    kept = Kept(ward)
    kept.is_the_same()

    # A correction, a later survey that finds the family elsewhere, and taking it back.
    set_clock(monkeypatch, at(2026, 10, 21))
    home = household_of(record)
    fixed = correct(
        by=STAFF, household_id=home.id, path="head_name", value="Nguyễn Văn Bính",
        reason="ghi nhầm",
    )  # fmt: skip
    relink(record_ids={record})
    kept.is_the_same()
    edited = {"deprecated_id": said.instance_id, "review_date": date(2026, 10, 10)}
    arrive(in_group(survey("Nguyễn Văn Bình", "1960", **edited), second))
    kept.is_the_same()
    take_back_correction(by=STAFF, correction_id=fixed.id)
    relink(record_ids={record})
    kept.is_the_same()

    # The two are one household, and two again.
    set_clock(monkeypatch, at(2026, 10, 25))
    judged = decide(by=STAFF, proposal_id=proposal.id, verdict=Verdict.SAME)
    kept.is_the_same()
    set_clock(monkeypatch, at(2026, 10, 26))
    undo(by=STAFF, judgement_id=judged.id, reason="hai hộ")
    kept.is_the_same()

    # Another law of the same name, another number of residents, another decision.
    set_clock(monkeypatch, at(2026, 11, 1))
    sign_invented()
    assess(household_ids=[row.id for row in rows])
    enter_residents(
        by=OFFICER, area_id=ward.id, on=date(2026, 1, 1), households=900, persons=3000,
        source="Công an",
    )  # fmt: skip
    after = date(2026, 10, 1)
    recognise(ward, [(rows[0], "NON_POOR")], decided_on=after, valid_from=after)
    kept.is_the_same()

    # Areas have no "as known on": what ended backwards in time is told, and the kept
    # bytes stay. A ward that became another one takes nothing away.
    set_clock(monkeypatch, at(2026, 11, 10))
    end_group(by=STAFF, group_id=second.id, on=date(2026, 11, 1))
    kept.is_the_same()
    became(ward, date(2026, 11, 5))
    relink(record_ids={record})
    kept.is_the_same()
    with transaction() as session:
        session.get_one(Area, first.id).valid_to = date(2026, 10, 1)
    moved = {row.id for row in rows if row.group_code == first.code}
    kept.is_the_same(changed=moved or {home.id})
