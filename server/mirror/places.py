"""In whose inbox a submission of ODK Central belongs: of the ward that it names.

Central knows no wards. Without one only administrators would see a submission, and those
who can put it right would not.
"""

import json
from typing import Any

from server import clock
from server.areas.queries import current_area
from server.domain.survey.forms import find_table


class Places:
    """Areas by what the submissions of one page name, each looked up once."""

    def __init__(self) -> None:
        self._known: dict[str, int | None] = {}

    def area_of(self, form_id: str, version: str, payload: bytes) -> int | None:
        """The area that the content of a submission names; None when there is none."""
        table = find_table(form_id, version)
        fields = table.household if table else ()
        paths = [field.path for field in fields if field.target == "ward_code"]
        if not paths:
            return None
        row = json.loads(payload)
        codes = (_text_at(row, path) for path in paths)
        return next((self._area(code) for code in codes if code), None)

    def _area(self, code: str) -> int | None:
        if code not in self._known:
            area, _is_certain = current_area(code, clock.today())
            self._known[code] = None if area is None else area.id
        return self._known[code]


def _text_at(row: Any, path: str) -> str:
    for step in path.strip("/").split("/"):
        row = row.get(step) if isinstance(row, dict) else None
    return row.strip() if isinstance(row, str) else ""
