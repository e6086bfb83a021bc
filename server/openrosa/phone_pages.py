"""The pages on which staff give phones to enumerators and take them back."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server.accounts import phones as accounts
from server.accounts.tables import Phone, User
from server.central import app_users
from server.domain.problems import Problem, Refused
from server.openrosa import queries
from server.openrosa.card import Card, card_of, central_card_of
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
    """The settings card, to scan from the screen or to print on A6. With ODK Central
    there are two doors, and a card for each: that of Central comes first."""
    phone, carrier = _get(phone_id)
    cards = _cards(phone, carrier)
    door = request.args.get("door", "")
    return render_template(
        "openrosa/phone_card.html",
        phone=phone,
        carrier=carrier,
        cards=cards,
        card=cards.get(door) or next(iter(cards.values()), None),
        is_central_expected=app_users.place() is not None and "central" not in cards,
        app_user=app_users.find_app_user(phone.id),
        is_waiting=phone.id in app_users.waiting_phones(),
    )


@allow(*STAFF)
def revoke(phone_id: int) -> Response:
    """Shut a phone out at once. Undoing it is a new card: the old one may be copied."""
    phone, _carrier = _get(phone_id)
    accounts.revoke_phone(by=actor(), phone_id=phone.id)
    said = _("Đã khoá “{name}”. Muốn dùng lại, hãy tạo thẻ mới.", name=phone.name)
    if phone.id in app_users.waiting_phones():
        said += " " + _("Ở ODK Central, máy này đang chờ thu hồi.")
    flash(said, "success")
    return redirect(url_for("openrosa.phones"), 303)


def _get(phone_id: int) -> tuple[Phone, User]:
    found = queries.find_phone(phone_id, scope())
    if found is None:
        raise Refused(Problem("phone_carrier_unknown"), status=404)
    return found


def _cards(phone: Phone, carrier: User) -> dict[str, Card]:
    """By door; none of a phone that is shut out."""
    if phone.revoked_at:
        return {}
    found: dict[str, Card] = {}
    here, row = app_users.place(), app_users.find_app_user(phone.id)
    if here and row and row.token and row.revoked_at is None:
        server, project = here
        found["central"] = central_card_of(
            phone, carrier, server=server, project=project, token=row.token
        )
    base = current_app.config["PUBLIC_URL"] or request.host_url
    found["direct"] = card_of(phone, carrier, base)
    return found


def _listing() -> Listing:
    waiting = app_users.waiting_phones()

    def state(row: Any) -> str:
        if row.Phone.id in waiting:
            return _("Đã khoá; đang chờ thu hồi tại ODK Central")
        return _("Không còn dùng được") if row.Phone.revoked_at else _("Đang dùng")

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
            Column("state", _("Tình trạng"), state),
        ),
        filters=(
            Filter("q", _("Tìm điện thoại hoặc người mang máy"), queries.matching, kind="text"),
            Filter("state", _("Tình trạng"), queries.in_state,
                   choices=(("active", _("Đang dùng")), ("revoked", _("Không còn dùng được")))),
        ),
        default_sort="-created",
    )  # fmt: skip
