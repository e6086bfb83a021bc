"""The pages of plans: targets beside what was reached, activities, and who is near."""

from datetime import date
from typing import Any
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server import clock
from server.areas import queries as areas
from server.areas.tables import Area
from server.domain.plans.plan import LISTS, STATES, Plan, allotted
from server.domain.poverty.load import all_packs
from server.domain.poverty.pack import PovertyCategory
from server.domain.problems import Problem, Refused
from server.plans import actions, lists, queries
from server.plans.near import nearest
from server.plans.progress import PlanProgress, progress_of
from server.plans.schemas import (
    ActivityStateSchema,
    PlanFileSchema,
    PlanSchema,
    plan_from,
)
from server.plans.tables import PlanRow
from server.plans.words import group_label, quality_label, state_label
from server.status.lists import standard_name
from server.status.particulars import told_on
from server.web.forms import load, uploaded_text
from server.web.i18n import _
from server.web.listing import respond
from server.web.navigation import flash_undo
from server.web.once import acts_once
from server.web.security import actor, allow, may_open, scope

blueprint = Blueprint("plans", __name__)
acts_once(blueprint)
BLANK_ACTIVITIES = 3


@blueprint.context_processor
def _for_templates() -> dict[str, Any]:
    return {
        "may_open": may_open,
        "standard_name": standard_name,
        "quality_label": quality_label,
        "state_label": state_label,
        "group_label": group_label,
        "LISTS": LISTS,
        "STATES": STATES,
    }


@blueprint.get("/plans")
@allow("ward", "district")
def plans() -> Response:
    """Every plan in sight; administrators enter one here."""
    return respond(
        lists.plans(scope()), "plans/plans.html", examples=queries.example_titles()
    )


@blueprint.get("/plans/<plan_key>")
@allow("ward", "district")
def plan(plan_key: str) -> str:
    """One plan: targets, what may not be left, activities."""
    row = queries.get_plan(plan_key, scope())
    found = _progress(row)
    return render_template(
        "plans/plan.html",
        row=row,
        found=found,
        plan=found.plan,
        area=areas.get_area(row.area_id),
        allotted=allotted,
        states=queries.states_of(plan_key),
        versions=queries.versions_of(plan_key),
        today=clock.today(),
        args=_args(found),
    )


@blueprint.get("/plans/<plan_key>/<category>")
@allow("ward", "district")
def near(plan_key: str, category: str) -> Response:
    """The named households on a list, nearest to leaving it first."""
    row = queries.get_plan(plan_key, scope())
    if category not in LISTS:
        abort(404)
    found = _progress(row)
    near_ones = nearest(found, PovertyCategory(category))
    ids = [each.household_id for each in near_ones]
    told = told_on(ids, found.on, found.known_at)
    return respond(
        lists.near_households(near_ones, told, found, scope()),
        "plans/near.html",
        row=row,
        found=found,
        category=category,
    )


@blueprint.post("/plans/<plan_key>/activity")
@allow("ward", "district")
def set_activity(plan_key: str) -> Response:
    """Where an activity stands."""
    row = queries.get_plan(plan_key, scope())
    sent = load(ActivityStateSchema)
    actions.set_activity_state(by=actor(), key=row.key, **sent)
    flash(_("Đã ghi tình trạng của hoạt động."), "success")
    return redirect(url_for("plans.plan", plan_key=plan_key, _anchor="activities"), 303)


@blueprint.post("/plans/import")
@allow("admin")
def import_plan() -> Response:
    """Enter a plan that comes along, or one from a file."""
    name = load(PlanFileSchema)["example"]
    row = actions.import_plan(
        by=actor(), text=uploaded_text("plan_file_unreadable", "file") or _example(name)
    )
    flash(_("Đã nhập kế hoạch {number}.", number=row.number), "success")
    return redirect(url_for("plans.plan", plan_key=row.key), 303)


@blueprint.get("/plans/new")
@allow("admin")
def new_plan() -> str:
    """An empty form."""
    return _form(None, None)


@blueprint.get("/plans/<plan_key>/edit")
@allow("admin")
def edit_plan(plan_key: str) -> str:
    """The form of a plan."""
    row = queries.get_plan(plan_key, scope())
    return _form(queries.plan_of(row), row.key)


@blueprint.post("/plans/save")
@allow("admin")
def save_plan() -> Response | tuple[str, int]:
    """Enter what the form says, as a new plan or as the next version of one."""
    key = request.form.get("key", "")
    before = queries.plan_of(queries.get_plan(key, scope())) if key else None
    sent = load(PlanSchema)
    made = plan_from(sent, request.form, key or str(uuid4()), before)
    try:
        row = actions.enter_plan(by=actor(), plan=actions.with_activities_keyed(made))
    except Refused as refused:
        return _form(made, key or None, refused.problems), refused.status
    flash(_("Đã ghi kế hoạch {number}.", number=row.number), "success")
    return redirect(url_for("plans.plan", plan_key=row.key), 303)


@blueprint.post("/plans/<plan_key>/take-back")
@allow("admin")
def take_back_plan(plan_key: str) -> Response:
    """A plan no longer counts; one press brings it back."""
    row = queries.get_plan(plan_key, scope())
    actions.take_back_plan(by=actor(), key=row.key)
    text = _("Đã lấy lại kế hoạch {number}.", number=row.number)
    flash_undo(text, url_for("plans.restore_plan", plan_key=plan_key))
    return redirect(url_for("plans.plans"), 303)


@blueprint.post("/plans/<plan_key>/restore")
@allow("admin")
def restore_plan(plan_key: str) -> Response:
    """Its last version counts again."""
    actions.restore_plan(by=actor(), key=plan_key)
    return redirect(url_for("plans.plan", plan_key=plan_key), 303)


def _progress(row: PlanRow) -> PlanProgress:
    on = clock.day_of(request.args.get("on", ""))
    known_on = clock.day_of(request.args.get("known", ""))
    if known_on is not None and known_on >= clock.today():
        known_on = None
    plan = queries.plan_of(row)
    return progress_of(plan, areas.get_area(row.area_id), scope(), on, known_on)


def _args(found: PlanProgress) -> dict[str, str]:
    known = {"known": found.known_on.isoformat()} if found.known_on else {}
    return {"on": found.on.isoformat(), **known}


def _example(name: str) -> str:
    found = queries.examples().get(name)
    if found is None:
        raise Refused(Problem("plan_file_missing", "file"))
    return found


def _form(
    plan: Plan | None, key: str | None, problems: tuple[Problem, ...] = ()
) -> str:
    return render_template(
        "plans/edit.html",
        plan=plan,
        key=key,
        problems=problems,
        packs=[each for each in all_packs() if not each.is_draft],
        wards=_wards(plan),
        blanks=range(BLANK_ACTIVITIES),
        year=clock.today().year,
    )


def _wards(plan: Plan | None) -> list[Area]:
    """The wards that targets can be given to: those of the plan's area on its last day."""
    if plan is None:
        return []
    on: date = plan.end
    area = areas.area_on(plan.area_code, on) or areas.area_on(
        plan.area_code, plan.start
    )
    if area is None:
        return []
    inside = areas.descendants([area.id])
    return [each for each in areas.wards(scope(), on) if each.id in inside]
