"""`python -m sync doctor`: what is wrong with the synchronisation, in plain words.

Ten checks, each with what to do. It changes nothing and works best when nothing else
does: with Central away, the database away or half of the settings missing, it says what
it could not look at.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from server import clock
from server.central.findings import CHECKS, Finding, are_well
from server.central.runs import record_checkup
from server.domain.problems import Problem
from server.openrosa.queries import newest_forms
from sync.central import Central
from sync.checks_here import find_database_fault, look_here
from sync.checks_there import Account, look_there, unknown
from sync.terminal import installation

SOME_FAILED = 1
ASKED_FIRST = ("tls", "rights", "versions", "forms", "clock")
MARKS = {"well": "✓", "attention": "!", "bad": "✗", "unknown": "–"}
WORDS = {
    "vi": {
        "reachable": "Kết nối", "tls": "Mã hoá", "rights": "Quyền",
        "versions": "Phiên bản", "forms": "Biểu mẫu", "clock": "Đồng hồ",
        "disk": "Ổ đĩa", "backlog": "Việc dồn", "failed_entities": "Hộ bị từ chối",
        "reconcile": "Đối chiếu",
    },
    "en": {
        "reachable": "Reachable", "tls": "Encrypted", "rights": "Rights",
        "versions": "Versions", "forms": "Forms", "clock": "Clock", "disk": "Disk",
        "backlog": "Backlog", "failed_entities": "Failed entities",
        "reconcile": "Last comparison",
    },
}  # fmt: skip


def examine(config: Mapping[str, Any]) -> list[Finding]:
    """All ten checks, and what they found kept for the sync page if that is possible."""
    fault = find_database_fault()
    found = {each.check: each for each in _look(config, fault)}
    if fault is not None:
        found[fault.check] = fault
    findings = [found[check] for check in CHECKS]
    if fault is None:
        with suppress(SQLAlchemyError):
            kept = [each.as_dict() for each in findings]
            record_checkup(findings=kept, is_well=are_well(findings))
    return findings


def show(findings: Iterable[Finding], language: str) -> None:
    """What was found, for people."""
    for each in findings:
        word = WORDS[language][each.check]
        click.echo(f"{MARKS[each.state]} {word}: {each.problem.what(language)}")
        if each.state != "well":
            click.echo(f"  → {each.problem.next_step(language)}")


def show_as_json(findings: Iterable[Finding], language: str) -> None:
    """The same for programs."""
    told = [
        {
            **each.as_dict(),
            "what": each.problem.what(language),
            "next": each.problem.next_step(language),
        }
        for each in findings
    ]
    whole = {
        "at": clock.now().isoformat(timespec="seconds"),
        "well": all(each["state"] in ("well", "attention") for each in told),
        "checks": told,
    }
    click.echo(json.dumps(whole, ensure_ascii=False, indent=2))


def _look(config: Mapping[str, Any], fault: Finding | None) -> Iterator[Finding]:
    yield from look_here(config, is_ready=fault is None)
    if not config["CENTRAL_URL"]:
        yield Finding("reachable", "bad", Problem("central_not_set"))
        yield from unknown(*ASKED_FIRST)
        return
    # Whoever calls it waits: better a quick answer than a patient one.
    central = Central(
        config["CENTRAL_URL"],
        config["CENTRAL_EMAIL"],
        config["CENTRAL_PASSWORD"],
        attempts=2,
        connect_seconds=5,
        read_seconds=20,
    )
    account = Account(config["CENTRAL_EMAIL"], config["CENTRAL_PROJECT"])
    ours = None if fault else [(form.form_id, form.version) for form in newest_forms()]
    try:
        yield from look_there(central, account, ours)
    finally:
        central.close()


@click.command("doctor")
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
