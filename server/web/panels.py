"""Sections that features above the register add to the page of a household.

The register cannot know what is built on it. A feature puts a function into this list
when its `views` are imported; it gets the row of the household and returns finished
markup (usually one `<section>` with an `<h2>`), or `Markup()` to show nothing. Panels of
the highest features come first: a status interests more people than how surveys were
matched.

    @household_panel
    def statuses(household: HouseholdRow) -> Markup:
        return Markup(render_template("status/_panel.html", household=household))
"""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

Panel = Callable[[Any], Markup]
household_panels: list[Panel] = []
# The same for the page of a pair: what would follow from joining two households. The
# function gets `server.review.outcome.Outcome`.
pair_panels: list[Panel] = []


def household_panel(render: Panel) -> Panel:
    """Show what `render` makes of a household on its page."""
    household_panels.append(render)
    return render


def pair_panel(render: Panel) -> Panel:
    """Show what `render` makes of a pair before it is decided."""
    pair_panels.append(render)
    return render
