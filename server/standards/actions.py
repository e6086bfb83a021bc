"""Completing a standard needs two: one transcribes, another compares and signs."""

from datetime import date, timedelta

from sqlalchemy import Select, select

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
from server.standards.in_force import provinces
from server.standards.tables import EVERYWHERE, TableCompletion


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
    province_code: str = EVERYWHERE,
    applies_from: date | None = None,
) -> TableCompletion:
    """Bring a transcription of the B1 table; it counts only when somebody else signs.

    `urban` and `rural` name the columns that apply to wards and to communes of a province,
    or everywhere; `applies_from` is the first day of the reviews that it is for.
    """
    with transaction() as session:
        if not document.strip():
            raise Refused(Problem("completion_without_document", "document"))
        pack = queries.get_pack(standard)
        source = source_of(document.strip(), article.strip(), url.strip())
        found = read_transcription(pack, content, source, stated_items)
        check_words(found.table)
        columns = columns_of(found.table, urban, rural)
        _check_province(province_code)
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
            province_code=province_code,
            applies_from=applies_from or clock.EARLIEST,
            at=clock.now(),
            actor_id=by.id,
            actor_name=by.name,
        )
        session.add(completion)
        session.flush()
        _tell(by, "standard.table_proposed", completion)
        return completion


def _check_province(code: str) -> None:
    if code and code not in {province.code for province in provinces()}:
        values = {"value": code}
        raise Refused(Problem("completion_province_unknown", "province_code", values))


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
        for before in session.scalars(_beside(completion, "signed")):
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
        completion.withdrawn_at = clock.now()
        before = session.scalar(
            _beside(completion, "replaced")
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


def _beside(completion: TableCompletion, state: str) -> Select[TableCompletion]:
    """Those of the same standard, province and first day in a state."""
    return select(TableCompletion).where(
        TableCompletion.standard == completion.standard,
        TableCompletion.province_code == completion.province_code,
        TableCompletion.applies_from == completion.applies_from,
        TableCompletion.state == state,
    )


def _follow(completion: TableCompletion) -> None:
    """Phones ask other items now, and households are assessed by another table; once
    more on the day from which it applies, when that is to come."""
    given = {"standard": completion.standard}
    enqueue("long_table_changed", given)
    days = (completion.applies_from - clock.today()).days
    if days > 0:
        enqueue("long_table_changed", given, pause=timedelta(days=days))


def _tell(by: Actor, action: str, completion: TableCompletion) -> None:
    audit.record(
        by=by,
        action=action,
        subject_kind="standard",
        subject_id=completion.standard,
        details={
            "completion": completion.id,
            "sha256": completion.sha256,
            "province": completion.province_code,
            "applies_from": completion.applies_from.isoformat(),
        },
    )
