"""`flask registry verify` and `flask registry rebuild`."""

import sys

import click
from flask.cli import AppGroup

from server.domain.actor import SYSTEM
from server.invariants import check_all
from server.invariants.rebuild import rebuild as rebuild_all

registry = AppGroup("registry", help="Check and recompute the register.")
COMMANDS = [registry]
BROKEN = 1
LANGUAGE = click.option(
    "--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True
)
SAID = {
    "healthy": (
        "Sổ hộ đúng: mọi cam kết từ I1 đến I6 đều giữ.",
        "The register is sound: every promise from I1 to I6 holds.",
    ),
    "broken": ("Có {n} điều không đúng.", "{n} promises are broken."),
    "unchanged": ("Tính lại xong: không có gì thay đổi.", "Recomputed: no change."),
    "changed": ("Tính lại xong, có thay đổi:", "Recomputed, with changes:"),
    "added": ("thêm", "added"),
    "removed": ("bỏ", "removed"),
    "changed_rows": ("sửa", "changed"),
}


@registry.command()
@LANGUAGE
def verify(language: str) -> None:
    """Check every promise of the register; exits with 1 when one is broken."""
    show = ProgressLine()
    broken = 0
    for found in check_all(show):
        show.clear()
        click.echo(f"{found.invariant}: {found.sentence(language)}")
        broken += 1
    show.clear()
    if broken:
        click.echo(_said("broken", language).format(n=broken))
        sys.exit(BROKEN)
    click.echo(_said("healthy", language))


@registry.command()
@LANGUAGE
def rebuild(language: str) -> None:
    """Recompute households, proposals, assessments and publications."""
    show = ProgressLine()
    changes = rebuild_all(by=SYSTEM, progress=show)
    show.clear()
    click.echo(_said("changed" if changes else "unchanged", language))
    for (table, kind), number in sorted(changes.items()):
        word = _said("changed_rows" if kind == "changed" else kind, language)
        click.echo(f"  {table}: {word} {number}")


class ProgressLine:
    """One line on a terminal that counts up; silent when nobody watches."""

    def __init__(self) -> None:
        self.is_watched = sys.stderr.isatty()

    def __call__(self, what: str, done: int, total: int) -> None:
        if self.is_watched:
            share = 100 * done // total if total else 100
            click.echo(f"\r\x1b[K{what}  {done}/{total}  {share}%", nl=False, err=True)

    def clear(self) -> None:
        if self.is_watched:
            click.echo("\r\x1b[K", nl=False, err=True)


def _said(key: str, language: str) -> str:
    return SAID[key][0 if language == "vi" else 1]
