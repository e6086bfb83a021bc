"""Every form we understand, by id and version; no phone has that of a list.

At ODK Central a form may stand more than once: for each ward a variant that names the
ward's own list, and the same version again, with a number behind it, when only the lists
that go with it have changed. All of them ask the same questions.
"""

import re

from server.domain.survey import household_review, register
from server.domain.survey.fields import FormTable

TABLES: tuple[FormTable, ...] = (*household_review.TABLES,)
_VARIANT = re.compile(r"(.+)_(\d{5})")


def find_table(form_id: str, version: str = "") -> FormTable | None:
    """The table for a version of a form; None when we do not know it."""
    form_id, version = as_released(form_id, version)
    for table in (*TABLES, register.TABLE):
        starts = table.since is None or table.since <= version
        ends = table.until is None or version <= table.until
        if table.form_id == form_id and starts and ends:
            return table
    return None


def variant_of(form_id: str, ward_code: str) -> str:
    """The id of the variant of a form for one ward."""
    return f"{form_id}_{ward_code}"


def published_as(version: str, number: int) -> str:
    """A version of a form as it is published for the `number`th time."""
    return version if number == 1 else f"{version}.{number}"


def as_released(form_id: str, version: str) -> tuple[str, str]:
    """The form and the version that were made here, of those ODK Central tells."""
    found = _VARIANT.fullmatch(form_id)
    known = {table.form_id for table in TABLES}
    if found and form_id not in known and found[1] in known:
        form_id = found[1]
    return form_id, version.partition(".")[0]
