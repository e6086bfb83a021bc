"""A signed report made again: from the data that was kept, and from the register."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from server.areas import queries as areas
from server.clock import VIETNAM
from server.domain.poverty.pack import Pack
from server.domain.reporting.data_cut import (
    changed_households,
    nameless,
    pack_cut,
    unpack_cut,
    without_names,
)
from server.domain.reporting.definition import catalogue
from server.domain.reporting.register import Register
from server.domain.reporting.tabulate import tabulate
from server.reports.official import packs_of, register_of
from server.reports.official_workbook import write_xlsx
from server.reports.places import Unit
from server.reports.program import code_version
from server.reports.question import Question
from server.reports.sheet import About, sheet_of
from server.reports.tables import FrozenReport
from server.status.standards import NOWHERE_KNOWN, find_standard, place_of


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found when a report was made again.

    `file_is_whole`: the kept file still has its hash. `is_same`: made again from the kept
    data it has the same bytes; None when the standard is gone. `changed` are households
    of which the register says something else today about what was known then.
    """

    file_is_whole: bool
    data_is_whole: bool
    is_same: bool | None
    changed_packs: Sequence[str]
    code_has_changed: bool
    changed: Sequence[str]

    @property
    def holds(self) -> bool:
        return self.file_is_whole and self.data_is_whole and self.is_same is True


def written(row: FrozenReport, register: Register) -> bytes:
    """The file of a report, from its data and what was asked."""
    definition = catalogue().tables[row.table_code]
    about = About(
        unit_name=row.unit_name,
        start=row.start,
        end=row.on,
        known_at=row.known_at,
        look_back_years=row.look_back_years,
        dated=row.known_at.astimezone(VIETNAM).date(),
    )
    return write_xlsx(sheet_of(tabulate(definition, register), register, about))


def asked_again(row: FrozenReport) -> Register:
    """What the register says now of what was known then."""
    pack = _law_of(row)
    if pack is None:
        raise LookupError(row.standard)
    unit = Unit(
        area=areas.find_area(row.area_id) if row.area_id and row.is_of_area else None,
        wards=[areas.get_area(each) for each in row.ward_ids],
        on=row.on,
        are_of_today=row.are_of_today,
    )
    question = question_of(row, pack)
    return register_of(catalogue().tables[row.table_code], question, unit)


def _law_of(row: FrozenReport) -> Pack | None:
    """The standard of a report as it stood there then; a table that was signed since is
    not the law of what was kept."""
    place = place_of(row.ward_ids[0]) if row.ward_ids else NOWHERE_KNOWN
    return find_standard(row.standard, place, row.on, row.known_at)


def question_of(row: FrozenReport, pack: Pack) -> Question:
    """What was asked, with its instant."""
    return Question(
        standard=pack,
        start=row.start,
        end=row.on,
        look_back_years=row.look_back_years,
        cut_at=row.known_at,
    )


def verify(row: FrozenReport) -> Verification:
    """Make a report again in both ways and compare."""
    pack = _law_of(row)
    whole = hashlib.sha256(row.file).hexdigest() == row.file_sha256
    if pack is None:
        return Verification(whole, False, None, [row.standard], _is_other(row), ())
    kept = unpack_cut(row.data_cut, pack)
    again = written(row, kept)
    _, data_sha256 = pack_cut(kept)
    hashes = {
        id_: each.content_hash for id_, each in packs_of(question_of(row, pack)).items()
    }
    return Verification(
        file_is_whole=whole,
        data_is_whole=data_sha256 == row.data_sha256,
        is_same=hashlib.sha256(again).hexdigest() == row.file_sha256,
        changed_packs=sorted(
            id_
            for id_, kept_hash in row.pack_hashes.items()
            if hashes.get(id_) != kept_hash
        ),
        code_has_changed=_is_other(row),
        changed=changed_households(
            kept,
            without_names(asked_again(row), nameless(kept)),
            with_facts=catalogue().tables[row.table_code].needs_facts,
        ),
    )


def _is_other(row: FrozenReport) -> bool:
    return row.code_version != code_version()
