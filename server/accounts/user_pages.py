"""The pages on which accounts are managed."""

from collections.abc import Iterable, Sequence
from typing import Any

import segno
from flask import current_app, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from server.accounts import actions, queries, sessions
from server.accounts.area_directory import directory
from server.accounts.privileges import manageable_roles
from server.accounts.schemas import AddUser, ChangeUser
from server.accounts.tables import ROLES, User
from server.audit.queries import events_of
from server.audit.words import action_label
from server.db import db
from server.domain.problems import Problem, Refused
from server.web.addresses import row_numbers
from server.web.forms import load
from server.web.i18n import _
from server.web.labels import role_label
from server.web.listing import Column, Filter, Listing, respond
from server.web.security import STAFF, actor, allow, scope, visitor

Page = Response | str | tuple[str, int]
_EVENTS_SHOWN = 20


@allow(*STAFF)
def users() -> Response:
    """Everybody whose areas lie in mine."""
    return respond(_listing(), "accounts/users.html")


@allow(*STAFF)
def add_user() -> Page:
    """The form for a new account; afterwards its one-time link, shown this once."""
    if request.method != "POST":
        return _add_page()
    try:
        sent = load(AddUser)
        _may_give(sent)
        user, token = actions.add_user(by=actor(), **sent)
    except Refused as refused:
        return _add_page(refused.problems), refused.status
    return _link_page(user, token)


@allow(*STAFF)
def user(user_id: int) -> str:
    """One account: who it is, what it may, and what was done with it."""
    return _user_page(_find(user_id))


@allow(*STAFF)
def change_user(user_id: int) -> Page:
    """Another name, role or other areas."""
    found = _managed(user_id)
    try:
        sent = load(ChangeUser)
        _may_give(sent)
        actions.change_user(by=actor(), user_id=found.id, **sent)
    except Refused as refused:
        return _user_page(_find(user_id), refused.problems), refused.status
    flash(_("Đã lưu. Thay đổi có hiệu lực ngay."), "success")
    return _to(user_id)


@allow(*STAFF)
def disable_user(user_id: int) -> Response:
    """Shut somebody out at once."""
    actions.disable_user(by=actor(), user_id=_managed(user_id).id)
    flash(
        _("Đã khoá tài khoản; mọi phiên làm việc và điện thoại đã bị chặn."), "success"
    )
    return _to(user_id)


@allow(*STAFF)
def enable_user(user_id: int) -> Response:
    """Let somebody in again."""
    actions.enable_user(by=actor(), user_id=_managed(user_id).id)
    flash(_("Đã mở khoá tài khoản."), "success")
    return _to(user_id)


@allow(*STAFF)
def invite_user(user_id: int) -> Page:
    """A new one-time link, shown this once."""
    found = _managed(user_id)
    return _link_page(found, actions.invite(by=actor(), user_id=found.id))


@allow(*STAFF)
def end_sessions(user_id: int) -> Response:
    """Sign somebody out on every device."""
    sessions.end_sessions_of(by=actor(), user_id=_managed(user_id).id)
    flash(_("Đã đăng xuất người này khỏi mọi máy."), "success")
    return _to(user_id)


def _find(user_id: int) -> User:
    found = queries.find_user(user_id, scope())
    if found is None:
        raise Refused(Problem("user_unknown"), status=404)
    return found


def _managed(user_id: int) -> User:
    found = _find(user_id)
    if found.role not in manageable_roles(visitor().role):
        raise Refused(Problem("user_not_yours"), status=403)
    return found


def _may_give(sent: dict[str, Any]) -> None:
    """Nobody gives a role or an area that is not theirs to give."""
    if sent["role"] not in manageable_roles(visitor().role):
        raise Refused(Problem("user_not_yours"), status=403)
    if not all(scope().holds(area_id) for area_id in sent["area_ids"]):
        raise Refused(Problem("area_unknown"), status=404)


def _to(user_id: int) -> Response:
    return redirect(url_for("accounts.user", user_id=user_id), 303)


def _add_page(problems: Iterable[Problem] = ()) -> str:
    return render_template(
        "accounts/add_user.html",
        problems=problems,
        given=request.values,
        **_choices(request.values.getlist("area_ids")),
    )


