"""The household lists at ODK Central, as staff see them: what differs, what was refused."""

from typing import Any

from flask import url_for

from server.central import words
from server.central.words import link_labels
from server.dispatch.at_central import failed, in_state, linked, state_of
from server.dispatch.claims import failure_of
from server.dispatch.projections import COLUMNS
from server.dispatch.tables import EntityClaim, EntityLink, EntityList
from server.domain.actor import Scope
from server.inbox.tables import Submission
from server.registry.tables import HouseholdRow
from server.web.i18n import _
from server.web.listing import Column, Filter, Listing
from server.web.rendering import sentence

NOT_SHOWN = ("name", "__version")


def households(scope: Scope) -> Listing:
    """Every household of a list at Central, the urgent ones first."""
    labels = link_labels()
    return Listing(
        name="ho-o-odk-central",
        statement=linked(scope),
        identity=EntityLink.id,
        columns=(
            Column("household", _("Hộ"),
                   lambda row: row.HouseholdRow.head_name or row.HouseholdRow.code,
                   HouseholdRow.head_sort_key,
                   lambda row: url_for("central.household", link_id=row.EntityLink.id)),
            Column("code", _("Mã hộ"), lambda row: row.HouseholdRow.code,
                   HouseholdRow.code, kind="code"),
            Column("state", _("Tình trạng"), lambda row: labels[row.of_link],
                   state_of()),
            Column("list", _("Danh sách"), lambda row: row.EntityList.name,
                   EntityList.name),
            Column("refusal", _("ODK Central nói"),
                   lambda row: row.EntityLink.refusal_message, kind="long"),
        ),
        filters=(
            Filter("state", _("Tình trạng"), in_state, choices=tuple(labels.items())),
        ),
        default_sort="state",
    )  # fmt: skip


def failures(scope: Scope) -> Listing:
    """Submissions of which Central made no entity."""
    return Listing(
        name="phieu-khong-thanh-ho",
        statement=failed(scope),
        identity=EntityClaim.submission_id,
        columns=(
            Column("submission", _("Phiếu"),
                   lambda row: _("Phiếu số {n}", n=row.Submission.id), Submission.id,
                   lambda row: url_for("inbox.submission",
                                       submission_id=row.Submission.id)),
            Column("at", _("Lúc"), lambda row: row.EntityClaim.failed_at,
                   kind="instant"),
            Column("by", _("Gửi từ"), lambda row: row.Submission.actor_name,
                   Submission.actor_name),
            Column("why", _("Vì sao"),
                   lambda row: sentence(failure_of(row.EntityClaim)), kind="long"),
        ),
        default_sort="-submission",
    )  # fmt: skip


def differences(ours: dict[str, str], theirs: dict[str, Any] | None) -> list[Any]:
    """(property, what the register says, what Central holds), where they differ."""
    there = theirs or {}
    names = words.property_labels()
    return [
        (names.get(name, name), ours.get(name, ""), str(there.get(name) or ""))
        for name in COLUMNS
        if name not in NOT_SHOWN and ours.get(name, "") != str(there.get(name) or "")
    ]
