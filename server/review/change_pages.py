"""The pages on which a household is split, somebody is moved and a head is named, and
on which people look through what came while two households were one."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server.domain.problems import Problem, Refused
from server.registry import queries as registry
from server.registry import words as registry_words
from server.registry.fields import find_member_field
from server.registry.search import find_by_code
from server.registry.tables import HouseholdRow
from server.review import actions, queries
from server.review.schemas import HouseholdChange, TakingBack
from server.review.since import came_since
from server.review.words import change_labels
from server.web.errors import wants_json
from server.web.forms import load
from server.web.i18n import _, language
from server.web.navigation import flash_undo
from server.web.security import actor, allow, scope


@allow("ward", "district")
def change(household_id: str) -> str:
    """Choose what is to be changed about a household."""
    return _page(registry.get_household(household_id, scope()))


@allow("ward", "district")
def make_change(household_id: str) -> Response | tuple[str, int]:
    """Change it."""
    row = registry.get_household(household_id, scope())
    try:
        sent = load(HouseholdChange)
        made = actions.change_household(by=actor(), household_id=row.id, **_given(sent))
    except Refused as refused:
        if wants_json():
            raise
        return _page(row, refused.problems), refused.status
    flash_undo(
        _("Đã ghi: {verdict}.", verdict=change_labels()[made.kind].lower()),
        url_for("review.undo_change", change_id=made.id),
    )
    return redirect(url_for("registry.household", household_id=row.id), 303)


@allow("ward", "district")
def undo_change(change_id: int) -> Response:
    """Take every part of a change back."""
    found = queries.get_change(change_id, scope())
    actions.undo_change(by=actor(), change_id=change_id, **load(TakingBack))
    if found.household_id is None:
        return redirect(url_for("review.judgements"), 303)
    return redirect(url_for("registry.household", household_id=found.household_id), 303)


@allow("ward", "district")
def since(judgement_id: int) -> str:
    """What came while two households were one, to be looked through."""
    found = queries.get_judgement(judgement_id, scope())
    return render_template(
        "review/since.html",
        judgement=found,
        later=came_since(found),
        place_label=registry_words.place_label,
        correction_text=registry_words.correction_text,
        departure_labels=registry_words.departure_labels(),
    )


def _given(sent: dict[str, Any]) -> dict[str, Any]:
    """Of all that a form may send, what this kind of change takes."""
    given = {"kind": sent["kind"], "reason": sent["reason"]}
    if sent["kind"] == "split":
        return given | {"record_ids": sent["record_ids"]}
    if sent["kind"] == "new_head":
        return given | {
            "member_key": sent["member_key"],
            "former_relation": sent["former_relation"],
        }
    target = find_by_code(sent["to_code"])
    if target is None or not scope().holds(target.area_id):
        raise Refused(Problem("transfer_target_unsuitable", "to_code"))
    if sent["kind"] == "moved_value":
        # Whoever may not see the household may not move what was said about it.
        registry.get_corrected_household(sent["correction_id"], scope())
        return given | {"correction_id": sent["correction_id"], "to_id": target.id}
    return given | {"member_key": sent["member_key"], "to_id": target.id}


def _page(row: HouseholdRow, problems: tuple[Problem, ...] = ()) -> str:
    relation = find_member_field("relation_to_head")
    relations = relation.choices if relation is not None else {}
    return render_template(
        "review/change.html",
        row=row,
        people=registry.golden_of(row).household.members,
        records=registry.records_of(row.id),
        senders=registry.senders_of(
            record.submission_id for record in registry.records_of(row.id)
        ),
        relations=[
            (code, label[language()])
            for code, label in relations.items()
            if code != "head"
        ],
        problems=problems,
        sent=request.form,
    )
