"""Loading the program: the parts that are needed, when they are, and quickly."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pkgutil import resolve_name

import click
from flask.cli import AppGroup


class Commands(AppGroup):
    """Commands by where they are ("package.module:command"): a module is loaded when its
    command is called."""

    def __init__(self, places: Mapping[str, str], help: str | None = None) -> None:  # noqa: A002 - as Click calls it
        super().__init__(help=help)
        self.places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self.places, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.places:
            return super().get_command(ctx, cmd_name)
        with undisturbed():
            found: click.Command = resolve_name(self.places[cmd_name])
        return found


@contextmanager
def undisturbed() -> Iterator[None]:
    """What is loaded meanwhile stays for as long as the program runs: looking for rubbish
    among it would take a sixth of every start, and again ever after."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.freeze()
            gc.enable()
