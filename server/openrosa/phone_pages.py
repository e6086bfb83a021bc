"""The pages on which staff give phones to enumerators and take them back."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server.accounts import phones as accounts
from server.accounts.tables import Phone, User
from server.domain.problems import Problem, Refused
from server.openrosa import queries
from server.openrosa.card import card_of
from server.openrosa.schemas import AddPhone
from server.web.forms import load
from server.web.i18n import _
from server.web.listing import Column, Filter, Listing, respond
from server.web.security import STAFF, actor, allow, scope


@allow(*STAFF)
def phones() -> Response:
    """Every phone in my areas, newest first."""
    return respond(
        _listing(), "openrosa/phones.html", carriers=queries.carriers(scope())
    )


@allow(*STAFF)
def add() -> Response:
    """Give a phone to somebody in my areas and show its card."""
    given = load(AddPhone)
    if given["user_id"] not in {user.id for user in queries.carriers(scope())}:
        raise Refused(Problem("phone_carrier_unknown"), status=404)
    phone = accounts.add_phone(
        by=actor(), user_id=given["user_id"], name=given["name"].strip()
    )
    return redirect(url_for("openrosa.phone_card", phone_id=phone.id), 303)


@allow(*STAFF)
def phone_card(phone_id: int) -> str:
    """The settings card, to scan from the screen or to print on A6."""
    phone, carrier = _get(phone_id)
    base = current_app.config["PUBLIC_URL"] or request.host_url
    card = None if phone.revoked_at else card_of(phone, carrier, base)
    return render_template(
        "openrosa/phone_card.html", phone=phone, carrier=carrier, card=card
    )


@allow(*STAFF)
def revoke(phone_id: int) -> Response:
    """Shut a phone out at once. Undoing it is a new card: the old one may be copied."""
    phone, _carrier = _get(phone_id)
    accounts.revoke_phone(by=actor(), phone_id=phone.id)
    flash(
        _("Đã khoá “{name}”. Muốn dùng lại, hãy tạo thẻ mới.", name=phone.name),
        "success",
    )
    return redirect(url_for("openrosa.phones"), 303)


def _get(phone_id: int) -> tuple[Phone, User]:
    found = queries.find_phone(phone_id, scope())
    if found is None:
        raise Refused(Problem("phone_carrier_unknown"), status=404)
    return found


def _listing() -> Listing:
    return Listing(
        name="phones",
        statement=queries.phones(scope()),
        identity=Phone.id,
        columns=(
            Column("name", _("Điện thoại"), lambda row: row.Phone.name, Phone.name,
                   lambda row: url_for("openrosa.phone_card", phone_id=row.Phone.id)),
            Column("carrier", _("Người mang máy"), lambda row: row.User.name, User.name),
            Column("username", _("Tên đăng nhập"), lambda row: row.Phone.username,
                   Phone.username),
            Column("seen", _("Lần cuối kết nối"), lambda row: row.Phone.last_seen_at,
                   kind="instant"),
            Column("collect", _("Bản ODK Collect"),
                   lambda row: row.Phone.collect_version or ""),
            Column("created", _("Tạo lúc"), lambda row: row.Phone.created_at,
                   Phone.created_at, kind="instant"),
            Column("state", _("Tình trạng"), _state),
        ),
        filters=(
            Filter("q", _("Tìm điện thoại hoặc người mang máy"), queries.matching, kind="text"),
            Filter("state", _("Tình trạng"), queries.in_state,
                   choices=(("active", _("Đang dùng")), ("revoked", _("Không còn dùng được")))),
        ),
        default_sort="-created",
    )  # fmt: skip


def _state(row: Any) -> str:
    return _("Không còn dùng được") if row.Phone.revoked_at else _("Đang dùng")
