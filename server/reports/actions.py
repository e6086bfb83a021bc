"""Entering how many households live somewhere, and keeping reports as they are."""

import hashlib
from datetime import date

from sqlalchemy import select

from server import clock
from server.areas import queries as areas
from server.audit import actions as audit
from server.db import db, serialise, transaction
from server.domain.actor import Actor
from server.domain.problems import Problem, Refused
from server.domain.reporting.data_cut import pack_cut, without_names
from server.domain.reporting.definition import Definition
from server.domain.reporting.tabulate import tabulate
from server.reports.freezing import question_of, written
from server.reports.official import packs_of, register_of
from server.reports.places import Unit
from server.reports.program import code_version
from server.reports.question import Question
from server.reports.tables import FrozenReport, ResidentTotal

EARLIEST_RESIDENTS = date(2000, 1, 1)


def enter_residents(
    *,
    by: Actor,
    area_id: int,
    on: date,
    households: int,
    persons: int | None,
    source: str,
) -> ResidentTotal:
    """How many households and people live in an area on a day, by a document. What was
    entered for the same day before no longer counts."""
    problems = []
    if persons is not None and persons < households:
        problems.append(
            Problem("residents_fewer_than_households", "persons", {"value": persons})
        )
    if on > clock.today():
        problems.append(Problem("residents_in_future", "on", {"value": on.isoformat()}))
    if not source.strip():
        problems.append(Problem("residents_without_source", "source"))
    if problems:
        raise Refused(*problems)
    with transaction() as session:
        serialise("resident_totals")
        area = areas.get_area(area_id)
        _supersede(by, area_id, on)
        row = ResidentTotal(
            area_id=area.id,
            on=on,
            households=households,
            persons=persons,
            source=source.strip(),
            at=clock.now(),
            **by.signature(),
        )
        session.add(row)
        session.flush()
        _tell_residents(by, row, "residents.entered")
        return row


def take_back_residents(*, by: Actor, total_id: int) -> ResidentTotal:
    """An entry no longer counts."""
    with transaction() as session:
        serialise("resident_totals")
        row = session.get(ResidentTotal, total_id)
        if row is None or row.superseded_at is not None:
            raise Refused(Problem("resident_total_not_found"), status=404)
        row.superseded_at, row.superseded_by = clock.now(), by.name
        _tell_residents(by, row, "residents.taken_back")
        return row


def _supersede(by: Actor, area_id: int, on: date) -> None:
    held = db.session.scalar(
        select(ResidentTotal).where(
            ResidentTotal.area_id == area_id,
            ResidentTotal.on == on,
            ResidentTotal.superseded_at.is_(None),
        )
    )
    if held is not None:
        held.superseded_at, held.superseded_by = clock.now(), by.name
        db.session.flush()


def _tell_residents(by: Actor, row: ResidentTotal, action: str) -> None:
    audit.record(
        by=by,
        action=action,
        subject_kind="area",
        subject_id=row.area_id,
        details={"on": row.on.isoformat(), "households": row.households},
    )


def freeze(
    *,
    by: Actor,
    definition: Definition,
    question: Question,
    unit: Unit,
    unit_name: str,
    hidden: frozenset[str] = frozenset(),
    note: str = "",
) -> FrozenReport:
    """Keep an official table as it is now, so that it can be made again the same.

    As known now, or as it was known on the asked day; of households in `hidden` only
    the code is kept. Refused while the table does not come out even.
    """
    with transaction() as session:
        known_at = question.known_at or clock.now()
        row = FrozenReport(
            table_code=definition.code,
            area_id=unit.area.id if unit.area else _area_of_all(unit),
            is_of_area=unit.area is not None,
            are_of_today=unit.are_of_today,
            unit_name=unit_name,
            standard=question.standard.id,
            start=question.start,
            on=question.end,
            known_at=known_at,
            look_back_years=question.look_back_years,
            ward_ids=[each.id for each in unit.wards],
            code_version=code_version(),
            note=note.strip(),
            at=clock.now(),
            **by.signature(),
        )
        asked = question_of(row, question.standard)
        register = without_names(register_of(definition, asked, unit), hidden)
        if not tabulate(definition, register).is_sound:
            raise Refused(Problem("report_not_sound"))
        row.data_cut, row.data_sha256 = pack_cut(register)
        row.pack_hashes = {
            id_: pack.content_hash for id_, pack in packs_of(asked).items()
        }
        row.file = written(row, register)
        row.file_sha256 = hashlib.sha256(row.file).hexdigest()
        session.add(row)
        session.flush()
        _tell(by, row, "report.frozen")
        return row


def withdraw_report(*, by: Actor, frozen_id: int, reason: str) -> FrozenReport:
    """A kept report no longer counts. It stays to be read."""
    with transaction() as session:
        row = session.get(FrozenReport, frozen_id)
        if row is None:
            raise Refused(Problem("frozen_report_not_found"), status=404)
        if row.withdrawn_at is not None:
            raise Refused(Problem("report_withdrawn_already"))
        if not reason.strip():
            raise Refused(Problem("report_withdrawal_without_reason", "reason"))
        row.withdrawn_at, row.withdrawn_by = clock.now(), by.name
        row.withdrawal_reason = reason.strip()
        _tell(by, row, "report.withdrawn")
        return row


def _area_of_all(unit: Unit) -> int | None:
    """The smallest area that holds all wards of a unit."""
    paths = [[area.id for area in areas.path_of(ward)] for ward in unit.wards]
    shared = [ids[0] for ids in zip(*paths, strict=False) if len(set(ids)) == 1]
    return shared[-1] if shared else None


def _tell(by: Actor, row: FrozenReport, action: str) -> None:
    audit.record(
        by=by,
        action=action,
        subject_kind="report",
        subject_id=row.id,
        details={
            "table": row.table_code,
            "on": row.on.isoformat(),
            "standard": row.standard,
            "sha256": row.file_sha256,
        },
    )
