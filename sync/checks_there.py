"""What can only be seen by asking ODK Central."""

import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509

from server import clock
from server.central.findings import Finding
from server.clock import VIETNAM
from server.domain.problems import Problem
from server.domain.survey.forms import as_released
from sync.absence import UNTRUSTED
from sync.central import Central
from sync.lists import filters_supported
from sync.problems import CentralError
from sync.retiring import in_words, lists_left

CLOCKS_MAY_DIFFER = 120
CERTIFICATE_ENDS_SOON = timedelta(days=21)
HANDSHAKE_SECONDS = 10.0
# What the synchronisation does there, as Central calls it.
NEEDED = (
    "project.read", "form.list", "form.read", "form.create", "form.update",
    "submission.list", "submission.read", "dataset.list", "dataset.read",
    "dataset.create", "dataset.update", "entity.list", "entity.read", "entity.create",
    "entity.update", "entity.delete", "field_key.list", "field_key.create",
    "field_key.delete", "assignment.list", "assignment.create", "assignment.delete",
)  # fmt: skip
_VERSION = re.compile(r"v(\d{4}\.\d+\.\d+)")


@dataclass(frozen=True, slots=True)
class Account:
    """Whom we are at Central, and for which project."""

    email: str
    project: int


def look_there(
    central: Central, account: Account, ours: Iterable[tuple[str, str]] | None
) -> Iterator[Finding]:
    """The checks from "reachable" to "clock". `ours` are forms with their versions;
    None when the database could not say."""
    began = time.monotonic()
    try:
        with central.stream("projects") as answer:
            projects = central.read_json(answer)
            date = answer.headers.get("Date", "")
    except CentralError as error:
        yield from _without_answer(central, error, time.monotonic() - began)
        return
    milliseconds = round((time.monotonic() - began) * 1000)
    values = {"address": central.url, "ms": milliseconds}
    yield Finding("reachable", "well", Problem("doctor_reachable", "", values))
    yield tls(central.url)
    yield _rights(projects, account)
    is_ready = ours is not None
    yield _asked(
        "versions", lambda: _versions(central, account.project, is_ready=is_ready)
    )
    if ours is None:
        yield Finding("forms", "unknown", Problem("doctor_database_not_ready"))
    else:
        known = list(ours)
        yield _asked("forms", lambda: _forms(central, account.project, known))
    yield _clock(date)


def tls(address: str, *, is_trusted: bool = True) -> Finding:
    """Whether the way to Central is closed to others, and for how long still."""
    url = urlsplit(address)
    values: dict[str, Any] = {"address": address}
    if url.scheme != "https":
        is_local = _is_local(url.hostname or "")
        code = "doctor_tls_local" if is_local else "doctor_tls_plain"
        return Finding("tls", "well" if is_local else "bad", Problem(code, "", values))
    if not is_trusted:
        return Finding("tls", "bad", Problem("doctor_tls_untrusted", "", values))
    ends = _certificate_ends(url.hostname or "", url.port or 443)
    if ends is None:
        return Finding("tls", "unknown", Problem("doctor_not_examined"))
    values["date"] = f"{ends.astimezone(VIETNAM):%d/%m/%Y}"
    if ends - clock.now() < CERTIFICATE_ENDS_SOON:
        return Finding("tls", "attention", Problem("doctor_tls_ends", "", values))
    return Finding("tls", "well", Problem("doctor_tls", "", values))


def unknown(*checks: str) -> Iterator[Finding]:
    """Checks that had to be left out."""
    for check in checks:
        yield Finding(check, "unknown", Problem("doctor_not_examined"))


