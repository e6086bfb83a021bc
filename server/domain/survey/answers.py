"""The answers of a submission as one nested mapping, whichever door it came through.

Phones send OpenRosa XML; ODK Central hands on OData JSON, where groups are objects,
empty is null, a geopoint is GeoJSON and a repeat without rows is absent. Both become
the same `Answers`: groups are mappings, repeats are lists of mappings, leaves are
non-empty text. What the XML says about itself (instance, entity) is read apart into
`SubmissionMeta`.
"""

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from server.domain.survey.fields import FormTable
from server.domain.survey.record import EntityClaim

Answers: TypeAlias = "dict[str, str | Answers | list[Answers]]"
_STEP = re.compile(r"(?P<name>[^/\[\]]+)(?:\[(?P<row>[0-9]{1,4})\])?")


class XmlElement(Protocol):
    """What is used of an element of `lxml` or of the standard library.

    Whoever parses must refuse DOCTYPE first; there are no entities left here.
    """

    @property
    def tag(self) -> Any: ...
    @property
    def text(self) -> Any: ...
    @property
    def attrib(self) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...


@dataclass(frozen=True, slots=True)
class SubmissionMeta:
    """What a submission says about itself. `instance_id` is that of this version."""

    form_id: str
    form_version: str
    instance_id: str
    deprecated_id: str | None = None
    entity: EntityClaim | None = None


def answers_from_xml(root: XmlElement, table: FormTable) -> Answers:
    """The answers of an OpenRosa instance; `meta`, comments and empty nodes
    are left out.
    """
    return _group_from_xml(root, "", table.repeats)


def answers_from_odata(row: Mapping[str, Any], table: FormTable) -> Answers:
    """The answers of one row of `Submissions?$expand=*`."""
    return _group_from_odata(row, "", table.repeats)


def meta_from_xml(root: XmlElement) -> SubmissionMeta:
    """Form, version, instance and entity of an OpenRosa instance; blank where
    absent.
    """
    meta = _child(root, "meta")
    said = {} if meta is None else {_name(e): _text(e) for e in meta if _name(e)}
    return SubmissionMeta(
        form_id=str(root.attrib.get("id", "")),
        form_version=str(root.attrib.get("version", "")),
        instance_id=said.get("instanceID", ""),
        deprecated_id=said.get("deprecatedID") or None,
        entity=None if meta is None else _entity(_child(meta, "entity")),
    )


def meta_from_odata(
    row: Mapping[str, Any], table: FormTable, form_version: str | None = None
) -> SubmissionMeta:
    """The same from an OData row, as far as Central tells.

    The entity's id is never in `meta`, so it comes from the form's own calculate; its
    versions are not told at all. An edited row names its root instead of the version
    before. `__system.formVersion` stays that of the first version after an edit: pass
    `form_version` when the version list told better.
    """
    meta = row.get("meta") or {}
    system = row.get("__system") or {}
    instance_id = str(meta.get("instanceID") or row.get("__id") or "")
    root_id = str(row.get("__id") or "")
    answers = answers_from_odata(row, table)
    entity_id = text_at(answers, table.entity_id)
    label = (meta.get("entity") or {}).get("label")
    return SubmissionMeta(
        form_id=table.form_id,
        form_version=form_version or str(system.get("formVersion") or ""),
        instance_id=instance_id,
        deprecated_id=meta.get("deprecatedID")
        or (root_id if root_id not in ("", instance_id) else None),
        entity=EntityClaim(
            id=entity_id.removeprefix("uuid:"),
            is_create=not text_at(answers, table.known_entity),
            label=label or None,
        )
        if entity_id
        else None,
    )


def text_at(answers: Answers, path: str) -> str:
    """The text at a path, blank when it was not answered or is a group."""
    node: Any = answers
    for name in path.split("/"):
        if not isinstance(node, dict):
            return ""
        node = node.get(name, "")
    return node if isinstance(node, str) else ""


def rows_at(answers: Answers, path: str) -> list[Answers]:
    """The rows of a repeat, none when it is absent."""
    node: Any = answers
    for name in path.split("/"):
        node = node.get(name, []) if isinstance(node, dict) else []
    return [row for row in node if isinstance(row, dict)]


def leaves(answers: Answers, above: str = "") -> Iterator[tuple[str, str, str]]:
    """Every answer as (path, place, text); a place also counts the rows of repeats."""
    yield from _leaves(answers, above, above)


