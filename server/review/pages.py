"""What the page of one pair shows: two surveys, their households, what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import defer

from server.areas.queries import area_on
from server.areas.tables import Area
from server.db import GIVEN, db
from server.domain.actor import Scope
from server.domain.matching.field_answers import AnswerWeights, weights_of
from server.domain.matching.side_by_side import SideBySide, lay
from server.domain.matching.telling import Speaks, sentence, speaks, topic
from server.domain.plain import from_plain
from server.domain.problems import Problem
from server.domain.survey.record import Household, SurveyRecord
from server.inbox.tables import Submission, SubmissionFile
from server.matching.in_force import model_in_force
from server.registry import queries as registry
from server.registry.tables import HouseholdRecord, HouseholdRow, SurveyRecordRow
from server.review import going_through, queries, queue
from server.review.field_checks import AskedCheck, checks_between
from server.review.objections import firm_among
from server.review.opinions import find_opinion
from server.review.outcome import Outcome, find_outcome
from server.review.result import Result, ResultColumn
from server.review.risk import needs_two_people
from server.review.seen import Difference, hash_of
from server.review.sketch import Sketch, sketch_of
from server.review.tables import JudgementRow, MergeProposal, Opinion, Reservation
from server.review.weighed import Weighed, steps_of
from server.review.words import facts_of
from server.web.i18n import language

_Surveyed = tuple[SurveyRecordRow, Submission, HouseholdRow, int]
_SURVEYED = (
    select(SurveyRecordRow, Submission, HouseholdRecord.household_id)
    .join(Submission, Submission.id == SurveyRecordRow.submission_id)
    .join(HouseholdRecord, HouseholdRecord.record_id == SurveyRecordRow.id)
    .where(SurveyRecordRow.id.in_(GIVEN))
    .options(defer(Submission.payload))
)


@dataclass(frozen=True, slots=True)
class Side:
    """One survey of the pair and the household it belongs to now."""

    letter: str
    household: HouseholdRow
    area: str
    record: SurveyRecord
    record_id: str
    submission: Submission
    content: Household
    surveys: int
    # The survey confirmed last year's answers, so the household itself is shown.
    is_from_household: bool
    photo_url: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """One piece of evidence in words, and for which answer it speaks."""

    text: str
    speaks: Speaks


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a decision was not taken, and what had changed since the page was read."""

    problems: tuple[Problem, ...]
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """A whole page; of a side outside the reader's areas only its area shows."""

    proposal: MergeProposal
    may_decide: bool
    sides: tuple[Side, ...]
    hidden_area: str
    evidence: tuple[Said, ...]
    steps: tuple[Weighed, ...]
    laid: SideBySide | None
    result: Result | None
    sketch: Sketch | None
    are_numbers_open: bool
    judgement: JudgementRow | None
    others: tuple[JudgementRow, ...]
    previous_proposal: MergeProposal | None
    next_proposal: MergeProposal | None
    opinion: Opinion | None
    checks: tuple[AskedCheck, ...]
    answer_weights: AnswerWeights | None
    needs_two: bool
    shown: str
    asked: Mapping[str, str]
    held_by: Reservation | None = None
    refusal: Refusal | None = None
    # What the values chosen so far would make of the two, before anything is decided.
    supposed: Outcome | None = None

    @property
    def is_answered(self) -> bool:
        """Whether a family has answered since somebody was unsure."""
        return self.judgement is not None and self.proposal.state == "open"

    @property
    def asks_first(self) -> str:
        """The side to ask when somebody is unsure: the one seen longest ago."""
        if len(self.sides) < 2:
            return ""
        return min(self.sides, key=lambda side: side.record.review_date).letter

    @property
    def is_held_back(self) -> bool:
        """Whether the pair alone is certain, and yet was not joined."""
        is_open = self.proposal.state == "open"
        return self.may_decide and is_open and self.proposal.seems_certain

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing to decide without taking something back."""
        if self.is_answered:
            return False
        return bool(self.judgement or self.others) or self.proposal.state == "stale"


def page_of(
    proposal: MergeProposal,
    scope: Scope,
    *,
    reader_id: int,
    asked: Mapping[str, str],
    held_by: Reservation | None = None,
    refusal: Refusal | None = None,
    are_numbers_open: bool = False,
    supposed: Outcome | None = None,
    shown: str = "",
) -> ProposalPage:
    """Everything about a pair that this reader may see; `asked` are the filters of the
    queue they come from, `shown` the hash of the pair where it was just computed."""
    may_decide = queries.may_decide(proposal, scope)
    place = going_through.place_of(proposal.id)
    is_open = may_decide and proposal.state == "open"
    outcome = find_outcome(proposal) if is_open else None
    sides, hidden = _sides(proposal, scope)
    live, between = queries.said_about(proposal)
    return ProposalPage(
        proposal=proposal,
        may_decide=may_decide,
        sides=sides,
        hidden_area=hidden,
        evidence=_evidence(proposal, is_masked=not may_decide),
        steps=steps_of(proposal, is_masked=not may_decide),
        laid=_laid(*sides) if may_decide and outcome is None else None,
        result=_result(outcome, scope, are_numbers_open) if outcome else None,
        sketch=_sketch(*sides) if may_decide else None,
        are_numbers_open=are_numbers_open,
        judgement=live,
        others=tuple(firm_among(proposal, between)),
        previous_proposal=going_through.find_preceding(scope, reader_id, asked, place),
        next_proposal=going_through.find_following(scope, reader_id, asked, place),
        opinion=find_opinion(proposal) if may_decide else None,
        checks=_checks(proposal) if may_decide else (),
        answer_weights=_answer_weights(proposal),
        needs_two=may_decide and needs_two_people(proposal),
        shown=shown or hash_of(proposal),
        asked=queue.kept_filters(asked),
        held_by=held_by,
        refusal=refusal,
        supposed=supposed or outcome,
    )


def _sides(proposal: MergeProposal, scope: Scope) -> tuple[tuple[Side, ...], str]:
    """The sides in the reader's areas, and where the other one lies."""
    ends = (
        ("A", proposal.left_record_id, proposal.left_area_id),
        ("B", proposal.right_record_id, proposal.right_area_id),
    )
    seen = [end for end in ends if scope.holds(end[2])]
    found = _surveyed([record_id for _, record_id, _ in seen])
    sides = tuple(
        _side(letter, _area_name(area_id), *found[record_id])
        for letter, record_id, area_id in seen
    )
    hidden = [area_id for _, _, area_id in ends if not scope.holds(area_id)]
    return sides, _area_name(hidden[0]) if hidden else ""


