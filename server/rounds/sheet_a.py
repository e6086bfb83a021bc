"""Phiếu A line by line: the answers are kept, and the standard's own sheet decides.

Only a sheet that is certain spares a household the survey, and the commune may keep one
that looks poor all the same, saying why.
"""

from collections.abc import Mapping
from datetime import date

from server.db import transaction
from server.domain.actor import Actor
from server.domain.poverty.screening import ScreeningOutcome, screen
from server.domain.problems import Problem, Refused
from server.domain.procedure.steps import Done, Step
from server.rounds.stepping import chosen, notice
from server.rounds.taking import Taking, take
from server.status.standards import find_standard

ANSWERS: dict[str, bool | None] = {"yes": True, "no": False, "unknown": None}


def fill_in(
    *,
    by: Actor,
    round_id: int,
    case_id: int,
    answers: Mapping[str, bool | None],
    on: date,
    kept_because: str = "",
) -> ScreeningOutcome:
    """Keep the answers of one household, and what follows from them by the sheet."""
    with transaction():
        review, cases = chosen(round_id, [case_id])
        pack = find_standard(review.standard)
        if pack is None or pack.screening is None:
            raise Refused(Problem("case_sheet_unread"))
        try:
            found = screen(pack.screening, answers)
        except ValueError as error:
            raise Refused(Problem("case_sheet_line_unknown")) from error
        is_kept = bool(kept_because.strip()) and not found.needs_survey
        outcome = ScreeningOutcome.SURVEY if is_kept else found.outcome
        taking = Taking(
            cases[0],
            Done(Step.SCREENED, on, outcome.value),
            reason=kept_because.strip() if is_kept else "",
            pack_hash=pack.content_hash,
            details={"sheet_a": dict(answers), "computed": found.outcome.value},
        )
        take(by=by, review=review, takings=[taking])
        notice(review=review, cases=cases)
        return outcome
