"""Which entity stands for which household, and what is to be done about each.

A comparison is one transaction: entities made by phones are taken over, households that
have no entity get one of their own *before* Central is asked to make it, and what is
still to be done comes back as tasks. Running again finds less to do, or nothing.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update

from server import clock
from server.audit import actions as audit
from server.db import db, serialise, transaction
from server.dispatch.adopting import add, adopt, facts_of, link, new
from server.dispatch.comparing import Held, Known, Step, Wanted, step_for
from server.dispatch.expected import fingerprint, wanted_in
from server.dispatch.projections import properties_hash
from server.dispatch.tables import EntityLink, EntityList
from server.domain.actor import Actor

# A deletion of ours that was asked for so long ago has been answered.
DELETION = timedelta(hours=1)
# Whatever Central says, all of a list is compared so often.
TRUSTED = timedelta(hours=1)
_QUIET = {Step.NOTHING, Step.EQUAL, Step.CONFLICT, Step.RETURNED}


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done at Central about one entity."""

    link_id: int
    uuid: str
    household_id: str
    step: Step
    held: Held | None
    since: int  # the version that we know the reason of
    wanted_hash: str
    is_decided: bool = False  # by a person
    is_return: bool = False  # a decision was taken back


@dataclass(slots=True)
class Plan:
    """What a comparison leaves to be done, and what it found."""

    tasks: list[Task] = field(default_factory=list)
    found: Counter[str] = field(default_factory=Counter)
    missing: set[str] = field(default_factory=set)  # uuids without a live entity
    behind: set[str] = field(default_factory=set)  # of entities that only we moved on


def open_list(*, server: str, project: int, name: str) -> EntityList:
    """The list of that name, as far as it is known."""
    wanted = select(EntityList).where(
        EntityList.server == server,
        EntityList.project == project,
        EntityList.name == name,
    )
    with transaction() as session:
        serialise("entity links")
        known = session.scalar(wanted)
        if known is None:
            known = EntityList(server=server, project=project, name=name)
            session.add(known)
            session.flush()
        return known


def names_of_lists(server: str, project: int) -> set[str]:
    """The lists of a project that were ever published."""
    return set(
        db.session.scalars(
            select(EntityList.name).where(
                EntityList.server == server, EntityList.project == project
            )
        )
    )


def count_live(server: str, project: int) -> dict[str, int]:
    """How many of our households each list of a project holds."""
    rows = db.session.execute(
        select(EntityList.name, func.count())
        .join(EntityLink, EntityLink.list_id == EntityList.id)
        .where(
            EntityList.server == server,
            EntityList.project == project,
            EntityLink.household_id.is_not(None),
            EntityLink.retired_at.is_(None),
            EntityLink.version.is_not(None),
            EntityLink.is_deleted.is_(False),
        )
        .group_by(EntityList.name)
    )
    return {row[0]: row[1] for row in rows}


def household_ids_of(list_id: int) -> dict[str, str]:
    """The household of each entity of a list, by uuid."""
    rows = db.session.execute(
        select(EntityLink.uuid, EntityLink.household_id).where(
            EntityLink.list_id == list_id, EntityLink.household_id.is_not(None)
        )
    )
    return {row.uuid: row.household_id for row in rows}


def compare(
    *, by: Actor, list_id: int, ward_code: str | None, held: Mapping[str, Held]
) -> Plan:
    """Take over what a list holds, and say what is to be done about it."""
    with transaction() as session:
        serialise("entity links")
        entity_list = session.get_one(EntityList, list_id)
        wanted = wanted_in(ward_code, list_id)
        adopt(entity_list, held, wanted)
        plan, changes = Plan(), []
        plan.found["awaited"] = link(entity_list, wanted)
        for fact in facts_of(list_id):
            there = held.get(fact.uuid)
            if there is None or there.is_deleted:
                plan.missing.add(fact.uuid)
            if fact.household_id is None:
                values = _seen(fact, there)
                plan.found["strays"] += there is not None and not there.is_deleted
            else:
                values = _weigh(plan, fact, there, wanted)
            if values:
                changes.append({"id": fact.id, **values})
        if changes:
            session.execute(update(EntityLink), changes)
        entity_list.compared_at = clock.now()
        entity_list.entities = sum(not each.is_deleted for each in held.values())
        entity_list.etag = entity_list.fingerprint = ""
        if found := plan.found["conflicts"]:
            tell(by, "entities.conflicts_found", entity_list, conflicts=found)
        return plan


def find_etag(list_id: int, ward_code: str | None) -> str:
    """What Central said the list was when nothing was left to be done, as long as that
    still holds here; otherwise blank, so that the whole list is read again."""
    entity_list = db.session.get_one(EntityList, list_id)
    at = entity_list.compared_at
    if not entity_list.etag or at is None or at < clock.now() - TRUSTED:
        return ""
    is_same = entity_list.fingerprint == fingerprint(ward_code, list_id)
    return entity_list.etag if is_same else ""


