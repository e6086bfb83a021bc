"""What ODK Central makes of an instance, from its XML and its form.

The shape follows recordings of a Central of 2026: numbers and positions by the type of
the question, groups as objects, what was not answered as null, repeats as rows with ids
of Central's own, and nothing of the entity but its label.
"""

import hashlib
from typing import Any

from lxml import etree

XFORMS = "{http://www.w3.org/2002/xforms}"


def odata_row(xml: bytes, xform: bytes) -> dict[str, Any]:
    """One row of `Submissions?$expand=*`."""
    form, sent = etree.fromstring(xform), etree.fromstring(xml)
    kinds = {b.get("nodeset"): b.get("type") for b in form.iter(XFORMS + "bind")}
    repeats = {node.get("nodeset") for node in form.iter(XFORMS + "repeat")}
    instance = form.find(f".//{XFORMS}instance")[0]
    row = _group(instance, sent, "/data", kinds, repeats)
    meta = next(child for child in sent if _name(child) == "meta")
    said = {_name(child): child for child in meta}
    instance_id = said["instanceID"].text
    row["meta"] = {
        "audit": None,
        "instanceID": instance_id,
        "instanceName": said["instanceName"].text if "instanceName" in said else None,
        "entity": {"label": next((e.text for e in said["entity"]), None)},
    }
    row["__id"] = instance_id
    row["__system"] = {
        "submissionDate": "2026-11-24T03:00:00.000Z",
        "formVersion": sent.get("version"),
        "status": None,
        "edits": 0,
    }
    return row


def _group(
    asked: Any, sent: Any, path: str, kinds: dict[str, str], repeats: set[str]
) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for question in asked:
        name = _name(question)
        here = f"{path}/{name}"
        answers = [] if sent is None else [c for c in sent if _name(c) == name]
        if name == "meta" or name in row:
            continue
        if here in repeats:
            rows = [
                _group(question, one, here, kinds, repeats)
                for one in answers
                if len(one)
            ]
            for number, inner in enumerate(rows):
                digest = hashlib.sha1(f"{here}{number}".encode(), usedforsecurity=False)
                inner["__id"] = digest.hexdigest()
            row[f"{name}@odata.navigationLink"] = f"Submissions('x')/{name}"
            row[name] = rows
        elif len(question):
            inner_sent = answers[0] if answers else None
            row[name] = _group(question, inner_sent, here, kinds, repeats)
        else:
            text = answers[0].text if answers else None
            row[name] = _typed(text, kinds.get(here))
    return row


def _typed(text: str | None, kind: str | None) -> Any:
    if not text:
        return None
    if kind == "int":
        return int(text)
    if kind == "decimal":
        return float(text)
    if kind == "geopoint":
        latitude, longitude, altitude, accuracy = map(float, text.split())
        return {
            "type": "Point",
            "coordinates": [longitude, latitude, altitude],
            "properties": {"accuracy": accuracy},
        }
    return text


def _name(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
