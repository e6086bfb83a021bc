"""Two people for what is hard to put right: the first gives an opinion, the second, who
is somebody else, decides. Nobody approves what they said themselves."""

from sqlalchemy import bindparam, select

from server import clock
from server.audit import actions as audit
from server.db import db, transaction
from server.domain.actor import Actor
from server.domain.matching.judgement import Verdict
from server.review.risk import needs_two_people
from server.review.tables import MergeProposal, Opinion

_LIVE = select(Opinion).where(
    Opinion.left_record_id == bindparam("left"),
    Opinion.right_record_id == bindparam("right"),
    Opinion.superseded_at.is_(None),
)


def keep_first(
    *, by: Actor, proposal: MergeProposal, verdict: Verdict, reason: str
) -> Opinion | None:
    """Keep what the first person says about a pair that two have to agree on; None when
    this word decides: it joins nothing, nothing is at risk, or it is the second."""
    with transaction() as session:
        known = find_opinion(proposal)
        is_risky = verdict is Verdict.SAME and needs_two_people(proposal)
        is_second = known is not None and known.actor_id != by.id
        if known is not None:
            known.superseded_at = clock.now()
            session.flush()
        if not is_risky or by.kind != "user" or is_second:
            return None
        opinion = Opinion(
            left_record_id=proposal.left_record_id,
            right_record_id=proposal.right_record_id,
            verdict=verdict.value,
            reason=reason,
            at=clock.now(),
            **by.signature(),
        )
        session.add(opinion)
        session.flush()
        audit.record(
            by=by,
            action="opinion.given",
            subject_kind="proposal",
            subject_id=proposal.id,
            details={"opinion": opinion.id, "verdict": opinion.verdict},
        )
        return opinion


def find_opinion(proposal: MergeProposal) -> Opinion | None:
    """What the first person said, while a second one is waited for."""
    sides = {"left": proposal.left_record_id, "right": proposal.right_record_id}
    return db.session.scalar(_LIVE, sides)
