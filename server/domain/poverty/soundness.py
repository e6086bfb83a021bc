"""What `rules check` proves of the standards: whole, sourced, dated without gaps, and
true to their own examples.

An *error* makes a standard unfit for use. A *fact* says what is not verified or not
known; such a standard assesses, and every screen says so.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from server.domain.poverty.cases import Case, read_cases
from server.domain.poverty.indicators import NOT_READ
from server.domain.poverty.load import load_pack
from server.domain.poverty.pack import Measure, Pack, Quality, Validity
from server.domain.poverty.reading import PackError

_NEXT_DAY = timedelta(days=1)
_ANSWERS = {Measure.INCOME: "income_per_capita", Measure.SCORE: "b1_score"}


@dataclass
class Findings:
    """What was found of one standard; `pack` None when it could not be read."""

    pack_id: str
    pack: Pack | None = None
    case_count: int = 0
    errors: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)


def examine(folder: Path) -> list[Findings]:
    """Every standard of a folder, by id; the last finding is about their dates."""
    ids = sorted(each.parent.name for each in folder.glob("*/pack.yaml"))
    found = [_examine_one(pack_id, folder) for pack_id in ids]
    packs = [each.pack for each in found if each.pack]
    together = Findings("dates")
    together.errors += _calendar(packs)
    together.errors += _mappings(packs)
    return [*found, together]


def _examine_one(pack_id: str, folder: Path) -> Findings:
    found = Findings(pack_id)
    try:
        pack = found.pack = load_pack(pack_id, folder)
    except PackError as error:
        found.errors.append(f"BROKEN: {error}")
        return found
    found.facts += _facts(pack)
    found.errors += _days(pack)
    if not (folder / pack_id / "SOURCES.md").is_file():
        found.errors.append("MISSING: SOURCES.md")
    path = folder / pack_id / "cases.yaml"
    if not path.is_file():
        found.errors.append("MISSING: cases.yaml")
        return found
    try:
        cases = read_cases(path)
    except PackError as error:
        found.errors.append(f"BROKEN: {error}")
        return found
    found.case_count = len(cases)
    found.errors += _untrue(cases, pack)
    found.errors += _untried(cases, pack)
    return found


def _facts(pack: Pack) -> Iterator[str]:
    counts = Counter(source.quality for source in pack.sources)
    told = (
        f"{counts[each]} {each.name.lower()}"
        for each in sorted(Quality, reverse=True)
        if counts[each]
    )
    yield f"{len(pack.sources)} sources: {', '.join(told)}"
    if pack.is_draft:
        yield "DRAFT: never in force"
    if pack.score_table and not pack.score_table.is_complete:
        items = ", ".join(map(str, pack.score_table.missing_items))
        yield f"score table incomplete: items {items}"
    for gap in pack.gaps:
        yield f"not known ({gap.code}): {gap.en}"
    for source in pack.unverified_sources:
        article = f", {source.article}" if source.article else ""
        yield f"{source.quality.name.lower()}: {source.document}{article}"


def _days(pack: Pack) -> Iterator[str]:
    for earlier, later in pairwise(pack.validities):
        if later.valid_from != earlier.valid_to + _NEXT_DAY:
            before, after = earlier.valid_to, later.valid_from
            yield f"GAP: in force neither after {before} nor before {after}"


def _untrue(cases: Sequence[Case], pack: Pack) -> Iterator[str]:
    names = Counter(case.name for case in cases)
    yield from (f"CASE: written twice: {name}" for name in names if names[name] > 1)
    for case in cases:
        for key, (wanted, seen) in case.differences(pack).items():
            yield f"CASE: {case.name}: {key} should be {wanted} and is {seen}"


def _untried(cases: Sequence[Case], pack: Pack) -> Iterator[str]:
    """Lines without a case on, below and above; indicators without both verdicts."""
    for line in pack.lines:
        tried = {
            getattr(case.household.economy, _ANSWERS[line.measure])
            for case in cases
            if case.area_type == line.area_type
        }
        near = {line.amount - 1, line.amount, line.amount + 1}
        for amount in sorted(near - tried):
            yield f"NO CASE: {line.area_type} {line.measure} of {amount} ({line.name})"
    if pack.indicator_standard != pack.id:
        return
    verdicts = {
        (code, word)
        for case in cases
        for code, word in case.expected.get("indicators", {}).items()
    }
    for indicator in pack.indicators:
        for word in ("deprived", "not_deprived", "unknown"):
            known = indicator.predicate != NOT_READ
            if known and (indicator.code, word) not in verdicts:
                yield f"NO CASE: {indicator.code} {word}"


def _calendar(packs: Sequence[Pack]) -> Iterator[str]:
    """National law covers every day from its first to its last, each day once."""
    spans: list[tuple[Validity, str]] = sorted(
        (
            (validity, pack.id)
            for pack in packs
            if not pack.province_codes and not pack.is_draft
            for validity in pack.validities
        ),
        key=lambda each: each[0].valid_from,
    )
    for (earlier, first), (later, second) in pairwise(spans):
        if later.valid_from > earlier.valid_to + _NEXT_DAY:
            yield f"GAP: no national standard between {first} and {second}"
        elif later.valid_from <= earlier.valid_to:
            yield f"OVERLAP: {first} and {second} both hold on {later.valid_from}"


def _mappings(packs: Sequence[Pack]) -> Iterator[str]:
    """Codes of causes and needs go over into the next national list one by one."""
    national = sorted(
        (pack for pack in packs if not pack.province_codes),
        key=lambda pack: pack.validities[0].valid_from,
    )
    for before, after in pairwise(national):
        for name in ("causes", "needs"):
            old = {each.code for each in getattr(before, name)}
            new = [code for each in getattr(after, name) for code in each.replaces]
            for code, times in Counter(new).items():
                if times > 1:
                    yield f"MAPPING: {after.id} {name}: {code} goes over twice"
                if code not in old:
                    yield f"MAPPING: {after.id} {name}: {before.id} has no {code}"
            lost = sorted(old - set(new)) if getattr(after, name) else []
            for code in lost:
                yield f"MAPPING: {after.id} {name}: {code} of {before.id} is lost"
