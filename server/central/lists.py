"""The lists of the sync pages: what was done, which phones there are, what is missing."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import Select, Subquery, case, func, or_, select

from server.accounts.queries import users
from server.accounts.tables import Phone, User
from server.central import words
from server.central.overview import midnight
from server.central.tables import AppUser, SyncRun
from server.clock import VIETNAM, day_of
from server.domain.actor import Scope
from server.inbox.tables import Reading, Submission
from server.mirror.tables import MirroredSubmission, MirroredVersion
from server.web.i18n import _
from server.web.listing import Column, Filter, Listing

Apply = Callable[[Select[Any], str], Select[Any]]


def runs() -> Listing:
    """Everything the synchronisation did that is worth knowing, newest first."""
    works, outcomes = words.work_labels(), words.outcome_labels()
    return Listing(
        name="dong-bo",
        statement=select(SyncRun),
        identity=SyncRun.id,
        columns=(
            Column("started", _("Lúc"), lambda run: run.started_at, SyncRun.started_at,
                   kind="instant"),
            Column("work", _("Việc"), lambda run: works.get(run.work, run.work),
                   SyncRun.work),
            Column("outcome", _("Kết quả"), _outcome, SyncRun.outcome),
            Column("amount", _("Số thay đổi"), lambda run: run.amount, SyncRun.amount,
                   kind="number"),
            Column("counts", _("Chi tiết"),
                   lambda run: words.counts_in_words(run.work, run.counts), kind="long"),
            Column("problems", _("Vấn đề"),
                   lambda run: " ".join(words.problems_in_words(run.problems)),
                   kind="long"),
            Column("seconds", _("Giây"), _seconds, kind="number"),
        ),
        filters=(
            Filter("work", _("Việc"), _equal(SyncRun.work),
                   choices=tuple(works.items())),
            Filter("outcome", _("Kết quả"), _equal(SyncRun.outcome),
                   choices=tuple(outcomes.items())),
            Filter("from", _("Từ ngày"), _since, kind="day"),
            Filter("to", _("Đến ngày"), _until, kind="day"),
        ),
        default_sort="-started",
    )  # fmt: skip


def phones(server: str, project: int, scope: Scope) -> Listing:
    """The phones of the reader's areas, by who carries them."""
    return Listing(
        name="dien-thoai-dong-bo",
        statement=_phones(server, project, scope),
        identity=Phone.id,
        columns=(
            Column("name", _("Điện thoại"), lambda row: row.Phone.name, Phone.name,
                   lambda row: url_for("openrosa.phone_card", phone_id=row.Phone.id)),
            Column("carrier", _("Người mang máy"), lambda row: row.User.name,
                   User.name_sort),
            Column("seen", _("Lần cuối thấy"), _seen, kind="instant"),
            Column("today", _("Đến hôm nay"), lambda row: row.arrived_today,
                   kind="number"),
            Column("collect", _("Bản ODK Collect"),
                   lambda row: row.Phone.collect_version or ""),
            Column("state", _("Tình trạng"), _phone_state),
        ),
        filters=(
            Filter("state", _("Tình trạng"), _in_state, choices=(
                ("active", _("Đang dùng")),
                ("revoking", _("Đang chờ thu hồi tại ODK Central")),
                ("revoked", _("Đã khoá")),
            )),
        ),
        default_sort="carrier",
    )  # fmt: skip


