"""The screens of the register."""

from typing import Any
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from server.domain.people.identity_numbers import mask
from server.domain.problems import Problem, Refused
from server.registry import actions, editing, lists, queries, words
from server.registry.pages import HouseholdPage
from server.registry.schemas import DepartureSchema, ReasonSchema, SearchSchema
from server.registry.search import find_by_code, must_stay_secret
from server.registry.tables import HouseholdRow
from server.web.cursors import seal, unseal
from server.web.forms import load
from server.web.i18n import _
from server.web.listing import respond
from server.web.navigation import flash_undo
from server.web.panels import household_panels
from server.web.security import STAFF, actor, allow, scope

blueprint = Blueprint("registry", __name__, url_prefix="/households")
SEALED_SEARCH = "registry.found"


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    links = state.app.extensions.setdefault("submission_links", [])
    links.append(_household_of_submission)


@blueprint.get("/")
@allow(*STAFF)
def households() -> Response:
    """The households in my areas."""
    listing = lists.households(scope(), request.args.get("ward", ""))
    return respond(listing, "registry/households.html")


@blueprint.post("/search")
@allow(*STAFF)
def find() -> Response:
    """Search and filter. What was typed is posted, because addresses are kept in many
    places: a code leads to its household, a number to a sealed address."""
    asked = load(SearchSchema)
    text = asked["q"].strip()
    known = find_by_code(text)
    if known is not None and scope().holds(known.area_id):
        return redirect(url_for("registry.household", household_id=known.id), 303)
    if must_stay_secret(text):
        token = seal((text,), context=SEALED_SEARCH)
        return redirect(url_for("registry.found", token=token), 303)
    kept = {name: value for name, value in asked.items() if value}
    return redirect(url_for("registry.households", **kept), 303)


@blueprint.get("/found/<token>")
@allow(*STAFF)
def found(token: str) -> Response:
    """What an identity or telephone number finds; the number is sealed in the address."""
    sealed = unseal(token, context=SEALED_SEARCH)
    if sealed is None:
        raise Refused(Problem("page_not_found"), status=404)
    listing = lists.households_found(scope(), sealed[0])
    return respond(listing, "registry/found.html", masked=mask(sealed[0]))


@blueprint.get("/<household_id>")
@allow(*STAFF)
def household(household_id: str) -> str | Response:
    """One household: now, who said so, and what happened to it."""
    row = queries.get_household(household_id, scope())
    if row.state == "merged":
        survivor = queries.get_household(queries.survivor_of(row).id, scope())
        flash(_("Hộ {code} đã được gộp vào hộ này.", code=row.code), "warning")
        return redirect(url_for("registry.household", household_id=survivor.id))
    return _page(row)


@blueprint.post("/<household_id>/numbers")
@allow("ward", "district")
def numbers(household_id: str) -> str:
    """The same page with identity numbers in full, which is remembered."""
    row = queries.get_household(household_id, scope())
    actions.look_at_numbers(by=actor(), household_id=row.id)
    return _page(row, are_numbers_open=True)


@blueprint.get("/<household_id>/correct")
@allow("ward", "district")
def correction(household_id: str) -> str:
    """Choose an answer, then type what is right."""
    row = queries.get_household(household_id, scope())
    path = request.args.get("path", "")
    if path == "members[]":  # somebody who is missing gets a key of their own
        path = f"members[{uuid4()}]"
    return _correction_page(row, path)


@blueprint.post("/<household_id>/correct")
@allow("ward", "district")
def correct(household_id: str) -> str | tuple[str, int] | Response:
    """Put an answer right."""
    row = queries.get_household(household_id, scope())
    path = request.form.get("path", "")
    try:
        value = editing.value_of(row, path, request.form)
        made = actions.correct(
            by=actor(),
            household_id=row.id,
            path=path,
            value=value,
            **load(ReasonSchema),
        )
    except Refused as refused:
        return _correction_page(row, path, refused.problems), refused.status
    flash_undo(
        _("Đã ghi đính chính. Trang hộ được tính lại trong giây lát."),
        url_for("registry.take_back_correction", correction_id=made.id),
    )
    return redirect(url_for("registry.household", household_id=row.id), 303)


@blueprint.post("/corrections/<int:correction_id>/take-back")
@allow("ward", "district")
def take_back_correction(correction_id: int) -> Response:
    """Let what was said before hold again."""
    row = queries.get_corrected_household(correction_id, scope())
    actions.take_back_correction(by=actor(), correction_id=correction_id)
    flash(_("Đã lấy lại đính chính. Trang hộ được tính lại trong giây lát."), "success")
    return redirect(url_for("registry.household", household_id=row.id), 303)


@blueprint.post("/<household_id>/departure")
@allow("ward", "district")
def depart(household_id: str) -> Response:
    """The household moved away or was dissolved."""
    row = queries.get_household(household_id, scope())
    made = actions.record_departure(
        by=actor(), household_id=row.id, **load(DepartureSchema)
    )
    flash_undo(
        _("Đã ghi: {what}.", what=words.departure_labels()[made.kind]),
        url_for("registry.take_back_departure", event_id=made.id),
    )
    return redirect(url_for("registry.household", household_id=row.id), 303)


@blueprint.post("/departures/<int:event_id>/take-back")
@allow("ward", "district")
def take_back_departure(event_id: int) -> Response:
    """The household did not leave after all."""
    row = queries.get_departed_household(event_id, scope())
    actions.take_back_departure(by=actor(), event_id=event_id)
    flash(_("Đã lấy lại. Trang hộ được tính lại trong giây lát."), "success")
    return redirect(url_for("registry.household", household_id=row.id), 303)


def _page(row: HouseholdRow, **options: Any) -> str:
    return render_template(
        "registry/household.html",
        shown=HouseholdPage(row, **options),
        panels=[
            panel for render in reversed(household_panels) if (panel := render(row))
        ],
        words=words,
    )


def _correction_page(
    row: HouseholdRow, path: str, problems: tuple[Problem, ...] = ()
) -> str:
    return render_template(
        "registry/correction.html",
        row=row,
        form=editing.form_of(row, path, scope()),
        path=path,
        problems=problems,
    )


def _household_of_submission(submission_id: int) -> tuple[str, str] | None:
    """Where a submission led, for its page in the inbox."""
    record = queries.find_record_of(submission_id)
    row = queries.find_household_of(record.id) if record else None
    if row is None or not scope().holds(row.area_id):
        return None
    address = url_for("registry.household", household_id=row.id)
    return _("Hộ {code}", code=row.code), address
