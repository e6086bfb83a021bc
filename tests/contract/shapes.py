"""How alike two answers are: status, error, headers that matter, shape of the body."""

import re
from typing import Any
from xml.etree import ElementTree as ET

STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
HEADERS = (
    "Content-Type",
    "OData-Version",
    "X-OpenRosa-Version",
    "X-OpenRosa-Accept-Content-Length",
    "Content-Language",
    "Cache-Control",
    "Content-Disposition",
)


def differences(recorded: Any, actual: Any, at: str = "body") -> list[str]:
    """Where a JSON body has another shape. Null stands for any value."""
    if recorded is None or actual is None:
        return []
    if isinstance(recorded, dict) and isinstance(actual, dict):
        # The rest of a link or a repeat depends on the data.
        keys = {key for key in {*recorded} ^ {*actual} if not _depends(key)}
        found = [f"{at}: {sorted(keys)} on one side only"] if keys else []
        for key in recorded.keys() & actual.keys():
            found += differences(recorded[key], actual[key], f"{at}.{key}")
        return found
    if isinstance(recorded, list) and isinstance(actual, list):
        if bool(recorded) != bool(actual):
            return [f"{at}: one side is empty"]
        return differences(recorded[0], actual[0], f"{at}[0]") if recorded else []
    kinds = {_kind(recorded), _kind(actual)}
    return [f"{at}: {recorded!r} and {actual!r}"] if len(kinds) > 1 else []


def error_differences(recorded: dict[str, Any], actual: Any) -> list[str]:
    """An error must say the same, but for numbers, which the server hands out."""
    if not isinstance(actual, dict):
        return [f"no error in JSON: {actual!r}"]
    found = [
        f"{key}: {recorded.get(key)!r} and {actual.get(key)!r}"
        for key in ("code", "message")
        if _masked(recorded.get(key)) != _masked(actual.get(key))
    ]
    return found + differences(
        recorded.get("details"), actual.get("details"), "details"
    )


def xml_differences(recorded: str, actual: str) -> list[str]:
    if recorded.endswith(" chars>"):  # cut by the recorder
        return []
    one, other = ET.fromstring(recorded), ET.fromstring(actual)  # noqa: S314
    found = []
    if {*_paths(one)} != {*_paths(other)}:
        found.append(f"elements: {set(_paths(one)) ^ set(_paths(other))}")
    if _masked(_message(one)) != _masked(_message(other)):
        found.append(f"message: {_message(one)!r} and {_message(other)!r}")
    return found


def header_differences(recorded: dict[str, str], actual: Any) -> list[str]:
    found = [
        f"{name}: {recorded.get(name)!r} and {actual.get(name)!r}"
        for name in HEADERS
        if recorded.get(name) != actual.get(name)
    ]
    kinds = etag_kind(recorded.get("ETag")), etag_kind(actual.get("ETag"))
    return found + ([f"ETag: {kinds}"] if kinds[0] != kinds[1] else [])


def etag_kind(etag: str | None) -> str:
    """By events, by content (strong), by the text of the answer (weak), or none."""
    if not etag:
        return "none"
    if "eventhash" in etag:
        return "no events" if "0" * 32 in etag else "events"
    return "weak" if etag.startswith("W/") else "strong"


def _depends(key: str) -> bool:
    return "navigationLink" in key or key in {"members", "benefits", "properties"}


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return "stamp" if STAMP.fullmatch(value) else "text"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    return type(value).__name__


def _masked(value: Any) -> Any:
    return re.sub(r"\b\d+\b", "#", value) if isinstance(value, str) else value


def _paths(node: ET.Element, at: str = "") -> list[str]:
    here = f"{at}/{node.tag.rpartition('}')[2]}"
    return [here, *(path for child in node for path in _paths(child, here))]


def _message(root: ET.Element) -> str:
    return next((n.text or "" for n in root.iter() if n.tag.endswith("}message")), "")
