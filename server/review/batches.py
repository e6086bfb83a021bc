"""Many pairs with the very same evidence, decided at once and taken back at once.

Pairs are of one class when every comparison found the same, not when their scores are
alike: "the same number of both heads, and several people on both lists" is a reason that
a person can check on a sample; 0.87 is none.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select

from server.db import db, serialise, transaction
from server.domain.actor import Actor, Scope
from server.domain.matching.judgement import Verdict
from server.domain.problems import Problem, Refused
from server.review import changing, judging, queries, reserving
from server.review.queries import decidable
from server.review.risk import TWO_PEOPLE_FROM, risks
from server.review.tables import (
    JudgementRow,
    MergeProposal,
    QueueEntry,
    Reservation,
    StaffChange,
)

SAMPLE, SMALLEST, LARGEST = 10, 2, 200
Finding = tuple[str, str]


@dataclass(frozen=True, slots=True)
class EvidenceClass:
    """Open pairs for which every comparison found the same. `key` names the class in
    addresses."""

    findings: tuple[Finding, ...]
    pairs: tuple[MergeProposal, ...]

    @property
    def key(self) -> str:
        """The same for the same findings, whichever pairs there are."""
        plain = " ".join(f"{code}:{level}" for code, level in self.findings)
        return sha256(plain.encode()).hexdigest()[:16]

    @property
    def sample(self) -> tuple[MergeProposal, ...]:
        """Some pairs to look at, spread over all of them."""
        step = max(len(self.pairs) // SAMPLE, 1)
        return self.pairs[::step][:SAMPLE]


def evidence_classes(scope: Scope) -> list[EvidenceClass]:
    """The classes of open pairs that somebody may decide alone, the largest first.
    Pairs that need two people, or that somebody has open, are left out."""
    by_findings: defaultdict[tuple[Finding, ...], list[MergeProposal]] = defaultdict(
        list
    )
    waiting = (
        decidable(select(MergeProposal), scope)
        .join(QueueEntry, QueueEntry.proposal_id == MergeProposal.id)
        .outerjoin(Reservation, Reservation.proposal_id == MergeProposal.id)
        .where(QueueEntry.is_main, Reservation.proposal_id.is_(None))
        .order_by(MergeProposal.id)
    )
    rows = db.session.scalars(waiting).all()
    risk = risks(rows)
    for row in rows:
        if risk[row.id] < TWO_PEOPLE_FROM:
            by_findings[findings_of(row)].append(row)
    found = [
        EvidenceClass(findings, tuple(alike[:LARGEST]))
        for findings, alike in by_findings.items()
        if len(alike) >= SMALLEST
    ]
    return sorted(found, key=lambda each: (-len(each.pairs), each.key))


def find_class(scope: Scope, key: str) -> EvidenceClass:
    """One class; refused as absent when its pairs were decided meanwhile."""
    for found in evidence_classes(scope):
        if found.key == key:
            return found
    raise Refused(Problem("evidence_class_not_found"), status=404)


def findings_of(proposal: MergeProposal) -> tuple[Finding, ...]:
    """What each comparison found, without a word of the two households."""
    pairs = [(str(each["code"]), str(each["level"])) for each in proposal.evidence]
    if proposal.answer is not None:
        pairs.append(("field_answer", proposal.answer))
    return tuple(sorted(pairs))


def decide_batch(
    *,
    by: Actor,
    scope: Scope,
    key: str,
    proposal_ids: Sequence[int],
    verdict: Verdict,
    reason: str,
) -> tuple[StaffChange, set[str]]:
    """Decide exactly the pairs that were previewed, all alike; returns the change that
    takes them back, and the records they are about.

    A pair that is no longer of the class, or was decided meanwhile, stops the batch.
    """
    with transaction():
        serialise("registry")
        offered = {row.id: row for row in find_class(scope, key).pairs}
        if not proposal_ids or not set(proposal_ids) <= offered.keys():
            raise Refused(Problem("batch_changed_meanwhile"), status=409)
        rows: list[JudgementRow] = []
        touched: set[str] = set()
        for proposal_id in sorted(set(proposal_ids)):
            proposal = offered[proposal_id]
            sides = (proposal.left_record_id, proposal.right_record_id)
            if queries.find_live_judgement(*sides) is not None:
                raise Refused(Problem("batch_changed_meanwhile"), status=409)
            rows.append(
                judging.judge(by=by, sides=sides, verdict=verdict, reason=reason)
            )
            reserving.release(proposal_id=proposal_id)
            touched |= set(sides)
        change = changing.keep_batch(by=by, judgements=rows, reason=reason)
        return change, touched
