"""The page on which a decided pair is looked at again, without what was decided."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from server.domain.matching.side_by_side import birth_text, masked_numbers, place_mark
from server.review import blind, sampling, words
from server.review.pages import page_of
from server.review.schemas import BlindAnswer
from server.web.forms import load
from server.web.i18n import _
from server.web.security import actor, allow, scope


@allow("ward", "district")
def review() -> str:
    """The next pair of the share that is reviewed, and how well people agree."""
    me = actor().id
    found = blind.find_next_blind(scope(), me)
    return render_template(
        "review/blind.html",
        shown=page_of(found, scope(), reader_id=me, asked={}) if found else None,
        agreement=blind.agreement(scope()),
        words=words,
        birth_text=birth_text,
        masked_numbers=masked_numbers,
        place_mark=place_mark,
    )


@allow("ward", "district")
def machine() -> str:
    """What the machine joined by itself, and how often people agree."""
    return render_template(
        "review/machine.html",
        figures=sampling.figures(scope()),
        doubted=sampling.doubted(scope()),
        words=words,
    )


@allow("ward", "district")
def answer() -> Response:
    """Keep the answer and go on to the next pair."""
    blind.answer_blindly(by=actor(), scope=scope(), **load(BlindAnswer))
    flash(_("Đã ghi. Cảm ơn anh/chị đã xem lại."), "success")
    return redirect(url_for("review.blind_review"), 303)
