"""A form as Central shows it."""

import hashlib
from typing import Any

from tests.fakes.central.clock import iso
from tests.fakes.central.world import Form, FormVersion, World

Json = dict[str, Any]


def shown(
    world: World,
    form: Form,
    *,
    extended: bool = False,
    version: FormVersion | None = None,
) -> Json:
    this = version or (form.published[-1] if form.published else form.draft)
    assert this is not None
    xform, is_draft = this.xform, this is form.draft
    seen: Json = {
        "projectId": form.project,
        "xmlFormId": form.form_id,
        "state": form.state,
        "enketoId": None,
        "enketoOnceId": None,
        "createdAt": iso(form.created_at),
        "updatedAt": iso(form.updated_at),
        "webformsEnabled": True,
        "keyId": None,
        "version": xform.version,
        "hash": xform.hash,
        "sha": hashlib.sha1(xform.xml.encode(), usedforsecurity=False).hexdigest(),
        "sha256": hashlib.sha256(xform.xml.encode()).hexdigest(),
        "draftToken": "T" * 64 if is_draft else None,
        "publishedAt": iso(this.published_at),
        "name": xform.title or form.form_id,
    }
    if extended:
        live = (
            []
            if is_draft
            else [s for s in form.submissions.values() if not s.deleted_at]
        )
        reviews = [submission.review for submission in live]
        admin = next(a for a in world.actors.values() if a.kind == "user")
        seen |= {
            "submissions": len(live),
            "entityRelated": bool(xform.entities),
            "reviewStates": {
                "received": reviews.count(None),
                "hasIssues": reviews.count("hasIssues"),
                "edited": reviews.count("edited"),
            },
            "lastSubmission": iso(max((s.created_at for s in live), default=None)),
            "excelContentType": this.excel,
            "publicLinks": 0,
            "createdBy": admin.shown(),
        }
    return seen