def _without_answer(
    central: Central, error: CentralError, seconds: float
) -> Iterator[Finding]:
    """Central is away, or refuses to talk to us: two different things to mend."""
    address = central.url
    if error.problem.code not in ("central_sign_in_refused", "central_rights_missing"):
        yield Finding("reachable", "bad", error.problem)
        is_untrusted = error.problem.code in UNTRUSTED
        if is_untrusted or urlsplit(address).scheme != "https":
            yield tls(address, is_trusted=not is_untrusted)
        else:
            yield from unknown("tls")
        yield from unknown("rights")
    else:
        values = {"address": address, "ms": round(seconds * 1000)}
        yield Finding("reachable", "well", Problem("doctor_reachable", "", values))
        yield tls(address)
        yield Finding("rights", "bad", error.problem)
    yield from unknown("versions", "forms", "clock")


def _rights(projects: Any, account: Account) -> Finding:
    values: dict[str, Any] = {"email": account.email, "project": account.project}
    if not account.project:
        return Finding("rights", "attention", Problem("doctor_project_missing"))
    listed = projects if isinstance(projects, list) else []
    mine = next((one for one in listed if one.get("id") == account.project), None)
    if mine is None:
        problem = Problem("doctor_rights_no_project", "", values)
        return Finding("rights", "bad", problem)
    missing = sorted(set(NEEDED) - set(mine.get("verbs") or ()))
    if missing:
        values["names"] = ", ".join(missing)
        return Finding("rights", "bad", Problem("doctor_rights_missing", "", values))
    return Finding("rights", "well", Problem("doctor_rights", "", values))


def _asked(check: str, look: Any) -> Finding:
    """One that needs Central once more."""
    try:
        found: Finding = look()
    except CentralError as error:
        return Finding(check, "bad", error.problem)
    return found


def _versions(central: Central, project: int, *, is_ready: bool) -> Finding:
    if not project:
        return next(unknown("versions"))
    found = _VERSION.search(central.told_by_proxy("version.txt"))
    values = {"value": found[1] if found else "(?)"}
    if filters_supported(central, project):
        left = lists_left(central.url, project) if is_ready else {}
        if left:
            values["names"] = in_words(left)
            problem = Problem("doctor_versions_lists_left", "", values)
            return Finding("versions", "attention", problem)
        return Finding("versions", "well", Problem("doctor_versions", "", values))
    problem = Problem("doctor_versions_older", "", values)
    return Finding("versions", "attention", problem)


def _forms(central: Central, project: int, ours: list[tuple[str, str]]) -> Finding:
    """Whether each is there in its newest version, also each of its variants."""
    if not project:
        return next(unknown("forms"))
    if not ours:
        return Finding("forms", "bad", Problem("doctor_forms_none"))
    told = central.get(f"projects/{project}/forms")
    there = [
        as_released(str(form.get("xmlFormId")), str(form.get("version")))
        for form in told
        if form.get("publishedAt")
    ]
    differing = [
        form_id
        for form_id, version in ours
        if {found for name, found in there if name == form_id} != {version}
    ]
    names = ", ".join(differing or [f"{name} {version}" for name, version in ours])
    if differing:
        problem = Problem("doctor_forms_differ", "", {"names": names})
        return Finding("forms", "bad", problem)
    return Finding("forms", "well", Problem("doctor_forms", "", {"names": names}))


def _clock(date: str) -> Finding:
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return next(unknown("clock"))
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    seconds = abs(round((clock.now() - theirs).total_seconds()))
    if seconds > CLOCKS_MAY_DIFFER:
        problem = Problem("doctor_clock_wrong", "", {"seconds": seconds})
        return Finding("clock", "bad", problem)
    return Finding("clock", "well", Problem("doctor_clock", "", {"seconds": seconds}))


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _certificate_ends(host: str, port: int) -> datetime | None:
    """Whether it can be trusted has shown when Central was asked; here only its last
    day is read."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with (
            socket.create_connection((host, port), HANDSHAKE_SECONDS) as line,
            context.wrap_socket(line, server_hostname=host) as closed,
        ):
            shown = closed.getpeercert(binary_form=True)
    except OSError:
        return None
    return x509.load_der_x509_certificate(shown).not_valid_after_utc if shown else None
