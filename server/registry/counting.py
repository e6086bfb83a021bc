"""Which records count: those whose submission was not withdrawn.

A record that does not count still belongs to its household, so that judgements about it
hold and it finds its way back; it only says nothing there.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import select

from server.db import GIVEN, db
from server.inbox.tables import SubmissionWithdrawal
from server.registry.queries import in_chunks
from server.registry.tables import SurveyRecordRow

_WITHDRAWN = (
    select(SurveyRecordRow.id)
    .join(
        SubmissionWithdrawal,
        SubmissionWithdrawal.submission_id == SurveyRecordRow.submission_id,
    )
    .where(SubmissionWithdrawal.superseded_at.is_(None), SurveyRecordRow.id.in_(GIVEN))
)


def withdrawn_among(record_ids: Collection[str]) -> set[str]:
    """Those of the records whose submission is withdrawn now."""
    found: set[str] = set()
    for chunk in in_chunks(record_ids):
        found.update(db.session.scalars(_WITHDRAWN, {"given": chunk}))
    return found


def records_about(submission_ids: Iterable[int]) -> set[str]:
    """The records that were made of these submissions."""
    wanted = select(SurveyRecordRow.id).where(
        SurveyRecordRow.submission_id.in_(sorted(set(submission_ids)))
    )
    return set(db.session.scalars(wanted))
