"""The rounds a household was reviewed in, on its page."""

from flask import render_template
from markupsafe import Markup

from server.registry.tables import HouseholdRow
from server.rounds.lists import due_mark
from server.rounds.queries import cases_of_household
from server.rounds.words import short_labels, step_labels
from server.web.panels import household_panel


@household_panel
def rounds_panel(row: HouseholdRow) -> Markup:
    """Put them on the page of the household."""
    found = cases_of_household(row.id)
    if not found:
        return Markup()
    return Markup(  # noqa: S704 - our own template, which escapes what it shows
        render_template(
            "rounds/_panel.html",
            cases=found,
            due_mark=due_mark,
            short_labels=short_labels(),
            step_labels=step_labels(),
        )
    )
