"""The households of a past day: on which list they stood, what a law finds, and why."""

from collections.abc import Callable
from typing import Any

from flask import url_for
from sqlalchemy import select

from server.domain.actor import Scope
from server.domain.scenarios.comparing import (
    NOT_KNOWN,
    ON_A_LIST,
    OUTSIDE,
    Compared,
    Finding,
)
from server.domain.scenarios.result import CLASSES
from server.registry.tables import HouseholdRow
from server.scenarios.lists import (
    SHOWN,
    UNCLASSIFIED_KEY,
    by_text,
    is_one_of,
    keeping,
    who,
)
from server.scenarios.past_days import PastDay
from server.scenarios.words import class_label
from server.web.i18n import _, language
from server.web.listing import Column, Filter, Listing

LISTED = (*ON_A_LIST, OUTSIDE)
FOUND = (*CLASSES, NOT_KNOWN)
EVERY, DIFFERENT = "all", "different"
_KEYS = {"": UNCLASSIFIED_KEY, NOT_KNOWN: "not_surveyed"}  # as addresses say them


def finding_labels() -> dict[Finding, str]:
    """What the list and the law say of a household."""
    return {
        Finding.SAME: _("như danh sách"),
        Finding.OTHER_CLASS: _("khác diện"),
        Finding.ONLY_LISTED: _("chỉ có trong danh sách"),
        Finding.ONLY_FOUND: _("chỉ có khi chấm lại"),
        Finding.LISTED_UNCLEAR: _("không chấm lại được"),
        Finding.UNCLEAR: _("không chấm lại được, ngoài danh sách"),
    }


def listed_label(place: str) -> str:
    """A place on the list in words."""
    return _("Ngoài danh sách") if place == OUTSIDE else class_label(place)


def found_label(code: str) -> str:
    """A class that the law finds in words."""
    return _("Chưa có phiếu") if code == NOT_KNOWN else class_label(code)


def found_key(code: str) -> str:
    """The same as an address says it."""
    return _KEYS.get(code, code)


def households(day: PastDay, scope: Scope) -> Listing:
    """Every household of the day; those that differ until others are asked for."""
    by_id = {each.household_id: each for each in day.compared}
    key, spoken, labels = day.question.key, language(), finding_labels()
    ward = Column("ward", _("Phường, xã"), lambda row:
                  day.places.get(str(by_id[row.id].ward), ""))  # fmt: skip
    return Listing(
        name="chay-lai-ngay",
        statement=select(*SHOWN).where(is_one_of(list(by_id))),
        columns=(
            *who(scope),
            *([ward] if len(day.question.asked.unit.wards) > 1 else []),
            Column("listed", _("Trong danh sách"),
                   lambda row: listed_label(by_id[row.id].listed)),
            Column("found", _("Chấm lại"),
                   lambda row: found_label(by_id[row.id].found)),
            Column("finding", _("So với danh sách"),
                   lambda row: labels[by_id[row.id].finding]),
            Column("reason", _("Điều quyết định"), lambda row:
                   day.reason(by_id[row.id], spoken) if scope.holds(row.area_id) else "",
                   kind="long"),
            Column("why", _("Vì sao"), lambda row: _("Vì sao"),
                   link=lambda row: url_for("scenarios.past_day_household",
                                            question_key=key, household_id=row.id)
                   if scope.holds(row.area_id) else None, kind="code"),
        ),
        identity=HouseholdRow.id,
        filters=(by_text(scope), *_filters(day)),
        default_sort="head",
    )  # fmt: skip


def _filters(day: PastDay) -> tuple[Filter, ...]:
    def only(is_meant: Callable[[Compared, str], bool]) -> Any:
        return keeping(day.compared, is_meant)

    labels = finding_labels()
    return (
        Filter("only", _("So với danh sách"), only(_is_meant),
               choices=((DIFFERENT, _("khác danh sách")), (EVERY, _("mọi hộ")),
                        *((each.value, text) for each, text in labels.items())),
               default=DIFFERENT),
        Filter("listed", _("Trong danh sách"),
               only(lambda each, value: each.listed == value),
               choices=tuple((each, listed_label(each)) for each in LISTED)),
        Filter("found", _("Chấm lại"),
               only(lambda each, value: found_key(each.found) == value),
               choices=tuple((found_key(each), found_label(each)) for each in FOUND)),
    )  # fmt: skip


def _is_meant(each: Compared, value: str) -> bool:
    if value == EVERY:
        return True
    return each.finding.differs if value == DIFFERENT else each.finding == value
