"""The pages on which staff see the synchronisation, and decide what only people can."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from server.central import actions, asking, household_lists, lists, overview, words
from server.central.race import race_of
from server.central.schemas import Choice, Decision, Losses, Side
from server.central.submission_notes import files_note
from server.dispatch import at_central, settling
from server.dispatch.at_central import LinkState
from server.domain.problems import Problem, Refused
from server.mirror.tables import MirroredForm, MirroredSubmission
from server.web.forms import load
from server.web.i18n import _
from server.web.listing import respond
from server.web.navigation import flash_undo
from server.web.security import STAFF, actor, allow, scope, visitor

blueprint = Blueprint("central", __name__, url_prefix="/sync")


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions.setdefault("submission_file_notes", []).append(files_note)


@blueprint.get("/")
@allow(*STAFF)
def sync() -> str:
    """Whether the synchronisation lives, where each form stands, what waits for whom."""
    server, project = _central()
    counts = at_central.count(scope())
    urgent = counts.of(LinkState.CONFLICT) + counts.of(LinkState.REFUSED)
    return render_template(
        "central/sync.html",
        entities=urgent + counts.failed,
        shown=overview.overview(server, project, scope()),
        server=server,
        words=words,
        may_decide=visitor().role in ("admin", "district"),
    )


@blueprint.post("/now")
@allow(*STAFF)
def sync_now() -> Response:
    """Have everything synchronised now."""
    asking.ask_for_sync(by=actor())
    return redirect(url_for("central.sync", _anchor="now"), 303)


@blueprint.get("/runs")
@allow(*STAFF)
def runs() -> Response:
    """What was done, for good."""
    return respond(lists.runs(), "central/runs.html")


@blueprint.get("/phones")
@allow(*STAFF)
def phones() -> Response:
    """Each phone of my areas: when it was last heard of, and how."""
    return respond(lists.phones(*_central(), scope()), "central/phones.html")


@blueprint.get("/forms/<int:mirrored_form_id>")
@allow("district")
def form(mirrored_form_id: int) -> Response:
    """A form that waits for a person: what is missing, and what was decided before."""
    found = _form(mirrored_form_id)
    return respond(
        lists.missing(found.id),
        "central/form.html",
        form=found,
        decisions=overview.decisions_about(found.id),
        words=words,
    )


@blueprint.post("/forms/<int:mirrored_form_id>/allow-losses")
@allow("district")
def allow_losses(mirrored_form_id: int) -> Response:
    """Those that are missing were really removed."""
    given = load(Losses)
    _need_confirmation(given["confirmed"])
    actions.allow_losses(
        by=actor(),
        form_id=_form(mirrored_form_id).id,
        expected=given["expected"],
        reason=given["reason"],
    )
    asking.ask_for_sync(by=actor())
    flash(
        _("Đã ghi. Các phiếu này sẽ không còn tính sau lần đối chiếu tới."), "success"
    )
    return redirect(url_for("central.sync"), 303)


@blueprint.post("/forms/<int:mirrored_form_id>/follow-recreated")
@allow("district")
def follow_recreated(mirrored_form_id: int) -> Response:
    """The form that has the id now is followed from its beginning."""
    given = load(Decision)
    _need_confirmation(given["confirmed"])
    actions.follow_recreated(
        by=actor(), form_id=_form(mirrored_form_id).id, reason=given["reason"]
    )
    asking.ask_for_sync(by=actor())
    flash(
        _("Đã ghi. Biểu mẫu mới được kéo từ đầu; phiếu cũ vẫn giữ nguyên."), "success"
    )
    return redirect(url_for("central.sync"), 303)


@blueprint.get("/households")
@allow(*STAFF)
def households() -> Response:
    """The households of the lists at Central, the urgent ones first."""
    counts = at_central.count(scope())
    listing = household_lists.households(scope())
    return respond(
        listing, "central/households.html", counts=counts, labels=words.link_labels()
    )


@blueprint.get("/failures")
@allow(*STAFF)
def failures() -> Response:
    """Submissions of which Central made no household."""
    return respond(household_lists.failures(scope()), "central/failures.html")


@blueprint.get("/households/<int:link_id>")
@allow(*STAFF)
def household(link_id: int) -> str:
    """What the register says of a household, and what Central holds."""
    row = _linked(link_id)
    ours = at_central.ours_of(row.HouseholdRow.id)
    return render_template(
        "central/household.html",
        row=row,
        differences=household_lists.differences(ours, row.EntityLink.theirs),
        can_take_back=settling.can_take_back(row.EntityLink),
        labels=words.link_labels(),
    )


@blueprint.post("/households/<int:link_id>/settle")
@allow(*STAFF)
def settle_household(link_id: int) -> Response:
    """Let one side hold: the register's, or Central's."""
    _linked(link_id)
    given = load(Side)
    settling.settle_conflict(
        by=actor(), link_id=link_id, scope=scope(), choice=given["choice"]
    )
    flash_undo(
        _("Đã chọn. Dịch vụ đồng bộ sẽ làm theo."),
        url_for("central.take_back_household", link_id=link_id),
    )
    return redirect(url_for("central.household", link_id=link_id), 303)


@blueprint.post("/households/<int:link_id>/take-back")
@allow(*STAFF)
def take_back_household(link_id: int) -> Response:
    """As if nobody had chosen."""
    _linked(link_id)
    settling.take_back_settlement(by=actor(), link_id=link_id, scope=scope())
    flash(_("Đã lấy lại lựa chọn."), "success")
    return redirect(url_for("central.household", link_id=link_id), 303)


@blueprint.get("/races/<int:mirrored_id>")
@allow(*STAFF)
def race(mirrored_id: int) -> str:
    """Two edits made at the same time, side by side."""
    mirrored = _mirrored(mirrored_id)
    return render_template(
        "central/race.html", race=race_of(mirrored.id), mirrored=mirrored, words=words
    )


@blueprint.post("/races/<int:mirrored_id>/settle")
@allow(*STAFF)
def settle_race(mirrored_id: int) -> Response:
    """One of them counts."""
    mirrored = _mirrored(mirrored_id)
    given = load(Choice)
    if given["submission_id"] is None:
        raise Refused(Problem("central_choice_missing", "submission_id"))
    actions.settle_race(
        by=actor(),
        mirrored_id=mirrored.id,
        submission_id=given["submission_id"],
        reason=given["reason"],
    )
    flash(_("Đã chọn. Bản đúng đang được đọc, bản kia đã bỏ qua."), "success")
    return redirect(url_for("central.sync"), 303)


@blueprint.post("/files/<int:mirrored_id>/look-again")
@allow(*STAFF)
def look_again(mirrored_id: int) -> Response:
    """Files that were given up are looked for once more."""
    actions.look_for_files(by=actor(), mirrored_id=_mirrored(mirrored_id).id)
    flash(_("Đang tìm lại tệp ở ODK Central."), "success")
    return redirect(url_for("central.sync"), 303)


def _central() -> tuple[str, int]:
    """Which Central, as the mirror calls it, and which project."""
    address = str(current_app.config["CENTRAL_URL"])
    return address, current_app.config["CENTRAL_PROJECT"]


def _form(mirrored_form_id: int) -> MirroredForm:
    found = overview.find_form(mirrored_form_id)
    if found is None:
        raise Refused(Problem("central_form_unknown"), status=404)
    return found


def _linked(link_id: int) -> Any:
    found = at_central.find_linked(link_id, scope())
    if found is None:
        raise Refused(Problem("entity_link_not_found"), status=404)
    return found


def _mirrored(mirrored_id: int) -> MirroredSubmission:
    found = overview.find_mirrored(mirrored_id, scope())
    if found is None:
        raise Refused(Problem("central_submission_unknown"), status=404)
    return found


def _need_confirmation(is_given: bool) -> None:
    if not is_given:
        raise Refused(Problem("central_not_confirmed", "confirmed"))
