"""A share of decided pairs goes to another person who does not see what was decided."""

from dataclasses import dataclass
from hashlib import sha256

from flask import current_app
from sqlalchemy import ColumnElement, Select, exists, or_, select

from server import clock
from server.audit import actions as audit
from server.db import db, transaction
from server.domain.actor import Actor, Scope
from server.domain.matching.agreement import kappa
from server.domain.matching.judgement import Verdict
from server.domain.problems import Problem, Refused
from server.review import sampling
from server.review.queries import decidable
from server.review.tables import BlindReview, JudgementRow, MergeProposal


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often the second person said what the first did."""

    reviewed: int
    agreed: int
    kappa: float | None


def find_next_blind(scope: Scope, reader_id: int) -> MergeProposal | None:
    """A pair that somebody else or the machine decided, and nobody has reviewed
    blindly."""
    for judgement, proposal in db.session.execute(_candidates(scope, reader_id)):
        if _is_drawn(judgement):
            found: MergeProposal = proposal
            return found
    return None


def is_drawn(judgement_id: int) -> bool:
    """Whether a judgement is of the share that is reviewed: by its number alone, so that
    nobody can tell beforehand and everybody can tell afterwards."""
    digest = sha256(f"blind {judgement_id}".encode()).digest()
    share: int = current_app.config["BLIND_REVIEW_PERCENT"]
    return int.from_bytes(digest[:4], "big") % 100 < share


def answer_blindly(
    *, by: Actor, scope: Scope, proposal_id: int, verdict: Verdict
) -> BlindReview:
    """Keep what the second person says. It changes nothing."""
    with transaction() as session:
        drawn = _candidates(scope, by.id).where(MergeProposal.id == proposal_id)
        row = db.session.execute(drawn.limit(1)).first()
        if row is None or not _is_drawn(row[0]):
            raise Refused(Problem("blind_review_not_found"), status=404)
        answer = BlindReview(
            judgement_id=row[0].id,
            verdict=verdict.value,
            at=clock.now(),
            **by.signature(),
        )
        session.add(answer)
        session.flush()
        audit.record(
            by=by,
            action="judgement.reviewed_blindly",
            subject_kind="judgement",
            subject_id=row[0].id,
            details={"verdict": answer.verdict},
        )
        return answer


def agreement(scope: Scope) -> Agreement:
    """How well people agree about pairs in these areas."""
    statement = decidable(
        select(JudgementRow.verdict, BlindReview.verdict)
        .join(BlindReview, BlindReview.judgement_id == JudgementRow.id)
        .join(MergeProposal, _is_about())
        .where(JudgementRow.actor_kind == "user"),
        scope,
    )
    pairs = [(one, other) for one, other in db.session.execute(statement)]
    agreed = sum(one == other for one, other in pairs)
    return Agreement(len(pairs), agreed, kappa(pairs))


def _is_drawn(row: JudgementRow) -> bool:
    """What the machine said is drawn by the database already."""
    return row.actor_kind == "system" or is_drawn(row.id)


def _candidates(
    scope: Scope, reader_id: int
) -> Select[tuple[JudgementRow, MergeProposal]]:
    reviewed = exists().where(BlindReview.judgement_id == JudgementRow.id)
    statement: Select[tuple[JudgementRow, MergeProposal]] = (
        select(JudgementRow, MergeProposal)
        .join(MergeProposal, _is_about())
        .where(
            JudgementRow.superseded_at.is_(None),
            JudgementRow.restores_id.is_(None),
            or_(
                (JudgementRow.actor_kind == "user")
                & (JudgementRow.actor_id != reader_id),
                sampling.is_of_machine() & sampling.is_drawn(),
            ),
            ~reviewed,
        )
        .order_by(JudgementRow.id)
    )
    return decidable(statement, scope)


def _is_about() -> ColumnElement[bool]:
    return (MergeProposal.left_record_id == JudgementRow.left_record_id) & (
        MergeProposal.right_record_id == JudgementRow.right_record_id
    )
