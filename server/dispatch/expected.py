"""What a list of households at ODK Central should say now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from hashlib import sha256

from sqlalchemy import Select, exists, or_, select

from server import clock
from server.areas.queries import WARD_LEVELS, descendants, get_area, path_of
from server.areas.tables import Area
from server.db import db
from server.dispatch.comparing import Wanted
from server.dispatch.projections import COLUMNS
from server.dispatch.tables import EntityClaim, EntityLink, Publication
from server.inbox.tables import Submission
from server.jobs.tables import Job
from server.registry.queries import in_chunks
from server.registry.tables import HouseholdRecord, SurveyRecordRow

# What Central calls by names of its own is no property there.
PROPERTIES = tuple(c for c in COLUMNS if c not in {"name", "label", "__version"})
# Central makes an entity of a submission within half a minute.
GRACE = timedelta(minutes=2)
UNFINISHED = ("waiting", "running", "failed")


@dataclass(frozen=True, slots=True)
class Content:
    """What leaves about one household: a label and properties."""

    hash: str
    label: str
    data: dict[str, str]

    @property
    def values(self) -> dict[str, str]:
        return {"label": self.label, **self.data}


def wanted_in(ward_code: str | None, list_id: int) -> dict[str, Wanted]:
    """What each household should be in a list: of one ward, or of all for None.

    Of households of other wards only those that have been in the list.
    """
    here = areas_of_ward(ward_code) if ward_code is not None else None
    code_of = cache(find_ward_code)
    busy, awaited = unfinished_households(), awaited_households()
    found = {}
    for household_id, area_id, is_listed, properties_hash in db.session.execute(
        _published(here, list_id)
    ):
        is_here = is_listed and (here is None or area_id in here)
        is_without_ward = is_listed and not (
            (here is not None and area_id in here) or code_of(area_id)
        )
        found[household_id] = Wanted(
            properties_hash if is_here else None,
            stays=household_id in busy or is_without_ward,
            is_awaited=household_id in awaited,
            is_updated=awaited.get(household_id, False),
        )
    return found


def fingerprint(ward_code: str | None, list_id: int) -> str:
    """Changes when any household of a list changes, comes or goes; cheap."""
    here = areas_of_ward(ward_code) if ward_code is not None else None
    digest = sha256()
    for row in db.session.execute(
        _published(here, list_id).order_by(Publication.household_id)
    ):
        digest.update(f"{row}".encode())
    return digest.hexdigest()


def _published(
    here: Collection[int] | None, list_id: int
) -> Select[str, int | None, bool, str]:
    statement = select(
        Publication.household_id,
        Publication.area_id,
        Publication.is_listed,
        Publication.properties_hash,
    )
    if here is None:
        return statement
    linked = select(EntityLink.household_id).where(EntityLink.list_id == list_id)
    return statement.where(
        or_(Publication.area_id.in_(here), Publication.household_id.in_(linked))
    )


def contents_of(household_ids: Collection[str]) -> dict[str, Content]:
    """What leaves about households that are listed now."""
    found = {}
    for chunk in in_chunks(household_ids):
        rows = db.session.scalars(
            select(Publication).where(
                Publication.household_id.in_(chunk), Publication.is_listed
            )
        )
        for row in rows:
            said = row.properties
            data = {name: said.get(name, "") for name in PROPERTIES}
            found[row.household_id] = Content(row.properties_hash, said["label"], data)
    return found


def areas_of_ward(code: str) -> set[int]:
    """The areas that ever were the ward of that code, with its groups."""
    wards = set(
        db.session.scalars(
            select(Area.id).where(Area.code == code, Area.level.in_(WARD_LEVELS))
        )
    )
    return wards | descendants(wards)


def find_ward_code(area_id: int | None) -> str:
    """The code of the ward an area is or lies in; blank when it is not known."""
    if area_id is None:
        return ""
    return next(
        (a.code for a in path_of(get_area(area_id)) if a.level in WARD_LEVELS), ""
    )


def wards_with_households() -> list[str]:
    """The codes of the wards that have households to list."""
    listed = select(Publication.area_id).where(Publication.is_listed).distinct()
    return sorted({find_ward_code(area) for area in db.session.scalars(listed)} - {""})


def unfinished_households() -> set[str]:
    """Households that are going to be computed again: what we know of them is old."""
    households: set[str] = set()
    records: set[str] = set()
    submissions: set[int] = set()
    payloads = select(Job.payload).where(Job.state.in_(UNFINISHED))
    for payload in db.session.scalars(payloads):
        households.update(payload.get("household_ids", ()))
        records.update(payload.get("record_ids", ()))
        records.update([payload["record_id"]] if "record_id" in payload else ())
        submissions.update(
            [payload["submission_id"]] if "submission_id" in payload else ()
        )
    for chunk in in_chunks(str(number) for number in submissions):
        numbers = [int(each) for each in chunk]
        records.update(
            db.session.scalars(
                select(SurveyRecordRow.id).where(
                    SurveyRecordRow.submission_id.in_(numbers)
                )
            )
        )
    for chunk in in_chunks(records):
        rows = db.session.execute(
            select(SurveyRecordRow.seed_household_id, HouseholdRecord.household_id)
            .outerjoin(HouseholdRecord, HouseholdRecord.record_id == SurveyRecordRow.id)
            .where(SurveyRecordRow.id.in_(chunk))
        )
        households.update(each for row in rows for each in row if each)
    return households


def awaited_households() -> dict[str, bool]:
    """Households of which Central may just now be making an entity; True when it may
    be changing one by an update."""
    failed = exists().where(
        EntityClaim.submission_id == Submission.id, EntityClaim.code.is_not(None)
    )
    rows = db.session.execute(
        select(SurveyRecordRow.seed_household_id, SurveyRecordRow.content)
        .join(Submission, Submission.id == SurveyRecordRow.submission_id)
        .where(
            Submission.source == "central",
            Submission.received_at > clock.now() - GRACE,
            SurveyRecordRow.entity_id.is_not(None),
            ~failed,
        )
    )
    found: dict[str, bool] = {}
    for household_id, content in rows:
        is_update = not content["entity"]["is_create"]
        found[household_id] = is_update or found.get(household_id, False)
    return found
