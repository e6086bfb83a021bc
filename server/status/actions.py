"""The commune's word: recognising a list of households, and taking a decision back.

The machine assesses, the commune recognises. A decision is entered with its document and
never edited: a wrong one is withdrawn, and entered again.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date

from server import clock
from server.audit import actions as audit
from server.db import db, serialise, transaction
from server.domain.actor import Actor
from server.domain.poverty import periods
from server.jobs.actions import enqueue
from server.status import queries
from server.status.assessing import assess
from server.status.objections import Decision, refuse_decision, refuse_withdrawal
from server.status.tables import (
    AssessmentRow,
    PovertyStatus,
    RecognisedHousehold,
    Recognition,
)

__all__ = ["assess", "recognise", "withdraw"]


def recognise(
    *,
    by: Actor,
    document_number: str,
    decided_on: date,
    valid_from: date,
    signer: str,
    standard: str,
    area_id: int,
    items: Sequence[tuple[str, str]],
    note: str = "",
    confirmation: str = "",
) -> Recognition:
    """Enter a decision: each (household, category) holds from `valid_from` on.

    Under a standard that nobody has compared with the official text, `confirmation`
    must repeat the document number. Raises Refused with everything that is wrong.
    """
    decision = Decision(
        document_number=document_number,
        decided_on=decided_on,
        valid_from=valid_from,
        signer=signer,
        standard=standard,
        area_id=area_id,
        items=tuple(items),
        note=note,
        confirmation=confirmation,
    )
    with transaction():
        serialise("recognitions")
        refuse_decision(decision)
        recognition = _enter(by, decision)
        subs = _name_households(recognition, decision)
        _hold(recognition, decision, subs)
        _tell(by, recognition, "households.recognised", decision.items)
        return recognition


def withdraw(*, by: Actor, recognition_id: int, reason: str) -> Recognition:
    """Take a decision back: what it said no longer counts, from now on.

    The days it covered are then without a status: what held before is not guessed.
    """
    with transaction() as session:
        serialise("recognitions")
        recognition = refuse_withdrawal(
            session.get(Recognition, recognition_id), reason.strip()
        )
        at = clock.now()
        recognition.withdrawn_at = at
        recognition.withdrawn_by = by.name
        recognition.withdrawal_reason = reason.strip()
        items = [
            (item.household_id, item.category)
            for item, _ in queries.recognised_by(recognition.id)
        ]
        held = queries.live_statuses({id_ for id_, _ in items}, recognition.standard)
        for household_id, rows in held.items():
            change = periods.withdraw(map(queries.period_of, rows), recognition.id, at)
            _apply(household_id, rows, change, recognition.standard)
        _tell(by, recognition, "recognition.withdrawn", items)
        return recognition


def _enter(by: Actor, decision: Decision) -> Recognition:
    recognition = Recognition(
        document_number=_line(decision.document_number),
        decided_on=decision.decided_on,
        valid_from=decision.valid_from,
        signer=_line(decision.signer),
        standard=decision.standard,
        area_id=decision.area_id,
        note=decision.note.strip(),
        at=clock.now(),
        **by.signature(),
    )
    db.session.add(recognition)
    db.session.flush()
    return recognition


def _name_households(
    recognition: Recognition, decision: Decision
) -> dict[str, str | None]:
    """Keep what was assessed of each household when the commune decided; gives the
    sub-type of those that are recognised as what was assessed."""
    subs: dict[str, str | None] = {}
    assessed = queries.assessments_of({each for each, _ in decision.items})
    for household_id, category in decision.items:
        rows = assessed.get(household_id, ())
        row = next((each for each in rows if each.standard == decision.standard), None)
        subs[household_id] = _sub_type(row, category, decision.decided_on)
        db.session.add(
            RecognisedHousehold(
                recognition_id=recognition.id,
                household_id=household_id,
                category=category,
                assessed_category=row.category if row else None,
                trace=row.trace if row else None,
            )
        )

    return subs


def _sub_type(row: AssessmentRow | None, category: str, on: date) -> str | None:
    """Of what a decision could know: a review that came after it says nothing of it."""
    if row is None or row.category != category or row.review_date > on:
        return None
    return row.sub


def _hold(
    recognition: Recognition, decision: Decision, subs: Mapping[str, str | None]
) -> None:
    held = queries.live_statuses(
        {each for each, _ in decision.items}, decision.standard
    )
    for household_id, category in decision.items:
        rows = held.get(household_id, [])
        change = periods.recognise(
            map(queries.period_of, rows),
            category,
            decision.valid_from,
            recognition.at,
            recognition.id,
            sub=subs[household_id],
        )
        _apply(household_id, rows, change, decision.standard)


def _apply(
    household_id: str,
    rows: Sequence[PovertyStatus],
    change: periods.PeriodChange,
    standard: str,
) -> None:
    """Mark what is superseded, then add: live rows must never overlap in between."""
    by_id = {row.id: row for row in rows}
    for period in change.supersede:
        by_id[period.row].superseded_at = change.at
    db.session.flush()
    for period in change.insert:
        db.session.add(
            PovertyStatus(
                household_id=household_id,
                standard=standard,
                category=period.category,
                sub=period.sub,
                valid_from=period.valid_from,
                valid_to=period.valid_to,
                recorded_at=change.at,
                recognition_id=period.recognition,
            )
        )
    db.session.flush()


def _tell(
    by: Actor,
    recognition: Recognition,
    action: str,
    items: Sequence[tuple[str, str]],
) -> None:
    audit.record(
        by=by,
        action=action,
        subject_kind="recognition",
        subject_id=recognition.id,
        details={
            "standard": recognition.standard,
            "area_id": recognition.area_id,
            "valid_from": recognition.valid_from.isoformat(),
            "households": len(items),
        },
    )
    enqueue(
        "status_recognised",
        {
            "recognition_id": recognition.id,
            "household_ids": sorted(household_id for household_id, _ in items),
        },
    )


def _line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