def _checks(proposal: MergeProposal) -> tuple[AskedCheck, ...]:
    sides = (proposal.left_household_id, proposal.right_household_id)
    return tuple(checks_between(*sides))


def _answer_weights(proposal: MergeProposal) -> AnswerWeights | None:
    if proposal.answer is None:
        return None
    return weights_of(model_in_force().origin)


def _surveyed(record_ids: list[str]) -> dict[str, _Surveyed]:
    """Each record with its submission, its household, and how many surveys that has."""
    rows = db.session.execute(_SURVEYED, {"given": record_ids}).all()
    sizes = queries.sizes_of({household_id for *_, household_id in rows})
    return {
        row.id: (row, sent, db.session.get_one(HouseholdRow, home), sizes[home])
        for row, sent, home in rows
    }


def _side(
    letter: str,
    area: str,
    row: SurveyRecordRow,
    submission: Submission,
    household: HouseholdRow,
    surveys: int,
) -> Side:
    record = from_plain(SurveyRecord, row.content)
    is_bare = not record.household.members
    content = registry.golden_of(household).household if is_bare else record.household
    return Side(
        letter=letter,
        household=household,
        area=area,
        record=record,
        record_id=row.id,
        submission=submission,
        content=content,
        surveys=surveys,
        is_from_household=is_bare,
        photo_url=_photo_url(row.submission_id, record.household.photo),
    )


def _result(outcome: Outcome, scope: Scope, are_numbers_open: bool) -> Result:
    column = ResultColumn(outcome, scope, are_numbers_open=are_numbers_open)
    return column.result()


def _sketch(left: Side, right: Side) -> Sketch | None:
    return sketch_of(left.content.position, right.content.position)


def _laid(left: Side, right: Side) -> SideBySide:
    """Both sides aligned, with the names of their wards in place of the codes."""
    laid = lay(left.content, right.content)
    lines = tuple(
        replace(line, left=_ward(line.left, left), right=_ward(line.right, right))
        if line.name == "ward_code"
        else line
        for line in laid.lines
    )
    return replace(laid, lines=lines)


def _ward(code: str, side: Side) -> str:
    """What the code meant when the survey was made."""
    area = area_on(code, side.record.review_date) if code else None
    return area.name if area is not None else code


def _photo_url(submission_id: int, name: str | None) -> str | None:
    """Where the photo is shown; None while it has not arrived."""
    arrived = select(SubmissionFile.id).where(
        SubmissionFile.submission_id == submission_id, SubmissionFile.name == name
    )
    if name is None or db.session.scalar(arrived.limit(1)) is None:
        return None
    return url_for("inbox.file", submission_id=submission_id, name=name)


def _area_name(area_id: int | None) -> str:
    area = db.session.get(Area, area_id) if area_id is not None else None
    return area.name if area is not None else ""


def _evidence(proposal: MergeProposal, *, is_masked: bool) -> tuple[Said, ...]:
    return tuple(
        Said(
            topic(each.code, language()) if is_masked else sentence(each, language()),
            speaks(each),
        )
        for each in facts_of(proposal)
    )
