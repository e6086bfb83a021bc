"""Why a decision cannot be entered as it was given: everything at once."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from server import clock
from server.areas import queries as areas
from server.db import db
from server.domain.poverty.pack import Pack, PovertyCategory
from server.domain.problems import Problem, Refused
from server.registry.queries import households_by_id
from server.registry.tables import HouseholdRow
from server.status.standards import find_standard, place_of
from server.status.tables import Recognition

FIRST_LISTS = date(1993, 1, 1)  # the country's first poverty survey
FARTHEST_AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Decision:
    """A document of the commune, as it is typed in."""

    document_number: str
    decided_on: date
    valid_from: date
    signer: str
    standard: str
    area_id: int
    items: tuple[tuple[str, str], ...]  # household id, category
    note: str = ""
    confirmation: str = ""


def plain(text: str) -> str:
    """A document number as it is compared: joined marks, single spaces, small letters."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def refuse_decision(decision: Decision) -> dict[str, HouseholdRow]:
    """The households of a decision; raises Refused with every objection to it."""
    pack = find_standard(decision.standard)
    if pack is None:
        values = {"value": decision.standard}
        raise Refused(Problem("recognition_standard_unknown", "standard", values))
    households = households_by_id({each for each, _ in decision.items})
    problems = [
        *_about_document(decision),
        *_about_days(decision, pack),
        *_about_list(decision, pack, households),
    ]
    if problems:
        raise Refused(*problems)
    return households


def refuse_withdrawal(recognition: Recognition | None, reason: str) -> Recognition:
    """The decision that may be taken back; raises Refused when it may not."""
    if recognition is None:
        raise Refused(Problem("recognition_not_found"), status=404)
    if recognition.withdrawn_at is not None:
        values = {
            "value": recognition.document_number,
            "name": recognition.withdrawn_by,
        }
        raise Refused(Problem("recognition_already_withdrawn", "", values), status=409)
    if not reason:
        raise Refused(Problem("recognition_withdrawal_needs_reason", "reason"))
    return recognition


def _about_document(decision: Decision) -> Iterator[Problem]:
    number = plain(decision.document_number)
    if not number:
        yield Problem("recognition_without_number", "document_number")
    if not decision.signer.strip():
        yield Problem("recognition_without_signer", "signer")
    same_day = db.session.scalars(
        select(Recognition.document_number).where(
            Recognition.area_id == decision.area_id,
            Recognition.standard == decision.standard,
            Recognition.decided_on == decision.decided_on,
            Recognition.withdrawn_at.is_(None),
        )
    )
    if number and any(plain(each) == number for each in same_day):
        values = {"value": decision.document_number.strip()}
        yield Problem("recognition_entered_before", "document_number", values)


def _about_days(decision: Decision, pack: Pack) -> Iterator[Problem]:
    today = clock.today()
    if decision.decided_on > today:
        values = {"date": _day(decision.decided_on)}
        yield Problem("recognition_decided_in_future", "decided_on", values)
    if decision.decided_on < FIRST_LISTS:
        values = {"date": _day(decision.decided_on)}
        yield Problem("recognition_day_too_early", "decided_on", values)
    if decision.valid_from > today + FARTHEST_AHEAD:
        values = {"date": _day(decision.valid_from)}
        yield Problem("recognition_too_far_ahead", "valid_from", values)
    place = place_of(decision.area_id)
    if not pack.applies_in(place.province_code):
        values = {"name_vi": pack.name_vi, "name_en": pack.name_en}
        yield Problem("recognition_standard_elsewhere", "standard", values)
    elif not pack.holds_on(decision.valid_from):
        values = {
            "name_vi": pack.name_vi,
            "name_en": pack.name_en,
            "date": _day(decision.valid_from),
        }
        yield Problem("recognition_standard_not_in_force", "valid_from", values)
    if not pack.verified and plain(decision.confirmation) != plain(
        decision.document_number
    ):
        yield Problem("recognition_not_confirmed", "confirmation")


def _about_list(
    decision: Decision, pack: Pack, households: Mapping[str, HouseholdRow]
) -> Iterator[Problem]:
    if not decision.items:
        yield Problem("recognition_without_households", "items")
    inside = areas.descendants([decision.area_id]) | {decision.area_id}
    yield from _about_categories(decision.items, pack)
    times = Counter(household_id for household_id, _ in decision.items)
    here = {id_: row for id_, row in households.items() if row.area_id in inside}
    if times.keys() - here.keys():
        # Out of the area looks the same as absent: nothing is told about it.
        yield Problem("recognition_household_elsewhere", "items")
    for household_id, row in here.items():
        values = {"code": row.code}
        if row.state != "live":
            yield Problem(f"recognition_household_{row.state}", "items", values)
        if times[household_id] > 1:
            yield Problem("recognition_household_twice", "items", values)


def _about_categories(
    items: Sequence[tuple[str, str]], pack: Pack
) -> Iterator[Problem]:
    known = {rule.code.value for rule in pack.categories} & set(PovertyCategory)
    for category in sorted({category for _, category in items} - known):
        yield Problem("recognition_category_unknown", "items", {"value": category})


def _day(value: date) -> str:
    return f"{value:%d/%m/%Y}"
