"""What programs do at the review desk: what people do on its screens, by the same
actions, with the same refusals. Described in docs/api.md and /api/openapi.json."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, request
from werkzeug.datastructures import MultiDict

from server.db import db
from server.domain.matching.judgement import Verdict
from server.domain.problems import Problem, Refused
from server.registry.queries import get_household
from server.review import (
    actions,
    api_answers,
    api_schemas,
    decided,
    queries,
    queue,
    reserving,
    seen,
    told,
)
from server.review.chosen import TYPED, ChoiceReader
from server.review.outcome import find_outcome
from server.review.pages import ProposalPage, page_of
from server.review.schemas import SPLIT
from server.review.since import came_since
from server.review.tables import MergeProposal, Opinion
from server.web import listing
from server.web.api import Operation, operation
from server.web.errors import told_of
from server.web.security import actor, scope

blueprint = Blueprint("review_api", __name__, url_prefix="/api")
REVIEWERS = ("ward", "district")
Answer = dict[str, Any]
_DECISION = ("shown", "replaces", "reason", "reason_code", "ask")


@blueprint.get("/proposals")
@operation(
    Operation({200: api_answers.ProposalLines}, query=api_schemas.ProposalQuery),
    roles=REVIEWERS,
)
def list_proposals(query: Answer) -> Answer:
    """The queue. Pairs that wait, the worthiest decision first, fifty a page."""
    state = query.get("state") or "open"
    return told.proposal_lines(
        _page(queue.queue(scope(), state, actor().id, request.args)), scope()
    )


@blueprint.get("/proposals/<int:proposal_id>")
@operation(Operation({200: api_answers.ProposalTold}), roles=REVIEWERS)
def get_proposal(proposal_id: int) -> Answer:
    """One pair. Whoever may decide it has it open for ten minutes, as on the screen:
    others see by whom, and a stale decision is told what changed since."""
    return _told(queries.get_proposal(proposal_id, scope()))


@blueprint.post("/proposals/<int:proposal_id>/decide")
@operation(
    Operation(
        {200: api_answers.Decided, 202: api_answers.OpinionKept},
        body=api_schemas.DecisionSent,
        refusals={409: api_answers.Stale},
    ),
    roles=REVIEWERS,
)
def decide_proposal(proposal_id: int, body: Answer) -> Answer | tuple[Answer, int]:
    """Say what a pair is. Refused with 409 and the difference when it is not as it was
    `shown` any more; 202 when a second person has to say the same."""
    found = _decidable(proposal_id)
    try:
        row = actions.decide(
            by=actor(), proposal_id=proposal_id, **_decision(found, body)
        )
    except Refused as refused:
        if refused.status != 409:
            raise
        return _stale(proposal_id, refused), 409
    if isinstance(row, Opinion):
        return {"opinion": row}, 202
    sides = {row.left_record_id, row.right_record_id}
    return {"judgement": row, "household_ids": _households(sides)}


@blueprint.get("/judgements")
@operation(
    Operation({200: api_answers.JudgementLines}, query=api_schemas.JudgementQuery),
    roles=REVIEWERS,
)
def list_judgements(query: Answer) -> Answer:
    """What was decided, by whom, the newest first; also what holds no more."""
    return told.judgement_lines(_page(decided.judgements(scope())), scope())


@blueprint.post("/judgements/<int:judgement_id>/undo")
@operation(
    Operation({200: api_answers.Undone}, body=api_schemas.UndoSent), roles=REVIEWERS
)
def undo_judgement(judgement_id: int, body: Answer) -> Answer:
    """Take a judgement back. What came since goes to the half it is about; what no rule
    can decide is listed for a person."""
    found = queries.get_judgement(judgement_id, scope())
    restored = actions.undo(by=actor(), judgement_id=judgement_id, **body)
    return {
        "restored": restored,
        "household_ids": _households({found.left_record_id, found.right_record_id}),
        "to_look_through": [
            {
                "kind": each.kind,
                "at": each.at,
                "household_id": each.household.id,
                "other_household_id": each.other.id,
            }
            for each in came_since(found)
        ],
    }


@blueprint.post("/changes/<int:change_id>/undo")
@operation(
    Operation({200: api_answers.ChangeUndone}, body=api_schemas.UndoSent),
    roles=REVIEWERS,
)
def undo_change(change_id: int, body: Answer) -> Answer:
    """Take every part of a change back: a batch, a split, a transfer, a new head."""
    found = queries.get_change(change_id, scope())
    actions.undo_change(by=actor(), change_id=change_id, **body)
    return {"change": found}


@blueprint.get("/households/<household_id>/lineage")
@operation(Operation({200: api_answers.Lineage}), roles=REVIEWERS)
def get_lineage(household_id: str) -> Answer:
    """The tree of a household: its surveys, who joined them when, what was changed."""
    return told.lineage(get_household(household_id, scope()), scope())


def _page(wanted: listing.Listing) -> listing.Page:
    """A page of a list. What a screen says about a filter it cannot apply is refused:
    a program would take the whole list for the answer."""
    found = listing.page_of(wanted)
    problems = tuple(
        Problem(
            "form_field_not_offered",
            state.filter.key,
            {"label": state.filter.label, "value": state.value},
        )
        for state in found.filters
        if state.is_not_understood
    )
    if problems:
        raise Refused(*problems)
    return found


def _told(found: MergeProposal) -> Answer:
    held_by = None
    if queries.may_decide(found, scope()):
        held_by = reserving.reserve(by=actor(), proposal_id=found.id)
    page: ProposalPage = page_of(
        found, scope(), reader_id=actor().id, asked={}, held_by=held_by
    )
    return told.proposal(page)


def _stale(proposal_id: int, refused: Refused) -> Answer:
    found = queries.get_proposal(proposal_id, scope())
    own = reserving.find_own(found.id, actor().id)
    changed = seen.differences(own.shown, found) if own is not None else ()
    return {
        "problems": [told_of(problem) for problem in refused.problems],
        "differences": told.differences(changed),
        "proposal": _told(found),
    }


def _decision(pair: MergeProposal, body: Answer) -> Answer:
    """What was sent as an action takes it, with the values that were chosen."""
    given = {key: body[key] for key in _DECISION}
    is_split = body["verdict"] == SPLIT
    verdict = Verdict.DIFFERENT if is_split else Verdict(body["verdict"])
    given["verdict"] = verdict
    if is_split:
        given["reason_code"] = "split_off"
    outcome = None
    if is_split or verdict is Verdict.SAME:
        outcome = find_outcome(pair)
    if outcome is not None:
        reader, form = ChoiceReader(pair, outcome), _as_form(body)
        if unknown := tuple(_unknown(reader, body)):
            raise Refused(*unknown)
        given["choices"] = reader.leaving(form) if is_split else reader.choices(form)
    return given


def _as_form(body: Answer) -> MultiDict[str, str]:
    """The choices as the form of the page has them, so that one reader reads both."""
    form: MultiDict[str, str] = MultiDict()
    for each in body["values"]:
        form[f"choose:{each['path']}"] = each.get("side", TYPED)
        form[f"typed:{each['path']}"] = each.get("value", "")
    for each in body["people"]:
        form[f"person:{each['key']}"] = "stay" if each["stays"] else "leave"
    for key in body["leaving"]:
        form[f"leave:{key}"] = "on"
    return form


def _unknown(reader: ChoiceReader, body: Answer) -> Iterator[Problem]:
    """What was chosen of a line or a person that the pair does not have."""
    keys = reader.keys()
    for name, known, sent in (
        ("values", reader.paths(), [each["path"] for each in body["values"]]),
        ("people", keys, [each["key"] for each in body["people"]]),
        ("leaving", keys, body["leaving"]),
    ):
        for each in sent:
            if each not in known:
                values = {"label": name, "value": each}
                yield Problem("form_field_not_offered", name, values)


def _decidable(proposal_id: int) -> MergeProposal:
    found = queries.get_proposal(proposal_id, scope())
    if not queries.may_decide(found, scope()):
        raise Refused(Problem("proposal_outside_area"), status=403)
    return found


def _households(record_ids: set[str]) -> list[str]:
    db.session.expire_all()
    return sorted(set(queries.households_of(record_ids).values()))
