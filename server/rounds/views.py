"""The pages of rounds: opening one, its board, its households."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server import clock
from server.areas import queries as areas
from server.domain.households.codes import normalise_code
from server.domain.problems import Problem, Refused
from server.domain.procedure.deadlines import (
    regular_round_ends,
    season_on,
    upper_level_on,
)
from server.rounds import (
    act_views,
    actions,
    board,
    case_views,
    lists,
    panel,
    queries,
    sheet_views,
)
from server.rounds.finding import find_household
from server.rounds.schemas import (
    ChangedRoundSchema,
    ListedSchema,
    ReasonSchema,
    RoundSchema,
)
from server.rounds.tables import ReviewRound
from server.rounds.words import (
    act_labels,
    kind_labels,
    level_labels,
    origin_labels,
    outcome_text,
    screening_labels,
    short_labels,
    step_labels,
)
from server.status.lists import standard_name
from server.status.proposed import CATEGORIES
from server.web.forms import load
from server.web.i18n import _, language
from server.web.listing import respond
from server.web.navigation import flash_undo
from server.web.once import acts_once
from server.web.security import actor, allow, may_open, scope

# Importing the panel puts it on the page of a household.
__all__ = ["blueprint", "panel"]

blueprint = Blueprint("rounds", __name__)
acts_once(blueprint)
case_views.add_to(blueprint)
act_views.add_to(blueprint)
sheet_views.add_to(blueprint)


@blueprint.context_processor
def _for_templates() -> dict[str, Any]:
    return {
        "may_open": may_open,
        "standard_name": standard_name,
        "step_labels": step_labels(),
        "short_labels": short_labels(),
        "act_labels": act_labels(),
        "origin_labels": origin_labels(),
        "kind_labels": kind_labels(),
        "level_labels": level_labels(),
        "screening_labels": screening_labels(),
        "outcome_text": outcome_text,
        "categories": CATEGORIES,
        "today": clock.today(),
        "is_vi": language() == "vi",
    }


@blueprint.get("/rounds")
@allow("ward", "district")
def rounds() -> Response:
    """Every round of the visitor's wards."""
    return respond(lists.rounds(scope()), "rounds/rounds.html")


@blueprint.get("/rounds/new")
@allow("ward")
def new_round() -> str:
    """What a new round is, filled in as the law of the day has it."""
    kind = "monthly" if request.args.get("kind") == "monthly" else "yearly"
    wards = areas.wards(scope())
    today = clock.today()
    season = season_on(today)
    begins, ends = season.of(today.year) if season else (today, today)
    if kind == "monthly":
        begins, ends = today, regular_round_ends(today).last_day
    return render_template(
        "rounds/new_round.html",
        kind=kind,
        wards=wards,
        standards=board.standards_for(wards[0].id, begins) if wards else [],
        begins=begins,
        ends=ends,
        season=season,
        level=upper_level_on(today),
    )


@blueprint.post("/rounds")
@allow("ward")
def open_round() -> Response:
    """Open it."""
    sent = load(RoundSchema)
    area = areas.find_area(sent["area_id"])
    if area is None or not scope().holds(area.id):
        raise Refused(Problem("page_not_found"), status=404)
    made = actions.open_round(by=actor(), **sent)
    count = len(queries.cases_at(made.id))
    flash(_("Đã mở đợt rà soát với {count} hộ.", count=count), "success")
    return _to_board(made)


@blueprint.get("/rounds/<int:round_id>")
@allow("ward", "district")
def board_page(round_id: int) -> str:
    """Where the households of a round stand."""
    review = queries.get_round(round_id, scope())
    return render_template("rounds/board.html", board=board.board_of(review))


@blueprint.post("/rounds/<int:round_id>/change")
@allow("ward")
def change_round(round_id: int) -> Response:
    """Put right what it says of itself."""
    review = queries.get_round(round_id, scope())
    actions.change_round(by=actor(), round_id=review.id, **load(ChangedRoundSchema))
    flash(_("Đã sửa đợt rà soát."), "success")
    return _to_board(review)


@blueprint.post("/rounds/<int:round_id>/give-up")
@allow("ward")
def give_up(round_id: int) -> Response:
    """It is not held after all."""
    review = queries.get_round(round_id, scope())
    reason = load(ReasonSchema)["reason"]
    actions.give_up(by=actor(), round_id=review.id, reason=reason)
    flash_undo(
        _("Đã bỏ đợt rà soát."), url_for("rounds.take_up_again", round_id=review.id)
    )
    return _to_board(review)


@blueprint.post("/rounds/<int:round_id>/take-up-again")
@allow("ward")
def take_up_again(round_id: int) -> Response:
    """It is held."""
    review = queries.get_round(round_id, scope())
    actions.take_up_again(by=actor(), round_id=review.id)
    flash(_("Đợt rà soát lại được làm tiếp."), "success")
    return _to_board(review)


@blueprint.get("/cases/late")
@allow("ward", "district")
def late_cases() -> Response:
    """Cases past their term, of every round in sight."""
    return respond(lists.late_cases(scope()), "rounds/late_cases.html")


@blueprint.get("/rounds/<int:round_id>/cases")
@allow("ward", "district")
def cases(round_id: int) -> Response:
    """Every household of a round."""
    review = queries.get_round(round_id, scope())
    return respond(lists.cases(review), "rounds/cases.html", review=review)


@blueprint.get("/rounds/<int:round_id>/add")
@allow("ward")
def new_cases(round_id: int) -> str:
    """Which households could come onto the list."""
    review = queries.get_round(round_id, scope())
    return render_template(
        "rounds/new_cases.html",
        review=review,
        candidates=board.candidates(review, scope()),
    )


@blueprint.post("/rounds/<int:round_id>/add")
@allow("ward")
def put_on_list(round_id: int) -> Response:
    """Put households onto the list."""
    review = queries.get_round(round_id, scope())
    sent = load(ListedSchema)
    chosen, code = set(sent.pop("households")), sent.pop("code").strip()
    if code:
        chosen.add(_by_code(code))
    if not chosen:
        raise Refused(Problem("cases_none_chosen", "households"))
    made = actions.put_on_list(
        by=actor(), round_id=review.id, household_ids=chosen, **sent
    )
    flash(_("Đã đưa {count} hộ vào danh sách rà soát.", count=len(made)), "success")
    return _to_board(review)


def _by_code(text: str) -> str:
    code = normalise_code(text)
    found = find_household(code, scope()) if code else None
    if found is None:
        raise Refused(Problem("case_household_unknown", "code", {"value": text}))
    return found


def _to_board(review: ReviewRound) -> Response:
    return redirect(url_for("rounds.board_page", round_id=review.id), 303)
