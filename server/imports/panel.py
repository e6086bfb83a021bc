"""What lists said about a household, on its page: in their words, as theirs."""

from dataclasses import dataclass
from typing import Any

from flask import render_template
from markupsafe import Markup
from sqlalchemy import select

from server.db import db
from server.imports import words
from server.imports.tables import ImportHousehold, RegisterImport
from server.registry.tables import HouseholdRecord, HouseholdRow, SurveyRecordRow
from server.web.panels import household_panel


@dataclass(frozen=True, slots=True)
class ListSaid:
    """One list: which, of what day, from which row, and its facts (heading, words)."""

    file_name: str
    sheet_name: str
    row: int
    review_date: Any
    facts: tuple[tuple[str, str], ...]


def said_of(household_id: str) -> list[ListSaid]:
    """What lists said about a household, the latest day first."""
    rows = db.session.execute(
        select(ImportHousehold, RegisterImport, SurveyRecordRow.review_date)
        .join(RegisterImport, RegisterImport.id == ImportHousehold.import_id)
        .join(
            SurveyRecordRow,
            SurveyRecordRow.submission_id == ImportHousehold.submission_id,
        )
        .join(HouseholdRecord, HouseholdRecord.record_id == SurveyRecordRow.id)
        .where(
            HouseholdRecord.household_id == household_id,
            ImportHousehold.state == "imported",
        )
        .order_by(SurveyRecordRow.review_date.desc(), ImportHousehold.id.desc())
    )
    return [
        ListSaid(
            one.file_name,
            words.sheet_name(one, listed.sheet),
            listed.first_row,
            day,
            tuple((fact["heading"], _words(fact)) for fact in facts),
        )
        for listed, one, day in rows
        if (facts := listed.answers.get("list", {}).get("said"))
    ]


@household_panel
def list_panel(row: HouseholdRow) -> Markup:
    """Only where a list said more than the form asks."""
    said = said_of(row.id)
    if not said:
        return Markup()
    # The template escapes what it is given.
    return Markup(render_template("imports/_panel.html", said=said))  # noqa: S704


def _words(fact: dict[str, str]) -> str:
    """A tick as a word; everything else as it stood."""
    return words.mark_labels().get(fact["mark"], fact["text"])
