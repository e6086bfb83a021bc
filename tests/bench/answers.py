"""What an enumerator would have sent about a made-up family."""

from collections.abc import Iterable, Iterator
from datetime import date

from server.areas.tables import Area
from server.demo.families import Family
from server.domain.survey.record import (
    Address,
    BirthDate,
    Dwelling,
    Economy,
    Household,
    Identifier,
    Information,
    Member,
    SurveyRecord,
)


def as_survey(
    family: Family, ward: Area, reviewed: date, instance_id: str
) -> SurveyRecord:
    """What an enumerator would have sent about a family."""
    household = Household(
        ward_code=ward.code,
        group_code=f"{ward.code}-{family.group:02}",
        head_name=family.head.name,
        members=tuple(_members(family)),
        address=Address(
            house_number=family.house_number,
            alley=family.alley or None,
            lane=family.lane or None,
            street=family.street,
        ),
        phones=(family.phone,),
        dwelling=Dwelling(
            house_grade="permanent",
            wall="brick_stone",
            column="reinforced_concrete",
            roof="concrete",
            area_m2=12.0 * len(family.people),
            ownership="owned",
            water_source="tap",
            toilet="other" if "TOILET" in family.lacks else "septic",
            electricity_kwh=90.0,
        ),
        information=Information(
            uses_internet="INTERNET" not in family.lacks,
            uses_phone=True,
            devices=() if "DEVICES" in family.lacks else ("tv", "smartphone"),
        ),
        economy=Economy(b1_score=120 if family.level == "poor" else 160, assets=()),
        causes=("illness",) if family.level == "poor" else None,
    )
    return SurveyRecord(
        form_id="household_review",
        form_version="1",
        instance_id=instance_id,
        deprecated_id=None,
        review_date=reviewed,
        is_unchanged=False,
        household=household,
        reviewer="Lê Văn Soát",
    )


def _members(family: Family) -> Iterable[Member]:
    for number, person in enumerate(family.people):
        born = person.born
        yield Member(
            key=f"{family.number}-{number}",
            full_name=person.name,
            relation_to_head=person.relation,
            sex=person.sex,
            birth=BirthDate(born.year, born.month, born.day),
            ethnicity="01",
            identifiers=tuple(_identifiers(person.cccd)),
            resident_status="permanent",
            months_present=12,
            education_level="upper_secondary",
            attending="none",
            employment="no_contract",
            has_insurance=person.insured,
            disability="none",
            can_work=not person.unable,
        )


def _identifiers(number: str) -> Iterator[Identifier]:
    if number:
        yield Identifier("cccd12", number)
