"""Completing a standard needs two: one transcribes, another compares and signs."""

from sqlalchemy import select

from server import clock
from server.audit import actions as audit
from server.db import serialise, transaction
from server.domain.actor import Actor
from server.domain.poverty.completion import (
    check_words,
    columns_of,
    read_transcription,
    source_of,
)
from server.domain.problems import Problem, Refused
from server.jobs.actions import enqueue
from server.standards import queries
from server.standards.tables import TableCompletion


def propose(
    *,
    by: Actor,
    standard: str,
    content: bytes,
    document: str,
    article: str,
    url: str,
    stated_items: int | None = None,
    urban: str = "",
    rural: str = "",
) -> TableCompletion:
    """Bring a transcription of the B1 table; it counts only when somebody else signs.

    `urban` and `rural` name the columns that apply to wards and to communes here.
    """
    with transaction() as session:
        if not document.strip():
            raise Refused(Problem("completion_without_document", "document"))
        pack = queries.get_pack(standard)
        source = source_of(document.strip(), article.strip(), url.strip())
        found = read_transcription(pack, content, source, stated_items)
        check_words(found.table)
        columns = columns_of(found.table, urban, rural)
        completion = TableCompletion(
            standard=standard,
            content=content.decode("utf-8-sig"),
            sha256=found.table.sha256,
            document=document.strip(),
            article=article.strip(),
            url=url.strip(),
            stated_items=stated_items,
            urban=columns[0],
            rural=columns[1],
            at=clock.now(),
            actor_id=by.id,
            actor_name=by.name,
        )
        session.add(completion)
        session.flush()
        _tell(by, "standard.table_proposed", completion)
        return completion


def sign(*, by: Actor, completion_id: int, checksum: str) -> TableCompletion:
    """Sign a transcription that was compared with the official print; `checksum` repeats
    the first eight characters of its own, from the paper that was compared."""
    with transaction() as session:
        completion = _locked(completion_id, "proposed")
        serialise(f"standard {completion.standard}")
        if by.kind != "user" or by.id == completion.actor_id:
            raise Refused(Problem("completion_needs_another_person"), status=403)
        if checksum.strip().lower() != completion.sha256[:8]:
            raise Refused(Problem("completion_other_checksum", "checksum"))
        before = queries.signed_of(completion.standard)
        if before is not None:
            before.state = "replaced"
            session.flush()
        completion.state, completion.signed_at = "signed", clock.now()
        completion.signed_by_id, completion.signed_by = by.id, by.name
        _follow(completion)
        _tell(by, "standard.table_signed", completion)
        return completion


def reject(*, by: Actor, completion_id: int, reason: str) -> TableCompletion:
    """Say that a transcription is not as the print is."""
    return _end(by, completion_id, "proposed", "rejected", reason)


def withdraw(*, by: Actor, completion_id: int, reason: str) -> TableCompletion:
    """Take a signed transcription back; the one that it replaced counts again."""
    with transaction() as session:
        completion = _end(by, completion_id, "signed", "withdrawn", reason)
        before = session.scalar(
            select(TableCompletion)
            .where(
                TableCompletion.standard == completion.standard,
                TableCompletion.state == "replaced",
            )
            .order_by(TableCompletion.signed_at.desc(), TableCompletion.id.desc())
            .limit(1)
        )
        if before is not None:
            before.state = "signed"
        _follow(completion)
        return completion


def _end(
    by: Actor, completion_id: int, state: str, becomes: str, reason: str
) -> TableCompletion:
    with transaction() as session:
        completion = _locked(completion_id, state)
        if not reason.strip():
            raise Refused(Problem("reason_missing", "reason"))
        completion.state, completion.reason = becomes, reason.strip()
        session.flush()
        _tell(by, f"standard.table_{becomes}", completion)
        return completion


def _locked(completion_id: int, state: str) -> TableCompletion:
    with transaction() as session:
        found = session.get(TableCompletion, completion_id, with_for_update=True)
        if found is None:
            raise Refused(Problem("completion_not_found"), status=404)
        if found.state != state:
            raise Refused(Problem("completion_moved_on"), status=409)
        return found


def _follow(completion: TableCompletion) -> None:
    """Phones ask other items now, and households are assessed by another table."""
    enqueue("long_table_changed", {"standard": completion.standard})


def _tell(by: Actor, action: str, completion: TableCompletion) -> None:
    audit.record(
        by=by,
        action=action,
        subject_kind="standard",
        subject_id=completion.standard,
        details={"completion": completion.id, "sha256": completion.sha256},
    )
