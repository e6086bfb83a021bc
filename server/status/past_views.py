"""The page of a household's statuses over time, and how it came with one."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server import clock
from server.domain.households.codes import normalise_code
from server.registry import queries as registry
from server.status import arrivals
from server.status.past import past_of
from server.status.schemas import ArrivalSchema
from server.status.words import arrival_labels, event_text, sub_text
from server.web.forms import load
from server.web.i18n import _
from server.web.navigation import flash_undo
from server.web.security import actor, allow, scope


@allow("ward", "district")
def past(household_id: str) -> str:
    """What a household was on a day, as known on a day."""
    row = registry.get_household(household_id, scope())
    known_on = clock.day_of(request.args.get("known", ""))
    if known_on is not None and known_on >= clock.today():
        known_on = None
    return render_template(
        "status/past.html",
        past=past_of(
            row, clock.day_of(request.args.get("on", "")) or clock.today(), known_on
        ),
        event_text=event_text,
        sub_text=sub_text,
        arrival_labels=arrival_labels(),
        today=clock.today(),
    )


@allow("ward")
def note_arrival(household_id: str) -> Response:
    """Write down that a household moved here with its status, or split off."""
    row = registry.get_household(household_id, scope())
    sent = load(ArrivalSchema)
    made = arrivals.note_arrival(
        by=actor(),
        household_id=row.id,
        kind=sent["kind"],
        on=sent["on"],
        reason=sent["reason"],
        from_household_id=_source(sent["from_code"]),
    )
    flash_undo(
        _("Đã ghi hộ đến như thế nào."),
        url_for("status.take_back_arrival", arrival_id=made.id),
    )
    return _back(row.id)


@allow("ward")
def take_back_arrival(arrival_id: int) -> Response:
    """The note no longer counts."""
    found = arrivals.get_arrival(arrival_id)
    # A note of another ward's household is as absent as one that never was.
    row = registry.get_household(found.household_id if found else "", scope())
    arrivals.take_back_arrival(by=actor(), arrival_id=arrival_id)
    flash(_("Đã bỏ ghi chú."), "success")
    return _back(row.id)


def _source(code: str) -> str | None:
    """The household of a code; a family may have split off in another ward."""
    normal = normalise_code(code) if code.strip() else None
    return arrivals.find_by_code(normal) if normal else None


def _back(household_id: str) -> Response:
    return redirect(url_for("status.past", household_id=household_id), 303)


def add_to(blueprint: Blueprint) -> None:
    """Their addresses."""
    for address, view, method in (
        ("/households/<household_id>/past", past, "GET"),
        ("/households/<household_id>/arrival", note_arrival, "POST"),
        ("/households/arrivals/<int:arrival_id>/take-back", take_back_arrival, "POST"),
    ):
        blueprint.add_url_rule(address, view_func=view, methods=[method])
