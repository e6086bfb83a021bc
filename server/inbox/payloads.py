"""Parsing what was sent: kept bytes are parsed again and again, and never trusted.

No DOCTYPE and therefore no entities, nothing fetched, no endless depth.
"""

import json
from typing import Any

from lxml import etree

from server.domain.survey.answers import Answers


def parse_xml(payload: bytes) -> Any:
    """The root of an OpenRosa instance. Raises ValueError for what is none."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(payload, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"XML, {error.lineno}:{error.offset}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("DOCTYPE")
    return root


def parse_odata(payload: bytes) -> dict[str, Any]:
    """One row as ODK Central tells it. Raises ValueError for what is none."""
    try:
        row = json.loads(payload)
    except RecursionError as error:
        raise ValueError("JSON, too deep") from error
    if not isinstance(row, dict):
        raise ValueError("JSON, no object")
    meta, system = row.get("meta") or {}, row.get("__system") or {}
    if not isinstance(meta, dict) or not isinstance(system, dict):
        raise ValueError("meta, __system")
    if not isinstance(meta.get("entity") or {}, dict):
        raise ValueError("meta/entity")
    return row


def xml_as_it_stands(element: Any) -> Answers:
    """Answers of a form nobody knows: what comes twice is a repeat."""
    found: Answers = {}
    names = [etree.QName(child).localname for child in element]
    for name, child in zip(names, element, strict=True):
        inner = xml_as_it_stands(child) if len(child) else {}
        text = (child.text or "").strip()
        if names.count(name) > 1:
            rows = found.setdefault(name, [])
            if isinstance(rows, list):
                rows.append(inner or ({name: text} if text else {}))
        elif inner:
            found[name] = inner
        elif text:
            found[name] = text
    return found


def json_as_it_stands(row: dict[str, Any]) -> Answers:
    """The same of an OData row."""
    found: Answers = {}
    for name, value in row.items():
        if value is None or "@odata." in name or name.startswith("__"):
            continue
        if isinstance(value, dict):
            found[name] = json_as_it_stands(value)
        elif isinstance(value, list):
            found[name] = [json_as_it_stands(v) for v in value if isinstance(v, dict)]
        else:
            found[name] = str(value)
    return found
