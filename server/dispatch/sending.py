"""What is told to ODK Central about entities, written down before and after each call.

Before, so that a call whose answer is lost is recognised as ours; after, so that the next
comparison finds nothing to do. Each may be repeated.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from server import clock
from server.db import db, serialise, transaction
from server.dispatch.comparing import Held
from server.dispatch.expected import Content, contents_of, wanted_in
from server.dispatch.links import Task
from server.dispatch.origins import EntityVersion, Origin, origin_of
from server.dispatch.projections import properties_hash
from server.dispatch.tables import EntityLink
from server.registry.queries import in_chunks

# A survey that Central has and we have not comes with one of the next pulls.
PATIENCE = timedelta(hours=1)
# More answers than this are not lost in a row.
_SENT = 20


@dataclass(frozen=True, slots=True)
class Sent:
    """What Central made of one entity."""

    link_id: int
    version: int
    hash: str
    flag: str | None = None


def about_to_send(*, tasks: Sequence[Task]) -> dict[int, Content]:
    """What to send for each link: what holds now, and not what held when it was
    compared. Households that are not listed any more are left out."""
    with transaction() as session:
        contents = contents_of({task.household_id for task in tasks})
        found = {}
        for link in _locked([task.link_id for task in tasks]):
            content = contents.get(link.household_id or "")
            if content is None:
                continue
            if link.wish == "return" and link.theirs:
                content = _given_back(link)
            found[link.id] = content
            sent = [each for each in link.sent_hashes if each != content.hash]
            link.sent_hashes = [*sent, content.hash][-_SENT:]
        session.flush()
        return found


def arrived(*, sent: Collection[Sent]) -> None:
    """Central has what we sent."""
    with transaction() as session:
        by_id = {each.link_id: each for each in sent}
        for link in _locked(by_id):
            now = by_id[link.id]
            if link.version is not None and link.version > now.version:
                continue  # another publisher was faster, and knows better
            link.version, link.held_hash, link.flag = now.version, now.hash, now.flag
            link.sent_hashes, link.is_deleted, link.waiting_since = [], False, None
            link.refusal, link.refused_hash = None, ""
            if link.wish != "return":
                link.conflict = None
                link.wish_hash = ""
        session.flush()


def about_to_remove(
    *, list_id: int, ward_code: str | None, tasks: Sequence[Task]
) -> list[Task]:
    """Those of the entities whose households still are not to be in the list."""
    with transaction() as session:
        wanted = wanted_in(ward_code, list_id)
        links = {link.id: link for link in _locked([task.link_id for task in tasks])}
        kept = []
        for task in tasks:
            link, here = links[task.link_id], wanted.get(task.household_id)
            if (here is not None and here.hash is None) or link.wish == "return":
                link.deleted_at = clock.now()
                kept.append(task)
        session.flush()
        return kept


def removed(*, link_ids: Collection[int]) -> None:
    """Central has deleted them, or had before."""
    with transaction():
        _set(link_ids, is_deleted=True, waiting_since=None)


def restored(*, link_ids: Collection[int]) -> None:
    """They are back at Central as they were when they were deleted."""
    with transaction():
        _set(link_ids, is_deleted=False, deleted_at=None, conflict=None, wish_hash="")


def refused(*, link_id: int, code: str, message: str, content_hash: str) -> None:
    """Central will not have this; it is tried again when there is something else."""
    with transaction():
        _set(
            [link_id],
            refusal=code,
            refusal_message=message,
            refused_hash=content_hash,
            refused_at=clock.now(),
        )


def explained(*, task: Task, held: Held, versions: Sequence[EntityVersion]) -> Origin:
    """Central holds something new; `versions` say who made it so.

    A survey on its way is waited for; whatever is not explained is a conflict.
    """
    with transaction() as session:
        (link,) = _locked([task.link_id])
        origin = origin_of(versions, {*link.sent_hashes, link.held_hash})
        if origin is Origin.KNOWN:
            link.held_hash, link.waiting_since = held.hash, None
            link.conflict = link.wish = link.wished_at = None
        elif origin is Origin.ON_ITS_WAY:
            link.waiting_since = link.waiting_since or clock.now()
            if clock.now() - link.waiting_since > PATIENCE:
                _put_before_a_person(link, held, task.wanted_hash)
        else:
            link.waiting_since = None
            _put_before_a_person(link, held, task.wanted_hash)
        session.flush()
        return origin


def _put_before_a_person(link: EntityLink, held: Held, wanted_hash: str) -> None:
    if link.conflict is None or link.wish is not None:
        link.conflict_at = clock.now()
    link.conflict, link.theirs = "changed_there", held.values
    link.wish_hash, link.wanted_hash = held.hash, wanted_hash
    link.wish = link.wished_at = None


def _given_back(link: EntityLink) -> Content:
    theirs: dict[str, Any] = dict(link.theirs or {})
    said = properties_hash({"name": link.household_id, **theirs})
    return Content(said, theirs.pop("label"), theirs)


def _locked(link_ids: Collection[int]) -> list[EntityLink]:
    serialise("entity links")
    found: list[EntityLink] = []
    for chunk in in_chunks(str(each) for each in link_ids):
        found += db.session.scalars(
            select(EntityLink).where(EntityLink.id.in_([int(each) for each in chunk]))
        )
    return found


def _set(link_ids: Collection[int], **values: Any) -> None:
    changes: list[Mapping[str, Any]] = [{"id": each, **values} for each in link_ids]
    if changes:
        db.session.execute(update(EntityLink), changes)
