"""The result of assessing one household under one standard, with its reasons.

An assessment is what the machine makes of the answers; a recognised status is another
thing. It keeps enough to be explained years later: the pack and its hash, the lines,
every verdict with its answers, and what is missing.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from server.domain.poverty.b1 import B1
from server.domain.poverty.pack import AreaType, Measure, PovertyCategory
from server.domain.poverty.verdicts import Answer, Verdict
from server.domain.problems import Problem


@dataclass(frozen=True, slots=True)
class Outcome:
    """A category with its sub-type: POOR and N1, for instance."""

    category: PovertyCategory
    sub: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return {"category": self.category.value, "sub": self.sub}


@dataclass(frozen=True, slots=True)
class IndicatorVerdict:
    """One indicator: what was computed, and what counts after the reviewer's word."""

    code: str
    computed: Verdict
    deprived: bool | None  # what counts
    override_reason: str | None = None
    phone: bool | None = None  # what the phone had found, for comparison

    @property
    def is_overridden(self) -> bool:
        return self.override_reason is not None

    @property
    def phone_disagrees(self) -> bool:
        """The phone found something else from the same answers."""
        return self.phone is not None and self.phone is not self.computed.deprived

    def as_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "deprived": self.deprived,
            "computed": self.computed.deprived,
            "override_reason": self.override_reason,
            "phone": self.phone,
            "evidence": [answer.as_dict() for answer in self.computed.evidence],
            "missing": [answer.as_dict() for answer in self.computed.missing],
        }

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "IndicatorVerdict":
        """The verdict that `as_dict` wrote, for explaining a stored assessment."""
        computed = Verdict(
            stored["computed"],
            tuple(Answer.from_dict(each) for each in stored["evidence"]),
            tuple(Answer.from_dict(each) for each in stored["missing"]),
        )
        return cls(
            code=stored["code"],
            computed=computed,
            deprived=stored["deprived"],
            override_reason=stored["override_reason"],
            phone=stored["phone"],
        )


@dataclass(frozen=True, slots=True)
class Assessment:
    """A household under a standard on a review date.

    `outcome` is None when the answers allow several (`possible`); `missing` then says
    why and `ask` is the one answer to get first. Deprivations are bounds: they differ
    when an indicator is unknown.
    """

    pack_id: str
    pack_hash: str
    review_date: date
    in_force: bool  # whether the standard applied on the review date
    area_type: AreaType | None
    outcome: Outcome | None
    possible: tuple[Outcome, ...]
    indicators: tuple[IndicatorVerdict, ...]
    deprivations_low: int
    deprivations_high: int
    indicator_points: int | None  # None: B2 has no points under this standard
    measure: Measure | None
    measured: int | None  # VND per head and month, or points
    lines: tuple[tuple[str, int], ...]  # the thresholds of the measure and area
    not_examined: tuple[PovertyCategory, ...]  # not to be told by this measure
    missing: tuple[Problem, ...]
    ask: Answer | None
    warnings: tuple[Problem, ...]
    verified: bool
    unverified_sources: tuple[str, ...]
    b1: B1 | None = None  # from the items of a signed table, where they were answered

    @property
    def category(self) -> PovertyCategory | None:
        return self.outcome.category if self.outcome else None

    @property
    def sub(self) -> str | None:
        return self.outcome.sub if self.outcome else None

    @property
    def b2_points(self) -> tuple[int, int] | None:
        """B2 points that are certain, and those if every unknown indicator turned out
        to be deprived; None when the standard gives none or nobody knows how many.
        """
        points = self.indicator_points
        if points is None:
            return None
        return self.deprivations_low * points, self.deprivations_high * points

    def as_dict(self) -> dict[str, Any]:
        """JSON-safe, and the same for the same input: fit to store and to compare."""
        return {
            "pack": {"id": self.pack_id, "content_hash": self.pack_hash},
            "review_date": self.review_date.isoformat(),
            "in_force": self.in_force,
            "area_type": self.area_type.value if self.area_type else None,
            "category": self.category.value if self.category else None,
            "sub": self.sub,
            "possible": [outcome.as_dict() for outcome in self.possible],
            "indicators": [indicator.as_dict() for indicator in self.indicators],
            "deprivations": [self.deprivations_low, self.deprivations_high],
            "b2_points": list(self.b2_points) if self.b2_points else None,
            "measure": self.measure.value if self.measure else None,
            "measured": self.measured,
            "lines": dict(self.lines),
            "not_examined": [category.value for category in self.not_examined],
            "missing": [problem.as_dict() for problem in self.missing],
            "ask": self.ask.as_dict() if self.ask else None,
            "warnings": [problem.as_dict() for problem in self.warnings],
            "verified": self.verified,
            "unverified_sources": list(self.unverified_sources),
            **({"b1": self.b1.as_dict()} if self.b1 else {}),
        }
