"""The standards as they are with what people completed."""

from sqlalchemy import select

from server.db import db
from server.domain.poverty.completion import (
    Transcription,
    completed,
    read_transcription,
    source_of,
)
from server.domain.poverty.load import all_packs
from server.domain.poverty.pack import Pack
from server.domain.problems import Problem, Refused
from server.standards.tables import TableCompletion


def get_pack(pack_id: str) -> Pack:
    """A standard as it is shipped; refused when there is none of that id."""
    found = next((pack for pack in all_packs() if pack.id == pack_id), None)
    if found is None:
        values = {"value": pack_id}
        raise Refused(Problem("recognition_standard_unknown", "", values), status=404)
    return found


def as_it_stands(pack: Pack) -> Pack:
    """A standard with the table that was signed, when there is one."""
    signed = signed_of(pack.id)
    return pack if signed is None else completed(pack, reading_of(pack, signed))


def reading_of(pack: Pack, completion: TableCompletion) -> Transcription:
    """What a transcription says against the shipped table."""
    source = source_of(completion.document, completion.article, completion.url)
    return read_transcription(pack, completion.content.encode(), source)


def signed_of(pack_id: str) -> TableCompletion | None:
    """The transcription that counts."""
    return db.session.scalar(
        select(TableCompletion).where(
            TableCompletion.standard == pack_id, TableCompletion.state == "signed"
        )
    )


def completions_of(pack_id: str) -> list[TableCompletion]:
    """Every transcription of a standard, newest first."""
    return list(
        db.session.scalars(
            select(TableCompletion)
            .where(TableCompletion.standard == pack_id)
            .order_by(TableCompletion.id.desc())
        )
    )
