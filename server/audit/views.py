"""The audit trail on screen, for administrators."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from server.audit import lists, queries
from server.web.listing import respond
from server.web.security import allow

blueprint = Blueprint("audit", __name__)


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
