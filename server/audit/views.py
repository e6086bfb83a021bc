"""The audit trail on screen, for administrators."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from server.audit import lists, queries
from server.audit.actions import record
from server.web.exports import Export, on_export
from server.web.listing import respond
from server.web.security import actor, allow

blueprint = Blueprint("audit", __name__)


def write_down(export: Export) -> None:
    """A list that left as a file: who took it, which, narrowed how, how many rows."""
    record(
        by=actor(),
        action="list.exported",
        subject_kind="list",
        subject_id=export.name,
        details={
            "format": export.kind,
            "filters": dict(export.filters),
            "rows": export.rows,
        },
    )


blueprint.record(lambda state: on_export(state.app, write_down))


@blueprint.get("/audit")
@allow("admin")
def events() -> Response:
    """Who did what, to what, and when."""
    return respond(lists.events(), "audit/events.html")


@blueprint.get("/audit/seal")
@allow("admin")
def seal() -> str:
    """Whether the chain holds, its last seal to write down, and whether a seal that
    was written down before is still there."""
    kept = request.args.get("kept", "").strip()
    return render_template(
        "audit/seal.html",
        broken=queries.verify_chain(),
        last=queries.last_event(),
        kept=kept,
        found=queries.find_by_hash(kept) if kept else None,
    )
