"""What a list says was recognised becomes history with its document, or says why not.

A status needs a document: its number, its day, since when it holds and who signed. What
the list or the person who brought it does not say is not made up; the household stays
and its status waits, with the reason beside it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from server import clock
from server.db import db
from server.domain.actor import Actor
from server.domain.poverty.load import packs_in_force
from server.domain.problems import Refused
from server.imports import queries
from server.imports.tables import ImportHousehold, ImportRecognition, RegisterImport
from server.inbox.tables import Reading
from server.registry.tables import HouseholdRecord, HouseholdRow, SurveyRecordRow
from server.status import actions as status
from server.status.tables import Recognition

PAUSE = timedelta(seconds=5)
MOST_TURNS = 2000
_NEEDED = ("document_number", "decided_on", "valid_from", "signer")


@dataclass(frozen=True, slots=True)
class _Claim:
    """A household of the list and the household of the register that it became."""

    listed: ImportHousehold
    household: HouseholdRow


def is_waiting(import_id: int) -> bool:
    """Whether households of a list are still being read or computed."""
    imported = (
        select(ImportHousehold.submission_id)
        .where(
            ImportHousehold.import_id == import_id, ImportHousehold.state == "imported"
        )
        .scalar_subquery()
    )
    unread = select(Reading.submission_id).where(
        Reading.submission_id.in_(imported), Reading.state == "waiting"
    )
    if db.session.scalar(unread.limit(1)) is not None:
        return True
    without_household = (
        select(SurveyRecordRow.id)
        .outerjoin(HouseholdRecord, HouseholdRecord.record_id == SurveyRecordRow.id)
        .where(
            SurveyRecordRow.submission_id.in_(imported),
            HouseholdRecord.record_id.is_(None),
        )
    )
    return db.session.scalar(without_household.limit(1)) is not None


def recognise(by: Actor, one: RegisterImport) -> None:
    """Enter a decision for each document, ward and standard, oldest first."""
    groups: defaultdict[tuple[str, ...], list[_Claim]] = defaultdict(list)
    for claim in _claims(one.id):
        said = claim.listed.status
        missing = [name for name in _NEEDED if not said.get(name)]
        standard = one.given.get("standard") or _standard(said.get("valid_from", ""))
        if missing:
            claim.listed.status_note = "import_status_incomplete"
        elif not standard:
            claim.listed.status_note = "import_status_no_standard"
        else:
            document = (said["valid_from"], said["decided_on"], said["document_number"])
            area = str(claim.household.area_id or "")
            groups[*document, said["signer"], area, standard].append(claim)
    for key in sorted(groups):
        _enter(by, one, key, groups[key])


def withdraw(by: Actor, one: RegisterImport) -> None:
    """Take back every decision that was entered from a list."""
    for recognition_id in queries.recognitions_of(one.id):
        recognition = db.session.get_one(Recognition, recognition_id)
        if recognition.withdrawn_at is None:
            status.withdraw(
                by=by, recognition_id=recognition_id, reason=one.undo_reason or ""
            )


def _claims(import_id: int) -> list[_Claim]:
    """Households with a category whose status was not entered yet."""
    rows = db.session.execute(
        select(ImportHousehold, HouseholdRow)
        .join(
            SurveyRecordRow,
            SurveyRecordRow.submission_id == ImportHousehold.submission_id,
        )
        .join(HouseholdRecord, HouseholdRecord.record_id == SurveyRecordRow.id)
        .join(HouseholdRow, HouseholdRow.id == HouseholdRecord.household_id)
        .where(
            ImportHousehold.import_id == import_id,
            ImportHousehold.state == "imported",
            ImportHousehold.category != "",
            ImportHousehold.status_note != "entered",
        )
        .order_by(ImportHousehold.number)
    )
    return [_Claim(listed, household) for listed, household in rows]


def _standard(valid_from: str) -> str:
    """The national standard of a day; "" in a gap between two decrees."""
    on = clock.day_of(valid_from)
    packs = packs_in_force(on) if on else ()
    return next((pack.id for pack in packs if not pack.province_codes), "")


def _enter(
    by: Actor, one: RegisterImport, key: tuple[str, ...], claims: Sequence[_Claim]
) -> None:
    valid_from, decided_on, number, signer, area_id, standard = key
    items = _without_disputes(claims)
    if not items or not area_id:
        return
    try:
        made = status.recognise(
            by=by,
            document_number=number,
            decided_on=date.fromisoformat(decided_on),
            valid_from=date.fromisoformat(valid_from),
            signer=signer,
            standard=standard,
            area_id=int(area_id),
            items=sorted(items.items()),
            note=f"{one.file_name}",
            confirmation=number,
        )
    except Refused as refused:
        for claim in claims:
            claim.listed.status_note = refused.problems[0].code
        return
    db.session.add(ImportRecognition(import_id=one.id, recognition_id=made.id))
    entered = [claim for claim in claims if claim.household.id in items]
    for claim in entered:
        claim.listed.status_note = "entered"
    one.status_count += len(entered)


def _without_disputes(claims: Sequence[_Claim]) -> dict[str, str]:
    """The category of each household; of one that the list names twice with two
    categories nothing is entered, nor of one that has left."""
    said: defaultdict[str, set[str]] = defaultdict(set)
    for claim in claims:
        said[claim.household.id].add(claim.listed.category)
    items = {}
    for claim in claims:
        categories = said[claim.household.id]
        if claim.household.state != "live":
            claim.listed.status_note = "import_status_household_gone"
        elif len(categories) > 1:
            claim.listed.status_note = "import_status_disputed"
        else:
            items[claim.household.id] = claim.listed.category
    return items
