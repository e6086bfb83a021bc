"""An XForm taken apart: what binds to what, which defaults and which lists it has."""

import csv
import io
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

XFORMS = "{http://www.w3.org/2002/xforms}"
JAVAROSA = "{http://openrosa.org/javarosa}"
_TRUE = ("true()", " true() ")


@dataclass(frozen=True, slots=True)
class Bind:
    """One `bind`: what holds for the nodes at `path` (attributes as ".../@id")."""

    path: str
    calculate: str | None
    relevant: str | None
    constraint: str | None
    is_required: bool
    type: str
    preload: tuple[str, str] | None


def plain(element: Any) -> Any:
    """A copy without namespaces, because form expressions name elements plainly."""
    copy = etree.Element(etree.QName(element).localname)
    for name, value in element.attrib.items():
        if not name.startswith("{"):
            copy.set(name, value)
    copy.text = (element.text or "").strip() or None
    for child in element.iterchildren(tag=etree.Element):
        copy.append(plain(child))
    return copy


def read_bind(element: Any) -> Bind:
    """A `bind` element with its attributes told apart."""
    preload = element.get(f"{JAVAROSA}preload")
    calculate = element.get("calculate")
    return Bind(
        path=element.get("nodeset"),
        calculate=calculate.strip() if calculate else None,
        relevant=element.get("relevant"),
        constraint=element.get("constraint"),
        is_required=element.get("required") in _TRUE,
        type=element.get("type", "string"),
        preload=(preload, element.get(f"{JAVAROSA}preloadParams")) if preload else None,
    )


def read_defaults(model: Any) -> dict[str, str]:
    """Path -> expression of `setvalue` actions: dynamic defaults and triggers."""
    found = {}
    for action in model.getroottree().getroot().iter(f"{XFORMS}setvalue"):
        if value := action.get("value"):
            found[action.get("ref")] = re.sub(r"\s+", " ", value).strip()
    return found


def read_list(instance: Any, media: Mapping[str, bytes]) -> Any:
    """A secondary instance as elements: inline, or from its CSV file."""
    found = etree.Element("instance", id=instance.get("id"))
    source = instance.get("src")
    if source is None:
        found.append(plain(instance[0]))
        return found
    root = etree.SubElement(found, "root")
    content = media.get(source.rpartition("/")[2], b"").decode()
    for row in csv.DictReader(io.StringIO(content)):
        item = etree.SubElement(root, "item")
        if "__version" in row:  # what a phone adds to the rows of an entity list
            row |= {"__trunkVersion": row["__version"], "__branchId": str(uuid.uuid4())}
        for name, value in row.items():
            etree.SubElement(item, name).text = value
    return found
