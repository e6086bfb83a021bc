"""The pages of the commune's lists and decisions."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server import clock
from server.areas import queries as areas
from server.domain.actor import Scope
from server.domain.households.codes import normalise_code
from server.domain.problems import Problem, Refused
from server.status import (
    actions,
    consequences,
    lists,
    panel,
    past_views,
    proposed,
    queries,
    ward_list,
)
from server.status.asked import Asked, asked, default_standard
from server.status.contradictions import contradictions
from server.status.schemas import DecisionSchema, WithdrawalSchema
from server.status.standards import find_standard
from server.web import exports
from server.web.forms import load
from server.web.i18n import _
from server.web.listing import respond
from server.web.once import acts_once
from server.web.security import actor, allow, may_open, scope

# Importing the panels puts them on the pages of a household and of a pair.
__all__ = ["blueprint", "consequences", "panel"]

blueprint = Blueprint("status", __name__)
acts_once(blueprint)
past_views.add_to(blueprint)


@blueprint.context_processor
def _for_templates() -> dict[str, Any]:
    return {"may_open": may_open, "standard_name": lists.standard_name}


@blueprint.get("/lists", endpoint="ward_list")
@allow("ward", "district")
def ward_list_page() -> Response:
    """Who is on which list, on a day, as known on a day."""
    if not request.args:
        return redirect(_todays_list(scope()))
    wanted = asked(request.args, scope())
    listing, told = lists.households(wanted, scope())
    return respond(
        listing,
        "status/ward_list.html",
        asked=wanted,
        told=told,
        contradictions=contradictions(scope(), wanted.standard.id, wanted.on),
        print_args={key: value for key, value in request.args.items() if value},
    )


@blueprint.get("/lists/print")
@allow("ward", "district")
def ward_list_paper() -> str:
    """The list on A4: for the file, or (`posting=1`) for the notice board."""
    wanted = asked(request.args, scope())
    is_posting = "posting" in request.args
    kind = lists.kind_on_paper(request.args.get("kind", ""), is_posting)
    rows, told = ward_list.rows_on_paper(
        scope(), wanted.moment, kind, wanted.area_ids(), wanted.group_code
    )
    name = "niem-yet" if is_posting else "danh-sach"
    exports.tell(name, exports.PRINT, {"kind": kind, **wanted.codes}, len(rows))
    return render_template(
        "status/posting.html" if is_posting else "status/ward_list_paper.html",
        asked=wanted,
        rows=rows,
        told=told,
        title=lists.kind_labels()[kind],
        group_of=lists.group_of,
        ward_then=lists.ward_then,
        today=clock.today(),
    )


@blueprint.get("/recognitions")
@allow("ward", "district")
def recognitions() -> Response:
    """Every decision about the visitor's areas."""
    return respond(lists.recognitions(scope()), "status/recognitions.html")


@blueprint.get("/recognitions/new")
@allow("ward")
def new_recognition() -> str:
    """Choose ward, standard and day; the households that should be on it are ticked."""
    wanted = asked(request.args, scope())
    found = proposed.candidates(wanted, scope()) if wanted.ward else []
    added = _added(wanted)
    known = {each.id for each in found}
    found = [each for each in added if each.id not in known] + found
    return render_template(
        "status/new_recognition.html",
        asked=wanted,
        candidates=found,
        added={each.id for each in added},
        every="every" in request.args,
        categories=proposed.CATEGORIES,
        today=clock.today(),
    )


@blueprint.post("/recognitions/preview")
@allow("ward")
def preview_recognition() -> str:
    """What the decision would say, before it is entered."""
    return _preview(load(DecisionSchema))


@blueprint.post("/recognitions")
@allow("ward")
def recognise() -> Response | tuple[str, int]:
    """Enter a decision."""
    sent = load(DecisionSchema)
    _area_of(sent["area_id"])
    items = [(each, _category(each)) for each in sent.pop("households")]
    try:
        made = actions.recognise(by=actor(), items=items, **sent)
    except Refused as refused:
        again = {**sent, "households": [each for each, _category in items]}
        return _preview(again, refused.problems), refused.status
    flash(
        _("Đã công nhận {count} hộ theo quyết định {number}.",
          count=len(items), number=made.document_number),
        "success",
    )  # fmt: skip
    return redirect(url_for("status.recognition", recognition_id=made.id), 303)


@blueprint.get("/recognitions/<int:recognition_id>")
@allow("ward", "district")
def recognition(recognition_id: int) -> str:
    """A decision with its households, and the way to take it back."""
    found = queries.get_recognition(recognition_id, scope())
    rows = queries.recognised_by(found.id)
    held = queries.statuses_on({row.id for _item, row in rows}, clock.today())
    return render_template(
        "status/recognition.html",
        recognition=found,
        area=areas.find_area(found.area_id),
        rows=[
            (item, row, held.get(row.id, {}).get(found.standard)) for item, row in rows
        ],
        pack=find_standard(found.standard),
        is_visible=scope().holds,
    )


@blueprint.post("/recognitions/<int:recognition_id>/withdraw")
@allow("ward")
def withdraw(recognition_id: int) -> Response:
    """Take a decision back."""
    found = queries.get_recognition(recognition_id, scope())
    actions.withdraw(by=actor(), recognition_id=found.id, **load(WithdrawalSchema))
    flash(_("Đã rút lại quyết định {number}.", number=found.document_number), "success")
    return redirect(url_for("status.recognition", recognition_id=found.id), 303)


def _todays_list(visible: Scope) -> str:
    wanted = asked({}, visible)
    return url_for(
        "status.ward_list",
        ward=wanted.ward.id if wanted.ward else None,
        kind="listed",
        standard=default_standard(wanted.standards, wanted.on).id,
        on=wanted.on.isoformat(),
    )


def _preview(sent: dict[str, Any], problems: tuple[Problem, ...] = ()) -> str:
    area = _area_of(sent["area_id"])
    on: date = sent["valid_from"]
    args = {
        "ward": str(area.id), "standard": sent["standard"], "on": on.isoformat(),
    }  # fmt: skip
    wanted = asked(args, scope())
    items = {each: _category(each) for each in sent["households"]}
    found = proposed.chosen(wanted, scope(), items)
    return render_template(
        "status/preview.html",
        sent=sent,
        items=items,
        chosen=found,
        preview=proposed.preview(found),
        area=area,
        pack=find_standard(sent["standard"]),
        problems=problems,
    )


def _area_of(area_id: int) -> Any:
    area = areas.find_area(area_id)
    if area is None or not scope().holds(area.id):
        raise Refused(Problem("page_not_found"), status=404)
    return area


def _category(household_id: str) -> str:
    """What the form says of one household."""
    return request.form.get(f"category_{household_id}", "")


def _added(wanted: Asked) -> list[proposed.Candidate]:
    """Households that were added by their code, although nothing proposes them."""
    ids = {}
    for text in request.args.getlist("add"):
        code = normalise_code(text)
        found = proposed.find_by_code(code, wanted, scope()) if code else None
        if found is not None:
            ids[found] = ""
    return proposed.chosen(wanted, scope(), ids) if ids else []
