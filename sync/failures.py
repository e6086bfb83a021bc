"""Asking ODK Central why a submission has no entity: its log is the only place."""

from collections import Counter
from typing import Any

from server import clock
from server.dispatch import claims
from server.dispatch.links import Plan
from server.domain.actor import SYSTEM
from server.mirror.seen import UnreadableRow, instant
from sync.central import part
from sync.lists import ListAt
from sync.pull import Progress
from sync.rows import ask_once

MOST_AT_ONCE = 500
FAILED = "entity.error"
MADE = ("entity.create", "entity.update")


def look_for_failures(
    at: ListAt, plan: Plan, counts: Counter[str], progress: Progress
) -> None:
    """Ask about submissions whose entity is missing, or did not follow them. Raises
    CentralError."""
    server = at.central.url
    claims.note(
        server=server, project=at.project, missing=plan.missing, behind=plan.behind
    )
    asked = claims.due(server, at.project, MOST_AT_ONCE)
    for number, each in enumerate(asked):
        progress(at.name, number, len(asked))
        path = (
            f"projects/{at.project}/forms/{part(each.form_id)}"
            f"/submissions/{part(each.central_id)}/audits"
        )
        entry = _failure(ask_once(at.central, path) or ())
        counts["failed"] += claims.answered(
            by=SYSTEM, submission_id=each.submission_id, **entry
        )


def _failure(told: Any) -> dict[str, Any]:
    """The newest failure in the log of a submission, which is newest first."""
    for entry in told:
        if entry.get("action") == FAILED:
            details = entry.get("details") or {}
            problem = details.get("problem") or {}
            return {
                "code": str(problem.get("problemCode") or "-"),
                "message": str(details.get("errorMessage") or ""),
                "at": _instant(entry.get("loggedAt")),
            }
    made = any(str(each.get("action")).startswith(MADE) for each in told)
    return {"is_made": made}


def _instant(text: Any) -> Any:
    try:
        return instant(text) or clock.now()
    except UnreadableRow:
        return clock.now()
