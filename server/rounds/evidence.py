"""What a case was decided on, kept as it was: the household, and what the machine made
of it under every standard in force.

Freezing copies; running again takes the copy and not the register, and the score table
that was signed when it was frozen. The two agree as long as nobody changed the packs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from server.domain.households.golden import GoldenHousehold
from server.domain.plain import from_plain
from server.registry.tables import HouseholdRow
from server.rounds.tables import CaseStep
from server.status import queries as status
from server.status.assessing import assessments
from server.status.standards import place_of, standards_on
from server.status.tables import AssessmentRow


@dataclass(frozen=True, slots=True)
class Frozen:
    """A household and its assessments, ready to be kept with a step."""

    assessment: AssessmentRow | None  # under the standard of the round
    details: dict[str, Any]


def freeze(row: HouseholdRow, standard: str, found: list[AssessmentRow]) -> Frozen:
    """Copy what is known of a household now; `found` are its assessments."""
    return Frozen(
        next((each for each in found if each.standard == standard), None),
        {
            "household": row.content,
            "area_id": row.area_id,
            "content_hash": row.content_hash,
            "assessments": {each.standard: each.trace for each in found},
        },
    )


def freeze_all(rows: Mapping[int, HouseholdRow], standard: str) -> dict[int, Frozen]:
    """The same for many cases, by case."""
    assessed = status.assessments_of({row.id for row in rows.values()})
    return {
        key: freeze(row, standard, assessed.get(row.id, []))
        for key, row in rows.items()
    }


def has_changed(step: CaseStep, row: HouseholdRow) -> bool:
    """Whether the register says something else than what a case was scored on."""
    kept = step.details.get("content_hash")
    return kept is not None and kept != row.content_hash


@dataclass(frozen=True, slots=True)
class Rerun:
    """The frozen answers assessed once more, under one standard."""

    standard: str
    before: Mapping[str, Any]
    after: Mapping[str, Any] | None  # None: the standard is not there any more

    @property
    def is_same(self) -> bool:
        return self.after == self.before


def rerun(step: CaseStep) -> list[Rerun]:
    """Assess what was frozen with a step again, by the tables known at its instant and
    the packs as the program has them now."""
    if "household" not in step.details:
        return []
    golden = from_plain(GoldenHousehold, step.details["household"])
    known_then = partial(standards_on, known_at=step.at)
    made = assessments(golden, place_of(step.details["area_id"]), known_then)
    return [
        Rerun(standard, trace, made[standard].as_dict() if standard in made else None)
        for standard, trace in step.details["assessments"].items()
    ]
