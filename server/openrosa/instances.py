"""Reading what a phone says about a submission, without trusting it.

No DOCTYPE, therefore no entities of its own and nothing to fetch or to blow up; UTF-8
only, because that is what phones send and what the DOCTYPE check reads; a limit on depth.
What the answers mean is read later, from the bytes as they were sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lxml import etree

from server.domain.problems import Problem, Refused
from server.domain.survey.answers import meta_from_xml
from server.domain.survey.forms import find_table
from server.domain.survey.values import shown
from server.openrosa.file_names import safe_name

MAX_DEPTH = 60
MAX_ID_LENGTH = 200
_TOO_DEEP = etree.XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")


@dataclass(frozen=True, slots=True)
class Instance:
    """What the envelope needs: which form, which submission, where, which files."""

    form_id: str
    form_version: str
    instance_id: str
    deprecated_id: str | None
    ward_code: str
    root: Any

    def expected_files(self, questions: Iterable[str]) -> list[str]:
        """The files the answers mention; `questions` are the paths that hold files."""
        names = {
            safe_name(text)
            for path in questions
            for node in self.root.iterfind(_anywhere(path))
            if (text := (node.text or "").strip())
        }
        return sorted(names)


def read_instance(payload: bytes) -> Instance:
    """Raises `Refused` for what is no usable instance."""
    root = parse(payload)
    meta = meta_from_xml(root)
    if not meta.instance_id:
        raise Refused(Problem("instance_id_missing", "meta/instanceID"), status=400)
    for identifier in (meta.instance_id, meta.deprecated_id):
        if identifier and len(identifier) > MAX_ID_LENGTH:
            values = {"value": shown(identifier)}
            problem = Problem("instance_id_unusable", "meta/instanceID", values)
            raise Refused(problem, status=400)
    return Instance(
        form_id=meta.form_id,
        form_version=meta.form_version,
        instance_id=meta.instance_id,
        deprecated_id=meta.deprecated_id,
        ward_code=_ward_code(root, meta.form_id, meta.form_version),
        root=root,
    )


def parse(payload: bytes) -> Any:
    """The root element. Raises `Refused` for broken, hostile or too deep XML."""
    try:
        text = payload.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable(str(error.reason)) from error
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Refused(Problem("xml_forbidden"), status=400)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _unreadable(str(error)[:100]) from error
    if _TOO_DEEP(root):
        raise Refused(Problem("xml_too_deep", "", {"limit": MAX_DEPTH}), status=400)
    return root


def _unreadable(reason: str) -> Refused:
    return Refused(Problem("xml_unreadable", "", {"value": reason}), status=400)


def _ward_code(root: Any, form_id: str, version: str) -> str:
    """The ward answered, so that staff of that ward see the submission; else blank."""
    table = find_table(form_id, version)
    fields = table.household if table else ()
    places = [field.path for field in fields if field.target == "ward_code"]
    texts = (root.findtext(_anywhere(f"/{place}")) or "" for place in places)
    return next((found for text in texts if (found := text.strip())), "")


def _anywhere(path: str) -> str:
    """The path in whatever namespace the form put its questions."""
    return "/".join(f"{{*}}{name}" for name in path.strip("/").split("/"))
