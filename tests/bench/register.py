"""A register of the size of a city district, written straight into its tables.

Households are computed by the same function as in the product, from made-up families;
only the journey of each survey through inbox and matching is left out, which would take
hours.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import insert

from server import clock
from server.areas.tables import Area
from server.audit.actions import record
from server.columns import blind_index
from server.db import db, transaction
from server.demo.families import Family, families
from server.domain.actor import SYSTEM
from server.domain.households.codes import household_code, household_seed, own_identity
from server.domain.households.golden import GoldenHousehold
from server.domain.households.sources import RecordView
from server.domain.plain import from_plain, to_plain
from server.domain.survey.record import SurveyRecord
from server.inbox.tables import Reading, Submission
from server.registry.computing import Computed, compute
from server.registry.tables import (
    HouseholdMemberRow,
    HouseholdRecord,
    HouseholdRow,
    PersonIdentifier,
    SurveyRecordRow,
)
from server.status.assessing import assessments
from server.status.standards import place_of
from server.status.tables import (
    AssessmentRow,
    PovertyStatus,
    RecognisedHousehold,
    Recognition,
)
from tests.bench.answers import as_survey
from tests.factories import make_area

WARDS, GROUPS, AT_ONCE = 30, 20, 500
STANDARD = "vn-2022"
WHO: dict[str, Any] = {
    "actor_kind": "phone",
    "actor_id": 1,
    "actor_name": "Điện thoại của bench",
}
Told = Callable[[int], None]


def fill(count: int, told: Told) -> None:
    """Make `count` households in thirty wards, a tenth of them recognised as poor."""
    wards = make_wards()
    recognised = [make_recognition(ward) for ward in wards]
    places = [place_of(ward.id) for ward in wards]
    _detach([*wards, *recognised])
    random = Random(108)  # noqa: S311 - made-up dates
    made = iter(enumerate(families(count, GROUPS, clock.today(), seed=7)))
    while batch := list(islice(made, AT_ONCE)):
        rows = Rows()
        for number, family in batch:
            place = number % WARDS
            reviewed = date(2026, random.randint(1, 10), random.randint(1, 28))
            rows.add_household(number, family, wards[place], reviewed)
            if family.level == "poor":
                rows.add_status(recognised[place].id, places[place])
        rows.write()
        told(batch[-1][0] + 1)


def make_wards() -> list[Area]:
    province = make_area(code="01", level="province", name="Thành phố Hà Nội")
    district = make_area(
        code="006", level="district", name="Quận Đống Đa", parent_id=province.id
    )
    wards = []
    for number in range(WARDS):
        ward = make_area(
            code=f"{10000 + number}", name=f"Phường {number}", parent_id=district.id
        )
        wards.append(ward)
        for group in range(1, GROUPS + 1):
            make_area(
                code=f"{ward.code}-{group:02}",
                level="group",
                name=f"Tổ dân phố số {group}",
                parent_id=ward.id,
            )
    return wards


def _detach(rows: Iterable[Any]) -> None:
    """Keep what the rows say, whatever happens in later transactions."""
    for row in rows:
        db.session.refresh(row)
        db.session.expunge(row)


def make_recognition(ward: Area) -> Recognition:
    with transaction() as session:
        row = Recognition(
            document_number=f"1/QĐ-{ward.code}",
            decided_on=date(2025, 12, 20),
            valid_from=date(2026, 1, 1),
            signer="Nguyễn Văn Ký",
            standard=STANDARD,
            area_id=ward.id,
            note="",
            at=clock.now(),
            **WHO,
        )
        session.add(row)
        session.flush()
        record(
            by=SYSTEM,
            action="recognition.entered",
            subject_kind="recognition",
            subject_id=row.id,
        )
    return row


class Rows:
    """The rows of some households, written together."""

    def __init__(self) -> None:
        self.by_table: dict[Any, list[dict[str, Any]]] = {}
        self.newest: tuple[str, Computed] = ("", Computed({}, {}, {}))

    def add(self, table: Any, **values: Any) -> None:
        self.by_table.setdefault(table, []).append(values)

    def add_household(
        self, number: int, family: Family, ward: Area, reviewed: date
    ) -> None:
        instance = f"uuid:{own_identity(f'instance {number}')}"
        survey = as_survey(family, ward, reviewed, instance)
        record_id = str(own_identity(instance))
        seed = household_seed(survey, record_id)
        household_id = str(seed)
        view = RecordView(record_id, survey, clock.now(), household_id)
        made = compute(household_code(seed), [view], [], [], lambda *_: (ward, True))
        self.newest = (household_id, made)
        self._add_survey(number + 1, record_id, household_id, survey, ward)
        self.add(HouseholdRow, id=household_id, **made.household)
        self.add(HouseholdRecord, record_id=record_id, household_id=household_id)
        for key, member in made.members.items():
            self.add(HouseholdMemberRow, household_id=household_id, key=key, **member)
        for (key, kind, index), identifier in made.identifiers.items():
            self.add(
                PersonIdentifier,
                household_id=household_id,
                member_key=key,
                kind=kind,
                number_index=index,
                **identifier,
            )

    def add_status(self, recognition_id: int, place: Any) -> None:
        """The newest household is assessed, and recognised by a decision."""
        household_id, made = self.newest
        golden = from_plain(GoldenHousehold, made.household["content"])
        found = assessments(golden, place)
        for standard, one in found.items():
            self.add(
                AssessmentRow,
                household_id=household_id,
                standard=standard,
                review_date=one.review_date,
                category=one.category.value if one.category else None,
                sub=one.sub,
                is_verified=one.verified,
                pack_hash=one.pack_hash,
                content_hash=made.household["content_hash"],
                trace=one.as_dict(),
            )
        category = "POOR"
        self.add(
            RecognisedHousehold,
            recognition_id=recognition_id,
            household_id=household_id,
            category=category,
            assessed_category=None,
            trace=None,
        )
        self.add(
            PovertyStatus,
            household_id=household_id,
            standard=STANDARD,
            category=category,
            valid_from=date(2026, 1, 1),
            valid_to=None,
            recorded_at=clock.now(),
            superseded_at=None,
            recognition_id=recognition_id,
        )

    def write(self) -> None:
        with transaction() as session:
            for table, rows in self.by_table.items():
                session.execute(insert(table), rows)

    def _add_survey(
        self,
        number: int,
        record_id: str,
        seed: str,
        survey: SurveyRecord,
        ward: Area,
    ) -> None:
        received = datetime.combine(survey.review_date, time(9), UTC)
        self._add_submission(number, record_id, survey, ward, received)
        self.add(
            SurveyRecordRow,
            id=record_id,
            submission_id=number,
            form_id=survey.form_id,
            form_version=survey.form_version,
            instance_id=survey.instance_id,
            deprecated_id=None,
            entity_id=None,
            seed_household_id=seed,
            review_date=survey.review_date,
            area_id=ward.id,
            content=to_plain(survey),
            warnings=[],
            received_at=received,
        )

    def _add_submission(
        self,
        number: int,
        record_id: str,
        survey: SurveyRecord,
        ward: Area,
        received: datetime,
    ) -> None:
        """What arrived, and that it was understood."""
        self.add(
            Submission,
            id=number,
            source="openrosa",
            form_id=survey.form_id,
            form_version=survey.form_version,
            instance_id=survey.instance_id,
            version=1,
            deprecated_id=None,
            payload_kind="xml",
            payload=b"<data/>" * 300,
            payload_sha256=blind_index(record_id),
            expected_files=[],
            area_id=ward.id,
            received_at=received,
            device_id=None,
            **WHO,
        )
        self.add(
            Reading,
            submission_id=number,
            state="understood",
            problems=[],
            problem_codes="",
            head_name=survey.household.head_name or "",
            head_folded="",
            changed_at=received,
        )
