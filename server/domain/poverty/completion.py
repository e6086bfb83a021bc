"""Completing the B1 table of a standard from a checked transcription.

A transcription is a CSV: item, option, their words, and the points in every region. It may
be partial: then no total is claimed, and the missing items are named. How many items the
print has is said by who transcribes it, where the standard does not know. What was read
before must be in it; where it says something else, whoever signs is told.
"""

import hashlib
from dataclasses import dataclass, replace

from server.domain.poverty.load import content_hash
from server.domain.poverty.pack import Pack, Quality, ScoreTable, Source
from server.domain.poverty.reading import PackError
from server.domain.poverty.score_sheet import ScoreSheetError, read_score_table
from server.domain.poverty.score_table import Signature
from server.domain.problems import Problem, Refused

Option = tuple[int, str]
GAP = "score_table"
_SHOWN = 5  # lines named in one sentence


@dataclass(frozen=True, slots=True)
class Transcription:
    """A table that was read, against the one of the pack: which options are new, and
    which have other points than before."""

    table: ScoreTable
    added: tuple[Option, ...]
    changed: tuple[Option, ...]


def read_transcription(
    pack: Pack, content: bytes, source: Source, stated_items: int | None = None
) -> Transcription:
    """The table of a transcription. Raises Refused for one that cannot be of this pack.

    `stated_items` is how many items the print has; None leaves it to the pack.
    """
    _check_pack(pack, stated_items)
    known = pack.score_table
    text = content.removeprefix("\ufeff".encode())
    checksum = hashlib.sha256(text).hexdigest()
    names = {number: (vi, en) for number, vi, en in known.item_names} if known else {}
    for number in range(1, (stated_items or 0) + 1):
        names.setdefault(number, _unnamed(number))
    items = tuple((number, *names[number]) for number in sorted(names))
    several = known.several if known else ()
    try:
        table = read_score_table(text, checksum, items, several, source, "CSV")
    except ScoreSheetError as error:
        raise Refused(error.problem) from error
    except (PackError, UnicodeDecodeError) as error:
        raise Refused(Problem("completion_not_text", "file")) from error
    _check_items(table, items)
    if known and set(table.regions) != set(known.regions):
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


def check_words(table: ScoreTable) -> None:
    """Raises Refused for a whole table that phones could not ask: they show words."""
    if not table.is_complete:
        return
    mute = [f"{each.item} {each.option}" for each in table.options if not each.words]
    mute += [
        str(number) for number, vi, _ in table.item_names if vi == _unnamed(number)[0]
    ]
    if mute:
        values = {"value": ", ".join(mute[:_SHOWN]), "count": len(mute)}
        raise Refused(Problem("completion_without_words", "file", values))


def columns_of(table: ScoreTable, urban: str, rural: str) -> tuple[str, str]:
    """The columns that apply here. Raises Refused for one the table does not have; a
    table of one column needs no telling."""
    only = table.regions[0] if len(table.regions) == 1 else ""
    chosen = urban.strip() or only, rural.strip() or only
    if not set(chosen) <= set(table.regions):
        values = {"value": ", ".join(table.regions)}
        raise Refused(Problem("completion_columns_unknown", "urban", values))
    return chosen


def completed(
    pack: Pack, transcription: Transcription, signature: Signature | None = None
) -> Pack:
    """The pack with this table in place of its own; its hash is another one. The gap
    closes only when no item is missing."""
    table = replace(transcription.table, signature=signature)
    gaps = pack.gaps
    if table.is_complete:
        gaps = tuple(gap for gap in gaps if gap.code != GAP)
    made = replace(pack, score_table=table, gaps=gaps, content_hash="")
    if table.indicator_points is not None:
        made = replace(
            made,
            indicator_points=table.indicator_points,
            indicator_points_source=table.source,
        )
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


def _check_pack(pack: Pack, stated_items: int | None) -> None:
    values = {"value": pack.id, "parent": pack.inherits or ""}
    if not pack.has_scores():
        raise Refused(Problem("completion_without_cutoffs", "file", values))
    if pack.inherits:
        raise Refused(Problem("completion_of_another", "file", values))
    if pack.score_table is None and not stated_items:
        raise Refused(Problem("completion_without_items", "stated_items", values))


def _check_items(table: ScoreTable, expected: tuple[tuple[int, str, str], ...]) -> None:
    """Items beyond those of the print."""
    numbers = {number for number, _, _ in expected}
    beyond = sorted({n for n, _, _ in table.item_names} - numbers)
    if beyond:
        values = {"value": ", ".join(map(str, beyond)), "stated": len(numbers)}
        raise Refused(Problem("completion_items_beyond", "stated_items", values))


def _unnamed(number: int) -> tuple[str, str]:
    """An item of which nobody has typed more than that there is one."""
    return f"mục {number}", f"item {number}"


def _points(table: ScoreTable | None) -> dict[Option, dict[str, int]]:
    options = table.options if table else ()
    return {(each.item, each.option): dict(each.points) for each in options}
