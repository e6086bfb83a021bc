"""`flask registry verify` and `flask registry rebuild`."""

import sys

import click
from flask.cli import AppGroup

from server.domain.actor import SYSTEM
from server.invariants import check_all
from server.invariants.rebuild import rebuild as rebuild_all
from server.web.i18n import _, language

registry = AppGroup("registry", help="Check and recompute the register.")
BROKEN = 1


@registry.command()
def verify() -> None:
    """Check every promise of the register; exits with 1 when one is broken."""
    show = ProgressLine()
    broken = 0
    for found in check_all(show):
        show.clear()
        click.echo(f"{found.invariant}: {found.sentence(language())}")
        broken += 1
    show.clear()
    if broken:
        click.echo(_("Có {n} điều không đúng.", n=broken))
        sys.exit(BROKEN)
    click.echo(_("Sổ hộ đúng: mọi cam kết từ I1 đến I6 đều giữ."))


@registry.command()
def rebuild() -> None:
    """Recompute households, proposals, assessments and what phones hold."""
    show = ProgressLine()
    changes = rebuild_all(by=SYSTEM, progress=show)
    show.clear()
    if not changes:
        click.echo(_("Đã tính lại tất cả: không có gì thay đổi."))
        return
    click.echo(_("Đã tính lại tất cả. Thay đổi:"))
    words = {"added": _("thêm"), "removed": _("bỏ"), "changed": _("đổi")}
    for (table, kind), number in sorted(changes.items()):
        click.echo(f"  {table}: {words[kind]} {number}")


class ProgressLine:
    """One line on a terminal that counts up; silent when nobody watches."""

    def __init__(self) -> None:
        self.is_watched = sys.stderr.isatty()

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show how far the work is."""
        if self.is_watched:
            share = 100 * done // total if total else 100
            click.echo(f"\r\x1b[K{what}  {done}/{total}  {share}%", nl=False, err=True)

    def clear(self) -> None:
        """Leave the line to what is said next."""
        if self.is_watched:
            click.echo("\r\x1b[K", nl=False, err=True)
