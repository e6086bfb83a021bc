"""`python -m sync <command>`: talking to ODK Central from a terminal."""

import sys
from collections.abc import Callable
from contextlib import suppress

import click

from server.central.findings import are_well
from server.central.queries import forms_waiting_for_a_person
from server.domain.problems import Problem
from sync.deploying import deploy_once
from sync.doctor import examine, show, show_as_json
from sync.publish import publish_all
from sync.pull import Progress
from sync.rounds import Office, Outcome, pull_all, reconcile_all
from sync.run import run
from sync.terminal import Stopped, Watch, installation, open_office, sentence

SOME_FAILED = 1


@click.group()
def cli() -> None:
    """Keep this installation and ODK Central equal."""


cli.add_command(deploy_once)


@cli.command("pull")
def pull_once() -> None:
    """Take over what is new at ODK Central, once."""
    _run(pull_all, is_about_forms=True)


@cli.command("reconcile")
def reconcile_once() -> None:
    """Compare everything with ODK Central, and take over what differs."""
    _run(reconcile_all, is_about_forms=True)


@cli.command("publish")
def publish_once() -> None:
    """Bring the household lists at ODK Central to what the register says."""
    _run(publish_all)


@cli.command("run")
def run_for_ever() -> None:
    """Keep this installation and ODK Central equal until stopped."""
    watch = Watch()
    watch.listen()
    with suppress(Stopped), open_office(watch, is_patient=True) as office:
        run(office, watch)
    watch.clear()


@cli.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--language", type=click.Choice(["vi", "en"]), help="Of the words.")
def examine_once(as_json: bool, language: str | None) -> None:
    """Examine the synchronisation: ten checks, each with what to do.

    Exits with 1 when something is bad or could not be looked at.
    """
    with installation() as app:
        said = language or app.config["DEFAULT_LANGUAGE"]
        findings = examine(app.config)
        (show_as_json if as_json else show)(findings, said)
    if not are_well(findings):
        sys.exit(SOME_FAILED)


def _run(
    work: Callable[[Office, Progress], Outcome], *, is_about_forms: bool = False
) -> None:
    watch = Watch()
    watch.listen()
    with open_office(watch) as office:
        try:
            outcome = work(office, watch)
        except Stopped:
            watch.clear()
            return
        watch.clear()
        if is_about_forms:
            _tell_of_waiting(office, outcome)
        _tell(outcome)
    if outcome.problems:
        sys.exit(SOME_FAILED)


def _tell_of_waiting(office: Office, outcome: Outcome) -> None:
    """Forms that were left out, so that silence is not taken for success."""
    waiting = forms_waiting_for_a_person(office.central.url, office.project)
    outcome.problems += [
        (form, Problem("central_form_waits", "", {"value": form})) for form in waiting
    ]


def _tell(outcome: Outcome) -> None:
    for form, counts in sorted(outcome.counts.items()):
        said = ", ".join(f"{what} {n}" for what, n in sorted(counts.items()))
        click.echo(f"{form}: {said or '-'}")
    for form, problem in outcome.problems:
        click.echo(f"{form}: {sentence(problem)}", err=True)


if __name__ == "__main__":
    cli.main(prog_name="python -m sync")
