"""The first page, and the official tables."""

from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    render_template,
    request,
    send_file,
)
from werkzeug.wrappers import Response

from server import clock
from server.domain.poverty.pack import PovertyCategory
from server.domain.problems import Problem
from server.reports import frozen_pages, movement_pages, official_pages, waiting
from server.reports.movement import (
    CELLS,
    GROUPED_CELLS,
    households_behind,
    question_day,
)
from server.reports.movement_workbook import write_workbook
from server.reports.queries import households_on
from server.status.lists import standard_name
from server.status.words import transition_labels
from server.web import exports
from server.web.i18n import _
from server.web.once import acts_once
from server.web.public_address import unsaid_address
from server.web.security import allow, may_open, scope, visitor

blueprint = Blueprint("reports", __name__)
acts_once(blueprint)
XLSX = official_pages.XLSX
for _address, _page_of, _method in (
    ("/reports/tables", official_pages.official_tables, "GET"),
    ("/reports/tables/<code>", official_pages.official_table, "GET"),
    ("/reports/tables/<code>/print", official_pages.official_paper, "GET"),
    ("/reports/tables/<code>/freeze", frozen_pages.freeze, "POST"),
    (
        "/reports/tables/<code>/<question>/<row>/<column>/<kind>",
        official_pages.official_households,
        "GET",
    ),
    ("/reports/frozen", frozen_pages.frozen_reports, "GET"),
    ("/reports/frozen/<int:frozen_id>", frozen_pages.frozen_report, "GET"),
    ("/reports/frozen/<int:frozen_id>/file", frozen_pages.frozen_file, "GET"),
    ("/reports/frozen/<int:frozen_id>/verify", frozen_pages.verify_report, "POST"),
    ("/reports/frozen/<int:frozen_id>/withdraw", frozen_pages.withdraw_report, "POST"),
    ("/reports/residents", frozen_pages.resident_totals, "GET"),
    ("/reports/residents", frozen_pages.enter_residents, "POST"),
    ("/reports/residents/<int:total_id>", frozen_pages.resident_total, "GET"),
    ("/reports/residents/<int:total_id>", frozen_pages.take_back_residents, "POST"),
):
    blueprint.add_url_rule(_address, view_func=_page_of, methods=[_method])


@blueprint.context_processor
def _for_templates() -> dict[str, Any]:
    return {"may_open": may_open, "standard_name": standard_name}


@blueprint.get("/")
@allow("ward", "district", "enumerator")
def today() -> str:
    """What waits for the visitor; the first steps while there is nothing yet."""
    if visitor().role == "enumerator":
        return render_template("reports/enumerator.html")
    if waiting.is_empty():
        return render_template(
            "reports/first_steps.html",
            steps=waiting.first_steps(),
            unsaid_address=_unsaid_address(),
        )
    return render_template(
        "reports/today.html",
        unsaid_address=_unsaid_address(),
        waiting=waiting,
        sight=scope(),
        today=clock.today(),
    )


def _unsaid_address() -> Problem | None:
    """What an administrator has to set; nobody else can."""
    is_asked = visitor().role == "admin"
    return unsaid_address(current_app.config) if is_asked else None


@blueprint.get("/reports/movement")
@allow("ward", "district")
def movement() -> Response | str:
    """Start, out, in and end of the poor and near-poor lists."""
    page = movement_pages.page_of(request.args, scope())
    if request.args.get("format") == "xlsx":
        exports.tell("dien-bien-ho-ngheo", "xlsx", page.address(), page.households)
        return send_file(
            write_workbook(page),
            mimetype=XLSX,
            as_attachment=True,
            download_name=f"dien-bien-ho-ngheo-{page.question.end:%Y%m%d}.xlsx",
            max_age=0,
        )
    return render_template("reports/movement.html", page=page, pages=movement_pages)


@blueprint.get("/reports/movement/print")
@allow("ward", "district")
def movement_paper() -> str:
    """The same tables on A4, with room for signatures."""
    page = movement_pages.page_of(request.args, scope())
    exports.tell("dien-bien-ho-ngheo", exports.PRINT, page.address(), page.households)
    return render_template(
        "reports/movement_paper.html",
        page=page,
        pages=movement_pages,
        today=clock.today(),
    )


@blueprint.get("/reports/movement/households")
@allow("ward", "district")
def movement_households() -> str:
    """The households that add up to one number of the table."""
    page = movement_pages.page_of(request.args, scope())
    of = request.args.get("list", "")
    cell = request.args.get("cell", "")
    if of not in list(movement_pages.LISTS) or cell not in {*CELLS, *GROUPED_CELLS}:
        abort(404)
    category = PovertyCategory(of)
    try:
        behind = households_behind(page.found, category, cell, request.args.get("row"))
    except KeyError:
        abort(404)
    rows = households_on(
        {household_id for household_id, _code in behind},
        question_day(page.question, cell),
        page.question.known_at,
    )
    return render_template(
        "reports/movement_households.html",
        page=page,
        behind=[(rows[id_], code) for id_, code in behind],
        list_title=movement_pages.list_title(category),
        column=movement_pages.column_labels(category)[cell],
        codes=transition_labels(),
        is_visible=lambda row: scope().holds(row.area_id),
        unit=_unit(page),
    )


def _unit(page: movement_pages.MovementPage) -> str:
    wanted = request.args.get("row")
    names = {line.key: line.name or _("Chưa rõ tổ") for line in page.found.lines}
    return names.get(wanted, page.unit_name) if wanted is not None else page.unit_name
