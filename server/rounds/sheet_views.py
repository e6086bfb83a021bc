"""The sheets of a result: for the family, for officers, and what a scanned code says."""

from flask import Blueprint, current_app, render_template, request
from markupsafe import Markup

from server import clock
from server.registry import queries as registry
from server.rounds.result_sheets import checked_sheet, family_sheet, officer_sheet
from server.status.words import (
    category_words,
    deprived_text,
    sub_text,
    verdict_word,
)
from server.web import exports
from server.web.i18n import written_in
from server.web.security import allow, public, scope


@allow("ward", "district")
def family(household_id: str, standard: str) -> str:
    """One household under one standard on one sheet of A4, always in Vietnamese."""
    row = registry.get_household(household_id, scope())
    base = current_app.config["PUBLIC_URL"] or request.host_url
    with written_in("vi"):
        sheet = family_sheet(row, standard, base)
        paper = render_template(
            "rounds/_family_paper.html",
            paper=sheet,
            today=clock.today(),
            category_words=category_words,
            verdict_word=verdict_word,
        )
    asked = {"household": row.id, "standard": standard}
    exports.tell("phieu-gia-dinh", exports.PRINT, asked, 1)
    return render_template(
        "rounds/family_sheet.html",
        paper=Markup(paper),  # noqa: S704 - our own template, which escapes
        household=row,
    )


@allow("ward", "district")
def officer(household_id: str) -> str:
    """How a household was assessed under every standard, for who has to check it."""
    row = registry.get_household(household_id, scope())
    paper = officer_sheet(row)
    exports.tell("phieu-can-bo", exports.PRINT, {"household": row.id}, 1)
    return render_template(
        "rounds/officer_sheet.html",
        paper=paper,
        today=clock.today(),
        category_words=category_words,
        deprived_text=deprived_text,
        sub_text=sub_text,
        verdict_word=verdict_word,
    )


@public
def check_sheet(household_id: str, standard: str, mark: str, token: str) -> str:
    """Whether a family's sheet is still the latest: for whoever scans its code."""
    return render_template(
        "rounds/checked_sheet.html",
        paper=checked_sheet(household_id, standard, mark, token),
    )


def add_to(blueprint: Blueprint) -> None:
    """Their addresses."""
    one = "/households/<household_id>"
    for address, view, name in (
        (f"{one}/assessment/<standard>", family, "family_sheet"),
        (f"{one}/assessments", officer, "officer_sheet"),
        (
            "/sheets/<household_id>/<standard>/<mark>/<token>",
            check_sheet,
            "check_sheet",
        ),
    ):
        blueprint.add_url_rule(address, name, view, methods=["GET"])
