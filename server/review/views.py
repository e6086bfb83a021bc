"""The screens on which people say whether two households are one."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server.areas import queries as areas
from server.db import db
from server.domain.matching.side_by_side import birth_text, masked_numbers, place_mark
from server.domain.problems import Problem, Refused
from server.review import actions, decided, lists, panel, queries, words
from server.review.pages import page_of
from server.review.schemas import Decision, TakingBack
from server.review.tables import PROPOSAL_STATES, MergeProposal
from server.web.forms import load
from server.web.i18n import _
from server.web.listing import respond
from server.web.navigation import flash_undo
from server.web.security import actor, allow, scope

blueprint = Blueprint("review", __name__)
# Importing the panel puts it on the page of a household.
HOUSEHOLD_PANEL = panel.proposals_and_judgements


@blueprint.get("/review")
@allow("ward", "district")
def proposals() -> Response:
    """The queue: pairs of households that wait for a person."""
    wards = tuple((str(ward.id), ward.name) for ward in areas.wards(scope()))
    state = request.args.get("state", "")
    listing = lists.queue(scope(), wards, state if state in PROPOSAL_STATES else "open")
    return respond(
        listing,
        "review/proposals.html",
        lists=lists,
        words=words,
    )


@blueprint.get("/review/<int:proposal_id>")
@allow("ward", "district")
def proposal(proposal_id: int) -> str:
    """One pair, side by side."""
    found = queries.get_proposal(proposal_id, scope())
    return render_template(
        "review/proposal.html",
        shown=page_of(found, scope()),
        words=words,
        birth_text=birth_text,
        masked_numbers=masked_numbers,
        place_mark=place_mark,
    )


@blueprint.post("/review/<int:proposal_id>/decide")
@allow("ward", "district")
def decide(proposal_id: int) -> Response:
    """Say what a pair is, and go on to the next one."""
    found = _decidable(proposal_id)
    sent = load(Decision)
    row = actions.decide(by=actor(), proposal_id=proposal_id, **sent)
    flash_undo(
        _("Đã ghi: {verdict}.", verdict=words.verdict_labels()[row.verdict].lower()),
        url_for("review.undo", judgement_id=row.id),
    )
    following = queries.find_next_proposal(scope(), found)
    if following is None:
        return redirect(url_for("review.proposals"), 303)
    return redirect(url_for("review.proposal", proposal_id=following.id), 303)


@blueprint.get("/review/judgements")
@allow("ward", "district")
def judgements() -> Response:
    """What was decided, by whom; each judgement can be taken back."""
    return respond(
        decided.judgements(scope()), "review/judgements.html", lists=lists, words=words
    )


@blueprint.post("/review/judgements/<int:judgement_id>/undo")
@allow("ward", "district")
def undo(judgement_id: int) -> Response:
    """Take a judgement back and return to the pair it was about."""
    found = queries.get_judgement(judgement_id, scope())
    actions.undo(by=actor(), judgement_id=judgement_id, **load(TakingBack))
    pair = db.session.scalar(queries.proposals_about(found).limit(1))
    if pair is None:
        return redirect(url_for("review.judgements"), 303)
    return redirect(url_for("review.proposal", proposal_id=pair.id), 303)


def _decidable(proposal_id: int) -> MergeProposal:
    found = queries.get_proposal(proposal_id, scope())
    if not queries.may_decide(found, scope()):
        raise Refused(Problem("proposal_outside_area"), status=403)
    return found
