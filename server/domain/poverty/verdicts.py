"""Three-valued verdicts with the answers they rest on.

A survey with gaps is normal. `None` means that an answer which could decide is missing;
it is never read as "not deprived".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Value = str | int | float | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that a verdict used, or would need: `value` None is missing.

    `question` is a key of `answers.yaml`; `member_key` names the person of the roster.
    """

    question: str
    value: Value = None
    member_key: str | None = None
    # What to ask, where the question comes from a table and not from `answers.yaml`.
    words: tuple[str, str] | None = None

    @property
    def path(self) -> str:
        """Where the answer lives: "water_source" or "members[k1].attending"."""
        if self.member_key is None:
            return self.question
        return f"members[{self.member_key}].{self.question}"

    def as_dict(self) -> dict[str, Any]:
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        said = {"words": list(self.words)} if self.words else {}
        return {
            "question": self.question,
            "value": value,
            "member_key": self.member_key,
            **said,
        }

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "Answer":
        """The answer that `as_dict` wrote, for explaining a stored assessment."""
        value = stored["value"]
        if isinstance(value, list):
            value = tuple(value)
        words = stored.get("words")
        return cls(
            stored["question"],
            value,
            stored["member_key"],
            tuple(words) if words else None,
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """Deprived, not, or None (unknown).

    `evidence` are the answers that decided; `missing` those that would, when unknown.
    """

    deprived: bool | None
    evidence: tuple[Answer, ...] = ()
    missing: tuple[Answer, ...] = ()


def decided(deprived: bool, *evidence: Answer) -> Verdict:
    """A verdict that rests on these answers."""
    return Verdict(deprived, evidence)


def undecided(*answers: Answer) -> Verdict:
    """Unknown: of the answers that could decide, those without a value are missing."""
    missing = tuple(answer for answer in answers if answer.value is None)
    known = tuple(answer for answer in answers if answer.value is not None)
    return Verdict(None, known, missing)


def any_of(verdicts: Sequence[Verdict]) -> Verdict:
    """True when one is; False when all are False; otherwise unknown."""
    for wanted in (True, None, False):
        chosen = [each for each in verdicts if each.deprived is wanted]
        if chosen:
            return Verdict(
                wanted,
                _joined(each.evidence for each in chosen),
                _joined(each.missing for each in chosen),
            )
    return undecided(Answer("members"))


def _joined(parts: Iterable[tuple[Answer, ...]]) -> tuple[Answer, ...]:
    return tuple(dict.fromkeys(answer for part in parts for answer in part))
