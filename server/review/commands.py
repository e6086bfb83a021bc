"""Matching by what this registry knows, from a shell on the server."""

import click
from flask.cli import with_appcontext

from server.domain.actor import SYSTEM
from server.domain.matching.learning import TooFewError
from server.review.training import train_candidate


@click.group()
def matching() -> None:
    """Learn from this registry."""


@matching.command("train")
@click.option("--from-registry", is_flag=True, required=True, help="as against a file")
@with_appcontext
def train(*, from_registry: bool) -> None:
    """Make a model from the records and judgements of this registry. It judges nothing
    before an administrator has accepted it."""
    try:
        row = train_candidate(by=SYSTEM)
    except TooFewError as few:
        raise click.ClickException(f"Too few to learn from: {few}.") from few
    told = row.report
    click.echo(f"{row.name}: learned from {told['judgements']['learned']} judgements")
    for which in ("old", "new"):
        right, total = told[which]["right"]
        click.echo(
            f"  {which}: {right} of {total} held out right, {told[which]['loss']} bits lost a pair"
        )
    click.echo("Compare and accept it on the page of models (/review/models).")
