"""What a form asks, in words: read from the XForm that phones have.

So an answer is shown to staff under the very question the enumerator read out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import etree

XFORMS = "{http://www.w3.org/2002/xforms}"
BODY = "{http://www.w3.org/1999/xhtml}body"
_ITEXT = re.compile(r"jr:itext\('(.+)'\)")
_LIST = re.compile(r"instance\('([^']+)'\)")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Question:
    """A question or a group of them. `choices` are (code, words); none when the list
    is not part of the form. `kind` is the type of the answer: "int", "date", "string".
    """

    label: str
    choices: tuple[tuple[str, str], ...] = ()
    is_multiple: bool = False
    kind: str = "string"
    hint: str = ""

    def in_words(self, text: str) -> str:
        """An answer as the phone showed it; unknown codes stay as they are."""
        known = dict(self.choices)
        if self.kind == "date" and (day := _DAY.fullmatch(text)):
            return f"{day[3]}/{day[2]}/{day[1]}"
        if self.is_multiple:
            return ", ".join(known.get(code, code) for code in text.split())
        return known.get(text, text)


@lru_cache(maxsize=64)
def questions_of(xform: bytes, language: str) -> dict[str, Question]:
    """Every question with words, by its path below the root of the submission."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(xform, parser)
    words = _words(root, language)
    lists = dict(_lists(root, words))
    kinds = {
        bind.get("nodeset", ""): bind.get("type", "string")
        for bind in root.iter(XFORMS + "bind")
    }
    found: dict[str, Question] = {}
    for node in root.iterfind(f"{BODY}//*"):
        place = node.get("ref") or node.get("nodeset") or ""
        label = _label(node, words)
        if not place.startswith("/") or not label:
            continue
        found[_below_root(place)] = Question(
            label=label,
            choices=_choices(node, words, lists),
            is_multiple=node.tag == XFORMS + "select",
            kind=kinds.get(place, "string"),
            hint=_label(node, words, "hint"),
        )
    return found


def _below_root(place: str) -> str:
    return place.split("/", 2)[2] if place.count("/") > 1 else ""


def _words(root: Any, language: str) -> dict[str, str]:
    """The texts of the translation whose name ends with "(vi)"; of the first without
    one."""
    translations = list(root.iter(XFORMS + "translation"))
    fitting = [t for t in translations if t.get("lang", "").endswith(f"({language})")]
    return {
        text.get("id"): _plain(text.find(XFORMS + "value"))
        for translation in (fitting or translations)[:1]
        for text in translation.iter(XFORMS + "text")
    }


def _lists(
    root: Any, words: dict[str, str]
) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    for instance in root.iter(XFORMS + "instance"):
        items = [
            (
                item.findtext(XFORMS + "name") or "",
                words.get(item.findtext(XFORMS + "itextId") or "")
                or item.findtext(XFORMS + "label")
                or "",
            )
            for item in instance.iter(XFORMS + "item")
        ]
        if instance.get("id") and items:
            yield instance.get("id"), tuple((c, label) for c, label in items if label)


def _choices(
    node: Any, words: dict[str, str], lists: dict[str, tuple[tuple[str, str], ...]]
) -> tuple[tuple[str, str], ...]:
    itemset = node.find(XFORMS + "itemset")
    if itemset is not None:
        named = _LIST.match(itemset.get("nodeset", ""))
        return lists.get(named[1], ()) if named else ()
    return tuple(
        (item.findtext(XFORMS + "value") or "", _label(item, words))
        for item in node.findall(XFORMS + "item")
    )


def _label(node: Any, words: dict[str, str], kind: str = "label") -> str:
    label = node.find(XFORMS + kind)
    if label is None:
        return ""
    named = _ITEXT.fullmatch(label.get("ref") or "")
    return words.get(named[1], "") if named else _plain(label)


def _plain(node: Any) -> str:
    """Text without what the phone computes into it and without emphasis: of a name
    that stood in front only the colon is left, and goes."""
    if node is None:
        return ""
    text = _SPACES.sub(" ", "".join(node.itertext())).replace("**", "")
    text = text.replace(" :", ":").strip(" :")
    return text[:1].upper() + text[1:]
