"""Which B1 total a household has, when one survey typed it and another asked the items."""

from dataclasses import replace
from typing import Any

from server.domain.households.sources import RecordView


def keep_one_total(
    views: list[RecordView], values: dict[str, Any], sources: dict[str, str]
) -> None:
    """The typed B1 total and the answers that make one are of one survey.

    A total of last year beside the items of this year would look like a contradiction.
    """
    rank = {view.id: place for place, view in enumerate(views)}
    typed, items = sources.get("economy.b1_score"), sources.get("scores")
    if typed is None or items is None or rank[typed] == rank[items]:
        return
    if rank[typed] < rank[items]:
        values["scores"] = ()
        del sources["scores"]
    else:
        values["economy"] = replace(values["economy"], b1_score=None)
        del sources["economy.b1_score"]
