"""Judgements as rows: made, superseded, restored. Households follow by `relink`."""

from server import clock
from server.audit import actions as audit
from server.db import db
from server.domain.actor import Actor
from server.domain.matching.judgement import Verdict
from server.review import choosing
from server.review.tables import JudgementRow


def judge(
    *,
    by: Actor,
    sides: tuple[str, str],
    verdict: Verdict,
    reason: str = "",
    reason_code: str = "",
    over: JudgementRow | None = None,
) -> JudgementRow:
    """Write down what somebody says about a pair of records, with its event."""
    row = JudgementRow(
        left_record_id=sides[0],
        right_record_id=sides[1],
        verdict=verdict.value,
        reason_code=reason_code or None,
        reason=reason,
        at=clock.now(),
        **by.signature(),
        replaces_id=over.id if over else None,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        by=by,
        action="judgement.made",
        subject_kind="judgement",
        subject_id=row.id,
        details={
            "verdict": row.verdict,
            "records": list(sides),
            "replaces": row.replaces_id,
        },
    )
    return row


def supersede(*, by: Actor, row: JudgementRow, reason: str = "") -> None:
    """A judgement holds no more, nor does what was chosen with it."""
    row.superseded_at, row.superseded_by = clock.now(), by.name
    row.superseded_reason = reason or None
    # The pair may have one live row only, so this one has to step back first.
    db.session.flush()
    choosing.take_back(by=by, judgement=row)


def restore(*, by: Actor, row: JudgementRow) -> JudgementRow | None:
    """The judgement that `row` had taken the place of holds again, as a new row."""
    if row.replaces_id is None:
        return None
    earlier = db.session.get_one(JudgementRow, row.replaces_id)
    restored = JudgementRow(
        left_record_id=earlier.left_record_id,
        right_record_id=earlier.right_record_id,
        verdict=earlier.verdict,
        reason_code=earlier.reason_code,
        reason=earlier.reason,
        at=earlier.at,
        actor_kind=earlier.actor_kind,
        actor_id=earlier.actor_id,
        actor_name=earlier.actor_name,
        replaces_id=earlier.replaces_id,
        restores_id=earlier.restores_id or earlier.id,
    )
    db.session.add(restored)
    db.session.flush()
    audit.record(
        by=by,
        action="judgement.restored",
        subject_kind="judgement",
        subject_id=restored.id,
        details={"restores": restored.restores_id},
    )
    choosing.restore(by=by, earlier=earlier, restored=restored)
    return restored
