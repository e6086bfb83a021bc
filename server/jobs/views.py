"""The page on which background work is seen, and tried again when it failed."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from sqlalchemy import Select, func, select
from werkzeug.wrappers import Response

from server.db import db
from server.domain.problems import Problem, catalogue
from server.jobs import actions
from server.jobs.tables import STATES, Job
from server.web.i18n import _, instant, language, number
from server.web.listing import Column, Filter, Listing, respond
from server.web.security import actor, allow

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")


@blueprint.get("/")
@allow()
def jobs() -> Response:
    """What is waiting, under way, done and failed."""
    by_state = select(Job.state, func.count()).group_by(Job.state)
    counts = {row.state: row[1] for row in db.session.execute(by_state)}
    failed = db.session.scalars(
        select(Job).where(Job.state == "failed").order_by(Job.id).limit(20)
    )
    return respond(
        _listing(),
        "jobs/jobs.html",
        counts={state: counts.get(state, 0) for state in STATES},
        failed=[(job, _kind(job), _error(job)) for job in failed],
        labels=_state_labels(),
    )


@blueprint.post("/<int:job_id>/retry")
@allow()
def retry(job_id: int) -> Response:
    """Give a failed job another try."""
    actions.try_again(by=actor(), job_id=job_id)
    flash(_("Việc sẽ được làm lại ngay."), "success")
    return redirect(url_for("jobs.jobs"), 303)


def _listing() -> Listing:
    kinds = sorted(db.session.scalars(select(Job.kind).distinct()))
    labels = _kind_labels()
    return Listing(
        name="jobs",
        statement=select(Job),
        identity=Job.id,
        columns=(
            Column("number", _("Số"), lambda job: job.id, Job.id, kind="number"),
            Column("kind", _("Việc"), _kind, Job.kind),
            Column("state", _("Tình trạng"), _state, Job.state),
            Column("attempts", _("Lần thử"), lambda job: job.attempts, Job.attempts,
                   kind="number"),
            Column("left", _("Giao lúc"), lambda job: job.created_at, Job.created_at,
                   kind="instant"),
            Column("finished", _("Xong lúc"), lambda job: job.finished_at,
                   kind="instant"),
            Column("error", _("Lỗi gần nhất"), _error),
        ),
        filters=(
            _choice("state", _("Tình trạng"), Job.state, _state_labels()),
            _choice("kind", _("Việc"), Job.kind, {k: labels.get(k, k) for k in kinds}),
        ),
        default_sort="-number",
    )  # fmt: skip


def _choice(key: str, label: str, column: Any, choices: dict[str, str]) -> Filter:
    def apply(statement: Select[Any], value: str) -> Select[Any]:
        return statement.where(column == value)

    return Filter(key, label, apply, choices=tuple(choices.items()))


def _state_labels() -> dict[str, str]:
    return {
        "waiting": _("Đang chờ"),
        "running": _("Đang làm"),
        "done": _("Xong"),
        "failed": _("Hỏng, cần người xem"),
    }


def _kind_labels() -> dict[str, str]:
    return {
        "submission_received": _("Đọc phiếu mới nhận"),
        "record_added": _("Tìm hộ của phiếu"),
        "record_matched": _("Ghi nhận phiếu trên danh sách của điện thoại"),
        "households_changed": _("Chấm điểm hộ, gửi danh sách xuống điện thoại"),
        "correction_made": _("Tính lại hộ sau đính chính"),
        "status_recognised": _("Gửi kết quả công nhận xuống điện thoại"),
        "statuses_moved": _("Gửi diện bắt đầu hoặc hết hạn xuống điện thoại"),
        "matching_renewed": _("Đọc và so lại các phiếu"),
        "withdrawal_changed": _("Tính lại hộ vì một phiếu được rút hoặc khôi phục"),
        "long_list_read": _("Đọc danh sách nhập từ Excel"),
        "list_step": _("Nhập các hộ của danh sách Excel"),
        "list_settle": _("Ghi kết quả công nhận của danh sách Excel"),
        "list_undo_step": _("Huỷ lần nhập danh sách Excel"),
        "central_sync": _("Đồng bộ với ODK Central ngay"),
    }


def _kind(job: Job) -> str:
    return _kind_labels().get(job.kind, job.kind)


def _state(job: Job) -> str:
    """The state, how far a long job is, and when a pausing one goes on."""
    said = _state_labels()[job.state]
    is_fresh = job.state == "waiting" and not job.attempts
    if job.progress_total and (job.state == "running" or is_fresh):
        done, total = number(job.progress_done), number(job.progress_total)
        return _("{state}, {done} trên {total}", state=said, done=done, total=total)
    if job.state == "waiting" and job.attempts:
        return _("{state}, thử lại lúc {at}", state=said, at=instant(job.run_at))
    return said


def _error(job: Job) -> str:
    """What went wrong: in sentences where we know them, else kind and place."""
    if not job.error:
        return ""
    codes = job.error.split()
    if all(code in catalogue() for code in codes):
        return " ".join(Problem(code).sentence(language()) for code in codes)
    return _("Lỗi kỹ thuật: {error}", error=job.error)
