"""`python -m sync pull`, `reconcile` and `publish`: one piece of work, done once."""

import sys
from collections.abc import Callable

import click

from server.central.queries import forms_waiting_for_a_person
from server.domain.problems import Problem
from sync.publish import publish_all
from sync.pull import Progress
from sync.rounds import Office, Outcome, pull_all, reconcile_all
from sync.terminal import Stopped, Watch, open_office, sentence

SOME_FAILED = 1


@click.command("pull")
def pull_once() -> None:
    """Take over what is new at ODK Central, once."""
    _run(pull_all, is_about_forms=True)


@click.command("reconcile")
def reconcile_once() -> None:
    """Compare everything with ODK Central, and take over what differs."""
    _run(reconcile_all, is_about_forms=True)


@click.command("publish")
def publish_once() -> None:
    """Bring the household lists at ODK Central to what the register says."""
    _run(publish_all)


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
