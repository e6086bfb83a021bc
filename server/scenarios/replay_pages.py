"""The page on which a past round is assessed once more."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from server import clock
from server.db import db
from server.domain.actor import Scope
from server.registry.tables import HouseholdRow
from server.rounds import queries as rounds
from server.rounds.tables import ReviewRound
from server.scenarios import queries
from server.scenarios.lists import SHOWN, by_text, is_one_of, keeping, who
from server.scenarios.past_day_pages import day_form
from server.scenarios.replaying import NOT_SCORED, Replayed, replay
from server.scenarios.words import class_label
from server.status.lists import standard_name
from server.web.i18n import _
from server.web.listing import Column, Filter, Listing, as_it_is, respond
from server.web.security import allow, scope


@allow("ward", "district")
def replays() -> str:
    """A past day, or one of the rounds, to be replayed."""
    found = db.session.execute(rounds.rounds(scope())).all()
    return render_template("scenarios/replays.html", rounds=found, **day_form())


@allow("ward", "district")
def replay_round(round_id: int) -> Response:
    """A round under a standard, beside what was found and recognised then."""
    review = rounds.get_round(round_id, scope())
    pack = queries.pack_of(request.args.get("standard") or review.standard)
    found = replay(review, pack, clock.day_of(request.args.get("known", "")))
    return respond(
        _replayed(review, found.cases, scope()),
        "scenarios/replay.html",
        review=review,
        pack=pack,
        found=found.cases,
        tables=found.tables,
        same=sum(each.is_same for each in found.cases),
        other=sum(not each.is_recognised for each in found.cases),
    )


def _replayed(review: ReviewRound, found: Sequence[Replayed], seen: Scope) -> Listing:
    by_id = {each.household_id: each for each in found}
    return Listing(
        name="chay-lai-dot",
        statement=select(*SHOWN).where(is_one_of(list(by_id))),
        columns=(
            *who(seen),
            Column("scored", _("Máy chấm khi đó"),
                   lambda row: _result(by_id[row.id].scored)),
            Column("recognised", _("Đã công nhận"),
                   lambda row: _result(by_id[row.id].recognised)),
            Column("replayed", _("Chấm lại"),
                   lambda row: _result(by_id[row.id].replayed)),
            Column("same", _("So với khi đó"), lambda row:
                   _("như cũ") if by_id[row.id].is_same else _("khác")),
        ),
        identity=HouseholdRow.id,
        filters=(
            by_text(seen),
            Filter("standard", _("Chấm theo chuẩn"), as_it_is, "choice",
                   tuple((each, standard_name(each)) for each in queries.standards()),
                   default=review.standard),
            Filter("known", _("Theo những gì biết đến ngày"), as_it_is, "day"),
            Filter("only", _("Chỉ các hộ"), keeping(found, _is_meant), "choice",
                   (("different", _("chấm lại ra khác")), ("same", _("chấm lại như cũ")),
                    ("people", _("khác với đã công nhận")))),
        ),
        default_sort="head",
    )  # fmt: skip


def _is_meant(each: Replayed, value: str) -> bool:
    if value == "people":
        return not each.is_recognised
    return each.is_same == (value == "same")


def _result(code: str) -> str:
    return _("chưa có") if code == NOT_SCORED else class_label(code)


def add_to(blueprint: Blueprint) -> None:
    """Their addresses."""
    blueprint.add_url_rule("/replay", view_func=replays)
    blueprint.add_url_rule("/replay/<int:round_id>", view_func=replay_round)
