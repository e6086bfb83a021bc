"""The answers of a submission in the order they were given, under their questions."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from server.domain.problems import Problem
from server.domain.survey.answers import Answers, leaves
from server.inbox.contents import Contents
from server.inbox.questions import Question

_ROW = re.compile(r"\[([0-9]+)\]")


@dataclass(frozen=True, slots=True)
class Node:
    """An answer, or a group of them. `was` is what the phone sent where somebody put
    something else in its place."""

    label: str
    place: str
    text: str = ""
    was: str | None = None
    children: tuple["Node", ...] = ()


def tree_of(contents: Contents, questions: Mapping[str, Question]) -> tuple[Node, ...]:
    """What was asked and answered. Of a form whose questions nobody knows everything."""
    return tuple(_nodes(contents.answers, "", "", _Reader(contents, questions)))


def computed_of(
    contents: Contents, questions: Mapping[str, Question]
) -> tuple[Node, ...]:
    """What the phone added by itself, such as results and times; under its name in the
    form, because nobody was asked."""
    if not questions:
        return ()
    reader = _Reader(contents, questions)
    return tuple(
        Node(legible(place), place, legible(text), reader.was(place, text))
        for path, place, text in leaves(contents.answers)
        if path not in questions
    )


def legible(text: str) -> str:
    """Text that can be shown: controls, halves of letters and marks that turn text
    around are replaced."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)


def trail(place: str, questions: Mapping[str, Question]) -> str:
    """Where an answer stands, in words: "Thành viên 2 · Giới tính"."""
    steps, said = place.split("/"), []
    for count, step in enumerate(steps, start=1):
        path = _ROW.sub("", "/".join(steps[:count]))
        row = _ROW.search(step)
        if count == len(steps) or row:
            label = questions[path].label if path in questions else _ROW.sub("", step)
            said.append(f"{label} {int(row[1]) + 1}" if row else label)
    return " · ".join(said)


def named(problem: Problem, questions: Mapping[str, Question]) -> Problem:
    """The problem with its place in words, as people know it from the form."""
    place = str(problem.values.get("place", ""))
    return replace(problem, path=trail(place, questions)) if place else problem


class _Reader:
    def __init__(self, contents: Contents, questions: Mapping[str, Question]) -> None:
        self.questions = questions
        self._sent = {place: text for _, place, text in leaves(contents.sent)}

    def was(self, place: str, text: str) -> str | None:
        sent = self._sent.get(place, "")
        return None if sent == text else legible(sent)


def _nodes(answers: Answers, path: str, place: str, reader: _Reader) -> Iterator[Node]:
    for name, value in answers.items():
        joint = "/" if path else ""
        below, here = path + joint + name, place + joint + name
        question = reader.questions.get(below)
        if isinstance(value, str):
            if question or not reader.questions:
                was = reader.was(here, value)
                words = question.in_words if question else str
                yield Node(
                    question.label if question else legible(name),
                    here,
                    words(legible(value)),
                    None if was is None else words(was),
                )
            continue
        rows = value if isinstance(value, list) else [value]
        for number, row in enumerate(rows):
            spot = f"{here}[{number}]" if isinstance(value, list) else here
            children = tuple(_nodes(row, below, spot, reader))
            if question is None and reader.questions:
                yield from children  # a group the phone needs for itself
            elif children:
                label = question.label if question else legible(name)
                count = f" {number + 1}" if isinstance(value, list) else ""
                yield Node(label + count, spot, children=children)