def remember(*, list_id: int, ward_code: str | None, etag: str, said: str) -> None:
    """Nothing is left to be done: while Central says this `etag`, and the households
    are what they were, nothing will be."""
    with transaction() as session:
        entity_list = session.get_one(EntityList, list_id)
        if fingerprint(ward_code, list_id) == said:
            entity_list.etag, entity_list.fingerprint = etag, said


def published(*, by: Actor, list_id: int, counts: Mapping[str, int]) -> None:
    """Something was done at Central: one event for all of it."""
    if counts:
        with transaction() as session:
            entity_list = session.get_one(EntityList, list_id)
            tell(by, "entities.published", entity_list, **counts)


def tell(by: Actor, action: str, entity_list: EntityList, **details: Any) -> None:
    """Put it into the audit trail; `details` are numbers and codes."""
    audit.record(
        by=by,
        action=action,
        subject_kind="entity_list",
        subject_id=entity_list.id,
        details={"list": entity_list.name, **details},
    )


def rename(*, link_id: int) -> str:
    """Another uuid for an entity, where Central will not take the old one again; the
    old one leads to its household for ever."""
    with transaction() as session:
        serialise("entity links")
        old = session.get_one(EntityLink, link_id)
        old.retired_at = clock.now()
        session.flush()
        made = new(old.server, old.list_id, None, old.household_id)
        add([made])
        return str(made["uuid"])


def _weigh(
    plan: Plan, fact: Any, there: Held | None, wanted: Mapping[str, Wanted]
) -> dict[str, Any]:
    """Note what is seen; what remains to be done goes to the plan."""
    known = Known(
        version=fact.version,
        held_hash=fact.held_hash,
        sent_hashes=fact.sent_hashes,
        is_deleted_by_us=fact.deleted_at is not None,
        conflict=fact.conflict,
        wish=fact.wish,
        wish_hash=fact.wish_hash,
        wanted_hash=fact.wanted_hash,
        refused_hash=fact.refused_hash,
        is_waiting=fact.waiting_since is not None,
        theirs_hash=_theirs_hash(fact) if fact.wish == "return" else None,
    )
    here = wanted.get(fact.household_id, Wanted(None, stays=True))
    step = step_for(known, there, here)
    values = _seen(fact, there)
    if step is Step.EQUAL and there is not None:
        values |= _agreed(fact, there)
    elif step is Step.CONFLICT and fact.conflict is None:
        plan.found["conflicts"] += 1
        values |= {"conflict": "deleted_there", "conflict_at": clock.now()}
    elif step is Step.RETURNED:
        values |= _returned(there, here)
    if step not in _QUIET:
        since, said = fact.version or 0, here.hash or ""
        plan.tasks.append(
            Task(
                link_id=fact.id,
                uuid=fact.uuid,
                household_id=fact.household_id,
                step=step,
                held=there,
                since=since,
                wanted_hash=said,
                is_decided=_is_decided(fact, there),
                is_return=fact.wish == "return",
            )
        )
    is_behind = step is Step.NOTHING and there is not None and there.hash != here.hash
    plan.found["awaited"] += here.is_updated and is_behind and here.hash is not None
    if step is Step.CHANGE and there is not None and there.hash == fact.held_hash:
        plan.behind.add(fact.uuid)
    plan.found["waiting"] += here.stays and there is not None and here.hash is not None
    return values


def _is_decided(fact: Any, there: Held | None) -> bool:
    return fact.wish == "ours" and there is not None and fact.wish_hash == there.hash


def _seen(fact: Any, there: Held | None) -> dict[str, Any]:
    is_deleted = there is None or there.is_deleted
    seen = {"is_deleted": is_deleted, "flag": there.flag if there else None}
    return {n: value for n, value in seen.items() if getattr(fact, n) != value}


def _agreed(fact: Any, there: Held) -> dict[str, Any]:
    """Both sides say the same: nothing waits any more."""
    is_old = fact.deleted_at and fact.deleted_at < clock.now() - DELETION
    values: dict[str, Any] = {
        "version": there.version,
        "held_hash": there.hash,
        "sent_hashes": [],
        "deleted_at": None if is_old else fact.deleted_at,
        "waiting_since": None,
        "conflict": None,
        "refusal": None,
        "refused_hash": "",
        "wish_hash": "",
    }
    return {n: value for n, value in values.items() if getattr(fact, n) != value}


def _returned(there: Held | None, here: Wanted) -> dict[str, Any]:
    """Central is as it was before a person decided: the question is open again."""
    is_there = there is not None and not there.is_deleted
    return {
        "conflict": "changed_there" if is_there else "deleted_there",
        "conflict_at": clock.now(),
        "wish": None,
        "wished_at": None,
        "wish_hash": there.hash if there else "",
        "wanted_hash": here.hash or "",
        "version": 0,  # who changed it is asked anew
        "held_hash": "",
        "deleted_at": None,
    }


def _theirs_hash(fact: Any) -> str | None:
    theirs = db.session.scalar(
        select(EntityLink.theirs).where(EntityLink.id == fact.id)
    )
    return properties_hash({"name": fact.household_id, **theirs}) if theirs else None
