"""Every Vietnamese sentence of the screens can be read in English."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from tests.architecture.source import ROOT

SERVER = ROOT / "server"
SYNC = ROOT / "sync"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
BLANK = re.compile(r"\{(\w*)")


def said(path: Path) -> Iterator[tuple[str, str]]:
    """Each message of one file with where it stands."""
    method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
    options = {"silent": "false"} if path.suffix == ".html" else {}
    content = BytesIO(path.read_bytes())
    for line, message, *_ in extract(method, content, KEYWORDS, options=options):
        first = message if isinstance(message, str) else message[0]
        yield first, f"{path.relative_to(ROOT)}:{line}"


def messages() -> dict[str, str]:
    files = [*SERVER.rglob("*.py"), *SYNC.rglob("*.py"), *SERVER.rglob("*.html")]
    return {message: place for path in sorted(files) for message, place in said(path)}


def catalogues() -> dict[str, Catalog]:
    found = {}
    for path in sorted((SERVER / "translations" / "en").glob("*.po")):
        with path.open("rb") as file:
            found[path.name] = read_po(file, abort_invalid=True)
    return found


def translations() -> dict[str, str]:
    return {
        str(message.id): str(message.string)
        for catalogue in catalogues().values()
        for message in catalogue
        if message.id and message.string and not message.fuzzy
    }


def test_every_sentence_has_an_english_translation() -> None:
    known = translations()

    assert {m: place for m, place in messages().items() if m not in known} == {}


def test_a_translation_fills_the_same_blanks() -> None:
    differing = {
        message: english
        for message, english in translations().items()
        if set(BLANK.findall(message)) != set(BLANK.findall(english))
    }

    assert differing == {}


def test_two_catalogues_do_not_contradict_each_other() -> None:
    seen: dict[str, str] = {}
    differing = []
    for catalogue in catalogues().values():
        for message in catalogue:
            english = seen.setdefault(str(message.id), str(message.string))
            if message.id and english != message.string:
                differing.append(f"{message.id}: {english} / {message.string}")

    assert differing == []
