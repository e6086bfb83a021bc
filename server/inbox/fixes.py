"""Which answers a person can put right so that a submission is understood."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from server.domain.survey.answers import leaves, rows_at
from server.inbox.answer_tree import legible, trail
from server.inbox.contents import Contents
from server.inbox.questions import Question

_MEMBER = re.compile(r"members\[(?P<row>[0-9]+)\]\.(?P<target>[a-z_]+)")
_ROW = re.compile(r"\[[0-9]+\]")
_ABOUT_THE_HEAD = ("head_missing", "head_twice")


@dataclass(frozen=True, slots=True)
class Fix:
    """One answer to put right: where it stands, what it says, and how it is asked."""

    place: str
    label: str
    text: str
    question: Question

    @property
    def chosen(self) -> frozenset[str]:
        """The codes that are chosen now."""
        return frozenset(self.text.split())

    @property
    def is_text_unoffered(self) -> bool:
        """Whether what was sent is no choice of the list, so that it must be shown."""
        offered = {code for code, _ in self.question.choices}
        return bool(offered) and bool(self.text) and not self.chosen <= offered


def fixes_of(
    problems: Iterable[Mapping[str, Any]],
    contents: Contents,
    questions: Mapping[str, Question],
) -> list[Fix]:
    """The answers that blocking problems are about, each once; none for problems that
    no answer can mend."""
    answers = {place: text for _, place, text in leaves(contents.answers)}
    places: dict[str, None] = {}
    for problem in problems:
        if problem["blocking"]:
            places.update(dict.fromkeys(_places(problem, contents)))
    return [
        Fix(
            place,
            trail(place, questions),
            legible(answers.get(place, "")),
            questions.get(_ROW.sub("", place), Question("")),
        )
        for place in places
    ]


def _places(problem: Mapping[str, Any], contents: Contents) -> list[str]:
    table = contents.table
    if contents.problem is not None or table is None:
        return []
    if place := problem["values"].get("place"):
        return [str(place)]
    paths = {field.target: field.path for field in table.members}
    if problem["code"] in _ABOUT_THE_HEAD:
        rows = range(len(rows_at(contents.answers, table.members_path)))
        relation = paths["relation_to_head"]
        return [f"{table.members_path}[{row}]/{relation}" for row in rows]
    member = _MEMBER.match(problem["path"])
    if member and member["target"] in paths:
        path = paths[member["target"]]
        return [f"{table.members_path}[{member['row']}]/{path}"]
    return []