def amended(answers: Answers, changes: Mapping[str, str]) -> Answers:
    """A copy with some answers replaced, by the places that `leaves` gives.

    This is how a person in quarantine puts an answer right while the submission stays
    as it was sent. Blank text removes an answer. Raises ValueError for a place that
    cannot be in this submission, such as the fifth row of four.
    """
    changed: Answers = copy.deepcopy(answers)
    for place, text in changes.items():
        *groups, last = [_STEP.fullmatch(step) for step in place.split("/")]
        if last is None or last["row"] is not None or None in groups:
            raise ValueError(f"no answer can be at {place!r}")
        node: Any = changed
        for group in groups:
            node = _step_into(node, group, place)
        if not isinstance(node.get(last["name"], ""), str):
            raise ValueError(f"no answer can be at {place!r}")
        if text.strip():
            node[last["name"]] = text.strip()
        else:
            node.pop(last["name"], None)
    return changed


def _step_into(node: Any, step: Any, place: str) -> dict[str, Any]:
    inner = node.setdefault(step["name"], [] if step["row"] else {})
    if step["row"] is not None:
        if not isinstance(inner, list) or int(step["row"]) >= len(inner):
            raise ValueError(f"no answer can be at {place!r}")
        inner = inner[int(step["row"])]
    if not isinstance(inner, dict):
        raise ValueError(f"no answer can be at {place!r}")
    return inner


def _leaves(node: Any, path: str, place: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(node, str):
        yield path, place, node
    elif isinstance(node, list):
        for number, row in enumerate(node):
            yield from _leaves(row, path, f"{place}[{number}]")
    else:
        for name, child in node.items():
            joint = "/" if path else ""
            yield from _leaves(child, path + joint + name, place + joint + name)


def _group_from_xml(
    element: XmlElement, above: str, repeats: frozenset[str]
) -> Answers:
    found: Answers = {}
    for child in element:
        name = _name(child)
        if not name or name == "meta":
            continue
        path = f"{above}/{name}" if above else name
        if path in repeats:
            rows = found.setdefault(name, [])
            if isinstance(rows, list):
                rows.append(_group_from_xml(child, path, repeats))
        elif any(True for _ in child):
            _add(found, name, _group_from_xml(child, path, repeats))
        elif text := _text(child):
            _add(found, name, text)
    return found


def _group_from_odata(
    row: Mapping[str, Any], above: str, repeats: frozenset[str]
) -> Answers:
    found: Answers = {}
    for name, value in row.items():
        if value is None or "@odata." in name or name.startswith("__"):
            continue
        if name == "meta":
            continue
        path = f"{above}/{name}" if above else name
        if path in repeats or isinstance(value, list):
            rows = value if isinstance(value, list) else [value]
            found[name] = [
                _group_from_odata(item, path, repeats)
                for item in rows
                if isinstance(item, Mapping)
            ]
        elif isinstance(value, Mapping) and value.get("type") == "Point":
            found[name] = _point(value)
        elif isinstance(value, Mapping):
            _add(found, name, _group_from_odata(value, path, repeats))
        elif text := _scalar(value):
            found[name] = text
    return found


def _add(found: Answers, name: str, value: "str | Answers") -> None:
    """Keep an answer; a question sent twice outside a repeat becomes its last
    answer.
    """
    if value:
        found[name] = value


def _point(value: Mapping[str, Any]) -> str:
    """GeoJSON puts longitude first; a phone writes latitude first, then
    accuracy last.
    """
    longitude, latitude, *altitude = [*(value.get("coordinates") or ()), "", ""][:3]
    accuracy = (value.get("properties") or {}).get("accuracy")
    return " ".join(
        _scalar(part) or "0"
        for part in (latitude, longitude, altitude[0] if altitude else 0, accuracy or 0)
    )


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip()


def _entity(element: XmlElement | None) -> EntityClaim | None:
    """The claim on an entity; none when the form decided neither to create
    nor update.
    """
    if element is None or not element.attrib.get("id"):
        return None
    attributes = element.attrib
    is_create, is_update = (
        str(attributes.get(name, "")).strip().lower() in ("1", "true")
        for name in ("create", "update")
    )
    if not is_create and not is_update:
        return None
    label = _child(element, "label")
    base_version = str(attributes.get("baseVersion", ""))
    trunk_version = str(attributes.get("trunkVersion", ""))
    return EntityClaim(
        id=str(attributes["id"]).strip().removeprefix("uuid:"),
        is_create=is_create,
        base_version=int(base_version) if base_version.isdecimal() else None,
        trunk_version=int(trunk_version) if trunk_version.isdecimal() else None,
        branch_id=str(attributes.get("branchId", "")) or None,
        label=(_text(label) or None) if label is not None else None,
    )


def _child(element: XmlElement, name: str) -> Any:
    return next((child for child in element if _name(child) == name), None)


def _name(element: XmlElement) -> str:
    """The name without namespace; blank for comments and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _text(element: XmlElement) -> str:
    return str(element.text or "").strip()
