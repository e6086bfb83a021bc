"""Two edits of one submission that were made at the same time, side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.central.queries import raced_versions
from server.db import db
from server.inbox.answer_tree import Node, tree_of
from server.inbox.contents import contents_of
from server.inbox.pages import asked_in
from server.inbox.queries import reading_of
from server.inbox.tables import Reading, Submission


@dataclass(frozen=True, slots=True)
class Side:
    """One of the edits."""

    submission: Submission
    reading: Reading


@dataclass(frozen=True, slots=True)
class Line:
    """A question with what each edit answers; `differs` when they disagree."""

    label: str
    texts: tuple[str, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class Race:
    """All edits that compete, and their answers in the order of the form."""

    sides: list[Side]
    lines: list[Line]

    @property
    def differing(self) -> list[Line]:
        return [line for line in self.lines if line.differs]


def race_of(mirrored_id: int) -> Race:
    """The edits of a submission that compete; none when there are not two."""
    ids = raced_versions(mirrored_id)
    sides = [
        Side(db.session.get_one(Submission, each), reading_of(each)) for each in ids
    ]
    answers = [_answers_of(side.submission) for side in sides]
    return Race(sides, _lines(answers))


def _answers_of(submission: Submission) -> dict[str, tuple[str, str]]:
    contents = contents_of(submission)
    found: dict[str, tuple[str, str]] = {}
    for node in tree_of(contents, asked_in(submission)):
        _flatten(node, "", found)
    return found


def _flatten(node: Node, above: str, found: dict[str, tuple[str, str]]) -> None:
    label = f"{above} · {node.label}" if above else node.label
    if node.children:
        for child in node.children:
            _flatten(child, label if "[" in node.place else "", found)
    else:
        found[node.place] = (label, node.text)


def _lines(answers: Sequence[Mapping[str, tuple[str, str]]]) -> list[Line]:
    places: dict[str, str] = {}
    for each in answers:
        for place, (label, _text) in each.items():
            places.setdefault(place, label)
    lines = []
    for place, label in places.items():
        texts = tuple(each.get(place, ("", ""))[1] for each in answers)
        lines.append(Line(label, texts, len(set(texts)) > 1))
    return lines
