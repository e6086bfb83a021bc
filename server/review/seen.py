"""What a reviewer had before them, and what became of it since.

A page of a pair carries the hash of what it shows. A decision that comes back with
another hash is about something else: it is not taken, and the reviewer gets to see the
difference.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.db import db
from server.domain.households.changes import Change, changes
from server.domain.plain import from_plain
from server.domain.survey.record import Household
from server.registry import queries as registry
from server.registry.tables import HouseholdRow
from server.review import queries
from server.review.tables import JudgementRow, MergeProposal

SIDES = ("A", "B")


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed of one side, A or B, while somebody looked at it. `is_other` when
    the survey belongs to another household by now."""

    side: str
    changes: tuple[Change, ...]
    names: Mapping[str, str]
    is_other: bool


def hash_of(proposal: MergeProposal) -> str:
    """Changes whenever a decision on the pair would be about something else."""
    parts = [proposal.state]
    for row in _households(proposal):
        parts += [row.id, row.content_hash]
    live, between = queries.said_about(proposal)
    parts.append(str(live.id if live else ""))
    parts += [str(row.id) for row in between]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def snapshot(proposal: MergeProposal) -> dict[str, Any]:
    """Both households as they are, to be compared later."""
    return {
        side: {"id": row.id, "household": row.content["household"]}
        for side, row in zip(SIDES, _households(proposal), strict=True)
    }


def differences(
    shown: Mapping[str, Any], proposal: MergeProposal
) -> tuple[Difference, ...]:
    """What differs of each side from what was shown; sides that do not are left out."""
    found = []
    for side, row in zip(SIDES, _households(proposal), strict=True):
        before = from_plain(Household, shown[side]["household"])
        after = registry.golden_of(row).household
        people = (*before.members, *after.members)
        difference = Difference(
            side=side,
            changes=changes(before, after),
            names={member.key: member.full_name for member in people},
            is_other=row.id != shown[side]["id"],
        )
        if difference.changes or difference.is_other:
            found.append(difference)
    return tuple(found)


def judged_since(proposal: MergeProposal) -> JudgementRow | None:
    """The newest word about the pair, when somebody has spoken."""
    own = queries.find_live_judgement(proposal.left_record_id, proposal.right_record_id)
    if own is not None:
        return own
    if proposal.left_household_id == proposal.right_household_id:
        return None
    between = queries.judgements_between(
        proposal.left_household_id, proposal.right_household_id
    )
    return between[-1] if between else None


def _households(proposal: MergeProposal) -> tuple[HouseholdRow, HouseholdRow]:
    return (
        db.session.get_one(HouseholdRow, proposal.left_household_id),
        db.session.get_one(HouseholdRow, proposal.right_household_id),
    )
