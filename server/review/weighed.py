"""How the score of a pair came about, in words: the steps of the model as they were
kept with the pair."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from server.domain.matching.catalogue import WORDS, said_of, topic_of
from server.domain.matching.waterfall import Step
from server.domain.plain import from_plain
from server.review.tables import MergeProposal
from server.web.i18n import _, language, number

# Steps that change less than this are added up in one line.
SMALL = 0.25
# Where the verdict turns.
EVEN = 0.5


@dataclass(frozen=True, slots=True)
class Weighed:
    """One step: what it is about, what both sides say, the bits it adds, and how likely
    one household is after it. `turns` tells what the verdict hangs on."""

    topic: str
    text: str
    left: str
    right: str
    bits: float
    probability: float
    turns: bool = False

    @property
    def written(self) -> str:
        """The bits with their sign."""
        sign = "+" if self.bits >= 0 else "−"
        return f"{sign}{number(round(abs(self.bits), 1))}"

    @property
    def percent(self) -> str:
        """The probability, never rounded to certainty."""
        share = min(max(self.probability * 100, 0.1), 99.9)
        return f"{number(round(share, 1))} %"


def steps_of(proposal: MergeProposal, *, is_masked: bool) -> tuple[Weighed, ...]:
    """Every step, the heaviest first; without what the sides say when that must not
    show."""
    kept = proposal.weighing
    found = list(_told(kept, is_masked)) if kept else []
    if proposal.answer is not None:
        found.append(_answered(proposal))
    return tuple(found)


def _answered(proposal: MergeProposal) -> Weighed:
    """What a family said, the last step: nobody at a screen knows what it knew."""
    code, before, after = "field_answer", proposal.model_score, proposal.score
    return Weighed(
        topic_of(code, language()),
        said_of(code, proposal.answer_bits, language()),
        "",
        "",
        proposal.answer_bits,
        after,
        turns=(before > EVEN) != (after > EVEN),
    )


def _told(kept: dict[str, Any], is_masked: bool) -> Iterator[Weighed]:
    bits, probability = kept["prior"]
    start = _("Trước khi xem gì: hai phiếu có chung một dấu hiệu.")
    yield Weighed(_("Khởi điểm"), start, "", "", bits, probability)
    steps = [from_plain(Step, each) for each in kept["steps"]]
    small = [step for step in steps if abs(step.bits) < SMALL and not step.turns]
    for step in steps:
        if step in small or step.evidence not in WORDS:
            continue
        shown = ("", "") if is_masked else (step.left, step.right)
        yield Weighed(
            topic_of(step.evidence, language()),
            said_of(step.evidence, step.bits, language()),
            *shown,
            step.bits,
            step.probability,
            step.turns,
        )
    if small:
        total = sum(step.bits for step in small)
        text = _("{n} dấu hiệu khác, mỗi cái rất ít.", n=number(len(small)))
        yield Weighed(_("Còn lại"), text, "", "", total, small[-1].probability)
