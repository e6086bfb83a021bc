"""The standards as they are with what people completed."""

import hashlib
from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import select

from server import clock
from server.db import db
from server.domain.poverty.completion import (
    Transcription,
    completed,
    read_transcription,
    source_of,
)
from server.domain.poverty.load import all_packs
from server.domain.poverty.pack import Pack
from server.domain.poverty.score_table import Signature
from server.domain.problems import Problem, Refused
from server.logs import log
from server.standards.in_force import (
    NOW,
    Where,
    asked_table,
    signature_of,
    signed_tables,
    table_of,
)
from server.standards.tables import TableCompletion

# A signed transcription as the law needs it: everything but who may still change.
Signed = tuple[int, str, str, str, str, str, int | None, Signature | None]


def get_pack(pack_id: str) -> Pack:
    """A standard as it is shipped; refused when there is none of that id."""
    found = next((pack for pack in all_packs() if pack.id == pack_id), None)
    if found is None:
        values = {"value": pack_id}
        raise Refused(Problem("recognition_standard_unknown", "", values), status=404)
    return found


def as_it_stands(pack: Pack, where: Where = NOW) -> Pack:
    """A standard with the table that was signed, its own or that of the one it
    inherits; as it is shipped when there is none."""
    return all_as_they_stand([pack], where)[0]


def all_as_they_stand(packs: Iterable[Pack], where: Where = NOW) -> list[Pack]:
    """The same of several, asking once."""
    signed = signed_tables(where.known_at)
    return [_with_table(pack, table_of(pack, signed, where)) for pack in packs]


def law_hash(pack: Pack) -> str:
    """What a standard says everywhere: its hash, with those of tables that say something
    else in a province or from a day on."""
    own = {pack.id, pack.inherits}
    others = [
        f"{row.standard} {row.province_code} {row.applies_from} {row.sha256}"
        f" {row.urban} {row.rural}"
        for row in signed_tables()
        if row.standard in own
        and (row.province_code or row.applies_from > clock.EARLIEST)
    ]
    found = as_it_stands(pack).content_hash
    if not others:
        return found
    return hashlib.sha256("\n".join([found, *sorted(others)]).encode()).hexdigest()


def reading_of(pack: Pack, completion: TableCompletion) -> Transcription:
    """What a transcription says against the shipped table."""
    source = source_of(completion.document, completion.article, completion.url)
    content = completion.content.encode()
    return read_transcription(pack, content, source, completion.stated_items)


def asked_tables() -> list[Pack]:
    """The standards whose table phones ask: a whole one, signed, of a law in force or to
    come into force. Heirs ask under the standard they inherit."""
    signed, found = signed_tables(), []
    for pack in all_packs():
        chosen = None if pack.is_draft else asked_table(pack, signed)
        if chosen is None:
            continue
        made = _with_table(pack, *chosen)
        table = made.score_table
        if table is not None and table.is_complete and table.signature is not None:
            found.append(made)
    return found


def get_completion(completion_id: int) -> TableCompletion:
    """One transcription; refused when there is none of that number."""
    found = db.session.get(TableCompletion, completion_id)
    if found is None:
        raise Refused(Problem("completion_not_found"), status=404)
    return found


def is_signed(completion_id: int) -> bool:
    """Whether a transcription is the one that counts."""
    state = select(TableCompletion.state).where(TableCompletion.id == completion_id)
    return db.session.scalar(state) == "signed"


def completions_of(pack_id: str) -> list[TableCompletion]:
    """Every transcription of a standard, newest first."""
    return list(
        db.session.scalars(
            select(TableCompletion)
            .where(TableCompletion.standard == pack_id)
            .order_by(TableCompletion.id.desc())
        )
    )


def _with_table(
    pack: Pack,
    row: TableCompletion | None,
    elsewhere: tuple[tuple[str, str, str], ...] = (),
) -> Pack:
    if row is None or not pack.has_scores():
        return pack
    said = (row.id, row.content, row.document, row.article, row.url, row.standard)
    signature = (*said, row.stated_items, signature_of(row, elsewhere))
    try:
        return _completed(pack.id, pack.content_hash, signature)
    except Refused as refused:  # shipped otherwise since: it does not fit any more
        for problem in refused.problems:
            log.error("score_table_unfit", standard=pack.id, code=problem.code)
        return pack


@lru_cache(maxsize=64)
def _completed(pack_id: str, _pack_hash: str, signed: Signed) -> Pack:
    """Read once: a signed transcription never changes, and each household asks."""
    pack = get_pack(pack_id)
    _number, content, document, article, url, standard, stated, signature = signed
    source = source_of(document, article, url)
    owner = get_pack(standard)
    found = read_transcription(owner, content.encode(), source, stated)
    return completed(pack, found, signature)
