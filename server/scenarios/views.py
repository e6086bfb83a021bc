"""The pages of scenarios: what would change, of whom, and what it would cost."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server import clock
from server.areas import queries as areas
from server.domain.poverty.explain import explain_outcome
from server.domain.problems import Problem, Refused
from server.domain.scenarios.result import CLASSES, is_small, moved_pairs
from server.domain.scenarios.scenario import NamedScenario
from server.registry import queries as registry
from server.reports.places import unit_of
from server.scenarios import (
    actions,
    counting,
    deciding,
    lists,
    measure_pages,
    past_day_pages,
    queries,
    replay_pages,
    tabulating,
)
from server.scenarios.schemas import PAID, PROGRAMMES, ScenarioSchema, scenario_from
from server.scenarios.tables import RegisterCut, ScenarioRow
from server.scenarios.taking import take_register
from server.scenarios.words import (
    class_label,
    ethnicity_label,
    group_labels,
    group_meanings,
    line_label,
    supposed_texts,
    unit_labels,
)
from server.status.lists import standard_name
from server.web import exports
from server.web.forms import load
from server.web.i18n import _, language
from server.web.listing import respond
from server.web.navigation import flash_undo
from server.web.security import actor, allow, may_open, scope, visitor

blueprint = Blueprint("scenarios", __name__, url_prefix="/scenarios")
replay_pages.add_to(blueprint)
past_day_pages.add_to(blueprint)
measure_pages.add_to(blueprint)


@blueprint.context_processor
def _for_templates() -> dict[str, Any]:
    return {
        "may_open": may_open,
        "standard_name": standard_name,
        "class_label": class_label,
        "ethnicity_label": ethnicity_label,
        "line_label": line_label,
        "is_small": is_small,
        "CLASSES": CLASSES,
        "PAID": PAID,
    }


@blueprint.get("/")
@allow("ward", "district")
def scenarios() -> Response:
    """Every scenario in sight; a new one begins by choosing the standard."""
    return respond(
        lists.scenarios(scope(), visitor().id),
        "scenarios/scenarios.html",
        standards=queries.standards(),
    )


@blueprint.get("/new")
@allow("ward", "district")
def new_scenario() -> str:
    """An empty form for a standard."""
    standard = request.args.get("standard") or queries.standards()[0]
    return _form(NamedScenario("", standard, clock.today()), None, None)


@blueprint.get("/<scenario_key>/edit")
@allow("ward", "district")
def edit_scenario(scenario_key: str) -> str:
    """The form of a scenario; somebody else's is the beginning of one of one's own."""
    row = _row(scenario_key)
    key = row.key if _is_mine(row.key) else None
    return _form(queries.scenario_of(row), key, row.area_id)


@blueprint.post("/save")
@allow("ward", "district")
def save_scenario() -> Response | tuple[str, int]:
    """Keep what the form says, then count it."""
    key = request.form.get("key") or None
    if key is not None:
        _must_be_mine(_row(key).key)
    head = load(ScenarioSchema)
    pack = queries.pack_of(head["standard"])
    area = unit_of(scope(), head["area"], head["on"]).area
    area_id = area.id if area is not None else None
    made = NamedScenario(head["name"], pack.id, head["on"], head["known_on"])
    try:
        made = scenario_from(head, request.form, pack)
        row = actions.enter_scenario(
            by=actor(), scenario=made, area_id=area_id, key=key
        )
    except Refused as refused:
        return _form(made, key, area_id, refused.problems), refused.status
    take_register(moment=counting.moment_of(made))
    flash(_("Đã ghi kịch bản “{name}”.", name=row.name), "success")
    return redirect(url_for("scenarios.scenario", scenario_key=row.key), 303)


@blueprint.get("/<scenario_key>")
@allow("ward", "district")
def scenario(scenario_key: str) -> str:
    """What a scenario comes to."""
    row = _row(scenario_key)
    held = queries.scenario_of(row)
    moment, pack = counting.moment_of(held), queries.pack_of(held.standard)
    cut = queries.find_cut(moment)
    return render_template(
        "scenarios/scenario.html",
        row=row,
        scenario=held,
        pack=pack,
        supposed=supposed_texts(held, pack),
        cut=cut,
        under_way=queries.cut_under_way(moment),
        found=_count(row, cut) if cut is not None else None,
        area=areas.find_area(row.area_id) if row.area_id else None,
        versions=queries.versions_of(row.key),
        pairs=moved_pairs,
        group_labels=group_labels(),
        group_meanings=group_meanings(),
        unit_labels=unit_labels(),
        is_mine=_is_mine(row.key),
    )


@blueprint.post("/<scenario_key>/take")
@allow("ward", "district")
def take(scenario_key: str) -> Response:
    """Take the register as it is now."""
    row = _row(scenario_key)
    moment = counting.moment_of(queries.scenario_of(row))
    take_register(moment=moment, anew=True)
    return redirect(url_for("scenarios.scenario", scenario_key=row.key), 303)


@blueprint.get("/<scenario_key>/households")
@allow("ward", "district")
def households(scenario_key: str) -> Response:
    """The households that change class."""
    row = _row(scenario_key)
    return respond(
        lists.changed_households(row.key, _count(row, _cut(row)), scope()),
        "scenarios/households.html",
        row=row,
    )


@blueprint.get("/<scenario_key>/table")
@allow("ward", "district")
def table(scenario_key: str) -> Response:
    """Every number of the result as a file."""
    row = _row(scenario_key)
    kind = "csv" if request.args.get("format") == "csv" else "xlsx"
    rows = tabulating.rows(_count(row, _cut(row)))
    of = {"scenario": row.key, "version": row.id}
    return exports.send("kich-ban", kind, tabulating.columns(), rows, of)


@blueprint.get("/<scenario_key>/households/<household_id>")
@allow("ward", "district")
def why(scenario_key: str, household_id: str) -> str:
    """What decides the class of one household, by the standard and by the scenario."""
    row = _row(scenario_key)
    household = registry.get_household(household_id, scope())
    held = queries.scenario_of(row)
    pack, found = queries.pack_of(held.standard), deciding.decide(household, held)
    by_scenario = _("Theo kịch bản “{name}”", name=row.name)
    titled = ((_("Theo chuẩn"), found.before), (by_scenario, found.after))
    return render_template(
        "scenarios/decided.html",
        back=(
            url_for("scenarios.households", scenario_key=row.key),
            _("Về các hộ đổi diện"),
        ),
        household=household,
        is_surveyed=found.before is not None,
        said=[
            (title, explain_outcome(trace, language(), found.names))
            for title, trace in titled
            if trace is not None
        ],
        indicators=deciding.indicators_of(
            found.before, found.names, pack, language(), held.weights
        ),
    )


@blueprint.post("/<scenario_key>/put-away")
@allow("ward", "district")
def put_away(scenario_key: str) -> Response:
    """A scenario is no longer listed; one press brings it back."""
    row = _row(scenario_key)
    _must_be_mine(row.key)
    actions.put_away(by=actor(), key=row.key)
    text = _("Đã cất kịch bản “{name}”.", name=row.name)
    flash_undo(text, url_for("scenarios.bring_back", scenario_key=row.key))
    return redirect(url_for("scenarios.scenarios"), 303)


@blueprint.post("/<scenario_key>/bring-back")
@allow("ward", "district")
def bring_back(scenario_key: str) -> Response:
    """Its last version is listed again."""
    if not _is_mine(scenario_key):  # nobody else sees one that was put away
        raise Refused(Problem("scenario_not_found"), status=404)
    actions.bring_back(by=actor(), key=scenario_key)
    return redirect(url_for("scenarios.scenario", scenario_key=scenario_key), 303)


def _row(key: str) -> ScenarioRow:
    return queries.get_scenario(key, scope(), visitor().id)


def _cut(row: ScenarioRow) -> RegisterCut:
    found = queries.find_cut(counting.moment_of(queries.scenario_of(row)))
    if found is None:
        raise Refused(Problem("scenario_register_not_read"))
    return found


def _count(row: ScenarioRow, cut: RegisterCut) -> counting.Counted:
    return counting.count(row, cut, scope(), _("Chưa rõ phường"))


def _is_mine(key: str) -> bool:
    return visitor().role == "admin" or queries.author_of(key) == visitor().id


def _must_be_mine(key: str) -> None:
    """Who looks at somebody's scenario makes one of their own to change it."""
    if not _is_mine(key):
        raise Refused(Problem("scenario_not_yours"), status=403)


def _form(
    held: NamedScenario,
    key: str | None,
    area_id: int | None,
    problems: tuple[Problem, ...] = (),
) -> str:
    pack = queries.pack_of(held.standard)
    lines = {
        (each.measure, each.area_type, each.name): each.amount for each in held.lines
    }
    return render_template(
        "scenarios/edit.html",
        scenario=held,
        key=key,
        area_id=area_id,
        problems=problems,
        pack=pack,
        held_line=lambda each: lines.get((each.measure, each.area_type, each.name)),
        wards=areas.wards(scope(), held.on),
        programmes=[*held.programmes, *[None] * PROGRAMMES][:PROGRAMMES],
        unit_labels=unit_labels(),
        sent=request.form,
        today=clock.today(),
    )
