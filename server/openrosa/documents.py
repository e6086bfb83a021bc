"""The XML documents phones read. Nothing in them is ever empty: Collect refuses that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lxml import etree

_LIST = "http://openrosa.org/xforms/xformsList"
_MANIFEST = "http://openrosa.org/xforms/xformsManifest"
_RESPONSE = "http://openrosa.org/http/response"


@dataclass(frozen=True, slots=True)
class ListedForm:
    """A form as the list names it."""

    form_id: str
    name: str
    version: str
    md5: str
    download_url: str
    manifest_url: str | None


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A media file as the manifest names it; `integrity_url` makes it an entity list."""

    name: str
    md5: str
    download_url: str
    integrity_url: str | None


def form_list(forms: Iterable[ListedForm]) -> bytes:
    """The list of forms a phone should have."""
    root = etree.Element("xforms", nsmap={None: _LIST})  # type: ignore[dict-item]
    for form in forms:
        node = etree.SubElement(root, "xform")
        _add(
            node,
            formID=form.form_id,
            name=form.name,
            version=form.version,
            hash=f"md5:{form.md5}",
            downloadUrl=form.download_url,
            manifestUrl=form.manifest_url,
        )
    return _bytes(root)


def manifest(files: Iterable[ListedFile]) -> bytes:
    """The media files of one form."""
    root = etree.Element("manifest", nsmap={None: _MANIFEST})  # type: ignore[dict-item]
    for file in files:
        node = etree.SubElement(root, "mediaFile")
        if file.integrity_url is not None:
            node.set("type", "entityList")
        _add(
            node,
            filename=file.name,
            hash=f"md5:{file.md5}",
            downloadUrl=file.download_url,
            integrityUrl=file.integrity_url,
        )
    return _bytes(root)


def integrity(deleted: Mapping[str, bool]) -> bytes:
    """Which entities a phone must drop."""
    root = etree.Element("data")
    entities = etree.SubElement(root, "entities")
    for household_id, is_deleted in sorted(deleted.items()):
        entity = etree.SubElement(entities, "entity", id=household_id)
        _add(entity, deleted="true" if is_deleted else "false")
    return _bytes(root)


def message(text: str, *, nature: str) -> bytes:
    """What the enumerator reads after sending; `nature` is submit_success or error."""
    root = etree.Element("OpenRosaResponse", nsmap={None: _RESPONSE})  # type: ignore[dict-item]
    etree.SubElement(root, "message", nature=nature).text = text
    return _bytes(root)


def _add(node: etree._Element, **texts: str | None) -> None:
    for name, text in texts.items():
        if text is not None:
            etree.SubElement(node, name).text = text


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
