"""`flask rules`: which standards there are, and how well each number of them is known."""

from datetime import datetime

import click

from server import clock
from server.domain.poverty.changes import changes
from server.domain.poverty.load import PACKS, PackError, all_packs, load_pack
from server.domain.poverty.soundness import examine
from server.domain.poverty.wording import LANGUAGES


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
        said = "draft" if pack.is_draft else said
        click.echo(f"{mark} {pack.id:<15} {spans:<48} {place:<9} {said}")
    click.echo(f"* in force on {day}")


@rules.command("check")
def check_rules() -> None:
    """Check that every standard is whole, sourced, dated without gaps, and true to its
    own cases.

    Ends with 1 when one of them cannot be used. What is not verified is told and is no
    error: such a standard assesses, and every screen says so.
    """
    found = examine(PACKS)
    for each in found:
        click.echo(
            f"{each.pack_id}: {each.case_count} cases, {len(each.errors)} errors"
        )
        for line in (*each.errors, *each.facts):
            click.echo(f"  {line}")
    if any(each.errors for each in found):
        raise SystemExit(1)


@rules.command("diff")
@click.argument("before")
@click.argument("after")
@click.option("--language", type=click.Choice(LANGUAGES), default="vi")
def diff_rules(before: str, after: str, language: str) -> None:
    """Tell what one standard changes against another, in plain words."""
    try:
        was, now = load_pack(before), load_pack(after)
    except PackError as error:
        raise click.UsageError(str(error)) from error
    found = changes(was, now)
    for change in found:
        click.echo(f"{change.part}: {change.sentence(language)}")
    if not found:
        click.echo({"vi": "Không có gì khác.", "en": "Nothing differs."}[language])
