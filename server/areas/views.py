"""The areas of any day, what became of them, and the residential groups of wards."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from server import clock
from server.areas import actions, directory, queries
from server.areas.group_lists import ListedGroup, read_groups
from server.areas.lists import areas_on
from server.areas.schemas import EndGroup, GroupList
from server.areas.tables import Area
from server.areas.words import level_label
from server.domain.problems import Problem, Refused
from server.web.forms import load, uploaded_text
from server.web.i18n import _
from server.web.listing import respond
from server.web.security import STAFF, actor, allow, scope, visitor

blueprint = Blueprint("areas", __name__)
Page = Response | str | tuple[str, int]


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    # After the loader of accounts, which says who it is.
    state.app.extensions["visitor_loaders"].append(_load_scope)
    state.app.extensions["area_directory"] = directory


@blueprint.get("/areas")
@allow(*STAFF)
def areas() -> Response:
    """All areas as they are on a day; areas are public, so everybody sees all."""
    on = clock.day_of(request.args.get("on", "")) or clock.today()
    return respond(areas_on(on), "areas/areas.html", on=on)


@blueprint.get("/areas/<int:area_id>")
@allow(*STAFF)
def area(area_id: int) -> str:
    """One area: where it lies, what it was and became, what lies below."""
    found = queries.get_area(area_id)
    on = clock.day_of(request.args.get("on", "")) or _last_day(found)
    return _area_page(found, on=on)


@blueprint.post("/areas/<int:area_id>/groups")
@allow("admin")
def add_groups(area_id: int) -> Page:
    """First show how a list was read, then keep it."""
    ward = queries.get_area(area_id)
    try:
        sent = load(GroupList)
        text = uploaded_text("group_file_unreadable") or sent["groups"]
        listed = read_groups(text, [one.name for one in queries.groups_of(ward.id)])
        if not listed:
            raise Refused(Problem("group_list_empty"))
        is_clean = not any(one.problem for one in listed)
        if sent["step"] == "keep" and is_clean:
            names = [one.name for one in listed]
            added = actions.add_groups(by=actor(), ward_id=ward.id, names=names)
            flash(_("Đã thêm {count} tổ.", count=len(added)), "success")
            return redirect(url_for("areas.area", area_id=ward.id), 303)
    except Refused as refused:
        return _area_page(ward, problems=refused.problems), refused.status
    if sent["step"] == "edit":
        return _area_page(ward, text=text)
    return _area_page(ward, text=text, listed=listed)


@blueprint.post("/areas/<int:area_id>/end")
@allow("admin")
def end_group(area_id: int) -> Response:
    """Say that a group is no more."""
    group = actions.end_group(by=actor(), group_id=area_id, **load(EndGroup))
    flash(_("Đã ghi: {name} không còn.", name=group.name), "success")
    return redirect(url_for("areas.area", area_id=group.parent_id), 303)


def _load_scope() -> None:
    """Which areas the person of this request sees, now and not as of yesterday."""
    person = visitor()
    if person is not None:
        g.scope = queries.scope_of(person)


def _area_page(
    found: Area,
    *,
    on: date | None = None,
    text: str = "",
    listed: Sequence[ListedGroup] = (),
    problems: Sequence[Problem] = (),
) -> str:
    day = on or clock.today()
    is_ward = found.level in queries.WARD_LEVELS and found.valid_to is None
    shown: dict[str, Any] = {
        "area": found,
        "path": queries.path_of(found)[:-1],
        "children": queries.children_of(found.id, day),
        "predecessors": queries.predecessors_of(found.id),
        "successors": queries.successors_of(found.id),
        "may_add": is_ward and visitor().role == "admin",
        "may_end": found.level == "group"
        and found.valid_to is None
        and visitor().role == "admin",
        "is_own": scope().holds(found.id),
    }
    return render_template(
        "areas/area.html",
        on=day,
        today=clock.today(),
        text=text,
        listed=listed,
        problems=problems,
        level_label=level_label,
        **shown,
    )


def _last_day(found: Area) -> date:
    """The day on which an area is shown: today, or the last day it was."""
    today = clock.today()
    if found.valid_to is None or today < found.valid_to:
        return max(today, found.valid_from)
    return found.valid_to - date.resolution
