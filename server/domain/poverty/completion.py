"""Completing the B1 table of a standard from a checked transcription.

A transcription is a CSV like that of the pack: item, option, and the points in every
region. It may be partial: then no total is claimed, and the missing items are named. What
was read before must be in it; where it says something else, whoever signs is told.
"""

import hashlib
from dataclasses import dataclass, replace

from server.domain.poverty.load import content_hash
from server.domain.poverty.pack import Pack, Quality, ScoreTable, Source
from server.domain.poverty.reading import PackError
from server.domain.poverty.scoring import read_score_table
from server.domain.problems import Problem, Refused

Option = tuple[int, str]
GAP = "score_table"


@dataclass(frozen=True, slots=True)
class Transcription:
    """A table that was read, against the one of the pack: which options are new, and
    which have other points than before."""

    table: ScoreTable
    added: tuple[Option, ...]
    changed: tuple[Option, ...]


def read_transcription(pack: Pack, content: bytes, source: Source) -> Transcription:
    """The table of a transcription. Raises Refused for one that cannot be of this pack."""
    known = pack.score_table
    if known is None:
        raise Refused(Problem("completion_without_items", "file", {"value": pack.id}))
    text = content.removeprefix("\ufeff".encode())
    checksum = hashlib.sha256(text).hexdigest()
    try:
        table = read_score_table(
            text, checksum, known.item_names, known.several, source, "CSV"
        )
    except (PackError, UnicodeDecodeError, IndexError) as error:
        values = {"value": str(error)}
        raise Refused(Problem("completion_unreadable", "file", values)) from error
    if set(table.regions) != set(known.regions):
        values = {"value": ", ".join(known.regions)}
        raise Refused(Problem("completion_other_regions", "file", values))
    before, after = _points(known), _points(table)
    if lost := sorted(before.keys() - after.keys()):
        values = {"value": ", ".join(f"{item} {option}" for item, option in lost)}
        raise Refused(Problem("completion_lost_options", "file", values))
    return Transcription(
        table=table,
        added=tuple(sorted(after.keys() - before.keys())),
        changed=tuple(sorted(k for k in before if before[k] != after[k])),
    )


def completed(pack: Pack, transcription: Transcription) -> Pack:
    """The pack with this table in place of its own; its hash is another one. The gap
    closes only when no item is missing."""
    gaps = pack.gaps
    if transcription.table.is_complete:
        gaps = tuple(gap for gap in gaps if gap.code != GAP)
    made = replace(pack, score_table=transcription.table, gaps=gaps, content_hash="")
    return replace(made, content_hash=content_hash(made))


def source_of(document: str, article: str, url: str) -> Source:
    """The print a transcription was made from, as two people have compared it."""
    return Source(
        key="completion",
        document=document,
        quality=Quality.OFFICIAL,
        article=article or None,
        url=url or None,
    )


def _points(table: ScoreTable) -> dict[Option, dict[str, int]]:
    return {(each.item, each.option): dict(each.points) for each in table.options}
