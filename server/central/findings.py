"""What an examination of the synchronisation may find, in the order people read it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from server.domain.problems import Problem

CHECKS = (
    "reachable", "tls", "rights", "versions", "forms", "clock", "disk", "backlog",
    "failed_entities", "reconcile",
)  # fmt: skip
STATES = ("well", "attention", "bad", "unknown")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one of the checks found, in words. "unknown" is what could not be looked at
    because something before it is bad."""

    check: str
    state: str
    problem: Problem

    def as_dict(self) -> dict[str, Any]:
        """The form kept in the database."""
        told = self.problem
        return {
            "check": self.check,
            "state": self.state,
            "code": told.code,
            "values": told.values,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Finding":
        """A finding as it was kept."""
        problem = Problem(kept["code"], "", dict(kept["values"]))
        return cls(kept["check"], kept["state"], problem)


def are_well(findings: Iterable[Finding]) -> bool:
    """Whether nothing is bad, and all could be looked at."""
    return all(finding.state in ("well", "attention") for finding in findings)
