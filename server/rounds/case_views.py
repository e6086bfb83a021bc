"""The page of one case, and what is done for one household alone."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server.areas import queries as areas
from server.db import db
from server.domain.problems import Problem, Refused
from server.registry.tables import HouseholdRow
from server.rounds import case_page, queries, sheet_a, stepping
from server.rounds.schemas import (
    ComplaintSchema,
    ReasonSchema,
    RecheckSchema,
    SheetASchema,
)
from server.rounds.words import outcome_text
from server.rounds.work import WORKED_ON
from server.status.standards import find_standard
from server.web.forms import load
from server.web.i18n import _
from server.web.security import actor, allow, scope


@allow("ward", "district")
def case(case_id: int) -> str:
    """What was done for a household, and what comes next."""
    found, review = queries.get_case(case_id, scope())
    household = db.session.get_one(HouseholdRow, found.household_id)
    return render_template(
        "rounds/case.html",
        page=case_page.page_of(found, review, household),
        detail=case_page.detail,
        answered=case_page.answered,
        is_visible=scope().holds(household.area_id),
        area=areas.get_area(review.area_id),
        worked_on={each.value for each in WORKED_ON},
    )


@allow("ward")
def complain(case_id: int) -> Response:
    """Enter a complaint about what was posted."""
    found, review = queries.get_case(case_id, scope())
    stepping.complain(
        by=actor(), round_id=review.id, case_id=found.id, **load(ComplaintSchema)
    )
    flash(_("Đã ghi khiếu nại. Hồ sơ chờ phúc tra."), "success")
    return _back(case_id)


@allow("ward")
def fill_in_sheet(case_id: int) -> Response:
    """Enter Phiếu A line by line."""
    found, review = queries.get_case(case_id, scope())
    said = {
        name.removeprefix("line-"): sheet_a.ANSWERS.get(value)
        for name, value in request.form.items()
        if name.startswith("line-")
    }
    outcome = sheet_a.fill_in(
        by=actor(), round_id=review.id, case_id=found.id, answers=said,
        **load(SheetASchema),
    )  # fmt: skip
    words = outcome_text("screened", outcome)
    flash(_("Đã ghi Phiếu A: {outcome}.", outcome=words), "success")
    return _back(case_id)


@allow("ward", "district")
def blank_sheet(round_id: int) -> str:
    """Phiếu A without answers, to take along; or that nobody could read its lines."""
    review = queries.get_round(round_id, scope())
    pack = find_standard(review.standard)
    return render_template(
        "rounds/blank_sheet.html",
        review=review,
        area=areas.get_area(review.area_id),
        pack=pack,
        sheet=pack.screening if pack else None,
    )


@allow("ward")
def recheck(case_id: int) -> Response:
    """Enter the result of the re-check."""
    found, review = queries.get_case(case_id, scope())
    stepping.recheck(
        by=actor(), round_id=review.id, case_id=found.id, **load(RecheckSchema)
    )
    flash(_("Đã ghi kết quả phúc tra. Kết quả phải được niêm yết lại."), "success")
    return _back(case_id)


@allow("ward")
def undo_step(case_id: int, step_id: int) -> Response:
    """Take back the last step."""
    found, review = queries.get_case(case_id, scope())
    if step_id not in {row.id for row in queries.every_step(found.id)}:
        raise Refused(Problem("case_step_not_found"), status=404)
    reason = load(ReasonSchema)["reason"]
    stepping.undo_step(by=actor(), round_id=review.id, step_id=step_id, reason=reason)
    flash(_("Đã hoàn tác bước cuối."), "success")
    return _back(found.id)


def _back(case_id: int) -> Response:
    return redirect(url_for("rounds.case", case_id=case_id), 303)


def add_to(blueprint: Blueprint) -> None:
    """Their addresses."""
    for address, view, method in (
        ("/cases/<int:case_id>", case, "GET"),
        ("/cases/<int:case_id>/complaint", complain, "POST"),
        ("/cases/<int:case_id>/sheet-a", fill_in_sheet, "POST"),
        ("/rounds/<int:round_id>/sheet-a", blank_sheet, "GET"),
        ("/cases/<int:case_id>/recheck", recheck, "POST"),
        ("/cases/<int:case_id>/steps/<int:step_id>/undo", undo_step, "POST"),
    ):
        blueprint.add_url_rule(address, view_func=view, methods=[method])
