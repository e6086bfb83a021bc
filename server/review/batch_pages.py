"""The pages on which many pairs with the same evidence are decided at once."""

import re

from flask import redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from server.db import db
from server.domain.matching.telling import SENTENCES, topic
from server.registry.tables import HouseholdRow
from server.review import actions, batches
from server.review.schemas import BatchDecision
from server.web.forms import load
from server.web.i18n import _, language
from server.web.navigation import flash_undo
from server.web.security import actor, allow, scope

# Where a sentence names what either household says: a class says it of many.
_VALUES = re.compile(r"\s*[:(]?\s*…(\s(và|and)\s…)?\)?")


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


@allow("ward", "district")
def classes() -> str:
    """Which pairs have the very same evidence, the largest class first."""
    return render_template(
        "review/batches.html",
        classes=batches.evidence_classes(scope()),
        told=told,
    )


@allow("ward", "district")
def one_class(key: str) -> str:
    """One class with a sample to look at, before it is decided."""
    found = batches.find_class(scope(), key)
    ids = {
        side
        for pair in found.pairs
        for side in (pair.left_household_id, pair.right_household_id)
    }
    rows = db.session.execute(
        select(
            HouseholdRow.id, HouseholdRow.head_name, HouseholdRow.address_text
        ).where(HouseholdRow.id.in_(sorted(ids)))
    )
    households = {row.id: row for row in rows}
    return render_template(
        "review/batch.html", found=found, households=households, told=told
    )


@allow("ward", "district")
def decide_class(key: str) -> Response:
    """Decide the pairs that were ticked."""
    made = actions.decide_batch(
        by=actor(), scope=scope(), key=key, **load(BatchDecision)
    )
    flash_undo(_("Đã ghi cả loạt."), url_for("review.undo_change", change_id=made.id))
    return redirect(url_for("review.batches"), 303)


def told(finding: tuple[str, str]) -> str:
    """What a comparison found, without a word of the two households."""
    said = SENTENCES.get(finding)
    if said is None:
        return topic(finding[0], language())
    text = said[0 if language() == "vi" else 1].format_map(_Blank(count=_("nhiều")))
    return f"{_VALUES.sub('', text).rstrip(' .')}."
