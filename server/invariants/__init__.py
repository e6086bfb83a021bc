"""The promises of the register, each checked on the real rows.

The list is in docs/architecture.md (I1 to I6). `flask registry verify` runs all of
them; `flask registry rebuild` puts back whatever can be computed.
"""

from collections.abc import Iterator

from server.invariants.finding import Finding, Progress, silent
from server.invariants.households import check_households
from server.invariants.kept import check_kept
from server.invariants.phones import check_phones
from server.invariants.statuses import check_statuses
from server.invariants.trail import check_trail

CHECKS = (check_kept, check_households, check_statuses, check_trail, check_phones)


def check_all(progress: Progress = silent) -> Iterator[Finding]:
    """Every broken promise, in the order of the invariants."""
    for check in CHECKS:
        yield from check(progress)


def verify() -> list[Finding]:
    """All findings at once; an empty list is a healthy register."""
    return list(check_all())
