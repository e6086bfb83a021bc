"""The demo's form engine sends what JavaRosa, the engine inside Collect, sends."""

import re
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from lxml import etree

from server.openrosa.form_engine import AnswerRefused, Form
from tests.forms.answers import CHILD, known_household, member, new_household
from tests.forms.javarosa import Refused, fill
from tests.forms.review import NGA, listed, media, xform

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
# Times of the run, random identifiers, and the label of a choice, which nobody reads.
NOT_COMPARED = ("started_at", "ended_at", "override_name_text_2022")
RANDOM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")

OVERRIDDEN = {
    "/household/standard_2022/results_2022/overruled_2022": ["WATER"],
    "/household/standard_2022/override_2022[1]/override_page_2022"
    "/override_deprived_2022": "yes",
    "/household/standard_2022/override_2022[1]/override_page_2022"
    "/override_reason_2022": "Nước nhiễm sắt",
}
CASES = {
    "a new household of one": new_household(),
    "a family with a child": new_household(member(1), member(2, CHILD)),
    "an elder who knows the year only": new_household(
        member(
            1, birth_precision="year_only", birth_date=None, birth_year_stated="1949"
        )
    ),
    "someone who knows their age only": new_household(
        member(1, birth_precision="age_only", birth_date=None, age_stated="71")
    ),
    "answers nobody knows": new_household(
        member(1, has_insurance="unknown", insurance_type=None),
        changes={"/household/information/uses_internet": "unknown"},
    ),
    "a reviewer who overrules": new_household(changes=OVERRIDDEN),
    "a known household without change": known_household("nga", NGA),
}


@cache
def form() -> Form:
    return Form(xform(), media(listed()))


@pytest.mark.parametrize("answers", CASES.values(), ids=CASES.keys())
def test_it_sends_what_javarosa_sends(answers: dict[str, Any]) -> None:
    expected = fill(xform(), media(listed()), answers)

    sent = form().fill(answers, at=NOW, ended_at=NOW, device_id="collect:test")

    assert said(sent) == said(expected)


@pytest.mark.parametrize(
    "changes",
    [
        {"/household/contact/phone_1": "12"},
        {"/household/contact/head_name": None},
        {"/visit/review_date": "2015-12-31"},
        {"/household/roster/member[1]/person/birth_date": "2026-12-01"},
    ],
    ids=["too short a phone", "no head", "too early a review", "born after the review"],
)
def test_it_refuses_what_javarosa_refuses(changes: dict[str, Any]) -> None:
    answers = new_household(changes=changes)

    with pytest.raises(Refused):
        fill(xform(), media(listed()), answers)
    with pytest.raises(AnswerRefused):
        form().fill(answers, at=NOW, ended_at=NOW)


def test_an_answer_that_was_never_asked_for_is_refused() -> None:
    answers = known_household("nga", NGA) | {"/household/dwelling/wall": "concrete"}

    with pytest.raises(AnswerRefused, match="never asked"):
        form().fill(answers, at=NOW, ended_at=NOW)


def test_an_edit_names_the_submission_it_replaces() -> None:
    sent = form().fill(
        new_household(), at=NOW, ended_at=NOW, edit_of="uuid:first-version"
    )

    assert etree.fromstring(sent).findtext("meta/deprecatedID") == "uuid:first-version"


def said(xml: bytes) -> list[tuple[str, str, dict[str, str]]]:
    """Every node with its text and attributes; random identifiers look alike."""
    tree = etree.fromstring(xml).getroottree()
    found = []
    for node in tree.getroot().iter(etree.Element):
        name = etree.QName(node).localname
        if name in NOT_COMPARED:
            continue
        path = re.sub(r"\w+:", "", tree.getpath(node))
        text = RANDOM.sub("random", node.text or "") if len(node) == 0 else ""
        attributes = {k: RANDOM.sub("random", v) for k, v in node.attrib.items()}
        found.append((path, text, attributes))
    return found
