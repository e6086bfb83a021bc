"""`flask rules`: which standards there are, and how well each number of them is known."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import click

from server import clock
from server.domain.poverty.load import PACKS, PackError, all_packs, load_pack
from server.domain.poverty.pack import Pack, Quality

WORDS = {
    Quality.OFFICIAL: "official",
    Quality.SECONDARY: "secondary",
    Quality.RECALLED: "recalled",
    Quality.UNKNOWN: "unknown",
}


@click.group()
def rules() -> None:
    """The poverty standards and their sources."""


@rules.command("list")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="In force on this day.")
def list_rules(on: datetime | None) -> None:
    """List the standards: id, days in force, where, and whether verified."""
    day = on.date() if on else clock.today()
    for pack in all_packs():
        spans = ", ".join(
            f"{each.valid_from}..{each.valid_to}" for each in pack.validities
        )
        mark = "*" if pack.holds_on(day) else " "
        place = ",".join(pack.province_codes) or "national"
        said = "verified" if pack.verified else "unverified"
        click.echo(f"{mark} {pack.id:<15} {spans:<48} {place:<9} {said}")
    click.echo(f"* in force on {day}")


@rules.command("check")
def check_rules() -> None:
    """Check that every standard is whole and says where each number comes from.

    Ends with 1 when one of them cannot be used. What is not verified is told and is no
    error: such a standard assesses, and every screen says so.
    """
    broken = 0
    for pack_id in sorted(each.parent.name for each in PACKS.glob("*/pack.yaml")):
        try:
            pack = load_pack(pack_id)
        except PackError as error:
            click.echo(f"{pack_id}: BROKEN: {error}")
            broken += 1
            continue
        for line in _findings(pack):
            click.echo(line)
        broken += bool(_missing_files(pack))
    if broken:
        raise SystemExit(1)


def _findings(pack: Pack) -> Iterator[str]:
    counts = Counter(source.quality for source in pack.sources)
    told = ", ".join(f"{counts[each]} {WORDS[each]}" for each in WORDS if counts[each])
    yield f"{pack.id}: {len(pack.sources)} sources: {told}"
    for name in _missing_files(pack):
        yield f"  MISSING: {name}"
    if pack.score_table is None:
        yield "  no score table: B1 totals are typed in, or income per head"
    elif not pack.score_table.is_complete:
        items = ", ".join(map(str, pack.score_table.missing_items))
        yield f"  score table incomplete: items {items}"
    for source in pack.unverified_sources:
        article = f", {source.article}" if source.article else ""
        yield f"  {WORDS[source.quality]}: {source.document}{article}"


def _missing_files(pack: Pack) -> list[str]:
    wanted = ("SOURCES.md", "cases.yaml")
    return [name for name in wanted if not (PACKS / pack.id / name).is_file()]


COMMANDS = [rules]
