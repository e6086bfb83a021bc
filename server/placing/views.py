"""The page on which households of divided wards are placed."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from server.areas.queries import wards
from server.domain.actor import EVERYWHERE
from server.domain.problems import Problem, Refused
from server.placing import actions, lists, queries
from server.placing.schemas import PlacingSchema
from server.placing.suggesting import waiting_of
from server.web.forms import load
from server.web.i18n import _
from server.web.listing import respond
from server.web.navigation import flash_undo
from server.web.security import actor, allow, scope, visitor

blueprint = Blueprint("placing", __name__, url_prefix="/placing")


@blueprint.get("/", endpoint="waiting")
@allow("ward", "district")
def waiting() -> Response:
    """Households whose ward of today is not certain, each with a suggestion."""
    return respond(
        lists.waiting(scope()),
        "placing/waiting.html",
        waiting_of=waiting_of,
        basis_text=lists.basis_text,
        wards=wards(EVERYWHERE),
    )


@blueprint.post("/")
@allow("ward", "district")
def place() -> Response:
    """Say the wards of the ticked households."""
    sent = load(PlacingSchema)
    places = {}
    for household_id in sent["households"]:
        said = sent["ward"] or request.form.get(f"ward_{household_id}", "")
        if not str(said).isdecimal() or len(str(said)) > 9:
            raise Refused(Problem("placement_without_ward", "ward"))
        places[household_id] = int(said)
    placement = actions.place(
        by=actor(), scope=scope(), places=places, reason=sent["reason"]
    )
    flash_undo(
        _("Đã xác nhận phường của {count} hộ.", count=placement.households),
        url_for("placing.undo", placement_id=placement.id),
    )
    return redirect(url_for("placing.waiting"), 303)


@blueprint.get("/history")
@allow("ward", "district")
def history() -> Response:
    """What was said, with the undo of each."""
    return respond(lists.placements(_own()), "placing/history.html")


@blueprint.post("/<int:placement_id>/undo")
@allow("ward", "district")
def undo(placement_id: int) -> Response:
    """Take a placement back."""
    placement = queries.get_placement(placement_id, _own())
    actions.undo(by=actor(), placement_id=placement.id)
    return redirect(url_for("placing.history"), 303)


def _own() -> int | None:
    """Whose placements the visitor may take back: their own, an administrator all."""
    person = visitor()
    return None if person.role == "admin" else int(person.id)
