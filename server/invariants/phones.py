"""I6: nothing reaches a phone that is not listed in `dispatch.projections`."""

from collections.abc import Iterator

from sqlalchemy import func, select

from server.db import db
from server.dispatch.projections import COLUMNS, properties_hash
from server.dispatch.tables import Publication
from server.invariants.finding import Finding, Progress, finding


def check_phones(progress: Progress) -> Iterator[Finding]:
    """Published properties have the allowed columns only, and their own hash."""
    total = db.session.scalar(select(func.count()).select_from(Publication)) or 0
    rows = db.session.execute(
        select(
            Publication.household_id,
            Publication.properties,
            Publication.properties_hash,
        )
        .order_by(Publication.household_id)
        .execution_options(yield_per=500)
    )
    for number, (household_id, properties, said) in enumerate(rows, start=1):
        extra = sorted(set(properties) - set(COLUMNS))
        if extra:
            yield finding("published_too_much", household_id, columns=", ".join(extra))
        if properties_hash(properties) != said:
            yield finding("published_differs", household_id)
        progress("I6", number, total)
