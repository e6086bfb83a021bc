"""Why a decision on a pair cannot be taken as asked, in words that say what to do."""

from collections.abc import Iterable
from datetime import datetime

from server import clock
from server.db import db
from server.domain.matching.judgement import Verdict
from server.domain.problems import Problem, Refused
from server.registry.tables import HouseholdRow
from server.review import queries
from server.review.tables import JudgementRow, MergeProposal

WORDS = {
    "same": ("cùng một hộ", "one household"),
    "different": ("hai hộ khác nhau", "two households"),
    "unsure": ("chưa rõ", "unsure"),
}


def refuse_decision(
    proposal: MergeProposal,
    live: JudgementRow | None,
    verdict: Verdict,
    replaces: int | None,
    *,
    is_reasoned: bool,
) -> None:
    """Raise Refused when somebody was faster, when what was said about the households
    stands in the way, or when a reason is missing."""
    others = firm_judgements(proposal, besides=live)
    blocking = [row for row in others if row.verdict == Verdict.DIFFERENT]
    if verdict is Verdict.SAME and blocking:
        _refuse("merge_blocked", blocking[-1], **_codes(proposal))
    if live is not None and live.id != replaces:
        _refuse("proposal_already_decided", live)
    if live is None and replaces is not None:
        raise Refused(Problem("decision_taken_back"), status=409)
    if live is None and proposal.state == "stale":
        raise Refused(Problem("records_already_together"), status=409)
    if live is None and others:
        _refuse("proposal_already_decided", others[-1])
    if is_against_machine(proposal, verdict) and not is_reasoned:
        raise Refused(Problem("reason_against_certain_missing", "reason"))


def is_against_machine(proposal: MergeProposal, verdict: Verdict) -> bool:
    """Whether a verdict contradicts evidence on which the machine decides alone."""
    return proposal.seems_certain and verdict is not Verdict.SAME


def firm_judgements(
    proposal: MergeProposal, besides: JudgementRow | None = None
) -> list[JudgementRow]:
    """What was said about the two households through other pairs of their records,
    oldest first; "unsure" settles nothing."""
    return firm_among(proposal, queries.said_about(proposal)[1], besides)


def firm_among(
    proposal: MergeProposal,
    between: Iterable[JudgementRow],
    besides: JudgementRow | None = None,
) -> list[JudgementRow]:
    """The same among the live judgements `between` the two households."""
    return [
        row
        for row in between
        if row.verdict != Verdict.UNSURE
        and (besides is None or row.id != besides.id)
        and (row.left_record_id, row.right_record_id)
        != (proposal.left_record_id, proposal.right_record_id)
    ]


def said_at(at: datetime) -> str:
    """An instant as staff write it, in Vietnam's time."""
    return at.astimezone(clock.VIETNAM).strftime("%H:%M %d/%m/%Y")


def _refuse(code: str, row: JudgementRow, **more: str) -> None:
    values = {
        "name": row.actor_name,
        "at": said_at(row.at),
        "verdict_vi": WORDS[row.verdict][0],
        "verdict_en": WORDS[row.verdict][1],
        **more,
    }
    raise Refused(Problem(code, "", values), status=409)


def _codes(proposal: MergeProposal) -> dict[str, str]:
    left = db.session.get_one(HouseholdRow, proposal.left_household_id)
    right = db.session.get_one(HouseholdRow, proposal.right_household_id)
    return {"left": left.code, "right": right.code}
