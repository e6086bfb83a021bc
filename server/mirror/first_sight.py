"""Submissions that Central shows for the first time: most of a first pull, so together.

What one of them alone would need is a dozen statements; all of a page need as many.
"""

from collections.abc import Sequence

from sqlalchemy import insert

from server import clock
from server.db import db
from server.inbox.arrivals import known_instances, receive_all
from server.mirror.seen import SeenSubmission
from server.mirror.sighting import (
    PAYLOAD_KIND,
    SOURCE,
    Context,
    arrival_of,
    facts_of,
)
from server.mirror.tables import MirroredSubmission, MirroredVersion


def begin_all(
    context: Context, found: Sequence[SeenSubmission]
) -> list[SeenSubmission]:
    """Take over submissions of one living version each; returns those left aside,
    because the inbox has something of the same name that they must be compared with."""
    names = [each.versions[0].instance_id for each in found]
    form_id = context.form.form_id
    here = known_instances(source=SOURCE, form_id=form_id, instance_ids=names)
    begun: dict[str, SeenSubmission] = {}
    left = []
    for name, each in zip(names, found, strict=True):
        if name in here or name in begun:
            left.append(each)
        else:
            begun[name] = each
    if begun:
        _begin(context, list(begun.values()))
    return left


def _begin(context: Context, found: Sequence[SeenSubmission]) -> None:
    arrivals = [arrival_of(context, each.versions[0]) for each in found]
    submission_ids = receive_all(
        source=SOURCE,
        form_id=context.form.form_id,
        payload_kind=PAYLOAD_KIND,
        arrivals=arrivals,
    )
    statement = insert(MirroredSubmission).returning(
        MirroredSubmission.id, sort_by_parameter_order=True
    )
    at, wants = clock.now(), context.wants_files
    rows = [
        {
            "form_id": context.form.id,
            "central_id": each.central_id,
            "current_instance_id": each.versions[0].instance_id,
            "is_raced": False,
            **facts_of(each, at, wants_files=wants, has_new_comments=False),
        }
        for each in found
    ]
    mirrored_ids = db.session.scalars(statement, rows).all()
    together = zip(found, mirrored_ids, submission_ids, strict=True)
    db.session.execute(
        insert(MirroredVersion),
        [
            {
                "mirrored_id": mirrored_id,
                "instance_id": each.versions[0].instance_id,
                "content_sha256": each.versions[0].content_sha256,
                "submission_id": submission_id,
                "seen_at": at,
                "is_raced": False,
                "is_replaced": False,
            }
            for each, mirrored_id, submission_id in together
        ],
    )
