"""The screens of the inbox."""

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as Answer

from server.domain.actor import Scope
from server.domain.problems import Problem, Refused
from server.inbox import actions, list_pages, pages, queries, words
from server.inbox.file_store import FileStore
from server.inbox.photos import SIZES, redrawn
from server.inbox.schemas import Reason, answers_schema, changes_of
from server.inbox.tables import Submission
from server.web.forms import load
from server.web.i18n import _
from server.web.listing import respond
from server.web.navigation import flash_undo
from server.web.security import STAFF, actor, allow, scope, visitor

blueprint = Blueprint("inbox", __name__, url_prefix="/inbox")
# What was sent is shown as data and never runs, whatever it turns out to be.
SANDBOX = "default-src 'none'; sandbox"


@blueprint.get("/")
@allow(*STAFF, "enumerator")
def submissions() -> Answer:
    """Everything that was sent from my areas, or from my own phones."""
    return respond(
        list_pages.everything(*_sight()), "inbox/submissions.html", words=words
    )


@blueprint.get("/quarantine")
@allow(*STAFF)
def quarantine() -> Answer:
    """What could not be read, and why."""
    return respond(list_pages.parked(scope()), "inbox/quarantine.html", words=words)


@blueprint.get("/<int:submission_id>")
@allow(*STAFF, "enumerator")
def submission(submission_id: int) -> str:
    """One submission: what was sent, what is wrong with it, what happened to it."""
    found = pages.visible(submission_id, *_sight())
    return render_template(
        "inbox/submission.html",
        shown=pages.page_of(found),
        words=words,
        may_act=visitor().role in STAFF,
    )


@blueprint.get("/<int:submission_id>/files/<path:name>")
@allow(*STAFF, "enumerator")
def file(submission_id: int, name: str) -> Response:
    """A file that was sent: a picture drawn anew, anything else to be saved."""
    pages.visible(submission_id, *_sight())
    found = queries.find_file(submission_id, name)
    if found is None:
        raise Refused(Problem("file_not_found", "", {"value": name}), status=404)
    size = request.args.get("size", "full")
    with FileStore(current_app.config["DATA_DIR"] / "files").open(found.sha256) as kept:
        picture = redrawn(kept, size if size in SIZES else "full")
        content = kept.read() if picture is None and not kept.seek(0) else picture
    answer = Response(content, mimetype="application/octet-stream")
    if picture is not None:
        answer.mimetype = "image/jpeg"
    answer.headers.set(
        "Content-Disposition",
        "attachment" if picture is None else "inline",
        filename=name,
    )
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cache-Control"] = "private, max-age=600"
    return answer


@blueprint.post("/<int:submission_id>/amend")
@allow(*STAFF)
def amend(submission_id: int) -> Answer:
    """Put the answers right that the problems are about, and read it again."""
    fixes = pages.fixes(_mine(submission_id))
    lists = frozenset(f.place for f in fixes if f.question.is_multiple)
    given = load(answers_schema([(f.place, f.label) for f in fixes], lists))
    actions.amend_and_retry(
        by=actor(),
        submission_id=submission_id,
        changes=changes_of(given, {fix.place: fix.text for fix in fixes}),
        reason=given["reason"],
    )
    flash(_("Đã sửa. Phiếu đang được đọc lại."), "success")
    return _back_to(submission_id)


@blueprint.post("/<int:submission_id>/retry")
@allow(*STAFF)
def retry(submission_id: int) -> Answer:
    """Read it again as it is."""
    actions.retry(by=actor(), submission_id=_mine(submission_id).id)
    flash(_("Phiếu đang được đọc lại."), "success")
    return _back_to(submission_id)


@blueprint.post("/<int:submission_id>/send-back")
@allow(*STAFF)
def send_back(submission_id: int) -> Answer:
    """Ask the enumerator for it again."""
    note = load(Reason)["reason"]
    actions.send_back(by=actor(), submission_id=_mine(submission_id).id, note=note)
    return _done(submission_id, _("Đã gửi lại người khảo sát."))


@blueprint.post("/<int:submission_id>/set-aside")
@allow(*STAFF)
def set_aside(submission_id: int) -> Answer:
    """Leave it out of the register."""
    reason = load(Reason)["reason"]
    actions.set_aside(by=actor(), submission_id=_mine(submission_id).id, reason=reason)
    return _done(submission_id, _("Đã bỏ qua phiếu."))


@blueprint.post("/<int:submission_id>/take-back")
@allow(*STAFF)
def take_back(submission_id: int) -> Answer:
    """Undo sending back or setting aside."""
    actions.take_back(by=actor(), submission_id=_mine(submission_id).id)
    flash(_("Phiếu lại chờ xử lý."), "success")
    return _back_to(submission_id)


def _sight() -> tuple[Scope, int | None]:
    """Whose submissions the visitor sees: the areas, and an enumerator's own phones."""
    person = visitor()
    return scope(), person.id if person.role == "enumerator" else None


def _mine(submission_id: int) -> Submission:
    return queries.get_submission(submission_id, scope())


def _done(submission_id: int, text: str) -> Answer:
    flash_undo(text, url_for("inbox.take_back", submission_id=submission_id))
    return _back_to(submission_id)


def _back_to(submission_id: int) -> Answer:
    return redirect(url_for("inbox.submission", submission_id=submission_id), 303)
