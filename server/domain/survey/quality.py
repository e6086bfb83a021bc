"""Signs that an interview deserves a second look; never a reason to refuse it."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta

from server.domain.people.names import NameAgreement, names_agree
from server.domain.problems import Problem
from server.domain.survey.record import Position, SurveyRecord

# A whole form in under two minutes was not asked; confirming an unchanged one may be.
SHORTEST_INTERVIEW = timedelta(minutes=2)


def check_interview(record: SurveyRecord) -> tuple[Problem, ...]:
    """Warnings about how a survey was made."""
    problems = []
    if record.started_at is not None and record.ended_at is not None:
        lasted = record.ended_at - record.started_at
        if lasted < timedelta(0):
            problems.append(Problem("interview_backwards", "ended_at", blocking=False))
        elif lasted < SHORTEST_INTERVIEW and not record.is_unchanged:
            values = {"value": int(lasted.total_seconds())}
            problems.append(
                Problem("interview_too_short", "ended_at", values, blocking=False)
            )
    said = record.household.head_name
    for member in record.household.members:
        if not said or member.relation_to_head != "head":
            continue
        if names_agree(said, member.full_name) <= NameAgreement.GIVEN_ONLY:
            names = {"value": said, "other": member.full_name}
            problems.append(
                Problem("head_name_differs", "head_name", names, blocking=False)
            )
    return tuple(problems)


def same_positions(positions: Mapping[str, Position]) -> tuple[frozenset[str], ...]:
    """Records with the very same GPS fix, to the last digit: two houses never have it.

    Takes record id -> position; answers with the groups of two or more.
    """
    groups: defaultdict[tuple[float, float], set[str]] = defaultdict(set)
    for record_id, position in positions.items():
        groups[position.latitude, position.longitude].add(record_id)
    found = (frozenset(group) for group in groups.values() if len(group) > 1)
    return tuple(sorted(found, key=min))
