"""What people may send from the pages of the inbox."""

from collections.abc import Iterable
from typing import Any

from marshmallow import Schema, fields, validate

from server.domain.survey.values import MAX_TEXT

ANSWER = "answer:"


class Reason(Schema):
    """Why somebody does something, or what an enumerator should do."""

    reason = fields.String(
        required=True,
        validate=validate.Length(min=1, max=1000),
        metadata={"label": "Lý do"},
    )


def answers_schema(
    labels: Iterable[tuple[str, str]], multiple: frozenset[str]
) -> Schema:
    """The answers of these (place, label), and why they are changed. A place of
    `multiple` takes several codes."""
    answers: dict[str, fields.Field[Any]] = {}
    for place, label in labels:
        if place in multiple:
            answers[ANSWER + place] = fields.List(
                fields.String(), metadata={"label": label}
            )
        else:
            answers[ANSWER + place] = fields.String(
                validate=validate.Length(max=MAX_TEXT), metadata={"label": label}
            )
    return Reason.from_dict(answers)()


def changes_of(given: dict[str, object], current: dict[str, str]) -> dict[str, str]:
    """The answers that differ from what stands there now, by their places."""
    said = {
        key.removeprefix(ANSWER): " ".join(value) if isinstance(value, list) else value
        for key, value in given.items()
        if key.startswith(ANSWER)
    }
    return {
        place: str(text)
        for place, text in said.items()
        if str(text).strip() != current.get(place, "")
    }
