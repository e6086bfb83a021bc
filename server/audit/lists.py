"""The audit trail as a list."""

import json
from typing import Any

from flask import url_for
from sqlalchemy import select

from server.audit import queries
from server.audit.tables import AuditEvent
from server.audit.words import action_label, list_label, subject_label
from server.web.i18n import _
from server.web.labels import actor_label
from server.web.listing import Column, Filter, Listing
from server.web.security import may_open

# The page of a subject and what its address calls the id.
_PAGES = {
    "area": ("areas.area", "area_id"),
    "household": ("registry.household", "household_id"),
    "phone": ("openrosa.phone_card", "phone_id"),
    "proposal": ("review.proposal", "proposal_id"),
    "recognition": ("status.recognition", "recognition_id"),
    "review_round": ("rounds.board_page", "round_id"),
    "submission": ("inbox.submission", "submission_id"),
    "user": ("accounts.user", "user_id"),
}

_NUMBERS = {"area_id", "phone_id", "round_id", "user_id"}


def events() -> Listing:
    """Every event, the newest first. Made per request."""
    return Listing(
        name="audit",
        statement=select(AuditEvent),
        identity=AuditEvent.id,
        columns=(
            Column("at", _("Lúc"), lambda event: event.at, AuditEvent.id,
                   kind="instant"),
            Column("actor", _("Ai"), lambda event: actor_label(event.actor_name),
                   AuditEvent.actor_name, kind="name"),
            Column("action", _("Đã làm gì"), lambda event: action_label(event.action),
                   AuditEvent.action, kind="long"),
            Column("subject", _("Về"), _subject, link=_address, kind="name"),
            Column("details", _("Chi tiết"), _details),
        ),
        filters=(
            Filter("who", _("Ai"), queries.by_actor, kind="text"),
            Filter("action", _("Đã làm gì"), _of_action, choices=tuple(
                (each, action_label(each)) for each in queries.actions_seen()
            )),
            Filter("kind", _("Về loại"), _of_kind, choices=tuple(
                (each, subject_label(each)) for each in queries.subjects_seen()
            )),
            Filter("subject", _("Về số"), _about, kind="text"),
            Filter("from", _("Từ ngày"), queries.from_day, kind="day"),
            Filter("until", _("Đến ngày"), queries.until_day, kind="day"),
        ),
        default_sort="-at",
    )  # fmt: skip


def _subject(event: AuditEvent) -> str:
    if event.subject_kind == "list":
        return list_label(event.subject_id)
    return f"{subject_label(event.subject_kind)} {event.subject_id}"


def _address(event: AuditEvent) -> str | None:
    endpoint, name = _PAGES.get(event.subject_kind, ("", ""))
    is_number_missing = name in _NUMBERS and (not event.subject_id.isdigit())
    if is_number_missing or not may_open(endpoint):
        return None
    values: dict[str, Any] = {name: event.subject_id}
    return url_for(endpoint, **values)


def _details(event: AuditEvent) -> str:
    told = (f"{key}: {_plain(value)}" for key, value in event.details.items())
    return "; ".join(told)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _of_action(statement: Any, action: str) -> Any:
    return statement.where(AuditEvent.action == action)


def _of_kind(statement: Any, kind: str) -> Any:
    return statement.where(AuditEvent.subject_kind == kind)


def _about(statement: Any, subject: str) -> Any:
    return statement.where(AuditEvent.subject_id == subject)
