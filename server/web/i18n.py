"""Two languages. Vietnamese is the source; English comes from plain .po files.

The files are read when the program starts, so a corrected sentence needs no compiler
step. What a person chose counts first, then what this browser chose, then DEFAULT_LANGUAGE.
Dates, instants and amounts are written as each language writes them, in Vietnam's time.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from flask import Flask, current_app, g, has_request_context, request

from server.clock import VIETNAM

TRANSLATIONS = Path(__file__).parent.parent / "translations"
LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
COOKIE = "language"
Number = int | float | Decimal
# English knows one and many: "{count} {count?household|households}".
_FORMS = re.compile(r"\{(\w+)\?([^|{}]*)\|([^|{}]*)\}")


def _(message: str, **values: object) -> str:
    """`message` in the reader's language, its {places} filled with `values`."""
    said = message
    if language() != "vi":
        said = english().get(message, message)
        if "?" in said and values:
            said = _FORMS.sub(lambda one: _form(one, values), said)
    return said.format(**values) if values else said


def _form(one: re.Match[str], values: Mapping[str, object]) -> str:
    return one[2] if str(values.get(one[1])) == "1" else one[3]


def language() -> str:
    """What the reader of this answer reads: "vi" or "en"."""
    if has_request_context():
        # Asked some hundred times a page: one look behind the proxy, and not three.
        kept = vars(g._get_current_object())  # noqa: SLF001 - as Werkzeug documents it
        if "paper_language" in kept:
            return str(kept["paper_language"])
        person = kept.get("visitor")
        chosen = person.language if person else request.cookies.get(COOKIE)
        if chosen in LANGUAGES:
            return chosen
    return str(current_app.config["DEFAULT_LANGUAGE"]) if current_app else "vi"


@contextmanager
def written_in(paper_language: str) -> Iterator[None]:
    """Within it everything is said in this language, whoever reads: for papers that
    are handed on."""
    g.paper_language = paper_language
    try:
        yield
    finally:
        del g.paper_language


@cache
def english() -> Mapping[str, str]:
    """Every translated sentence of every feature."""
    said: dict[str, str] = {}
    for path in sorted((TRANSLATIONS / "en").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                if message.id and message.string and not message.fuzzy:
                    said[str(message.id)] = str(message.string)
    return said


def day(value: date | None) -> str:
    """24/11/2026 in both languages: a ward's papers have one way to write a day."""
    return f"{value.day:02}/{value.month:02}/{value.year:04}" if value else ""


def instant(value: datetime | None) -> str:
    """24/11/2026 09:05, by the clock in Vietnam."""
    if value is None:
        return ""
    there = (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(VIETNAM)
    return f"{day(there)} {there:%H:%M}"


def number(value: Number | None) -> str:
    """1.500.000 in Vietnamese, 1,500,000 in English."""
    if value is None:
        return ""
    if isinstance(value, int):  # most lists are full of them, and Babel takes its time
        grouped = f"{value:,}"
        return grouped if language() == "en" else grouped.replace(",", ".")
    return format_decimal(value, locale=language())


def money(value: Number | None) -> str:
    """1.500.000 đ: whole đồng, the sign behind as everybody writes it."""
    return "" if value is None else f"{number(round(value))}\u00a0đ"


def init_app(app: Flask) -> None:
    """Give templates the words and the ways to write dates and amounts."""
    app.jinja_env.globals.update(_=_, language=language, LANGUAGES=LANGUAGES)
    app.jinja_env.filters.update(day=day, instant=instant, number=number, money=money)
