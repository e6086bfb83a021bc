"""The pages on which a plain day is assessed once more, beside the list of that day."""

from collections import Counter
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server import clock
from server.domain.poverty.explain import explain_outcome
from server.domain.scenarios.comparing import CANNOT, ON_A_LIST, Finding, squared
from server.registry import queries as registry
from server.scenarios import deciding, past_day_lists, queries
from server.scenarios.asked import areas_offered
from server.scenarios.past_days import (
    PastDay,
    Question,
    listed_of,
    question_by_key,
    question_of,
    replay_day,
)
from server.scenarios.schemas import PastDaySchema
from server.scenarios.taking import take_register
from server.status.lists import standard_name
from server.web.forms import load
from server.web.i18n import _, day, language
from server.web.listing import respond
from server.web.security import allow, scope


@allow("ward", "district")
def replay_past_day() -> Response:
    """Read the register of the day that the form names, unless it is there."""
    question = question_of(load(PastDaySchema), scope())
    take_register(moment=question.asked.moment, anew=bool(request.form.get("anew")))
    address = url_for("scenarios.past_day", question_key=question.key)
    return redirect(address, 303)


@allow("ward", "district")
def past_day(question_key: str) -> Response | str:
    """Who a law would have put on the list of a day, beside who stood on it."""
    question = question_by_key(question_key, scope())
    found = _find(question)
    told = {
        **day_form(question),
        "cut": queries.find_cut(question.asked.moment),
        "under_way": queries.cut_under_way(question.asked.moment),
    }
    if found is None:
        return render_template("scenarios/past_day.html", found=None, **told)
    return respond(
        past_day_lists.households(found, scope()),
        "scenarios/past_day.html",
        found=found,
        square=squared(found.compared),
        findings=Counter(each.finding for each in found.compared),
        on_list=sum(each.listed in ON_A_LIST for each in found.compared),
        **told,
    )


@allow("ward", "district")
def past_day_household(question_key: str, household_id: str) -> str:
    """What decides the class of one household of that day, answer by answer."""
    question = question_by_key(question_key, scope())
    household = registry.get_household(household_id, scope())
    asked, pack = question.asked, question.asked.pack
    listed = past_day_lists.listed_label(listed_of(question, household.id))
    assessed = deciding.assessed_then(household, asked.moment, (pack,))
    trace, names = (assessed[0][0], assessed[1]) if assessed else (None, {})
    by_law = _("Chấm lại: {standard}", standard=standard_name(pack.id))
    at_the_time = _("Danh sách ngày {day}", day=day(asked.moment.on))
    said = [(at_the_time, f"{listed}. {standard_name(question.listed.id)}.")]
    if trace is not None:
        said.append((by_law, explain_outcome(trace, language(), names)))
    return render_template(
        "scenarios/decided.html",
        back=(
            url_for("scenarios.past_day", question_key=question.key),
            _("Về ngày đó"),
        ),
        household=household,
        is_surveyed=trace is not None,
        said=said,
        indicators=deciding.indicators_of(trace, names, pack, language()),
    )


def day_form(question: Question | None = None) -> dict[str, Any]:
    """What the form that asks for a day needs."""
    asked_for = question or question_of(_NOTHING, scope())
    return {
        "question": question,
        "areas": areas_offered(asked_for.asked.unit, scope()),
        "chosen_area": asked_for.asked.unit.area,
        "standards": queries.standards(),
        "offered": asked_for.offered,
        "today": clock.today(),
        "lists": past_day_lists,
        "Finding": Finding,
        "CANNOT": CANNOT,
    }


_NOTHING = {"standard": "", "listed": "", "area": "", "on": None, "known_on": None}


def _find(question: Question) -> PastDay | None:
    """The answer, once the register of the day was read."""
    cut = queries.find_cut(question.asked.moment)
    if cut is None:
        return None
    return replay_day(question, cut, scope(), _("Chưa rõ phường"))


def add_to(blueprint: Blueprint) -> None:
    """Their addresses."""
    blueprint.add_url_rule("/replay/day", view_func=replay_past_day, methods=["POST"])
    blueprint.add_url_rule("/replay/day/<question_key>", view_func=past_day)
    blueprint.add_url_rule(
        "/replay/day/<question_key>/households/<household_id>",
        view_func=past_day_household,
    )
