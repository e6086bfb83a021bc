"""Reports that are kept as they were, and how many households live where."""

import io

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from server.areas import queries as areas
from server.domain.problems import Problem, Refused
from server.domain.reporting.definition import catalogue
from server.registry.queries import households_by_id
from server.reports import actions, official_lists, queries
from server.reports.freezing import verify
from server.reports.official_asked import asked
from server.reports.official_pages import XLSX, hidden_in
from server.reports.schemas import (
    FreezeSchema,
    ReportWithdrawalSchema,
    ResidentTotalSchema,
)
from server.reports.tables import FrozenReport
from server.web import exports
from server.web.forms import load
from server.web.i18n import _
from server.web.listing import respond
from server.web.security import actor, allow, scope


@allow("ward", "district")
def frozen_reports() -> Response:
    """Every kept report in sight."""
    listing = official_lists.frozen_reports(scope(), actor().id)
    return respond(listing, "reports/frozen_reports.html")


@allow("ward", "district")
def freeze(code: str) -> Response:
    """Keep a table as it is now."""
    definition = catalogue().tables.get(code)
    if definition is None:
        abort(404)
    wanted = asked(request.form, scope())
    row = actions.freeze(
        by=actor(),
        definition=definition,
        question=wanted.question,
        unit=wanted.unit,
        unit_name=wanted.signed_name,
        hidden=hidden_in(wanted.fill(definition)),
        **load(FreezeSchema),
    )
    flash(_("Đã chốt báo cáo."), "success")
    return redirect(url_for("reports.frozen_report", frozen_id=row.id), 303)


@allow("ward", "district")
def frozen_report(frozen_id: int) -> str:
    """One kept report: what was asked, its hashes, its file."""
    return _page(_get(frozen_id))


@allow("ward", "district")
def verify_report(frozen_id: int) -> str:
    """Make it again and say whether it is the same."""
    row = _get(frozen_id)
    found = verify(row)
    rows = households_by_id(found.changed)
    visible = [each for each in rows.values() if scope().holds(each.area_id)]
    return _page(row, found=found, changed=visible[:200])


@allow("ward", "district")
def frozen_file(frozen_id: int) -> Response:
    """The file, byte by byte as it was kept."""
    row = _get(frozen_id)
    number = catalogue().tables[row.table_code].number
    exports.tell("bao-cao-da-chot", "xlsx", {"report": row.id}, 1)
    return send_file(
        io.BytesIO(row.file),
        mimetype=XLSX,
        as_attachment=True,
        download_name=f"bieu-{number:02}-{row.on:%Y%m%d}-{row.file_sha256[:8]}.xlsx",
        max_age=0,
    )


@allow("ward", "district")
def withdraw_report(frozen_id: int) -> Response:
    """A kept report no longer counts."""
    row = _get(frozen_id)
    sent = load(ReportWithdrawalSchema)
    actions.withdraw_report(by=actor(), frozen_id=row.id, **sent)
    flash(_("Đã rút lại báo cáo; báo cáo vẫn được giữ."), "success")
    return redirect(url_for("reports.frozen_report", frozen_id=row.id), 303)


@allow("ward", "district")
def resident_totals() -> Response:
    """How many households live where, and the form to enter it."""
    seen = asked({}, scope())
    return respond(
        official_lists.resident_totals(scope()),
        "reports/resident_totals.html",
        asked=seen,
        groups=areas.groups_of(seen.unit.wards[0].id)
        if len(seen.unit.wards) == 1
        else [],
    )


@allow("ward", "district")
def enter_residents() -> Response:
    """Keep a number with its document."""
    sent = load(ResidentTotalSchema)
    if not scope().holds(sent["area_id"]):
        raise Refused(Problem("page_not_found"), status=404)
    actions.enter_residents(by=actor(), **sent)
    flash(_("Đã ghi tổng số hộ dân cư."), "success")
    return redirect(url_for("reports.resident_totals"), 303)


@allow("ward", "district")
def resident_total(total_id: int) -> str:
    """One entry, to take it back."""
    row = queries.get_resident_total(total_id, scope())
    return render_template(
        "reports/resident_total.html", row=row, area=areas.get_area(row.area_id)
    )


@allow("ward", "district")
def take_back_residents(total_id: int) -> Response:
    """An entry no longer counts."""
    row = queries.get_resident_total(total_id, scope())
    actions.take_back_residents(by=actor(), total_id=row.id)
    flash(_("Đã lấy lại; tỷ lệ không còn tính theo số này."), "success")
    return redirect(url_for("reports.resident_totals"), 303)


def _get(frozen_id: int) -> FrozenReport:
    return queries.get_frozen(frozen_id, scope(), actor().id)


def _page(row: FrozenReport, **shown: object) -> str:
    return render_template(
        "reports/frozen_report.html",
        row=row,
        definition=catalogue().tables[row.table_code],
        state=official_lists.state_of(row),
        **shown,
    )
