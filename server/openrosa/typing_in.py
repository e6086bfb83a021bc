"""A survey that was made on paper, typed in at the office.

What was typed goes through the form's own rules and comes out as what a phone would have
sent, so everything behind it is as for any survey.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from server import clock
from server.areas.queries import descendants
from server.db import transaction
from server.domain.actor import Actor, Scope
from server.domain.problems import Problem, Refused
from server.inbox.actions import receive
from server.openrosa import media
from server.openrosa.form_engine import AnswerRefused, Form
from server.openrosa.instances import read_instance
from server.openrosa.paper_form import PaperQuestion, PaperSection
from server.openrosa.tables import ReleasedForm
from server.registry.tables import HouseholdRow

SOURCE = "paper"
MOST_PEOPLE = 30
_MEMBER = "household/roster/member/"
_COUNT = "household/roster/member_count"
# What paper cannot answer, and what follows from how the page was opened.
_OF_PHONES = {
    "/household/location/position_consent": "no",
    "/household/location/photo_consent": "no",
}
# A phone fills these in by itself: with its own owner, and with today.
_ALWAYS = ("visit/reviewer", "visit/review_date")
# What no XML can hold.
_UNWRITABLE = re.compile(r"[^\t\n\r -\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
_NUMBERS = ("int", "decimal")
_CODES = {
    **dict.fromkeys(_NUMBERS, "paper_answer_no_number"),
    "date": "paper_answer_no_day",
}
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


class Sent(Protocol):
    """The fields of a form."""

    def getlist(self, key: str, /) -> list[str]: ...


def field_of(path: str, person: int = 0) -> str:
    """What the field of a question is called; `person` counts from 1."""
    if path.startswith(_MEMBER):
        path = f"{_MEMBER[:-1]}[{person}]/{path.removeprefix(_MEMBER)}"
    return f"/{path}"


def is_typed(question: PaperQuestion) -> bool:
    """Whether the page asks it; the number of people is that of the columns."""
    return question.path != _COUNT


def answers_in(
    sent: Sent, sections: Sequence[PaperSection], people: int
) -> dict[str, Any]:
    """What was typed, by the places of the form. Raises Refused, naming every field,
    for what is no number."""
    found: dict[str, Any] = {f"/{_COUNT}": people}
    problems = []
    for question, person in _fields(sections, people):
        name = field_of(question.path, person)
        given = [_UNWRITABLE.sub("", each).strip() for each in sent.getlist(name)]
        given = [each for each in given if each]
        if not given:
            continue
        kind = question.asked.kind
        value: Any = given if question.asked.is_multiple else given[0]
        if kind in _CODES and not question.asked.choices:
            value = _number(kind, given[0]) if kind in _NUMBERS else given[0]
            if not _is_written(kind, value):
                told = _problem(_CODES[kind], name, sections, value=given[0])
                problems.append(told)
        found[name] = value
    problems += [
        _problem("paper_answer_missing", name, sections)
        for name in map(field_of, _ALWAYS)
        if name not in found
    ]
    if problems:
        raise Refused(*problems)
    return found


def type_in(
    *,
    by: Actor,
    form: ReleasedForm,
    sections: Sequence[PaperSection],
    answers: Mapping[str, Any],
    household: HouseholdRow | None,
    area_id: int,
) -> int:
    """Keep the survey as if a phone had sent it; the number of the submission. Raises
    Refused with all that the form does not take."""
    ward = Scope(frozenset({area_id, *descendants([area_id])}))
    filled = Form(form.xform, _lists(ward, household))
    now = clock.now().astimezone(clock.VIETNAM)  # the day that the form calls today
    try:
        payload = filled.fill(
            {**_OF_PHONES, **_found(household), **answers},
            at=now, ended_at=now, device_id=f"office:{by.id}", username=by.name,
            only_asked=True,
        )  # fmt: skip
    except AnswerRefused as refused:
        raise Refused(*_problems(refused, sections)) from refused
    instance = read_instance(payload)
    with transaction():
        receipt = receive(
            by=by,
            source=SOURCE,
            form_id=instance.form_id,
            form_version=instance.form_version,
            instance_id=instance.instance_id,
            deprecated_id=None,
            payload=payload,
            payload_kind="xml",
            expected_files=(),
            files=(),
            area_id=area_id,
        )
    return receipt.submission_id


def _found(household: HouseholdRow | None) -> dict[str, str]:
    if household is None:
        return {"/find/search_in": "new"}
    return {"/find/search_in": "group", "/pick/picked_in_group": household.id}


def _lists(scope: Scope, household: HouseholdRow | None) -> dict[str, bytes]:
    """The lists of a phone; of households the one that was chosen."""
    found = {
        each.name: each.content(scope)
        for each in media.LISTS.values()
        if not each.is_entity_list
    }
    for each in media.LISTS.values():
        if each.is_entity_list:
            found[each.name] = _only(each.content(scope), household)
    return found


def _only(content: bytes, household: HouseholdRow | None) -> bytes:
    rows = csv.reader(io.StringIO(content.decode()))
    header = next(rows)
    wanted = household.id if household is not None else ""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(row for row in rows if wanted and wanted in row)
    return text.getvalue().encode()


def _is_written(kind: str, value: str) -> bool:
    if kind == "date":
        return clock.day_of(value) is not None
    return _NUMBER.fullmatch(value) is not None


def _number(kind: str, text: str) -> str:
    """Points stand between thousands of whole numbers, a comma before decimals."""
    plain = text.replace(" ", "")
    if kind == "int":
        return plain.replace(".", "")
    return plain.replace(",", ".")


def _fields(
    sections: Sequence[PaperSection], people: int
) -> Iterator[tuple[PaperQuestion, int]]:
    for section in sections:
        for question in filter(is_typed, section.questions):
            for person in range(1, people + 1) if section.of_members else (0,):
                yield question, person


def _problems(
    refused: AnswerRefused, sections: Sequence[PaperSection]
) -> Iterator[Problem]:
    for place in refused.missing:
        yield _problem("paper_answer_missing", place, sections)
    for place, given in refused.wrong.items():
        yield _problem("paper_answer_not_taken", place, sections, value=given)


def _problem(
    code: str, place: str, sections: Sequence[PaperSection], **values: str
) -> Problem:
    """A problem that names the question as it is printed, and whose answer it is."""
    path = re.sub(r"\[\d+\]", "", place).removeprefix("/")
    labels = {
        question.path: question.asked.label
        for section in sections
        for question in section.questions
    }
    person = re.search(r"\[(\d+)\]", place)
    label = labels.get(path, path)
    asked = f"{label} ({person[1]})" if person else label
    return Problem(code, place, {"question": asked, **values})
