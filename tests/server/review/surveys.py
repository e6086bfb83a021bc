"""Survey records that arrived, for tests of matching and deciding."""

from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import select

from server import clock
from server.areas.tables import Area
from server.db import transaction
from server.domain.actor import SYSTEM, Actor
from server.domain.people.birth_dates import parse_birth
from server.domain.survey.record import (
    Address,
    EntityClaim,
    Household,
    Identifier,
    Member,
    SurveyRecord,
)
from server.inbox.actions import receive
from server.matching.in_force import model_in_force
from server.matching.tables import MatchingThresholds
from server.registry.actions import add_record
from server.registry.tables import SurveyRecordRow
from server.review.actions import match_record, rematch
from tests.factories import make_area

STAFF = Actor("user", 1, "Trần Thị Bình")
COLLEAGUE = Actor("user", 2, "Lê Văn Cường")
HOME = Address(house_number="12", lane="9", street="Khâm Thiên")
ELSEWHERE = Address(house_number="4", lane="35", street="Cát Linh")
_numbers = count(1)


def number_anew() -> None:
    """Let the same story have the same ids whenever it is played."""
    global _numbers  # noqa: PLW0603 - one counter for all tests of a process
    _numbers = count(1)


def survey(
    name: str = "Nguyễn Văn Bình", born: str = "1960", **given: Any
) -> SurveyRecord:
    """A household review; `number` is the head's, `others` are members beside."""
    number = next(_numbers)
    head = Member(
        key=given.pop("key", f"head-{number}"),
        full_name=name,
        relation_to_head="head",
        birth=parse_birth(born),
        identifiers=(
            (Identifier("cccd12", given.pop("number")),) if "number" in given else ()
        ),
    )
    household = Household(
        ward_code=given.pop("ward_code", "00229"),
        head_name=name,
        members=(head, *given.pop("others", ())),
        address=given.pop("address", HOME),
        phones=given.pop("phones", ()),
        position=given.pop("position", None),
        photo=given.pop("photo", None),
    )
    entity = given.pop("entity", None)
    values: dict[str, Any] = {
        "form_id": "household_review",
        "form_version": "1",
        "instance_id": f"uuid:{number:08}-0000-4000-8000-000000000000",
        "deprecated_id": None,
        "review_date": date(2026, 10, 1),
        "is_unchanged": False,
        "reviewer": "Phạm Thu Hà",
        "entity": EntityClaim(entity, is_create=False) if entity else None,
        **given,
    }
    return SurveyRecord(household=household, **values)


def arrive(record: SurveyRecord, *, is_matched: bool = True, by: Actor = SYSTEM) -> str:
    """Let a survey arrive, be understood and be compared; returns the record's id."""
    receipt = receive(
        by=by,
        source="openrosa",
        form_id=record.form_id,
        form_version=record.form_version,
        instance_id=record.instance_id,
        deprecated_id=record.deprecated_id,
        payload=repr(record).encode(),
        payload_kind="xml",
        expected_files=(),
        files=(),
    )
    record_id = add_record(
        by=SYSTEM,
        submission_id=receipt.submission_id,
        record=record,
        warnings=(),
        received_at=clock.now(),
    )
    if is_matched:
        match_record(by=SYSTEM, record_id=record_id)
    return str(record_id)


def ask_about_everything() -> None:
    """Let people be asked about every pair the model finds, however sure it is."""
    trust_the_model()
    with transaction() as session:
        session.add(
            MatchingThresholds(
                model=model_in_force().name,
                auto_from=1000.0,
                propose_from=-4.0,
                price={},
                reason="thử",
                at=clock.now(),
                actor_kind="user",
                actor_id=1,
                actor_name=STAFF.name,
            )
        )


def trust_the_model() -> None:
    """Let the thresholds hold that were measured for the model, for all that is here."""
    with transaction() as session:
        live = MatchingThresholds.superseded_at.is_(None)
        for row in session.scalars(select(MatchingThresholds).where(live)):
            row.superseded_at = clock.now()
        session.flush()
        rematch(record_ids=set(session.scalars(select(SurveyRecordRow.id))))


def make_ward(code: str = "00229", name: str = "Khâm Thiên") -> Area:
    """The ward that surveys are in unless told otherwise."""
    return make_area(code=code, name=name)
