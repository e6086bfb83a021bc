"""The sheets that say how a household was assessed: one for the family, one for officers.

The code on a family's sheet leads to a page that says whether a new print would say the
same. Nothing is stored for it: the link carries a keyed mark of what was printed, which
nobody can make without the key of this installation, and cannot be read back.
"""

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from server import clock
from server.areas import queries as areas
from server.columns import blind_index
from server.db import db
from server.domain.poverty.pack import Source
from server.domain.poverty.wording import rule_words
from server.domain.problems import Problem, Refused
from server.domain.procedure.steps import Step
from server.domain.procedure.working_days import Term, terms
from server.registry.tables import HouseholdRow
from server.rounds import queries
from server.rounds.certificates import TOKEN_LENGTH, picture_of
from server.rounds.standing import standing_of
from server.rounds.tables import CaseStep, ReviewCase, ReviewRound
from server.status import queries as status
from server.status.sheet import Sheet, sheet_of
from server.status.tables import AssessmentRow, PovertyStatus, Recognition
from server.web.i18n import language

MARK_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Complaint:
    """Until when a family can complain. `until` is None before the list was posted."""

    term: Term
    until: date | None

    @property
    def is_over(self) -> bool:
        """Whether the list has been taken down."""
        return self.until is not None and self.until < clock.today()


@dataclass(frozen=True, slots=True)
class FamilySheet:
    """What a family is handed: result, reasons, how to complain, and a code."""

    household: HouseholdRow
    sheet: Sheet
    unit: str
    document: Source | None  # by which the standard applied on the day of the review
    complaint: Complaint
    address: str

    def picture(self) -> Markup:
        """The code as SVG."""
        return picture_of(self.address)


@dataclass(frozen=True, slots=True)
class StandardSheet:
    """One standard on the officer's sheet."""

    sheet: Sheet
    document: Source | None
    rules: Sequence[str]  # the conditions of the law, the first that holds wins
    cases: Sequence[tuple[ReviewCase, ReviewRound, Sequence[CaseStep]]]
    statuses: Sequence[PovertyStatus]


@dataclass(frozen=True, slots=True)
class OfficerSheet:
    """Everything about how a household was assessed, each standard by itself."""

    household: HouseholdRow
    unit: str
    standards: Sequence[StandardSheet]
    documents: Mapping[int, Recognition]


@dataclass(frozen=True, slots=True)
class CheckedSheet:
    """What the code of a sheet leads to. `assessment` is None for an outdated one: of
    that nothing is told but that it is no longer the latest."""

    household: HouseholdRow
    standard: str
    unit: str
    assessment: AssessmentRow | None


def family_sheet(row: HouseholdRow, standard: str, base_url: str) -> FamilySheet:
    """The sheet of a household under a standard. Raises Refused without a result."""
    found = status.find_assessment(row.id, standard)
    if found is None:
        raise Refused(Problem("assessment_not_found"), status=404)
    sheet = sheet_of(row, found)
    mark = mark_of(row, found)
    path = f"/sheets/{row.id}/{standard}/{mark}/{_token(row.id, standard, mark)}"
    return FamilySheet(
        household=row,
        sheet=sheet,
        unit=_unit(row),
        document=_document(sheet),
        complaint=_complaint(row.id, standard),
        address=f"{base_url.rstrip('/')}{path}",
    )


def officer_sheet(row: HouseholdRow) -> OfficerSheet:
    """Every standard a household was assessed under, the national one first."""
    assessed = status.assessments_of([row.id]).get(row.id, [])
    if not assessed:
        raise Refused(Problem("assessment_not_found"), status=404)
    sheets = [sheet_of(row, each) for each in assessed]
    sheets.sort(key=lambda each: each.pack.province_codes if each.pack else ("~",))
    cases = [
        (case, review, queries.live_steps([case.id]).get(case.id, []))
        for case, review in queries.cases_of_household(row.id)
    ]
    believed = [
        each for each in status.statuses_of(row.id) if each.superseded_at is None
    ]
    return OfficerSheet(
        household=row,
        unit=_unit(row),
        standards=[_standard_sheet(each, cases, believed) for each in sheets],
        documents=status.documents({each.recognition_id for each in believed}),
    )


def _standard_sheet(
    sheet: Sheet,
    cases: Sequence[tuple[ReviewCase, ReviewRound, Sequence[CaseStep]]],
    believed: Sequence[PovertyStatus],
) -> StandardSheet:
    standard = sheet.assessment.standard
    rules = sheet.pack.categories if sheet.pack else ()
    return StandardSheet(
        sheet=sheet,
        document=_document(sheet),
        rules=[rule_words(each, language()) for each in rules],
        cases=[each for each in cases if each[1].standard == standard],
        statuses=[each for each in believed if each.standard == standard],
    )


def checked_sheet(
    household_id: str, standard: str, mark: str, token: str
) -> CheckedSheet:
    """What a scanned code says. Raises Refused for a code that was not given."""
    expected = _token(household_id, standard, mark)
    row = db.session.get(HouseholdRow, household_id)
    if row is None or not hmac.compare_digest(expected.encode(), token.encode()):
        raise Refused(Problem("sheet_not_found"), status=404)
    found = status.find_assessment(household_id, standard)
    is_latest = (
        found is not None and row.state == "live" and mark_of(row, found) == mark
    )
    return CheckedSheet(row, standard, _unit(row), found if is_latest else None)


def mark_of(row: HouseholdRow, assessment: AssessmentRow) -> str:
    """A keyed mark of what a sheet says, so that another result has another mark."""
    said = [row.head_name, row.address_text, row.member_count, assessment.trace]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return blind_index(f"sheet says:{text}")[:MARK_LENGTH]


def _token(household_id: str, standard: str, mark: str) -> str:
    return blind_index(f"sheet:{household_id}:{standard}:{mark}")[:TOKEN_LENGTH]


def _unit(row: HouseholdRow) -> str:
    ward = areas.find_area(row.area_id) if row.area_id else None
    return ward.name if ward else "…"


def _document(sheet: Sheet) -> Source | None:
    held = sheet.pack.validities if sheet.pack else ()
    on = sheet.assessment.review_date
    return next((each.source for each in held if each.holds_on(on)), None)


def _complaint(household_id: str, standard: str) -> Complaint:
    """By the newest round of the standard; a round that was given up gives no term."""
    posted = None
    for case, review in queries.cases_of_household(household_id):
        if review.standard != standard or review.given_up_at is not None:
            continue
        steps = queries.live_steps([case.id]).get(case.id, [])
        now = standing_of(case, review, steps)
        if now.next_step not in (Step.RECHECKED, Step.POSTED):  # will hang again
            posted = now.posted_until
        break
    return Complaint(terms()["posting"], posted)
