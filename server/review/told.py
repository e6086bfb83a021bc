"""Pairs, judgements and lineages as plain values for programs."""

from collections.abc import Iterable
from typing import Any

from server.domain.actor import Scope
from server.domain.matching.side_by_side import birth_text, masked_numbers
from server.domain.survey.record import Member
from server.registry.tables import HouseholdRow
from server.review import panel, words
from server.review.changing import changes_of
from server.review.lists import SideName, is_masked, side_names
from server.review.pages import ProposalPage, Side
from server.review.result import ResultPerson
from server.review.seen import Difference
from server.web.page import Page


def proposal_lines(page: Page, scope: Scope) -> dict[str, Any]:
    """A page of the queue."""
    lines = [
        {
            "id": row[0].id,
            "state": row[0].state,
            "band": words.band_of(row[0]),
            "score": row[0].score,
            "is_certain": row[0].is_certain,
            "since": row[0].created_at,
            "main_evidence": words.main_sentence(
                row[0], is_masked=is_masked(row, scope)
            ),
            "opened_by": row[6] or None,
            "sides": _names(side_names(row, scope)),
        }
        for row in page.rows
    ]
    return {"proposals": lines, **_around(page)}


def judgement_lines(page: Page, scope: Scope) -> dict[str, Any]:
    """A page of the list of judgements."""
    lines = [
        {
            **_columns(row[0]),
            "proposal_id": row[5],
            "sides": _names(side_names(row, scope)),
        }
        for row in page.rows
    ]
    return {"judgements": lines, **_around(page)}


def proposal(page: ProposalPage) -> dict[str, Any]:
    """One pair with everything its page shows."""
    result = page.result
    return {
        "id": page.proposal.id,
        "state": page.proposal.state,
        "band": words.band_of(page.proposal),
        "score": page.proposal.score,
        "model_score": page.proposal.model_score,
        "answer": page.proposal.answer,
        "answer_bits": page.proposal.answer_bits,
        "is_certain": page.proposal.is_certain,
        "may_decide": page.may_decide,
        "needs_two_people": page.needs_two,
        "shown": page.shown,
        "opened_by": page.held_by.actor_name if page.held_by else None,
        "distance_metres": page.sketch.distance if page.sketch else None,
        "evidence": page.evidence,
        "sides": [_side(side) for side in page.sides],
        "hidden_area": page.hidden_area or None,
        "lines": [line for _h, lines in result.sections for line in lines]
        if result
        else [],
        "people": [_person(person) for person in result.people] if result else [],
        "judgement": page.judgement,
        "other_judgements": page.others,
        "opinion": page.opinion,
        "field_checks": page.checks,
    }


def differences(found: Iterable[Difference]) -> list[dict[str, Any]]:
    """What changed of each side since a pair was opened."""
    told = []
    for one in found:
        lines = [words.change_line(change, one.names) for change in one.changes]
        told.append(
            {
                "side": one.side,
                "is_other_household": one.is_other,
                "changes": [
                    {"label": label, "before": before, "after": after}
                    for label, before, after in lines
                ],
            }
        )
    return told


def lineage(household: HouseholdRow, scope: Scope) -> dict[str, Any]:
    """What the page of a household says of its surveys and judgements."""
    return {
        "household_id": household.id,
        "code": household.code,
        "state": household.state,
        "merged_into": household.merged_into,
        "surveys": [
            {
                "depth": branch.depth,
                "record_id": branch.record.id,
                "review_date": branch.record.review_date,
                "received_at": branch.submission.received_at,
                "sent_by": branch.submission.actor_name,
                "judgement": branch.judgement,
            }
            for branch in panel.lineage(household, scope)
        ],
        "told_apart": [each.judgement for each in panel.told_apart(household, scope)],
        "changes": changes_of([household.id]),
        "open_proposals": [
            each.proposal.id
            for each in panel.open_pairs(household, scope)
            if each.proposal is not None
        ],
    }


def _around(page: Page) -> dict[str, Any]:
    return {
        "total": page.total,
        "is_total_capped": page.is_capped,
        "next": page.next_cursor or None,
    }


def _columns(row: Any) -> dict[str, Any]:
    return {each.name: getattr(row, each.name) for each in row.__table__.columns}


def _names(sides: Iterable[SideName]) -> list[dict[str, Any]]:
    return [
        {
            "household_id": side.household_id or None,
            "code": side.code or None,
            "head_name": side.name or None,
            "area": side.area,
        }
        for side in sides
    ]


def _side(side: Side) -> dict[str, Any]:
    return {
        "side": side.letter,
        "household_id": side.household.id,
        "code": side.household.code,
        "head_name": side.content.head_name or side.household.head_name,
        "area": side.area,
        "record_id": side.record_id,
        "review_date": side.record.review_date,
        "reviewer": side.record.reviewer,
        "surveys": side.surveys,
        "members": [_member(member) for member in side.content.members],
    }


def _member(member: Member) -> dict[str, Any]:
    return {
        "key": member.key,
        "full_name": member.full_name,
        "relation_to_head": member.relation_to_head,
        "sex": member.sex,
        "birth": birth_text(member.birth),
        "numbers": masked_numbers(member),
    }


def _person(person: ResultPerson) -> dict[str, Any]:
    return {
        "key": person.key,
        "name": person.name,
        "on_left": person.left is not None,
        "on_right": person.right is not None,
        "stays": person.stays,
        "why": person.why,
        "lines": person.lines,
    }
