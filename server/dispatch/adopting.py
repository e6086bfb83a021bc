"""Giving every household an entity, and every entity its household.

An entity made by a phone has the id of its household, which is that of the survey it
came with. So does one that we make, unless Central would not take it: another list has
it already, or it is no UUID of version 4. Then the link alone leads from one to the
other, also for the surveys that phones send of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update

from server import clock
from server.db import db
from server.dispatch.comparing import Held, Wanted
from server.dispatch.tables import EntityLink, EntityList
from server.registry.queries import in_chunks

_FACTS = (
    EntityLink.id, EntityLink.uuid, EntityLink.household_id, EntityLink.version,
    EntityLink.held_hash, EntityLink.is_deleted, EntityLink.sent_hashes,
    EntityLink.deleted_at, EntityLink.waiting_since, EntityLink.flag,
    EntityLink.conflict, EntityLink.wish, EntityLink.wish_hash, EntityLink.wanted_hash,
    EntityLink.refusal, EntityLink.refused_hash,
)  # fmt: skip


def adopt(
    entity_list: EntityList, held: Mapping[str, Held], wanted: Mapping[str, Wanted]
) -> None:
    """Entities that phones made are those of their households; others are strays."""
    known = {
        household_id: (link_id, version)
        for link_id, household_id, version in _owners(entity_list.id)
        if household_id is not None
    }
    linked = set(_linked(entity_list.server, held))
    made = []
    for uuid, there in held.items():
        owner = uuid if uuid in wanted else None
        link_id, version = known.get(owner or "", (None, None))
        if link_id is not None and version is None and uuid not in linked:
            # Ours was never made: the phone was faster.
            db.session.execute(
                update(EntityLink).where(EntityLink.id == link_id).values(uuid=uuid)
            )
        elif uuid not in linked and (owner or not there.is_deleted):
            owner = None if owner in known else owner
            made.append(new(entity_list.server, entity_list.id, uuid, owner))
    add(made)
    strays = db.session.execute(
        select(EntityLink.id, EntityLink.uuid).where(
            EntityLink.list_id == entity_list.id, EntityLink.household_id.is_(None)
        )
    ).all()
    for stray in strays:
        if stray.uuid in wanted and stray.uuid not in known:
            db.session.execute(
                update(EntityLink)
                .where(EntityLink.id == stray.id)
                .values(household_id=stray.uuid)
            )


def link(entity_list: EntityList, wanted: Mapping[str, Wanted]) -> int:
    """Choose the uuid of every entity that is still to be made; returns how many
    households wait for Central to make theirs of a survey."""
    linked = {household_id for _, household_id, _ in _owners(entity_list.id)}
    without = [
        (household_id, here.is_awaited)
        for household_id, here in wanted.items()
        if household_id not in linked and here.hash is not None and not here.stays
    ]
    due = [household_id for household_id, is_awaited in without if not is_awaited]
    taken = set(_linked(entity_list.server, due))
    made = [
        new(
            entity_list.server,
            entity_list.id,
            each if each not in taken and _is_version_4(each) else None,
            each,
        )
        for each in due
    ]
    add(made)
    return len(without) - len(due)


def _owners(list_id: int) -> list[Any]:
    return list(
        db.session.execute(
            select(EntityLink.id, EntityLink.household_id, EntityLink.version).where(
                EntityLink.list_id == list_id, EntityLink.retired_at.is_(None)
            )
        )
    )


def facts_of(list_id: int) -> list[Any]:
    """What is known of the entities of a list, without opening what is sealed."""
    return list(
        db.session.execute(
            select(*_FACTS)
            .where(EntityLink.list_id == list_id, EntityLink.retired_at.is_(None))
            .order_by(EntityLink.id)
        )
    )


def add(links: Sequence[dict[str, Any]]) -> None:
    """Keep new links."""
    if links:
        db.session.execute(insert(EntityLink), links)


def _linked(server: str, uuids: Iterable[str]) -> Iterable[str]:
    for chunk in in_chunks(uuids):
        yield from db.session.scalars(
            select(EntityLink.uuid).where(
                EntityLink.server == server, EntityLink.uuid.in_(chunk)
            )
        )


def new(
    server: str, list_id: int, uuid: str | None, household_id: str | None
) -> dict[str, Any]:
    """A link to be added, under a uuid of our own where none is given."""
    return {
        "server": server,
        "list_id": list_id,
        "uuid": uuid or str(uuid4()),
        "household_id": household_id,
        "made_at": clock.now(),
        "sent_hashes": [],
    }


def _is_version_4(text: str) -> bool:
    """Central takes no other uuids."""
    try:
        read = UUID(text)
    except ValueError:
        return False
    return read.version == 4 and str(read) == text
