"""A signed score table is asked on the phone, and phone and server add up alike.

The table is invented (tests/invented_table.py); the form around it is the one that is
shipped, and the engine that of ODK Collect.
"""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from lxml import etree

from forms.check import check_sheets
from forms.definition import FORMS, load
from server.domain.poverty.b1 import b1_of
from server.domain.poverty.load import load_pack
from server.domain.poverty.pack import AreaType
from server.domain.poverty.score_questions import choice_rows, survey_rows
from server.domain.survey.normalise import Normalised, from_openrosa
from server.openrosa import form_library
from server.openrosa.form_engine import Form
from tests.forms.answers import known_household
from tests.forms.javarosa import Refused, fill
from tests.forms.review import NGA, Sent, listed, media
from tests.forms.scored import (
    TOTAL,
    answers,
    lists,
    scored_form,
    send_scored,
    typed,
)
from tests.invented_table import ANSWERS, pack_with_table
from tests.journeys.posts import real_form

RECEIVED = date(2026, 11, 24)
FULL = ANSWERS[1][0]


def understood(sent: Sent) -> Normalised:
    result = from_openrosa(sent.root, RECEIVED)
    assert result.record is not None, result.problems
    assert result.ignored == ()
    return result


@pytest.mark.parametrize("kind", ["urban", "rural"])
@pytest.mark.parametrize(("items", "urban", "rural"), ANSWERS)
def test_phone_and_server_find_the_same_total(
    items: dict[str, list[str]], urban: int, rural: int, kind: str
) -> None:
    sent = send_scored(items, kind)

    record = understood(sent).record
    assert record is not None
    found = b1_of(record.household, pack_with_table(), AreaType(kind))
    expected = urban if kind == "urban" else rural
    assert sent[TOTAL] == str(expected)
    assert found is not None
    assert (found.computed, found.answers.phone_total) == (expected, expected)
    assert found.answers.table == pack_with_table().score_table.sha256  # type: ignore[union-attr]
    assert found.warnings(is_settled=True) == []


def test_an_item_nobody_can_tell_leaves_no_total() -> None:
    sent = send_scored({**FULL, "4": ["unknown"]})

    record = understood(sent).record
    assert record is not None
    found = b1_of(record.household, pack_with_table(), AreaType.URBAN)
    assert sent[TOTAL] == ""
    assert found is not None
    assert (found.computed, found.result.unanswered_items) == (None, (4,))


def test_each_item_takes_an_answer_and_none_of_these_stands_alone() -> None:
    with pytest.raises(Refused, match="3"):
        fill(scored_form(), lists(), answers({**FULL, "3": ["none", "motorbike"]}))
    with pytest.raises(Refused):
        fill(scored_form(), lists(), answers({k: FULL[k] for k in "124"}))


def test_a_total_typed_in_is_sent_beside_the_one_of_the_items() -> None:
    sent = send_scored(FULL, changes=typed(150))

    result = understood(sent)
    assert result.record is not None
    assert result.record.household.economy.b1_score == 150
    assert result.record.household.scores[0].phone_total == 110
    (problem,) = result.problems
    assert (problem.code, problem.blocking) == ("score_totals_differ", False)
    assert problem.values == {"typed": 150, "computed": 110}


def test_a_review_under_another_law_asks_no_items_of_this_one() -> None:
    changes = {"/visit/review_date": "2021-12-31"}

    sent = send_scored({}, changes=changes)

    assert "/household/b1/vn_2022" not in sent
    assert understood(sent).record is not None


def test_a_household_that_did_not_change_is_asked_no_items() -> None:
    chosen = known_household("nga", NGA)

    sent = Sent(fill(scored_form(), {**media(listed()), **_kinds()}, chosen))

    assert "/household/b1" not in sent


def test_the_form_with_a_table_passes_every_check_of_a_form() -> None:
    """Our rules, the converter without a warning, and ODK Validate."""
    packs = [pack_with_table()]
    sheets = load(FORMS / "household_review" / "form.yaml")
    sheets["survey"] = form_library.put_in(sheets["survey"], survey_rows(packs))
    sheets["choices"] = [*sheets["choices"], *choice_rows(packs)]

    assert check_sheets(sheets, FORMS / "household_review" / "media") == []


def test_without_a_table_the_form_is_the_one_that_is_shipped() -> None:
    workbook = form_library.DIST / "household_review.xlsx"
    shipped, _sha256 = real_form()

    again = form_library.with_tables(workbook, [], shipped.version)

    assert again == shipped
    assert "ward_kinds.csv" not in form_library.media_names(shipped.xform)


def test_the_engine_of_the_demo_adds_up_alike() -> None:
    at = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)

    xml = Form(scored_form(), lists()).fill(answers(FULL), at=at, ended_at=at)

    assert etree.fromstring(xml).findtext("." + TOTAL) == "110"


def test_whatever_people_are_called_the_form_is_made() -> None:
    pack = pack_with_table()
    assert pack.score_table is not None
    assert pack.score_table.signature is not None
    odd = replace(pack.score_table.signature, signed_by="Bà <Ký> & ${total}")
    pack = replace(pack, score_table=replace(pack.score_table, signature=odd))

    (_list, _group, _table, *rows) = survey_rows([pack])

    told = next(row for row in rows if row.get("name") == "vn_2022_source")
    assert "${" not in told["label::Tiếng Việt (vi)"]


def test_no_shipped_standard_can_be_asked() -> None:
    with pytest.raises(ValueError, match="nobody vouches"):
        survey_rows([load_pack("vn-2016")])
    assert load_pack("vn-2022").score_table is None


def _kinds() -> dict[str, bytes]:
    return {"ward_kinds.csv": lists()["ward_kinds.csv"]}
