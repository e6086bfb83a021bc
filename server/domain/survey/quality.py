"""Signs that an interview deserves a second look; never a reason to refuse it."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta

from server.domain.problems import Problem
from server.domain.survey.record import Position, SurveyRecord

# A whole form in under two minutes was not asked; confirming an unchanged one may be.
SHORTEST_INTERVIEW = timedelta(minutes=2)


def check_interview(record: SurveyRecord) -> tuple[Problem, ...]:
    """Warnings about how a survey was made, for whoever looks after the enumerators.

    They are not part of `normalise`: ward staff who read a record can do nothing there.
    """
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
