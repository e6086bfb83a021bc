"""The page on which a register is measured: how many lack much, and how much."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server import clock
from server.areas import queries as areas
from server.domain.poverty.pack import Pack
from server.domain.problems import Problem, Refused
from server.domain.scenarios.multidimensional import can_measure
from server.reports.places import Unit, districts, unit_of
from server.scenarios import measuring, queries
from server.scenarios.queries import Moment
from server.scenarios.schemas import MeasureSchema
from server.scenarios.taking import take_register
from server.scenarios.words import indicator_name
from server.status.standards import NOWHERE_KNOWN, standards_on
from server.web.forms import load, load_query
from server.web.security import allow, scope
from server.web.workbook import send_table


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an address or the form asks to be measured."""

    pack: Pack
    moment: Moment
    unit: Unit

    @property
    def address(self) -> dict[str, str | int | None]:
        return {
            "standard": self.moment.standard,
            "area": self.unit.area.id if self.unit.area else None,
            "on": self.moment.on.isoformat(),
            "known_on": self.moment.known_on and self.moment.known_on.isoformat(),
        }


@allow("ward", "district")
def measure() -> str:
    """H, A and M0 of the areas in sight, with the parts that make them."""
    asked = _asked(load_query(MeasureSchema))
    cut = queries.find_cut(asked.moment) if can_measure(asked.pack) else None
    return render_template(
        "scenarios/measure.html",
        asked=asked,
        pack=asked.pack,
        can_measure=can_measure(asked.pack),
        cut=cut,
        under_way=queries.cut_under_way(asked.moment),
        made=measuring.measured(cut, asked.pack, asked.unit, scope()) if cut else None,
        standards=queries.standards(),
        districts=districts(scope(), asked.moment.on),
        wards=[*(areas.wards(scope(), asked.moment.on) or areas.wards(scope()))],
        indicator_name=indicator_name,
        percent=lambda share: measuring.in_words(measuring.percent(share)),
        ratio=lambda share: measuring.in_words(measuring.ratio(share)),
        today=clock.today(),
    )


@allow("ward", "district")
def measure_anew() -> Response:
    """Read the register that the form names, unless it is there; then show it."""
    asked = _asked(load(MeasureSchema))
    if can_measure(asked.pack):
        take_register(moment=asked.moment, anew=bool(request.form.get("anew")))
    return redirect(url_for("scenarios.measure", **asked.address), 303)


@allow("ward", "district")
def measure_table() -> Response:
    """Every number of the page as a file."""
    asked = _asked(load_query(MeasureSchema))
    cut = queries.find_cut(asked.moment) if can_measure(asked.pack) else None
    if cut is None:
        abort(404)
    kind = "csv" if request.args.get("format") == "csv" else "xlsx"
    made = measuring.measured(cut, asked.pack, asked.unit, scope())
    return send_table("thieu-hut", kind, measuring.columns(), measuring.rows(made))


def _asked(sent: Mapping[str, Any]) -> _Asked:
    on: date = sent["on"] or clock.today()
    if on > clock.today():
        raise Refused(Problem("scenario_day_ahead", "on", {"date": on.isoformat()}))
    pack = queries.pack_of(sent["standard"] or _in_force(on))
    moment = Moment(pack.id, on, sent["known_on"])
    return _Asked(pack, moment, unit_of(scope(), sent["area"], on))


def _in_force(on: date) -> str:
    """The national standard of a day; where none is, the newest there is."""
    found = standards_on(on, NOWHERE_KNOWN)
    return found[0].id if found else queries.standards()[0]


def add_to(blueprint: Blueprint) -> None:
    """Their addresses."""
    blueprint.add_url_rule("/measure", view_func=measure)
    blueprint.add_url_rule("/measure", view_func=measure_anew, methods=["POST"])
    blueprint.add_url_rule("/measure/table", view_func=measure_table)
