"""Steps for many households at once, and the papers that come of them."""

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from server.areas import queries as areas
from server.domain.problems import Refused
from server.domain.procedure.deadlines import posting_ends
from server.domain.procedure.numbers import numbers
from server.domain.procedure.steps import Step
from server.domain.procedure.working_days import terms
from server.rounds import acts, queries, scans
from server.rounds.certificates import certificates, checked
from server.rounds.schemas import ReasonSchema
from server.rounds.work import carry_out
from server.rounds.work import page_of as work_page_of
from server.status.standards import find_standard
from server.web import exports
from server.web.forms import load
from server.web.i18n import _
from server.web.rendering import same_site
from server.web.security import actor, allow, public, scope, takes_files

Answer = Response | str | tuple[str, int]


@allow("ward", "district")
def work(round_id: int, step: str) -> str:
    """The households that wait for a step, and the form by which it is taken."""
    review = queries.get_round(round_id, scope())
    page = work_page_of(review, step, request.args.get("group"))
    return render_template("rounds/work.html", page=page, posting_ends=posting_ends)


@takes_files
@allow("ward")
def take(round_id: int, step: str) -> Answer:
    """Take the step, leave it out, or end cases."""
    review = queries.get_round(round_id, scope())
    try:
        result = carry_out(review, step, actor())
    except Refused as refused:
        if "next" in request.form or refused.status == 404:
            raise
        group = request.args.get("group")
        page = work_page_of(review, step, group, refused.problems)
        return (
            render_template("rounds/work.html", page=page, posting_ends=posting_ends),
            refused.status,
        )
    for warning in result.warnings:
        flash(warning, "warning")
    flash(result.text, "success")
    if "next" in request.form:
        return redirect(same_site(request.form["next"]), 303)
    if result.act is not None:
        return redirect(url_for("rounds.act", act_id=result.act.id), 303)
    return redirect(url_for("rounds.board_page", round_id=review.id), 303)


@allow("ward", "district")
def draft(round_id: int) -> str:
    """Minutes to take along to a meeting: the households, and room to write."""
    review = queries.get_round(round_id, scope())
    group = request.args.get("group")
    rows = queries.cases_at(review.id, Step.MEETING, group)
    exports.tell("bien-ban-hop", exports.PRINT, {"round": review.id}, len(rows))
    return render_template(
        "rounds/minutes.html",
        review=review,
        area=areas.get_area(review.area_id),
        group_name=_group_name(review.area_id, group or ""),
        act=None,
        lines=[(None, row) for row in rows],
        numbers=numbers(),
        pack=find_standard(review.standard),
    )


@allow("ward", "district")
def act(act_id: int) -> str:
    """What was done for many, and for whom."""
    found, review = queries.get_act(act_id, scope())
    return render_template(
        "rounds/act.html",
        act=found,
        review=review,
        lines=queries.steps_of_act(found.id),
        numbers=numbers(),
        terms=terms(),
        hanging=posting_ends(found.on) if found.kind == "posting" else None,
    )


@allow("ward", "district")
def act_paper(act_id: int) -> str:
    """Its paper on A4: the minutes, or the notice with name, address and category."""
    found, review = queries.get_act(act_id, scope())
    lines = [
        (step, row)
        for step, row in queries.steps_of_act(found.id)
        if step.superseded_at is None
    ]
    groups = {row.household.group_code for _step, row in lines}
    name = _group_name(review.area_id, groups.pop()) if len(groups) == 1 else ""
    template = "minutes" if found.kind == "meeting" else "notice"
    paper = "bien-ban-hop" if found.kind == "meeting" else "niem-yet"
    exports.tell(paper, exports.PRINT, {"act": found.id}, len(lines))
    return render_template(
        f"rounds/{template}.html",
        review=review,
        area=areas.get_area(review.area_id),
        group_name=name,
        act=found,
        lines=lines,
        numbers=numbers(),
        pack=find_standard(review.standard),
        hanging=posting_ends(found.on),
        term=terms()["posting"],
    )


@allow("ward", "district")
def scan(act_id: int) -> Response:
    """The scanned minutes."""
    found, _review = queries.get_act(act_id, scope())
    return scans.shown(found)


@allow("ward")
def undo_act(act_id: int) -> Response:
    """Take back what was done for many."""
    found, _review = queries.get_act(act_id, scope())
    reason = load(ReasonSchema)["reason"]
    acts.undo_act(by=actor(), act_id=found.id, reason=reason)
    flash(_("Đã hoàn tác; các hộ trở lại bước trước."), "success")
    return redirect(url_for("rounds.act", act_id=found.id), 303)


@allow("ward", "district")
def certificate_sheets(act_id: int) -> str:
    """A certificate for each poor or near-poor household of a decision."""
    found, review = queries.get_act(act_id, scope())
    base = current_app.config["PUBLIC_URL"] or request.host_url
    wanted = request.args.get("household")
    every = certificates(found.recognition_id or 0, base)
    papers = [each for each in every if wanted in (None, each.household.id)]
    exports.tell("giay-chung-nhan", exports.PRINT, {"act": found.id}, len(papers))
    return render_template(
        "rounds/certificates.html",
        act=found,
        review=review,
        papers=papers,
        pack=find_standard(review.standard),
    )


@public
def check_certificate(recognition_id: int, household_id: str, token: str) -> str:
    """Whether a paper still holds: for whoever scans its code."""
    return render_template(
        "rounds/checked.html", paper=checked(recognition_id, household_id, token)
    )


def _group_name(area_id: int, code: str) -> str:
    return next((g.name for g in areas.groups_of(area_id) if g.code == code), code)


def add_to(blueprint: Blueprint) -> None:
    """Their addresses."""
    one = "/rounds/<int:round_id>"
    for address, view, method in (
        (f"{one}/work/<step>", work, "GET"),
        (f"{one}/work/<step>", take, "POST"),
        (f"{one}/minutes", draft, "GET"),
        ("/acts/<int:act_id>", act, "GET"),
        ("/acts/<int:act_id>/paper", act_paper, "GET"),
        ("/acts/<int:act_id>/scan", scan, "GET"),
        ("/acts/<int:act_id>/undo", undo_act, "POST"),
        ("/acts/<int:act_id>/certificates", certificate_sheets, "GET"),
        (
            "/certificates/<int:recognition_id>/<household_id>/<token>",
            check_certificate,
            "GET",
        ),
    ):
        blueprint.add_url_rule(address, view_func=view, methods=[method])
