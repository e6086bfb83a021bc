"""Phiếu A: who needs no survey because too much speaks against poverty.

The sheet only ever spares a household the long survey; it never takes a status away.
So whatever is doubtful, an unanswered line or one that we do not have, sends the
household on to the survey.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from server.domain.poverty.pack import Screening


class ScreeningOutcome(StrEnum):
    """What the sheet says of a household."""

    NOT_POOR = "not_poor"  # so many lines speak against poverty that no survey follows
    SURVEY = "survey"  # go on to Phiếu B
    UNDECIDED = "undecided"  # open lines could still reach the cut


@dataclass(frozen=True, slots=True)
class ScreeningResult:
    """The lines answered yes, those without an answer, and how many we do not have."""

    outcome: ScreeningOutcome
    yes: tuple[str, ...]
    unanswered: tuple[str, ...]
    unread_items: int

    @property
    def needs_survey(self) -> bool:
        """Only a sheet that is certain spares a household the survey."""
        return self.outcome is not ScreeningOutcome.NOT_POOR


def screen(sheet: Screening, answers: Mapping[str, bool | None]) -> ScreeningResult:
    """Count the sheet. An answer of None, or none at all, leaves its line open.

    Raises ValueError for a line that the sheet does not have.
    """
    codes = [item.code for item in sheet.items]
    for code in answers:
        if code not in codes:
            raise ValueError(f"the sheet has no line {code!r}")
    yes = tuple(code for code in codes if answers.get(code) is True)
    unanswered = tuple(code for code in codes if answers.get(code) is None)
    at_most = len(yes) + len(unanswered) + sheet.unread_items
    if len(yes) >= sheet.cut:
        outcome = ScreeningOutcome.NOT_POOR
    elif at_most < sheet.cut:
        outcome = ScreeningOutcome.SURVEY
    else:
        outcome = ScreeningOutcome.UNDECIDED
    return ScreeningResult(outcome, yes, unanswered, sheet.unread_items)
