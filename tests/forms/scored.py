"""The household review with an invented score table, as a phone has it."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from server.openrosa import form_library
from tests.forms.answers import new_household
from tests.forms.javarosa import fill
from tests.forms.review import Sent, media
from tests.invented_table import pack_with_table

PAGE = "/household/b1/vn_2022/vn_2022_page_1/vn_2022_item_{}"
TOTAL = "/household/b1/vn_2022/vn_2022_total"
KINDS = "name,label,kind\n00199,Khâm Thiên,{}\n"


@cache
def scored_form() -> bytes:
    """The released form with the table in it."""
    workbook = form_library.DIST / "household_review.xlsx"
    return form_library.with_tables(
        workbook, [pack_with_table()], "2026112501-001"
    ).xform


def lists(kind: str = "urban") -> dict[str, bytes]:
    """The lists of that form; the ward is of one kind."""
    return {**media(), "ward_kinds.csv": KINDS.format(kind).encode()}


def answers(
    items: Mapping[str, list[str]], changes: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A new household with these options chosen, and no total or income beside them."""
    given: dict[str, Any] = {
        "/household/economy/economy_basis": "not_known",
        "/household/economy/income_per_capita": None,
    }
    for item, chosen in items.items():
        given[PAGE.format(item)] = chosen if item == "3" else chosen[0]
    return new_household(changes=given | dict(changes or {}))


def typed(total: int) -> dict[str, Any]:
    """Answers that state a total from elsewhere."""
    return {
        "/household/economy/economy_basis": "b1_score",
        "/household/economy/b1_score": str(total),
    }


def send_scored(
    items: Mapping[str, list[str]],
    kind: str = "urban",
    changes: Mapping[str, Any] | None = None,
) -> Sent:
    """What the phone sends."""
    return Sent(fill(scored_form(), lists(kind), answers(items, changes)))
