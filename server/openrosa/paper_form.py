"""The form of phones, laid out for paper: the same questions, from the same XForm.

What only a phone can do is left out by name (`PHONE_ONLY`): searching its list, position
and photo, and the results it computes. What is asked only of some is asked with its
condition in words, as far as the condition is a plain one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import etree

from server.inbox.questions import BODY, XFORMS, Question, questions_of
from server.web.i18n import _

PHONE_ONLY = frozenset(
    {
        "find", "pick", "confirm/known_summary", "confirm/same_family",
        "household/location", "household/standard_2022", "household/standard_2016",
    }
)  # fmt: skip
# A longer list is written out in words.
MOST_CHOICES = 30
_TAGS = {f"{XFORMS}{tag}" for tag in ("input", "select1", "select")}
_SPACES = re.compile(r"\s+")
_UNKNOWN_AGE = re.compile(r"\S*/age = '' or ")
_AGE = re.compile(r"\S*/age (>=|<=|<) (\d+)")
_IS = re.compile(r"(\S+) = '(\w+)'|selected\( ?(\S+) ?, '(\w+)'")
_IS_SAID = re.compile(r"(\S+) != ''")


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """A question by its path below the root; `only_if` says of whom it is asked."""

    path: str
    asked: Question
    only_if: str

    @property
    def choices(self) -> tuple[tuple[int, str, str], ...]:
        """What can be chosen: number, code, words; none where it is written out."""
        if len(self.asked.choices) > MOST_CHOICES:
            return ()
        return tuple(
            (number, code, words)
            for number, (code, words) in enumerate(self.asked.choices, start=1)
        )


@dataclass(frozen=True, slots=True)
class PaperSection:
    """Questions under a heading. `of_members`: asked of everybody in the household."""

    title: str
    only_if: str
    questions: tuple[PaperQuestion, ...]
    of_members: bool


@lru_cache(maxsize=8)
def sections_of(xform: bytes, language: str) -> tuple[PaperSection, ...]:
    """Everything that can be asked with pen and paper, in the order of the form."""
    return tuple(_Reader(xform, language).sections())


class _Reader:
    def __init__(self, xform: bytes, language: str) -> None:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        self.root = etree.fromstring(xform, parser)
        self.questions = questions_of(xform, language)
        self.binds = {
            each.get("nodeset", ""): each for each in self.root.iter(f"{XFORMS}bind")
        }

    def sections(self) -> Iterator[PaperSection]:
        """A page of the form is a section."""
        body = self.root.find(BODY)
        for group in () if body is None else body.iter(f"{XFORMS}group"):
            place = group.get("ref", "")
            found = tuple(self._asked(group))
            if not found or _is_left_out(_below(place)):
                continue
            titled = self.questions.get(_below(place))
            yield PaperSection(
                title=titled.label if titled else "",
                only_if=self._condition(place),
                questions=found,
                of_members=any(True for _ in group.iterancestors(f"{XFORMS}repeat")),
            )

    def _asked(self, group: Any) -> Iterator[PaperQuestion]:
        for node in group:
            place = node.get("ref") or ""
            asked = self.questions.get(_below(place))
            if node.tag not in _TAGS or asked is None or self._is_note(place):
                continue
            if not _is_left_out(_below(place)):
                yield PaperQuestion(_below(place), asked, self._condition(place))

    def _is_note(self, place: str) -> bool:
        bind = self.binds.get(place)
        return bind is not None and bool(bind.get("readonly"))

    def _condition(self, place: str) -> str:
        bind = self.binds.get(place)
        said = bind.get("relevant") if bind is not None else None
        if not said or place == "/data/household":
            return ""
        plain = _UNKNOWN_AGE.sub("", _SPACES.sub(" ", said.strip()))
        joint = " or " if " or " in plain else " and "
        if joint == " or " and " and " in plain:
            return ""
        words = [self._words(each.strip(" ()"), place) for each in plain.split(joint)]
        if not all(words):
            return ""
        return (_(" hoặc ") if joint == " or " else ", ").join(words)

    def _words(self, said: str, place: str) -> str:
        if found := _AGE.fullmatch(said):
            return _ages()[found[1]].format(age=found[2])
        if found := _IS.fullmatch(said):
            path = _resolved(found[1] or found[3], place)
            asked = self.questions.get(path)
            if asked is None:
                return ""
            chosen = asked.in_words(found[2] or found[4])
            return _("“{question}” là “{answer}”", question=asked.label, answer=chosen)
        if found := _IS_SAID.fullmatch(said):
            asked = self.questions.get(_resolved(found[1], place))
            return _("có “{question}”", question=asked.label) if asked else ""
        return ""


def _ages() -> dict[str, str]:
    return {
        ">=": _("từ {age} tuổi", age="{age}"),
        "<=": _("đến {age} tuổi", age="{age}"),
        "<": _("dưới {age} tuổi", age="{age}"),
    }


def _resolved(path: str, place: str) -> str:
    """A path of an expression at `place`, below the root."""
    if path.startswith("/"):
        return _below(path)
    steps = place.split("/")
    for step in path.split("/"):
        if step == "..":
            steps.pop()
        else:
            steps.append(step)
    return _below("/".join(steps))


def _below(place: str) -> str:
    return place.split("/", 2)[2] if place.count("/") > 1 else ""


def _is_left_out(path: str) -> bool:
    return any(path == each or path.startswith(f"{each}/") for each in PHONE_ONLY)
