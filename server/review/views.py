"""The screens on which people say whether two households are one."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server.db import db
from server.domain.matching.judgement import Verdict
from server.domain.matching.side_by_side import birth_text, masked_numbers, place_mark
from server.domain.problems import Problem, Refused
from server.registry import actions as registry
from server.review import (
    actions,
    batch_pages,
    blind_pages,
    change_pages,
    check_pages,
    decided,
    going_through,
    lists,
    model_pages,
    panel,
    queries,
    queue,
    reserving,
    seen,
    threshold_pages,
    words,
)
from server.review.chosen import ChoiceReader
from server.review.outcome import Outcome, find_outcome
from server.review.outcome import suppose as suppose_choices
from server.review.pages import Refusal, page_of
from server.review.schemas import SPLIT, Decision, TakingBack
from server.review.since import came_since
from server.review.tables import JudgementRow, MergeProposal, Opinion
from server.web.errors import wants_json
from server.web.forms import load
from server.web.i18n import _
from server.web.listing import respond
from server.web.navigation import flash_undo
from server.web.panels import pair_panels
from server.web.security import actor, allow, scope

blueprint = Blueprint("review", __name__)
_NAMES = {
    "classes": "batches",
    "one_class": "batch",
    "decide_class": "decide_batch",
    "review": "blind_review",
    "answer": "answer_blindly",
}
for _address, _page_of, _method in (
    ("/households/<household_id>/change", change_pages.change, "GET"),
    ("/households/<household_id>/change", change_pages.make_change, "POST"),
    ("/review/blind", blind_pages.review, "GET"),
    ("/review/blind", blind_pages.answer, "POST"),
    ("/review/machine", blind_pages.machine, "GET"),
    ("/review/checks", check_pages.checks, "GET"),
    ("/review/batches", batch_pages.classes, "GET"),
    ("/review/batches/<key>", batch_pages.one_class, "GET"),
    ("/review/batches/<key>", batch_pages.decide_class, "POST"),
    ("/review/changes/<int:change_id>/undo", change_pages.undo_change, "POST"),
    ("/review/judgements/<int:judgement_id>/since", change_pages.since, "GET"),
):
    blueprint.add_url_rule(
        _address,
        endpoint=_NAMES.get(_page_of.__name__),
        view_func=_page_of,
        methods=[_method],
    )
for _address, _endpoint, _page_of, _method in (
    ("/review/thresholds", "thresholds", threshold_pages.show, "GET"),
    ("/review/thresholds", "decide_thresholds", threshold_pages.decide, "POST"),
    ("/review/thresholds/<int:thresholds_id>/undo", "undo_thresholds", threshold_pages.undo, "POST"),
    ("/review/compare-again", "compare_again", threshold_pages.compare_again, "POST"),
    ("/review/models", "models", model_pages.show, "GET"),
    ("/review/models/<int:model_id>/accept", "accept_model", model_pages.accept, "POST"),
    ("/review/models/<int:model_id>/take-back", "take_back_model", model_pages.take_back, "POST"),
):  # fmt: skip
    blueprint.add_url_rule(
        _address, endpoint=_endpoint, view_func=_page_of, methods=[_method]
    )
# Importing the panel puts it on the page of a household.
HOUSEHOLD_PANEL = panel.proposals_and_judgements


@blueprint.get("/review")
@allow("ward", "district")
def proposals() -> Response:
    """The queue: pairs of households that wait for a person."""
    state = request.args.get("state") or "open"
    listing = queue.queue(scope(), state, actor().id, request.args)
    first = None
    if state == "open":
        first = going_through.find_following(scope(), actor().id, request.args, None)
    return respond(
        listing,
        "review/proposals.html",
        first=first,
        asked=queue.kept_filters(request.args),
    )


@blueprint.get("/review/<int:proposal_id>")
@allow("ward", "district")
def proposal(proposal_id: int) -> str:
    """One pair, side by side. Who opens it to decide has it for a while."""
    return _page(queries.get_proposal(proposal_id, scope()))


@blueprint.post("/review/<int:proposal_id>/take")
@allow("ward", "district")
def take(proposal_id: int) -> Response:
    """Take a pair over from who has it open."""
    found = _decidable(proposal_id)
    reserving.reserve(by=actor(), proposal_id=found.id, takes_over=True)
    return redirect(_link(found), 303)


@blueprint.post("/review/<int:proposal_id>/numbers")
@allow("ward", "district")
def numbers(proposal_id: int) -> str:
    """The same page with identity numbers in full, which is remembered of both."""
    found = _decidable(proposal_id)
    for household_id in sorted(queries.sides_of(found)):
        registry.look_at_numbers(by=actor(), household_id=household_id)
    return _page(found, are_numbers_open=True)


@blueprint.post("/review/<int:proposal_id>/suppose")
@allow("ward", "district")
def suppose(proposal_id: int) -> str | tuple[str, int]:
    """The same page with what would follow from the values chosen so far."""
    found = _decidable(proposal_id)
    outcome = find_outcome(found)
    if outcome is None:
        return _page(found)
    try:
        choices = ChoiceReader(found, outcome).choices(request.form)
        supposed = suppose_choices(found, outcome, choices)
    except Refused as refused:
        return _page(found, refused), refused.status
    return _page(found, supposed=supposed)


@blueprint.post("/review/<int:proposal_id>/decide")
@allow("ward", "district")
def decide(proposal_id: int) -> Response | tuple[str, int]:
    """Say what a pair is, and go on to the next one."""
    found = _decidable(proposal_id)
    place, households = going_through.place_of(found.id), queries.sides_of(found)
    sent = load(Decision)
    try:
        row = actions.decide(
            by=actor(), proposal_id=proposal_id, **_with_choices(found, sent)
        )
    except Refused as refused:
        if wants_json():
            raise
        found = queries.get_proposal(proposal_id, scope())
        return _page(found, refused), refused.status
    if isinstance(row, Opinion):
        flash(
            _("Đã ghi ý kiến của anh/chị. Cặp này cần người thứ hai cùng ý mới gộp."),
            "success",
        )
    else:
        _offer_undo(row)
    asked, me = queue.kept_filters(request.args), actor().id
    households |= queries.sides_of(queries.get_proposal(proposal_id, scope()))
    following = going_through.find_beside(scope(), me, asked, households)
    following = following or going_through.find_following(scope(), me, asked, place)
    if following is None:
        return redirect(url_for("review.proposals", **asked), 303)
    return redirect(_link(following), 303)


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
    if came_since(found):
        return redirect(url_for("review.since", judgement_id=found.id), 303)
    pair = db.session.scalar(queries.proposals_about(found).limit(1))
    if pair is None:
        return redirect(url_for("review.judgements"), 303)
    return redirect(url_for("review.proposal", proposal_id=pair.id), 303)


def _offer_undo(row: JudgementRow) -> None:
    flash_undo(
        _("Đã ghi: {verdict}.", verdict=words.verdict_labels()[row.verdict].lower()),
        url_for("review.undo", judgement_id=row.id),
    )


def _with_choices(pair: MergeProposal, sent: dict[str, Any]) -> dict[str, Any]:
    """What was sent as an action takes it, with the values that were chosen."""
    verdict = sent.pop("verdict")
    if verdict == SPLIT:
        sent |= {"verdict": Verdict.DIFFERENT, "reason_code": "split_off"}
    else:
        sent["verdict"] = Verdict(verdict)
    outcome = find_outcome(pair) if verdict in (SPLIT, Verdict.SAME) else None
    if outcome is not None:
        reader = ChoiceReader(pair, outcome)
        read = reader.leaving if verdict == SPLIT else reader.choices
        sent["choices"] = read(request.form)
    return sent


def _page(
    found: MergeProposal,
    refused: Refused | None = None,
    *,
    are_numbers_open: bool = False,
    supposed: Outcome | None = None,
) -> str:
    refusal, held_by, shown = None, None, ""
    if refused is not None:
        own = reserving.find_own(found.id, actor().id)
        changed = seen.differences(own.shown, found) if own is not None else ()
        refusal = Refusal(refused.problems, changed)
    if queries.may_decide(found, scope()):
        held_by = reserving.reserve(by=actor(), proposal_id=found.id)
        own = reserving.find_own(found.id, actor().id)
        shown = own.seen if own is not None else ""
    return render_template(
        "review/proposal.html",
        shown=page_of(
            found,
            scope(),
            reader_id=actor().id,
            asked=request.args,
            held_by=held_by,
            refusal=refusal,
            are_numbers_open=are_numbers_open,
            supposed=supposed,
            shown=shown,
        ),
        panels=pair_panels,
        words=words,
        birth_text=birth_text,
        masked_numbers=masked_numbers,
        place_mark=place_mark,
    )


def _link(pair: MergeProposal) -> str:
    """Of a pair, within the filters the visitor came with."""
    kept: dict[str, Any] = queue.kept_filters(request.args)
    return url_for("review.proposal", proposal_id=pair.id, **kept)


def _decidable(proposal_id: int) -> MergeProposal:
    found = queries.get_proposal(proposal_id, scope())
    if not queries.may_decide(found, scope()):
        raise Refused(Problem("proposal_outside_area"), status=403)
    return found
