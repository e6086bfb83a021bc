"""Documents lead somewhere, and the manual quotes the screens as they are."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from server.domain.data_files import TextLoader
from tests.architecture.source import ROOT
from tests.architecture.test_translations import messages, translations
from tests.browser import screenshots

DOCS = ROOT / "docs"
IMAGES = DOCS / "images"
DOCUMENTS = sorted(
    [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "forms" / "README.md",
        *DOCS.rglob("*.md"),
    ]
)
FORM_LABEL = {"vi": "label::Tiếng Việt (vi)", "en": "label::English (en)"}
LARGEST = 150_000
# Not of a screen: `python -m tests.bench.matching --plot` draws it.
PLOTS = {"matching.svg"}
LINK = re.compile(r"\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^)\s]+)\)")
BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`[^`\n]*`")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
BLANK = re.compile(r"\\\{\w+\\\}")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def prose(path: Path) -> str:
    """A document without what is quoted as code."""
    return CODE.sub("", FENCE.sub("", path.read_text(encoding="utf-8")))


def anchors(path: Path) -> set[str]:
    """What a link behind # may name: headings as GitHub writes them."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in HEADING.findall(text)
    }


def leads_nowhere(document: Path, link: str) -> bool:
    address = urlsplit(link)
    if address.scheme:
        return False
    target = document
    if address.path:
        target = (document.parent / unquote(address.path)).resolve()
    if not target.exists() or ROOT not in (target, *target.parents):
        return True
    return bool(address.fragment) and unquote(address.fragment) not in anchors(target)


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    links = LINK.findall(prose(document))

    assert [link for link in links if leads_nowhere(document, link)] == []


def pictures_shown() -> set[str]:
    links = [link for document in DOCUMENTS for link in LINK.findall(prose(document))]
    return {Path(link).name for link in links if link.endswith(".png")}


def test_every_picture_is_drawn_by_the_script_shown_and_small() -> None:
    drawn = {f"{name}.png" for name in screenshots.names()}
    files = {path.name: path.stat().st_size for path in IMAGES.iterdir()}

    assert set(files) - PLOTS == drawn == pictures_shown() - PLOTS
    assert {name for name, size in files.items() if size > LARGEST} == set()


def form_labels(language: str) -> set[str]:
    """Questions and choices of every form."""
    found: set[str] = set()

    def collect(part: object) -> None:
        if isinstance(part, dict):
            if isinstance(label := part.get(FORM_LABEL[language]), str):
                found.add(label.strip())
            part = list(part.values())
        if isinstance(part, list):
            for each in part:
                collect(each)

    for path in (ROOT / "forms").rglob("*.yaml"):
        collect(yaml.load(path.read_text(encoding="utf-8"), TextLoader))
    return found


def is_on_a_screen(language: str) -> re.Pattern[str]:
    """Matches whatever a screen or a form says; numbers and names fill its blanks."""
    known = translations()
    said = messages() if language == "vi" else {known[each] for each in messages()}
    # What stands in the manual is about many: "{count} {count?pair|pairs}".
    said = {re.sub(r"\{\w+\?[^|{}]*\|([^{}]*)\}", r"\1", each) for each in said}
    with_words = {each for each in said if re.sub(r"\{\w+\}|\W", "", each)}
    patterns = (
        BLANK.sub(".+", re.escape(each)) for each in with_words | form_labels(language)
    )
    return re.compile("|".join(sorted(patterns, key=len, reverse=True)))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_the_manual_prints_in_bold_is_what_a_screen_says(language: str) -> None:
    quoted = BOLD.findall(prose(DOCS / "manual" / f"{language}.md"))
    known = is_on_a_screen(language)

    assert len(set(quoted)) > 100
    said = {" ".join(label.split()) for label in quoted}
    assert sorted(label for label in said if not known.fullmatch(label)) == []


def test_both_manuals_have_the_same_parts_and_pictures() -> None:
    vi, en = (prose(DOCS / "manual" / f"{each}.md") for each in ("vi", "en"))

    def levels(text: str) -> list[int]:
        return [len(mark) for mark in re.findall(r"^(#+) ", text, re.MULTILINE)]

    assert levels(vi) == levels(en)
    assert re.findall(r"images/[\w-]+", vi) == re.findall(r"images/[\w-]+", en)
