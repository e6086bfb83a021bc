"""What goes wrong in the field, done to a submission that was right.

An old phone, a clock of 1970 or a form changed by hand sends what the form itself would
never let through; the server must keep it, say why, and wait for a person.
"""

from collections.abc import Callable
from datetime import date, timedelta

from lxml import etree

Mishap = Callable[[bytes, date], bytes]


def review_in_the_future(xml: bytes, today: date) -> bytes:
    """The phone's clock is a year ahead."""
    later = (today + timedelta(days=365)).isoformat()
    return _changed(xml, "visit/review_date", later)


def clock_of_1970(xml: bytes, today: date) -> bytes:
    """The battery was empty, and the clock began anew."""
    xml = _changed(xml, "started_at", "1970-01-01T07:00:04.000+07:00")
    return _changed(xml, "visit/review_date", "1970-01-01")


def second_head(xml: bytes, today: date) -> bytes:
    """Two households were written on one form."""
    root = etree.fromstring(xml)
    for relation in root.iterfind("household/roster/member/person/relation_to_head"):
        relation.text = "head"
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def unknown_choice(xml: bytes, today: date) -> bytes:
    """A choice of a form that somebody edited."""
    return _changed(xml, "household/water_power/water_source", "nuoc_gieng_khoi")


def income_in_words(xml: bytes, today: date) -> bytes:
    """A number typed as words."""
    return _changed(xml, "household/dwelling/area_m2", "hai mươi mét")


def clock_half_a_year_ahead(xml: bytes, today: date) -> bytes:
    """Kept with a warning: only the time of the interview is unusable."""
    later = (today + timedelta(days=180)).isoformat()
    return _changed(xml, "started_at", f"{later}T08:00:00.000+07:00")


MISHAPS: tuple[Mishap, ...] = (
    review_in_the_future,
    clock_of_1970,
    second_head,
    unknown_choice,
    income_in_words,
    clock_half_a_year_ahead,
)


def _changed(xml: bytes, path: str, text: str) -> bytes:
    root = etree.fromstring(xml)
    for node in root.iterfind(path):
        node.text = text
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
