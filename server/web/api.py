"""What programs ask for: JSON in, JSON out, by a token instead of a cookie.

A view under `/api/` is an operation: it says which schema reads what is sent and which
one writes what is answered. The same two make the OpenAPI document, so that what is
described is what happens.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask, current_app, jsonify, request
from marshmallow import Schema, ValidationError, fields
from werkzeug.wrappers import Response

from server.domain.problems import Problem, Refused
from server.web.forms import load_query, problems_of, refuse_oversized
from server.web.security import allow, csrf

View = Callable[..., Any]
Kind = type[Schema]
VERSION = "1"


class Told(Schema):
    """One problem: its code, which value, and the sentence in the caller's language."""

    code = fields.String(required=True)
    path = fields.String(required=True)
    sentence = fields.String(required=True)
    values = fields.Dict(keys=fields.String())
    blocking = fields.Boolean()


class Problems(Schema):
    """Why something was not done."""

    problems = fields.List(fields.Nested(Told), required=True)


@dataclass(frozen=True, slots=True)
class Operation:
    """What a view takes and gives; `answers` by status."""

    answers: Mapping[int, Kind]
    body: Kind | None = None
    query: Kind | None = None
    refusals: Mapping[int, Kind] = field(default_factory=dict)


def operation(given: Operation, *, roles: tuple[str, ...]) -> Callable[[View], View]:
    """Make a view an operation for these roles. It gets what was sent as `body` and
    `query`, and returns what its schema writes, with a status when that is not 200."""

    def mark(view: View) -> View:
        @wraps(view)
        def answer(**values: Any) -> Response:
            if given.query is not None:
                values["query"] = load_query(given.query)
            if given.body is not None:
                values["body"] = load_body(given.body)
            made = view(**values)
            told, status = made if isinstance(made, tuple) else (made, 200)
            schema = {**given.answers, **given.refusals}[status]()
            response = jsonify(schema.dump(told))
            response.status_code = status
            return response

        # What comes with a token comes from no browser that another site could misuse.
        csrf.exempt(answer)
        answer.operation = given  # type: ignore[attr-defined]
        return allow(*roles)(answer)

    return mark


def load_body(schema: Kind) -> dict[str, Any]:
    """The posted JSON as values. Raises Refused with one problem for each bad field;
    a field nobody knows is one, so that a slip of the pen does not go unseen."""
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise Refused(Problem("api_body_not_json"), status=400)
    wanted, composed = schema(), _composed(sent)
    try:
        loaded: dict[str, Any] = wanted.load(composed)
    except ValidationError as error:
        raise Refused(*problems_of(wanted, composed, error)) from error
    refuse_oversized(wanted, loaded)
    return loaded


def _composed(value: Any) -> Any:
    """Letters and their marks joined, as forms have them; no database keeps a null."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value).replace("\0", "")
    if isinstance(value, list):
        return [_composed(each) for each in value]
    if isinstance(value, dict):
        return {str(key): _composed(each) for key, each in value.items()}
    return value


def described() -> dict[str, Any]:
    """The OpenAPI document of every operation of the application."""
    spec = APISpec(
        title="Rà Soát",
        version=VERSION,
        openapi_version="3.0.3",
        info={"description": "See docs/api.md."},
        plugins=[MarshmallowPlugin()],
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    for rule, method, view in operations(current_app):
        spec.path(
            path=re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule),
            operations={method.lower(): _operation(rule, view)},
        )
    made: dict[str, Any] = spec.to_dict()
    return made


def operations(app: Flask) -> list[tuple[Any, str, View]]:
    """Every operation with its address and method, in the order of addresses."""
    found = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if hasattr(view, "operation"):
            [method] = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            found.append((rule, method, view))
    return sorted(found, key=lambda each: (each[0].rule, each[1]))


def _operation(rule: Any, view: View) -> dict[str, Any]:
    given: Operation = view.operation  # type: ignore[attr-defined]
    said = " ".join((view.__doc__ or "").split())
    parameters: list[Any] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": _kind(one)}}
        for name, one in rule._converters.items()  # noqa: SLF001 - public in no version
    ]
    if given.query is not None:
        parameters.append({"in": "query", "schema": given.query})
    refusals = dict.fromkeys((401, 403, 404, 409, 422), Problems)
    made: dict[str, Any] = {
        "operationId": rule.endpoint.rpartition(".")[2],
        "summary": said.partition(". ")[0].removesuffix("."),
        "description": said,
        "security": [{"token": []}],
        "parameters": parameters,
        "responses": {
            str(status): {
                "description": " ".join((schema.__doc__ or "").split()),
                "content": {"application/json": {"schema": schema}},
            }
            for status, schema in (refusals | given.refusals | given.answers).items()
        },
    }
    if given.body is not None:
        content = {"application/json": {"schema": given.body}}
        made["requestBody"] = {"required": True, "content": content}
    return made


def _kind(converter: Any) -> str:
    return "integer" if converter.__class__.__name__ == "RowNumber" else "string"
