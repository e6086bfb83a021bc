"""Every form we understand, by id and version."""

from server.domain.survey import household_review
from server.domain.survey.fields import FormTable

TABLES: tuple[FormTable, ...] = (*household_review.TABLES,)


def find_table(form_id: str, version: str = "") -> FormTable | None:
    """The table for a version of a form; None when we do not know it."""
    for table in TABLES:
        starts = table.since is None or table.since <= version
        ends = table.until is None or version <= table.until
        if table.form_id == form_id and starts and ends:
            return table
    return None
