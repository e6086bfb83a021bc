"""The page on which an administrator sees what thresholds cost, and changes them."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from server.domain.matching.linkage import WEAK
from server.domain.matching.model import Model
from server.domain.matching.pricing import Price, Share, Spread
from server.matching.in_force import model_in_force, thresholds_in_force
from server.review import learned, renewing, thresholds
from server.review.measured import (
    Registry,
    Zone,
    registry_pairs,
    reviewed_pairs,
    zone,
)
from server.review.schemas import ThresholdChoice, ThresholdDecision
from server.web.forms import load, load_query
from server.web.i18n import _, day, number
from server.web.navigation import flash_undo
from server.web.security import actor, allow

# Both are offered in steps of half a bit, between what is compared and what is certain.
OFFERED = tuple(float(at) for at in np.arange(WEAK, 12.5, 0.5))
LISTED = tuple(float(at) for at in range(12))


@dataclass(frozen=True, slots=True)
class Choice:
    """Two thresholds with their price here and what is known of the pairs they part."""

    auto_from: float
    propose_from: float
    price: Price
    joined: Zone
    asked: Zone
    left_out: Zone


@allow()
def show() -> str:
    """What is in use, what is known of it, and what another choice would cost."""
    model, now = model_in_force(), thresholds_in_force()
    registry, reviewed = registry_pairs(), reviewed_pairs()
    asked = load_query(ThresholdChoice)
    wanted = (
        now.auto_from if asked["auto_from"] is None else asked["auto_from"],
        now.propose_from if asked["propose_from"] is None else asked["propose_from"],
    )
    current = _choice(model, registry, reviewed, now.auto_from, now.propose_from)
    chosen = None
    if wanted != (now.auto_from, now.propose_from):
        chosen = _choice(model, registry, reviewed, *wanted)
    listed = [
        _choice(model, registry, reviewed, at, min(now.propose_from, at))
        for at in sorted({*LISTED, now.auto_from})
    ]
    return render_template(
        "review/thresholds.html",
        model=model,
        row=learned.find_in_force(),
        now=now,
        current=current,
        chosen=chosen,
        listed=listed,
        wanted=wanted,
        offered=sorted({*OFFERED, *wanted}),
        records=registry.records,
        again=renewing.find_latest(),
        decided=thresholds.decided_thresholds(),
        bits=bits,
        percent=percent,
        share=share,
        chance=lambda at: percent(float(model.probability(at))),
        few=few,
        day_of=day_of,
    )


@allow()
def decide() -> Response:
    """Let other thresholds hold."""
    row = thresholds.decide_thresholds(by=actor(), **load(ThresholdDecision))
    flash_undo(
        _("Đã đổi ngưỡng. Cặp đã so trước đây giữ nguyên đến khi so lại."),
        url_for("review.undo_thresholds", thresholds_id=row.id),
    )
    return redirect(url_for("review.thresholds"), 303)


@allow()
def undo(thresholds_id: int) -> Response:
    """Take the thresholds in use back."""
    thresholds.take_back_thresholds(by=actor(), thresholds_id=thresholds_id)
    return redirect(url_for("review.thresholds"), 303)


@allow()
def compare_again() -> Response:
    """Have every pair compared by what is in force now."""
    if renewing.begin(by=actor(), first="compare") is None:
        flash(_("Việc so lại đang chạy rồi."), "warning")
    else:
        flash(_("Đã bắt đầu so lại mọi cặp; tiến độ hiện ở đây."), "success")
    return redirect(url_for("review.thresholds", _anchor="again"), 303)


def bits(value: float) -> str:
    """4,5 or −3, as a person reads it."""
    return number(round(value, 2)).replace("-", "\N{MINUS SIGN}")


def day_of(text: str | None) -> str:
    """The day of a model, which a file tells as 2026-11-25."""
    return day(date.fromisoformat(text)) if text else "–"


def few(value: float) -> str:
    """A count for each thousand, as precise as it matters."""
    return number(round(value, 2 if value < 10 else 0))


def percent(value: float | None) -> str:
    """99,84 %: precise where it is near one."""
    if value is None:
        return "–"
    return f"{number(round(100 * value, 2))}\u00a0%"


def share(found: Share) -> str:
    """1.234 / 1.236 = 99,84 % (99,4–99,96 %)."""
    if not found.total:
        return _("chưa có cặp nào")
    low, high = found.bounds
    return _(
        "{right} trên {total} = {value} (tin cậy 95 %: {low} đến {high})",
        right=number(found.right),
        total=number(found.total),
        value=percent(found.value),
        low=percent(low),
        high=percent(high),
    )


def _choice(
    model: Model,
    registry: Registry,
    reviewed: Spread,
    auto_from: float,
    propose_from: float,
) -> Choice:
    return Choice(
        auto_from,
        propose_from,
        registry.price(model, auto_from, propose_from),
        zone(model, reviewed, auto_from, np.inf),
        zone(model, reviewed, propose_from, auto_from),
        zone(model, reviewed, -np.inf, propose_from),
    )