def missing(form_id: int) -> Listing:
    """The submissions of a form that are missing at Central."""
    return Listing(
        name="phieu-khong-con",
        statement=select(MirroredSubmission, Submission, Reading)
        .join(MirroredVersion, MirroredVersion.mirrored_id == MirroredSubmission.id)
        .join(Submission, Submission.id == MirroredVersion.submission_id)
        .join(Reading, Reading.submission_id == Submission.id)
        .where(
            MirroredSubmission.form_id == form_id,
            MirroredSubmission.missing_at.is_not(None),
            Submission.instance_id == MirroredSubmission.current_instance_id,
        ),
        identity=Submission.id,
        columns=(
            Column("head", _("Chủ hộ"), lambda row: row.Reading.head_name or _("Phiếu"),
                   Reading.head_folded,
                   lambda row: url_for("inbox.submission",
                                       submission_id=row.Submission.id)),
            Column("sent", _("Gửi lúc"),
                   lambda row: row.MirroredSubmission.submitted_at,
                   MirroredSubmission.submitted_at, kind="instant"),
            Column("by", _("Gửi từ"), lambda row: row.Submission.actor_name,
                   Submission.actor_name),
            Column("id", _("Mã phiếu"), lambda row: row.MirroredSubmission.central_id,
                   kind="code"),
        ),
        default_sort="-sent",
    )  # fmt: skip


def _phones(server: str, project: int, scope: Scope) -> Select[Any]:
    """Phones with what they sent to this server themselves and through ODK Central."""
    in_sight = users(scope).with_only_columns(User.id)
    direct, through = _sent_by("phone"), _sent_by("central")
    arrived = [func.coalesce(each.c.today, 0) for each in (direct, through)]
    return (
        select(
            Phone,
            User,
            AppUser,
            (arrived[0] + arrived[1]).label("arrived_today"),
            direct.c.newest.label("direct_at"),
            through.c.newest.label("through_at"),
        )
        .join(User, User.id == Phone.user_id)
        .outerjoin(
            AppUser,
            (AppUser.phone_id == Phone.id)
            & (AppUser.server == server)
            & (AppUser.project == project),
        )
        .outerjoin(direct, direct.c.actor_id == Phone.id)
        .outerjoin(through, through.c.actor_id == AppUser.actor_id)
        .where(User.id.in_(in_sight))
    )


def _sent_by(kind: str) -> Subquery:
    is_of_today = case((Submission.received_at >= midnight(), 1), else_=0)
    return (
        select(
            Submission.actor_id,
            func.sum(is_of_today).label("today"),
            func.max(Submission.received_at).label("newest"),
        )
        .where(Submission.actor_kind == kind)
        .group_by(Submission.actor_id)
        .subquery(f"sent_by_{kind}")
    )


def _seen(row: Any) -> datetime | None:
    stamps = (row.Phone.last_seen_at, row.direct_at, row.through_at)
    return max((each for each in stamps if each), default=None)


def _phone_state(row: Any) -> str:
    if row.Phone.revoked_at is None:
        return _("Đang dùng")
    if row.AppUser is not None and row.AppUser.revoked_at is None:
        return _("Đang chờ thu hồi tại ODK Central")
    return _("Đã khoá")


def _in_state(statement: Select[Any], state: str) -> Select[Any]:
    revoked = Phone.revoked_at.is_not(None)
    waits = AppUser.id.is_not(None) & AppUser.revoked_at.is_(None)
    if state == "revoking":
        return statement.where(revoked, waits)
    if state == "revoked":
        return statement.where(revoked, or_(AppUser.id.is_(None), ~waits))
    return statement.where(Phone.revoked_at.is_(None))


def _outcome(run: SyncRun) -> str:
    said = words.outcome_labels()[run.outcome]
    if run.times == 1:
        return said
    return _("{outcome}, {times} lần liền", outcome=said, times=run.times)


def _seconds(run: SyncRun) -> int:
    return round((run.finished_at - run.started_at).total_seconds())


def _equal(column: Any) -> Apply:
    return lambda statement, value: statement.where(column == value)


def _since(statement: Select[Any], value: str) -> Select[Any]:
    day = day_of(value)
    begin = datetime.combine(day, time(), VIETNAM) if day else None
    return statement if begin is None else statement.where(SyncRun.started_at >= begin)


def _until(statement: Select[Any], value: str) -> Select[Any]:
    day = day_of(value)
    if day is None:
        return statement
    end = datetime.combine(day + timedelta(days=1), time(), VIETNAM)
    return statement.where(SyncRun.started_at < end)
