"""What Central reads out of an XForm: its fields, its files and its entities."""

import hashlib
import re
from dataclasses import dataclass

from lxml import etree

JR = "{http://openrosa.org/javarosa}"
XF = "{http://www.w3.org/2002/xforms}"
SAVETO = "{http://www.opendatakit.org/xforms/entities}saveto"


@dataclass(frozen=True)
class Field:
    """One field. `kind` is "structure", "repeat" or a type of XForms."""

    path: str
    kind: str
    is_multiple: bool = False

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def parent(self) -> str:
        return self.path.rpartition("/")[0]

    def shown(self) -> dict[str, object]:
        return {
            "path": self.path,
            "name": self.name,
            "type": self.kind,
            "binary": True if self.kind == "binary" else None,
            "selectMultiple": True if self.is_multiple else None,
        }


@dataclass(frozen=True)
class EntityRule:
    """An entity that a form writes: at `path` (the parent of its meta block)."""

    path: str
    dataset: str
    properties: tuple[tuple[str, str], ...]  # (path of the field, property)


@dataclass(frozen=True)
class XForm:
    xml: str
    form_id: str
    version: str
    title: str
    fields: tuple[Field, ...]
    files: tuple[str, ...]
    entities: tuple[EntityRule, ...]

    @property
    def hash(self) -> str:
        return hashlib.md5(self.xml.encode(), usedforsecurity=False).hexdigest()


def read_xform(xml: bytes) -> XForm | None:
    """None when the text is no XForm."""
    try:
        root = etree.fromstring(xml)
    except etree.XMLSyntaxError:
        return None
    data = root.find(f".//{XF}model/{XF}instance/*")
    if data is None:
        return None
    binds = {b.get("nodeset"): b for b in root.iter(f"{XF}bind")}
    repeats = {r.get("nodeset") for r in root.iter(f"{XF}repeat")}
    multiple = {s.get("ref") for s in root.iter(f"{XF}select")}
    top = f"/{_local(data)}"
    fields: list[Field] = []
    rules: list[EntityRule] = []

    def walk(node: etree._Element, path: str) -> None:
        for child in node:
            here = f"{path}/{_local(child)}"
            shown = here.removeprefix(top)
            if any(field.path == shown for field in fields):
                continue  # the second, plain copy of a repeat's template
            if _local(child) == "entity" and _local(node) == "meta":
                owner = path.rpartition("/")[0]
                rules.append(_rule(child, owner, top, binds))
            is_repeat = here in repeats or child.get(f"{JR}template") is not None
            is_group = len(child) > 0 or _local(child) == "entity"
            kind = "structure"
            if is_repeat:
                kind = "repeat"
            elif not is_group:
                kind = binds[here].get("type", "string") if here in binds else "string"
            fields.append(Field(shown, kind, here in multiple))
            walk(child, here)

    walk(data, top)
    files = re.findall(r"jr://file(?:-csv)?/([^\"'\s<]+)", xml.decode())
    title = root.find(".//{http://www.w3.org/1999/xhtml}title")
    return XForm(
        xml=xml.decode(),
        form_id=data.get("id", ""),
        version=data.get("version", ""),
        title=(title.text or "") if title is not None else "",
        fields=tuple(fields),
        files=tuple(dict.fromkeys(files)),
        entities=tuple(rules),
    )


def _rule(
    entity: etree._Element,
    owner: str,
    top: str,
    binds: dict[str | None, etree._Element],
) -> EntityRule:
    saved = tuple(
        (path.removeprefix(top), bind.get(SAVETO, ""))
        for path, bind in binds.items()
        if path and bind.get(SAVETO) and path.startswith(f"{owner}/")
    )
    return EntityRule(owner.removeprefix(top), entity.get("dataset", ""), saved)


def _local(node: etree._Element) -> str:
    return str(etree.QName(node).localname)
