"""What the page of a household says about proposals and judgements."""

from dataclasses import dataclass

from flask import render_template
from markupsafe import Markup
from sqlalchemy import or_, select

from server.db import db
from server.domain.actor import Scope
from server.inbox.tables import Submission
from server.registry.queries import records_of
from server.registry.tables import HouseholdRow, SurveyRecordRow
from server.review import queries, words
from server.review.changing import changes_of
from server.review.tables import JudgementRow, MergeProposal
from server.web.i18n import _
from server.web.panels import household_panel
from server.web.security import may_open, scope


@dataclass(frozen=True, slots=True)
class Branch:
    """A survey of the household, and the judgement that joins it to the one above."""

    depth: int
    record: SurveyRecordRow
    submission: Submission
    judgement: JudgementRow | None
    may_undo: bool


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another household that is, or was found not to be, this one."""

    name: str
    proposal: MergeProposal | None
    judgement: JudgementRow | None
    may_undo: bool


@household_panel
def proposals_and_judgements(household: HouseholdRow) -> Markup:
    """The section on the page of a household; nothing for one that was merged away."""
    if household.state == "merged":
        return Markup()
    return Markup(  # noqa: S704 -- the template escapes what it shows
        render_template(
            "review/_panel.html",
            open_pairs=open_pairs(household, scope()),
            told_apart=told_apart(household, scope()),
            branches=lineage(household, scope()),
            changes=changes_of([household.id]),
            household=household,
            may_change=may_open("review.change"),
            words=words,
        )
    )


def open_pairs(household: HouseholdRow, sight: Scope) -> list[Neighbour]:
    """Households that may be this one, the likeliest first; each once."""
    rows = db.session.scalars(
        select(MergeProposal)
        .where(
            MergeProposal.state == "open",
            MergeProposal.is_asked,
            or_(
                MergeProposal.left_household_id == household.id,
                MergeProposal.right_household_id == household.id,
            ),
        )
        .order_by(MergeProposal.score.desc(), MergeProposal.id.desc())
    )
    found: dict[str, Neighbour] = {}
    for row in rows:
        sides = (row.left_household_id, row.right_household_id)
        other = sides[1] if sides[0] == household.id else sides[0]
        if other not in found:
            name = _name(db.session.get_one(HouseholdRow, other), sight)
            found[other] = Neighbour(name, row, None, may_undo=False)
    return list(found.values())


def told_apart(household: HouseholdRow, sight: Scope) -> list[Neighbour]:
    """What was said about this household and others, without joining them."""
    mine = {row.id for row in records_of(household.id)}
    found = []
    for row in queries.live_judgements(mine):
        ends = {row.left_record_id, row.right_record_id}
        others = ends - mine
        if not others:
            continue
        other = db.session.get_one(HouseholdRow, _household_id(others.pop()))
        found.append(
            Neighbour(
                name=_name(other, sight),
                proposal=db.session.scalar(queries.proposals_about(row)),
                judgement=row,
                may_undo=_may_undo(row, sight),
            )
        )
    return found


def lineage(household: HouseholdRow, sight: Scope) -> list[Branch]:
    """The surveys as a tree under the oldest one, joined by the live judgements."""
    records = {row.id: row for row in reversed(records_of(household.id))}
    joined: dict[str, list[tuple[str, JudgementRow]]] = {each: [] for each in records}
    for row in queries.live_judgements(records):
        left, right = row.left_record_id, row.right_record_id
        if row.verdict == "same" and {left, right} <= records.keys():
            joined[left].append((right, row))
            joined[right].append((left, row))
    branches: list[Branch] = []
    seen: set[str] = set()

    def grow(record_id: str, depth: int, judgement: JudgementRow | None) -> None:
        seen.add(record_id)
        record = records[record_id]
        branches.append(
            Branch(
                depth=depth,
                record=record,
                submission=db.session.get_one(Submission, record.submission_id),
                judgement=judgement,
                may_undo=judgement is not None and _may_undo(judgement, sight),
            )
        )
        for other, row in joined[record_id]:
            if other not in seen:
                grow(other, depth + 1, row)

    for record_id in records:
        if record_id not in seen:
            grow(record_id, 0, None)
    return branches


def _name(household: HouseholdRow, sight: Scope) -> str:
    if not sight.holds(household.area_id):
        return _("Hộ ngoài địa bàn")
    return household.head_name or household.code


def _household_id(record_id: str) -> str:
    return queries.households_of([record_id])[record_id]


def _may_undo(row: JudgementRow, sight: Scope) -> bool:
    areas = queries.areas_of([row.left_record_id, row.right_record_id])
    return all(sight.holds(area_id) for area_id in areas.values())
