"""Survey records read into `Features`."""

from collections.abc import Sequence

from server.domain.matching.features import (
    DAY,
    FEMALE,
    MALE,
    MAX_PERSONS,
    RELATIONS,
    UNKNOWN,
    YEAR,
    Features,
    Person,
)
from server.domain.matching.reading import (
    read_address,
    read_name,
    read_numbers,
    read_phone,
    told_by_number,
)
from server.domain.people.names import fold
from server.domain.places.addresses import format_address
from server.domain.survey.record import BirthDate, Member, SurveyRecord

_SEX = {"male": MALE, "female": FEMALE}
_RELATION = {name: code for code, name in enumerate(RELATIONS)}
_EPOCH = 719_163


def features_of_record(record_id: str, record: SurveyRecord) -> Features:
    """What matching remembers of a survey record."""
    household = record.household
    address = household.address
    numbers, street = read_address(address.text or format_address(address) or None)
    when = record.started_at
    at = float(record.review_date.toordinal() - _EPOCH)
    if when is not None:
        at = when.toordinal() - _EPOCH + (when.hour * 60 + when.minute) / 1440
    position = household.position
    members = in_order(household.members)
    persons = tuple(person_of(member) for member in members[:MAX_PERSONS])
    if not persons and household.head_name:
        words, marked = read_name(household.head_name)
        persons = (Person(words, marked, relation=_RELATION["head"]),)
    entity = record.entity.id.removeprefix("uuid:").lower() if record.entity else ""
    return Features(
        record_id=record_id,
        persons=persons,
        ward=household.ward_code or "",
        group=fold(household.group_code or "").lstrip("0"),
        numbers=numbers,
        street=street,
        phones=tuple(p for text in household.phones if (p := read_phone(text))),
        latitude=position.latitude if position else None,
        longitude=position.longitude if position else None,
        accuracy=position.accuracy if position else None,
        at=at,
        enumerator=record.reviewer or "",
        entity=entity,
    )


def in_order(members: Sequence[Member]) -> list[Member]:
    """The lines of a roster as they are numbered here: the head comes first."""
    return sorted(members, key=lambda member: member.relation_to_head != "head")


def person_of(member: Member) -> Person:
    """What matching remembers of one line of a roster."""
    words, marked = read_name(member.full_name)
    personal, card = read_numbers(*(each.number for each in member.identifiers))
    birth, sex = told_by_number(
        personal, _birth(member.birth), _SEX.get(member.sex or "", UNKNOWN)
    )
    relation = member.relation_to_head or ""
    return Person(
        words, marked, sex, *birth, personal, card, "",
        _RELATION.get(relation, _RELATION["other"]) if relation else 0,
    )  # fmt: skip


def _birth(birth: BirthDate | None) -> tuple[int, int, int, int]:
    if birth is None:
        return 0, 0, 0, UNKNOWN
    if birth.month is None or birth.day is None or (birth.month, birth.day) == (1, 1):
        return birth.year, 0, 0, YEAR
    return birth.year, birth.month, birth.day, DAY