def _user_page(found: User, problems: Sequence[Problem] = ()) -> str:
    area_ids = queries.areas_of(found.id)
    known = directory(current_app.extensions)
    chosen = request.form.getlist("area_ids") if problems else area_ids
    return render_template(
        "accounts/user.html",
        user=found,
        problems=problems,
        may_manage=found.role in manageable_roles(visitor().role),
        area_names=known.names(area_ids),
        given=request.form if problems else {"name": found.name, "role": found.role},
        state=_state(found),
        sessions=queries.sessions_of(found.id),
        phones=queries.phones_of(found.id),
        events=events_of("user", found.id)[:_EVENTS_SHOWN],
        action_label=action_label,
        **_choices(chosen),
    )


def _choices(chosen: Iterable[str | int]) -> dict[str, Any]:
    """What the fields of an account offer, and which areas are chosen."""
    return {
        "roles": manageable_roles(visitor().role),
        "role_help": {
            "admin": _(
                "Làm được mọi việc ở mọi nơi; quản lý người dùng, địa bàn, chuẩn nghèo,"
                " ngưỡng gộp; xem việc nền và nhật ký."
            ),
            "district": _(
                "Xử lý phiếu, hộ trùng, đính chính; xem mọi bước rà soát, danh sách và"
                " báo cáo của các phường, xã được giao. Không công nhận."
            ),
            "ward": _(
                "Mọi việc trong phường, xã mình: xử lý phiếu, các bước rà soát, công nhận,"
                " nhập từ Excel, báo cáo; thêm điều tra viên, cấp điện thoại."
            ),
            "enumerator": _(
                "Đi khảo sát bằng điện thoại; trên web chỉ xem phiếu đã gửi."
            ),
        },
        "areas": directory(current_app.extensions).choices(scope()),
        "chosen": row_numbers(map(str, chosen)),
    }


def _link_page(found: User, token: str) -> str:
    base = current_app.config["PUBLIC_URL"] or request.host_url
    link = base.rstrip("/") + url_for("accounts.accept_invitation", token=token)
    drawing = segno.make(link, error="m", micro=False)
    picture = Markup(  # noqa: S704 - made by segno of our own text
        drawing.svg_inline(scale=4, dark="#000", light="#fff", border=4)
    )
    return render_template("accounts/link.html", user=found, link=link, picture=picture)


def _listing() -> Listing:
    areas = _area_texts()
    return Listing(
        name="users",
        statement=queries.users(scope()).add_columns(queries.last_seen().label("seen")),
        identity=User.id,
        columns=(
            Column("name", _("Họ và tên"), lambda row: row.User.name, User.name_sort,
                   lambda row: url_for("accounts.user", user_id=row.User.id)),
            Column("login", _("Tên đăng nhập"), lambda row: row.User.login, User.login),
            Column("role", _("Vai trò"), lambda row: role_label(row.User.role),
                   User.role),
            Column("areas", _("Địa bàn"), lambda row: areas.get(row.User.id, "")),
            Column("state", _("Tình trạng"), lambda row: _state(row.User)),
            Column("seen", _("Lần cuối dùng"), lambda row: row.seen, kind="instant"),
            Column("created", _("Tạo lúc"), lambda row: row.User.created_at,
                   User.created_at, kind="instant"),
        ),
        filters=(
            Filter("q", _("Tìm theo tên"), queries.matching_user, kind="text"),
            Filter("role", _("Vai trò"), _of_role,
                   choices=tuple((role, role_label(role)) for role in ROLES)),
            Filter("area", _("Địa bàn"), queries.of_area, choices=_area_choices()),
            Filter("state", _("Tình trạng"), queries.in_state, choices=(
                ("active", _("Đang dùng")),
                ("invited", _("Chưa đặt mật khẩu")),
                ("disabled", _("Đã khoá")),
            )),
        ),
        default_sort="name",
    )  # fmt: skip


def _of_role(statement: Any, role: str) -> Any:
    return statement.where(User.role == role)


def _state(found: User) -> str:
    if not found.is_active:
        return _("Đã khoá")
    return _("Đang dùng") if found.password_hash else _("Chưa đặt mật khẩu")


def _area_choices() -> tuple[tuple[str, str], ...]:
    choices = directory(current_app.extensions).choices(scope())
    return tuple((str(choice.id), choice.name) for choice in choices)


def _area_texts() -> dict[int, str]:
    """What the column of areas says, for everybody in sight at once."""
    ids = db.session.scalars(queries.users(scope()).with_only_columns(User.id))
    by_user = queries.areas_by_user(ids.all())
    wanted = {area_id for area_ids in by_user.values() for area_id in area_ids}
    names = directory(current_app.extensions).names(wanted)
    return {
        user_id: ", ".join(names[area_id] for area_id in area_ids)
        for user_id, area_ids in by_user.items()
    }
