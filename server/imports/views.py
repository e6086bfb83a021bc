"""The pages on which a list is brought, looked at, imported and taken back."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from server.areas.queries import wards
from server.domain.problems import Problem, Refused
from server.imports import actions, heading, lists, pages, panel, queries, words
from server.imports.aside import send_aside
from server.imports.reading import store
from server.imports.rereading import SAYINGS
from server.imports.sample import send_sample
from server.imports.schemas import GivenSchema, HeadingSchema, StartSchema, UndoSchema
from server.inbox.file_store import ReceivedFile
from server.web.forms import load
from server.web.i18n import _
from server.web.listing import respond
from server.web.once import acts_once
from server.web.security import actor, allow, scope, takes_files, visitor

blueprint = Blueprint("imports", __name__, url_prefix="/imports")
acts_once(blueprint)
CHUNK = 1 << 20
# Importing the panel puts it on the page of a household.
__all__ = ["blueprint", "panel"]


@blueprint.get("/")
@allow("ward")
def imports() -> Response:
    """The lists that were brought."""
    return respond(lists.imports(_own()), "imports/imports.html")


@blueprint.post("/")
@takes_files
@allow("ward")
def bring() -> Response:
    """Take a file."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Refused(Problem("import_file_missing", "file"))
    one = actions.bring(by=actor(), file=_kept(sent))
    return redirect(url_for("imports.one", import_id=one.id), 303)


@blueprint.get("/sample.xlsx")
@allow("ward")
def sample() -> Response:
    """A made-up list, to see what one may look like."""
    return send_sample(scope())


@blueprint.get("/<int:import_id>")
@allow("ward")
def one(import_id: int) -> str:
    """Where an import stands, and what can be done with it."""
    return _page(import_id)


@blueprint.post("/<int:import_id>/columns")
@allow("ward")
def say_columns(import_id: int) -> Response:
    """Say what the columns are, and have the list read again."""
    found = queries.get_import(import_id, _own())
    given = load(GivenSchema)
    layout = given.pop("layout")
    actions.say_columns(
        by=actor(),
        import_id=found.id,
        columns=_by_place(request.form, "column"),
        layout=layout,
        given=actions.Given(**given),
        said={kind: _by_place(request.form, kind) for kind in SAYINGS},
    )
    return redirect(url_for("imports.one", import_id=found.id), 303)


@blueprint.post("/<int:import_id>/heading")
@allow("ward")
def say_heading(import_id: int) -> Response | tuple[str, int]:
    """Say which row is the heading, and have the columns proposed anew."""
    found = queries.get_import(import_id, _own())
    try:
        heading.say_heading(by=actor(), import_id=found.id, **load(HeadingSchema))
    except Refused as refused:
        return _page(import_id, refused.problems), refused.status
    return redirect(url_for("imports.one", import_id=found.id), 303)


@blueprint.post("/<int:import_id>/start")
@allow("ward")
def start(import_id: int) -> Response | tuple[str, int]:
    """Import what was understood."""
    found = queries.get_import(import_id, _own())
    try:
        actions.start(by=actor(), import_id=found.id, **load(StartSchema))
    except Refused as refused:
        return _page(import_id, refused.problems), refused.status
    flash(
        _("Đã bắt đầu nhập. Có thể rời trang này, việc nhập vẫn tiếp tục."), "success"
    )
    return redirect(url_for("imports.one", import_id=found.id), 303)


@blueprint.post("/<int:import_id>/undo")
@allow("ward")
def undo(import_id: int) -> Response | tuple[str, int]:
    """Take all of it back."""
    found = queries.get_import(import_id, _own())
    try:
        actions.undo(by=actor(), import_id=found.id, **load(UndoSchema))
    except Refused as refused:
        return _page(import_id, refused.problems), refused.status
    flash(_("Đang huỷ lần nhập này."), "success")
    return redirect(url_for("imports.one", import_id=found.id), 303)


@blueprint.post("/<int:import_id>/discard")
@allow("ward")
def discard(import_id: int) -> Response:
    """Forget a list that was not imported."""
    found = queries.get_import(import_id, _own())
    actions.discard(by=actor(), import_id=found.id)
    flash(_("Đã bỏ tệp này; chưa có gì được nhập từ đó."), "success")
    return redirect(url_for("imports.imports"), 303)


@blueprint.post("/<int:import_id>/settle")
@allow("ward")
def settle(import_id: int) -> Response:
    """Enter statuses that could not be entered before."""
    found = queries.get_import(import_id, _own())
    actions.settle_again(by=actor(), import_id=found.id)
    return redirect(url_for("imports.one", import_id=found.id), 303)


@blueprint.get("/<int:import_id>/problems")
@allow("ward")
def problems(import_id: int) -> Response:
    """What is wrong with a list, cell by cell."""
    found = queries.get_import(import_id, _own())
    return respond(lists.problems(found), "imports/problems.html", one=found)


@blueprint.get("/<int:import_id>/households")
@allow("ward")
def households(import_id: int) -> Response:
    """The households of a list."""
    found = queries.get_import(import_id, _own())
    return respond(
        lists.households(found, scope()), "imports/households.html", one=found
    )


@blueprint.get("/<int:import_id>/understood")
@allow("ward")
def understood(import_id: int) -> Response:
    """Cell by cell what was typed, and what it was taken for."""
    found = queries.get_import(import_id, _own())
    return respond(lists.understood(found), "imports/understood.html", one=found)


@blueprint.get("/<int:import_id>/aside.xlsx")
@allow("ward")
def aside(import_id: int) -> Response:
    """The rows that are not imported, with the reasons, to be put right and brought
    again."""
    return send_aside(queries.get_import(import_id, _own()))


def _own() -> int | None:
    """Whose imports the visitor sees: their own; an administrator everybody's."""
    person = visitor()
    return None if person.role == "admin" else int(person.id)


def _page(import_id: int, problems: tuple[Problem, ...] = ()) -> str:
    found = queries.get_import(import_id, _own())
    return render_template(
        "imports/import.html",
        one=found,
        shown=pages.page_of(found),
        problems=problems,
        words=words,
        wards=wards(scope()),
    )


def _kept(sent: FileStorage) -> ReceivedFile:
    name = unicodedata.normalize("NFC", sent.filename or "").replace("\0", "")[-200:]
    with store().incoming() as file:
        while chunk := sent.stream.read(CHUNK):
            file.write(chunk)
        sha256, size = file.keep()
    return ReceivedFile(name, sha256, size, sent.mimetype)


def _by_place(form: Mapping[str, Any], kind: str) -> dict[int, dict[int, str]]:
    """What each column of each sheet was said to be, or how it is read; what is no such
    field is passed over."""
    found: dict[int, dict[int, str]] = {}
    for name, value in form.items():
        word, *places = name.split("_")
        if word == kind and len(places) == 2 and all(map(str.isdecimal, places)):
            sheet, place = (int(each[:6]) for each in places)
            found.setdefault(sheet, {})[place] = str(value)
    return found
