"""The two lists of the inbox: everything that was sent, and what waits for a person."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import Select, func, select

from server.accounts.tables import Phone
from server.areas.queries import wards
from server.areas.tables import Area
from server.clock import VIETNAM
from server.db import db, within
from server.domain.actor import Scope
from server.domain.people.names import fold
from server.domain.problems import Problem
from server.inbox.answer_tree import named
from server.inbox.pages import asked_in
from server.inbox.queries import submissions
from server.inbox.tables import Reading, Submission
from server.inbox.words import form_labels, problem_label, state_labels
from server.web.i18n import _
from server.web.listing import Column, Filter, Listing
from server.web.rendering import sentence

Apply = Callable[[Select[Any], str], Select[Any]]
PARKED = ("quarantined", "sent_back", "set_aside")


def everything(scope: Scope, carrier_id: int | None = None) -> Listing:
    """All submissions in sight, newest first; those of one person's phones only, when
    `carrier_id` is given."""
    statement = _with_area(scope)
    if carrier_id is not None:
        own = select(Phone.id).where(Phone.user_id == carrier_id)
        statement = statement.where(
            Submission.actor_kind == "phone", Submission.actor_id.in_(own)
        )
    return Listing(
        name="submissions",
        statement=statement,
        identity=Submission.id,
        columns=(
            _received(),
            _head(),
            Column("state", _("Tình trạng"), _state, Reading.state),
            Column("area", _("Địa bàn"), lambda row: row[2] or "", _area_name()),
            Column("phone", _("Gửi từ"), _sender, Submission.actor_name),
            Column("form", _("Phiếu"), _form, Submission.form_id),
        ),
        filters=(
            _search(),
            _choice("state", _("Tình trạng"), Reading.state, state_labels().items()),
            *_place_and_time(scope),
        ),
        default_sort="-received",
    )


def parked(scope: Scope) -> Listing:
    """What could not be read, with the reasons; oldest first."""
    statement = _with_area(scope).where(Reading.state.in_(PARKED))
    labels = state_labels()
    return Listing(
        name="quarantine",
        statement=statement,
        identity=Submission.id,
        columns=(
            _head(),
            Column("problems", _("Vấn đề"), _problems),
            Column("state", _("Tình trạng"), _state, Reading.state),
            Column("area", _("Địa bàn"), lambda row: row[2] or "", _area_name()),
            Column("phone", _("Gửi từ"), _sender, Submission.actor_name),
            _received(),
        ),
        filters=(
            _search(),
            _choice(
                "state",
                _("Tình trạng"),
                Reading.state,
                [(s, labels[s]) for s in PARKED],
            ),
            _problem(scope),
            *_place_and_time(scope),
        ),
        default_sort="received",
    )


def _with_area(scope: Scope) -> Select[Any]:
    return (
        submissions(scope)
        .add_columns(Area.name)
        .outerjoin(Area, Area.id == Submission.area_id)
    )


def _received() -> Column:
    return Column(
        "received",
        _("Nhận lúc"),
        lambda row: row[0].received_at,
        Submission.received_at,
        kind="instant",
    )


def _head() -> Column:
    return Column(
        "head",
        _("Chủ hộ"),
        lambda row: row[1].head_name or _("(chưa rõ)"),
        Reading.head_folded,
        lambda row: url_for("inbox.submission", submission_id=row[0].id),
    )


def _area_name() -> Any:
    return func.coalesce(Area.name_folded, "")


def _state(row: Any) -> str:
    return state_labels()[row[1].state]


def _sender(row: Any) -> str:
    return str(row[0].actor_name)


def _form(row: Any) -> str:
    form_id, version = row[0].form_id, row[0].form_version
    return f"{form_labels().get(form_id, form_id)} {version}"


def _problems(row: Any) -> str:
    """The sentences of what holds it up; of the others the page itself tells."""
    asked = asked_in(row[0])
    found = [Problem(**each) for each in row[1].problems if each["blocking"]]
    return " ".join(sentence(named(problem, asked)) for problem in found)


def _search() -> Filter:
    def apply(statement: Select[Any], text: str) -> Select[Any]:
        return statement.where(
            Reading.head_folded.contains(fold(text), autoescape=True)
            | (Submission.instance_id == text.strip())
        )

    return Filter("q", _("Tên chủ hộ"), apply, kind="text")


def _choice(key: str, label: str, column: Any, choices: Any) -> Filter:
    return Filter(
        key,
        label,
        lambda statement, value: statement.where(column == value),
        choices=tuple((str(value), words) for value, words in choices),
    )


def _problem(scope: Scope) -> Filter:
    """The kinds of problems there are now."""
    statement = within(
        select(Reading.problem_codes)
        .join(Submission, Submission.id == Reading.submission_id)
        .where(Reading.state.in_(PARKED))
        .distinct(),
        Submission.area_id,
        scope,
    )
    codes = {code for found in db.session.scalars(statement) for code in found.split()}
    choices = sorted((problem_label(code), code) for code in codes)
    spaced = " " + Reading.problem_codes + " "
    return Filter(
        "problem",
        _("Vấn đề"),
        lambda statement, code: statement.where(spaced.contains(f" {code} ")),
        choices=tuple((code, label) for label, code in choices),
    )


def _place_and_time(scope: Scope) -> tuple[Filter, ...]:
    seen = submissions(scope).with_only_columns(Submission.actor_name).distinct()
    senders = sorted(db.session.scalars(seen))
    forms = submissions(scope).with_only_columns(Submission.form_id).distinct()
    named = form_labels()
    return (
        _choice(
            "area",
            _("Địa bàn"),
            Submission.area_id,
            [(area.id, area.name) for area in wards(scope)],
        ),
        _choice("phone", _("Gửi từ"), Submission.actor_name, [(s, s) for s in senders]),
        _choice(
            "form",
            _("Phiếu"),
            Submission.form_id,
            [
                (form, named.get(form, form))
                for form in sorted(db.session.scalars(forms))
            ],
        ),
        Filter("since", _("Từ ngày"), _on_or_after, kind="day"),
        Filter("until", _("Đến ngày"), _on_or_before, kind="day"),
    )


def _on_or_after(statement: Select[Any], day: str) -> Select[Any]:
    return statement.where(Submission.received_at >= _midnight(date.fromisoformat(day)))


def _on_or_before(statement: Select[Any], day: str) -> Select[Any]:
    end = _midnight(date.fromisoformat(day) + timedelta(days=1))
    return statement.where(Submission.received_at < end)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, VIETNAM)
