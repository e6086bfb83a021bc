"""The page on which a register is measured: how many lack much, and how much."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server import clock
from server.domain.scenarios.multidimensional import can_measure
from server.scenarios import measuring, queries
from server.scenarios.asked import areas_offered, asked_of
from server.scenarios.schemas import MeasureSchema
from server.scenarios.taking import take_register
from server.scenarios.words import indicator_name
from server.web import exports
from server.web.forms import load, load_query
from server.web.security import allow, scope


@allow("ward", "district")
def measure() -> str:
    """H, A and M0 of the areas in sight, with the parts that make them."""
    asked = asked_of(load_query(MeasureSchema), scope())
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
        areas=areas_offered(asked.unit, scope()),
        indicator_name=indicator_name,
        percent=lambda share: measuring.in_words(measuring.percent(share)),
        ratio=lambda share: measuring.in_words(measuring.ratio(share)),
        today=clock.today(),
    )


@allow("ward", "district")
def measure_anew() -> Response:
    """Read the register that the form names, unless it is there; then show it."""
    asked = asked_of(load(MeasureSchema), scope())
    if can_measure(asked.pack):
        take_register(moment=asked.moment, anew=bool(request.form.get("anew")))
    return redirect(url_for("scenarios.measure", **asked.address), 303)


@allow("ward", "district")
def measure_table() -> Response:
    """Every number of the page as a file."""
    asked = asked_of(load_query(MeasureSchema), scope())
    cut = queries.find_cut(asked.moment) if can_measure(asked.pack) else None
    if cut is None:
        abort(404)
    kind = "csv" if request.args.get("format") == "csv" else "xlsx"
    made = measuring.measured(cut, asked.pack, asked.unit, scope())
    rows = measuring.rows(made)
    return exports.send("thieu-hut", kind, measuring.columns(), rows, asked.address)


def add_to(blueprint: Blueprint) -> None:
    """Their addresses."""
    blueprint.add_url_rule("/measure", view_func=measure)
    blueprint.add_url_rule("/measure", view_func=measure_anew, methods=["POST"])
    blueprint.add_url_rule("/measure/table", view_func=measure_table)
