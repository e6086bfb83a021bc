"""What a person decides where ODK Central and the register say two things.

A decision is a wish: who goes to Central fulfils it, as long as Central still holds what
the person saw. It can be taken back, before and after.
"""

from sqlalchemy import select

from server import clock
from server.audit import actions as audit
from server.db import db, serialise, transaction
from server.dispatch.tables import EntityLink, EntityList, Publication
from server.domain.actor import Actor, Scope
from server.domain.problems import Problem, Refused

OURS, THEIRS = "ours", "theirs"


def settle_conflict(
    *, by: Actor, link_id: int, choice: str, scope: Scope, reason: str = ""
) -> None:
    """Let Central have what the register says ("ours"), or leave there what is there
    ("theirs"). What the register says is not changed by this: that takes a correction.
    """
    with transaction() as session:
        link = _locked(link_id, scope)
        if link.wish is not None and (link.conflict or link.wish == "return"):
            raise Refused(Problem("entity_conflict_settled_already"), status=409)
        if choice not in {OURS, THEIRS} or not (link.conflict or link.flag):
            raise Refused(Problem("entity_without_conflict"), status=409)
        ours = session.get(Publication, link.household_id or "")
        if link.conflict is None:
            # Both say the same; it is about edits there that overlapped.
            link.wish_hash, link.theirs = link.held_hash, None
        elif link.conflict == "deleted_there":
            link.theirs = {}
        link.wish, link.wished_at, link.wished_by = choice, clock.now(), by.name
        link.wanted_hash = ours.properties_hash if ours is not None else ""
        _tell(by, "entity.conflict_settled", link, choice=choice, reason=bool(reason))


def take_back_settlement(*, by: Actor, link_id: int, scope: Scope) -> None:
    """As if nobody had decided. Where Central has followed already, it gets back what
    it held, and the question is open again."""
    with transaction():
        link = _locked(link_id, scope)
        if not can_take_back(link):
            raise Refused(Problem("entity_settlement_not_to_take_back"), status=409)
        if link.conflict or link.wish_hash:
            link.wish = link.wished_at = None
        else:
            link.wish, link.wished_at = "return", clock.now()
        _tell(by, "entity.settlement_taken_back", link)


def can_take_back(link: EntityLink) -> bool:
    """Whether a decision is pending, or was fulfilled and can be reversed."""
    if link.wish not in {OURS, THEIRS}:
        return False
    is_pending = bool(link.conflict or link.wish_hash)
    return is_pending or (link.wish == OURS and link.theirs is not None)


def _locked(link_id: int, scope: Scope) -> EntityLink:
    serialise("entity links")
    link = db.session.scalar(
        select(EntityLink).where(
            EntityLink.id == link_id,
            EntityLink.household_id.is_not(None),
            EntityLink.retired_at.is_(None),
        )
    )
    area_id = db.session.scalar(
        select(Publication.area_id).where(
            Publication.household_id == (link.household_id if link else "")
        )
    )
    if link is None or not scope.holds(area_id):
        raise Refused(Problem("entity_link_not_found"), status=404)
    return link


def _tell(by: Actor, action: str, link: EntityLink, **details: str | bool) -> None:
    entity_list = db.session.get_one(EntityList, link.list_id)
    # What was quiet is to be looked at again.
    entity_list.etag = entity_list.fingerprint = ""
    db.session.flush()
    audit.record(
        by=by,
        action=action,
        subject_kind="household",
        subject_id=link.household_id or "",
        details={"list": entity_list.name, **details},
    )
