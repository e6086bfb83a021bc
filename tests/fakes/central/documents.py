"""A submission's XML as Central reads it: leniently, and without checking anything."""

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from tests.fakes.central.xforms import Field


@dataclass(frozen=True)
class Document:
    """What Central takes out of a submission's XML when it comes in."""

    xml: bytes
    form_id: str
    version: str | None
    instance_id: str | None
    deprecated_id: str | None
    instance_name: str | None


def read_document(xml: bytes) -> Document:
    root = parse(xml)
    if root is None:
        return Document(xml, "", None, None, None, None)
    return Document(
        xml=xml,
        form_id=root.get("id", ""),
        version=root.get("version"),
        instance_id=_meta(root, "instanceID"),
        deprecated_id=_meta(root, "deprecatedID"),
        instance_name=_meta(root, "instanceName"),
    )


def parse(xml: bytes) -> etree._Element | None:
    """The root, whatever is broken behind it; None when there is none."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, huge_tree=True)
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:
        return None


def children(node: etree._Element | None, name: str) -> list[etree._Element]:
    if node is None:
        return []
    return [child for child in node if local(child) == name]


def at(root: etree._Element | None, path: str) -> etree._Element | None:
    """The first element at "/a/b"."""
    node = root
    for step in path.strip("/").split("/") if path.strip("/") else []:
        node = next(iter(children(node, step)), None)
    return node


def text_of(node: etree._Element | None) -> str | None:
    return (node.text or "") if node is not None else None


def local(node: etree._Element) -> str:
    return str(etree.QName(node).localname) if isinstance(node.tag, str) else ""


def files_of(root: etree._Element | None, fields: list[Field]) -> list[str]:
    """Names of the files that a submission says it has, in order, each once."""
    names: list[str] = []
    wanted = {field.path for field in fields if field.kind == "binary"}

    def walk(node: etree._Element, path: str) -> None:
        for child in node:
            here = f"{path}/{local(child)}"
            if here in wanted and (child.text or "").strip():
                names.append((child.text or "").strip())
            walk(child, here)

    if root is not None:
        walk(root, "")
    return list(dict.fromkeys(names))


def value_of(text: str | None, kind: str, *, is_wkt: bool = False) -> Any:
    """One answer as OData: what does not fit its type is null."""
    if text is None or text == "":
        return None
    if kind == "int":
        return int(text) if re.fullmatch(r"\s*[+-]?\d+\s*", text) else None
    if kind == "decimal":
        try:
            number = float(text)
        except ValueError:
            return None
        return int(number) if number.is_integer() else number
    if kind == "geopoint":
        return _point(text, is_wkt=is_wkt)
    return text


def _point(text: str, *, is_wkt: bool) -> Any:
    try:
        numbers = [float(part) for part in text.split()]
    except ValueError:
        return None
    if len(numbers) < 2:
        return None
    whole = [int(n) if n.is_integer() else n for n in numbers]
    coordinates = [whole[1], whole[0], *whole[2:3]]
    if is_wkt:
        return f"POINT ({' '.join(str(number) for number in coordinates)})"
    point: dict[str, Any] = {"type": "Point", "coordinates": coordinates}
    if len(whole) > 3:
        point["properties"] = {"accuracy": whole[3]}
    return point


def _meta(root: etree._Element, name: str) -> str | None:
    for meta in children(root, "meta"):
        for found in children(meta, name):
            if (found.text or "").strip():
                return (found.text or "").strip()
    return None
