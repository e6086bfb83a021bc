"""A small application of this layer alone: a list of villages and its pages.

The layer below features is tried without them; the two pages of `accounts` that every
screen links to are stand-ins.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from flask import (
    Blueprint,
    Flask,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from marshmallow import Schema, ValidationError, fields, validate
from werkzeug.wrappers import Response

from server import config, web
from server import db as database
from server.columns import UtcDateTime
from server.db import db, transaction
from server.domain.actor import EVERYWHERE
from server.domain.problems import Problem, Refused
from server.web.forms import load
from server.web.i18n import _
from server.web.listing import Column, Filter, Listing, respond
from server.web.navigation import flash_undo
from server.web.security import allow, exempt_from_csrf, public
from tests.browsing import Browser

TEMPLATES = Path(__file__).with_name("templates")
villages = sa.Table(
    "villages",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("people", sa.Integer, nullable=False),
    sa.Column("founded", sa.Date, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Column("category", sa.String),
)
screens = Blueprint("screens", __name__)
accounts = Blueprint("accounts", __name__)


def make_screens(folder: Path, address: str, **overrides: Any) -> Flask:
    """The application, with an empty table of villages."""
    app = Flask("server")
    given = {"TESTING": True, "SECRET_KEY": "testing", "DATABASE_URL": address}
    app.config.update(config.load({"DATA_DIR": folder, **given, **overrides}))
    database.init_app(app)
    web.init_app(app)
    app.extensions["visitor_loaders"].append(_recognise)
    app.register_blueprint(screens)
    app.register_blueprint(accounts)
    app.jinja_loader.searchpath.append(str(TEMPLATES))  # type: ignore[union-attr]
    app.test_client_class = Browser
    with app.app_context():
        villages.drop(db.engine, checkfirst=True)
        villages.create(db.engine)
    return app


def add_village(**given: Any) -> int:
    """A row that differs from others only in what the test says."""
    values = {
        "code": "00001",
        "name": "Thôn Đoài",
        "people": 120,
        "founded": date(1990, 2, 3),
        "seen_at": datetime(2026, 11, 24, 2, 5, tzinfo=UTC),
        "category": "POOR",
        **given,
    }
    with transaction() as session:
        made = session.execute(villages.insert().values(**values))
    return int(made.inserted_primary_key[0])  # type: ignore[attr-defined]


def add_villages(number: int) -> None:
    """As many as a real list has, all different."""
    start = datetime(2026, 11, 1, tzinfo=UTC)
    rows = [
        {
            "code": f"{place:05}",
            "name": f"{_NAMES[place % len(_NAMES)]} {place}",
            "people": place * 7919 % 2000,
            "founded": date(1950, 1, 1) + timedelta(days=place * 37),
            "seen_at": start + timedelta(minutes=place),
            "category": _CATEGORIES[place % len(_CATEGORIES)],
        }
        for place in range(1, number + 1)
    ]
    with transaction() as session:
        session.execute(villages.insert(), rows)


_NAMES = ("Thôn Đoài", "Xóm Ấp", "Làng Đông", "Bản Hồ", "Tổ dân phố số")
_CATEGORIES = ("POOR", "NEAR_POOR", "AVERAGE", "NON_POOR", None)


def village_list(page_size: int = 50) -> Listing:
    """Every kind of column and filter."""
    column = villages.c
    return Listing(
        name="villages",
        statement=sa.select(villages),
        identity=column.id,
        columns=(
            Column("name", _("Hộ gia đình"), lambda row: row.name, column.name,
                   lambda row: url_for("screens.village", village_id=row.id)),
            Column("code", _("Quản lý"), lambda row: row.code, column.code),
            Column("people", _("Người dùng"), lambda row: row.people, column.people,
                   kind="number"),
            Column("founded", _("Địa bàn"), lambda row: row.founded, column.founded,
                   kind="day"),
            Column("seen", _("Hôm nay"), lambda row: row.seen_at, column.seen_at,
                   kind="instant"),
            Column("category", _("Hộ nghèo"), lambda row: row.category,
                   kind="category"),
        ),
        filters=(
            Filter("q", _("Hộ gia đình"), _named, kind="text"),
            Filter("size", _("Người dùng"), _sized,
                   choices=(("small", "≤ 1.000"), ("large", "> 1.000"))),
            Filter("since", _("Địa bàn"), _since, kind="day"),
        ),
        default_sort="name",
        page_size=page_size,
    )  # fmt: skip


def _named(statement: sa.Select[Any], text: str) -> sa.Select[Any]:
    return statement.where(villages.c.name.contains(text))


def _sized(statement: sa.Select[Any], size: str) -> sa.Select[Any]:
    is_large = villages.c.people > 1000
    return statement.where(is_large if size == "large" else ~is_large)


def _since(statement: sa.Select[Any], day: str) -> sa.Select[Any]:
    return statement.where(villages.c.founded >= date.fromisoformat(day))


def _refuse_short(text: str) -> None:
    if len(text) < 3:
        raise ValidationError("page_too_large")


class VillageForm(Schema):
    """One field for each way in which a form can be wrong."""

    name = fields.String(
        required=True,
        validate=validate.Length(min=2, max=20),
        metadata={"label": "Hộ gia đình"},
    )
    people = fields.Integer(validate=validate.Range(min=0, max=5000))
    founded = fields.Date()
    category = fields.String(validate=validate.OneOf(["POOR", "NON_POOR"]))
    note = fields.String(load_default="")
    tags = fields.List(fields.String())
    password = fields.String(validate=_refuse_short)


def _recognise() -> None:
    """The stand-in for signing in: a header says who somebody is."""
    role = request.headers.get("X-Role") or request.cookies.get("role")
    if role:
        wanted = request.headers.get("X-Language", "vi")
        g.visitor = SimpleNamespace(
            id=1, name="Nguyễn Thị Ánh", role=role, language=wanted
        )
        g.scope = EVERYWHERE


@screens.get("/villages")
@allow("ward")
def listed() -> Response:
    size = int(request.args.get("page_size", 50))
    return respond(village_list(size), "villages.html")


@screens.get("/villages/<int:village_id>")
@allow("ward")
def village(village_id: int) -> str:
    return render_template("villages.html", page=None)


@screens.post("/villages")
@allow("ward")
def add() -> dict[str, Any]:
    return load(VillageForm)


@screens.post("/villages/rename")
@allow("ward")
def rename() -> Response:
    flash("Đã đổi tên.", "success")
    flash_undo("Đã gộp hai thôn.", url_for("screens.rename"))
    return redirect(url_for("screens.listed"), 303)


@screens.get("/refused")
@public
def refused() -> Response:
    raise Refused(Problem("page_too_large", "size"), Problem("page_busy"), status=409)


@screens.get("/broken")
@public
def broken() -> Response:
    raise RuntimeError("secret of the house")


@screens.get("/forgotten")
def forgotten() -> str:
    return "nobody may see this"


@screens.get("/unfiled")
@public
def unfiled() -> Response:
    return Response("for phones", headers={"Cache-Control": "private, no-cache"})


@screens.get("/whereami")
@public
def whereami() -> str:
    return request.url_root


@screens.post("/programs")
@exempt_from_csrf
@public
def programs() -> dict[str, int]:
    return {"received": len(request.get_data())}


@accounts.get("/sign-in")
@public
def sign_in() -> str:
    return render_template("villages.html", page=None)


@accounts.post("/sign-out")
@public
def sign_out() -> Response:
    return redirect("/sign-in", 303)
