"""What goes over the wire: requests, answers, Central's errors and its ETags."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import parse_qsl, unquote

READ = {"Cache-Control": "private, no-cache", "Vary": "Accept-Encoding, Origin"}
WRITE = {"Cache-Control": "no-store", "Vary": "*"}
ODATA = {"OData-Version": "4.0"}
OPENROSA = {
    "Content-Language": "en",
    "X-OpenRosa-Version": "1.0",
    "X-OpenRosa-Accept-Content-Length": "100000000",
}
JSON = "application/json; charset=utf-8"
XML = "text/xml; charset=utf-8"


class CentralProblem(Exception):
    """An answer other than 2xx. Without `code` it is Node's own 500."""

    def __init__(self, code: str, message: str, details: Any = None) -> None:
        super().__init__(message)
        self.status = int(code.split(".", maxsplit=1)[0])
        self.code = code if "." in code else ""
        self.message = message
        self.details = details
        self.headers: dict[str, str] = {}

    def body(self) -> dict[str, Any]:
        said: dict[str, Any] = {"message": self.message}
        if self.code:
            said["code"] = float(self.code)
        if self.details is not None:
            said["details"] = self.details
        return said


def not_found() -> CentralProblem:
    return CentralProblem("404.1", "Could not find the resource you were looking for.")


def crashed() -> CentralProblem:
    return CentralProblem("500", "Internal Server Error")


def forbidden() -> CentralProblem:
    return CentralProblem(
        "403.1",
        "The authentication you provided does not have rights to perform that action.",
    )


def not_signed_in() -> CentralProblem:
    return CentralProblem(
        "401.2", "Could not authenticate with the provided credentials."
    )


def missing(name: str) -> CentralProblem:
    return CentralProblem(
        "400.2", f"Required parameter {name} missing.", {"field": name}
    )


def wrong_type(value: str, kind: str) -> CentralProblem:
    return CentralProblem(
        "400.11",
        f'Invalid input data type: expected "{value}" to be ({kind})',
        {"value": value, "expected": kind},
    )


def wrong_field(name: str, kind: str) -> CentralProblem:
    return CentralProblem(
        "400.11",
        f"Invalid input data type: expected ({name}) to be ({kind})",
        {"field": name, "expected": kind},
    )


def unexpected(name: str, value: Any, reason: str) -> CentralProblem:
    details = {"field": name, "value": value, "reason": reason}
    message = f"Unexpected {name} value {value}; {reason}"
    return CentralProblem("400.8", message, details)


def exists(table: str, fields: list[str], values: list[Any]) -> CentralProblem:
    names, given = ",".join(fields), ",".join(str(value) for value in values)
    return CentralProblem(
        "409.3",
        f"A resource already exists with {names} value(s) of {given}.",
        {"fields": fields, "values": values, "table": table},
    )


@dataclass
class Request:
    """A request, already split up. `actor` is who was found to ask."""

    method: str
    path: str
    query: dict[str, str]
    headers: Any
    body: bytes
    actor: Any = None
    is_key: bool = False
    prefix: str = "/v1"

    @property
    def json(self) -> Any:
        try:
            return json.loads(self.body or b"{}")
        except ValueError as broken:
            raise CentralProblem("400.1", "Could not parse the given data.") from broken

    @property
    def is_extended(self) -> bool:
        return self.headers.get("X-Extended-Metadata", "").lower() == "true"

    @property
    def agent(self) -> str:
        return str(self.headers.get("User-Agent", ""))


@dataclass
class Reply:
    """An answer. `etag` "weak" is Express's own; None sends none."""

    body: bytes | str | dict[str, Any] | list[Any] = b""
    status: int = 200
    kind: str | None = JSON
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = "weak"
    is_streamed: bool = False

    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode()
        return json.dumps(
            self.body, ensure_ascii=False, separators=(",", ":"), default=str
        ).encode()


SUCCESS: dict[str, Any] = {"success": True}


def weak_etag(content: bytes) -> str:
    digest = base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest())
    return f'W/"{len(content):x}-{digest[:27].decode()}"'


def event_etag(events: list[int]) -> str:
    if not events:
        return f'W/"eventhash:{"0" * 32}"'
    text = ",".join(str(event) for event in events).encode()
    return f'W/"eventhash:{hashlib.md5(text, usedforsecurity=False).hexdigest()}"'


def strong_etag(content: bytes) -> str:
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'


def query_of(text: str) -> dict[str, str]:
    return dict(parse_qsl(text, keep_blank_values=True))


def steps_of(path: str) -> list[str]:
    """The decoded steps of a path: an encoded slash stays inside its step."""
    return [unquote(step) for step in path.strip("/").split("/")]


def openrosa(message: str, nature: str = "") -> str:
    return (
        '\n  <OpenRosaResponse xmlns="http://openrosa.org/http/response" items="0">\n'
        f'    <message nature="{nature}">{_escaped(message)}</message>\n'
        "  </OpenRosaResponse>"
    )


def _escaped(text: str) -> str:
    return escape(text, quote=True).replace("&#x27;", "&#39;")
