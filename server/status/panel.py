"""The status of a household on its page: recognised, assessed, and how it came about."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup

from server import clock
from server.registry.tables import HouseholdRow
from server.status import queries
from server.status.lists import standard_name
from server.status.score_lines import ScoreLines, score_lines
from server.status.sheet import Sheet, measured_text, sheet_of
from server.status.standards import find_shipped
from server.status.tables import PastAssessment, PovertyStatus, Recognition
from server.status.words import (
    category_words,
    deprived_text,
    sub_text,
    verdict_word,
)
from server.web.panels import household_panel


@dataclass(frozen=True, slots=True)
class PastLine:
    """What was assessed before the standard itself changed."""

    row: PastAssessment
    measured: str
    scores: ScoreLines | None


@dataclass(frozen=True, slots=True)
class StandardPart:
    """One standard: what holds today, what was assessed, what was believed when."""

    name: str
    is_in_force: bool
    current: PovertyStatus | None
    sheet: Sheet | None
    history: Sequence[PovertyStatus]
    past: Sequence[PastLine]


@dataclass(frozen=True, slots=True)
class StatusPanel:
    """Everything about one household, standards of newest assessments first."""

    household_id: str
    standards: Sequence[StandardPart]
    documents: Mapping[int, Recognition]


def panel_of(row: HouseholdRow) -> StatusPanel:
    """What the page of a household says of its status."""
    history: defaultdict[str, list[PovertyStatus]] = defaultdict(list)
    for each in queries.statuses_of(row.id):
        history[each.standard].append(each)
    past = queries.past_assessments_of(row.id)
    current = queries.statuses_on([row.id], clock.today()).get(row.id, {})
    assessed = {
        each.standard: each for each in queries.assessments_of([row.id]).get(row.id, ())
    }
    return StatusPanel(
        household_id=row.id,
        standards=[
            StandardPart(
                name=standard_name(standard),
                is_in_force=_is_in_force(standard),
                current=current.get(standard),
                sheet=sheet_of(row, assessed[standard])
                if standard in assessed
                else None,
                history=_newest_beliefs_first(history[standard]),
                past=[
                    PastLine(each, measured_text(each.trace), score_lines(each.trace))
                    for each in past.get(standard, ())
                ],
            )
            for standard in (*assessed, *sorted(history.keys() - assessed.keys()))
        ],
        documents=queries.documents(
            {each.recognition_id for rows in history.values() for each in rows}
        ),
    )


def _is_in_force(standard: str) -> bool:
    pack = find_shipped(standard)
    return pack is not None and pack.holds_on(clock.today())


def _newest_beliefs_first(rows: Sequence[PovertyStatus]) -> list[PovertyStatus]:
    """What counts now, newest first; then what was believed before."""
    newest = sorted(rows, key=lambda row: (row.valid_from, row.id), reverse=True)
    return sorted(newest, key=lambda row: row.superseded_at is not None)


@household_panel
def status_panel(row: HouseholdRow) -> Markup:
    """Put it on the page of the household."""
    return Markup(  # noqa: S704 - our own template, which escapes what it shows
        render_template(
            "status/_panel.html",
            panel=panel_of(row),
            deprived_text=deprived_text,
            verdict_word=verdict_word,
            category_words=category_words,
            sub_text=sub_text,
            today=clock.today(),
        )
    )
