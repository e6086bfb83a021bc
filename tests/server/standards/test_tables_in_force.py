"""Several tables of one standard: by province, from a day on, and as known at an instant."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask

from server import clock
from server.areas.tables import Area
from server.domain.actor import EVERYWHERE
from server.domain.poverty.score_questions import survey_rows
from server.domain.problems import Refused
from server.domain.survey.record import ScoreAnswers
from server.openrosa.media import LISTS
from server.registry.tables import HouseholdRow
from server.rounds import evidence
from server.rounds import queries as rounds
from server.scenarios.replaying import replay
from server.standards import actions, queries
from server.standards.in_force import Where, signed_tables, table_of
from server.standards.tables import TableCompletion
from server.status import queries as status
from server.status.actions import assess
from server.status.standards import place_of, standards_on
from tests.browsing import signed_in
from tests.domain.poverty.households import household
from tests.factories import make_user
from tests.invented_table import ANSWERS, GIVEN, TABLE
from tests.server.rounds.reviews import (
    listed,
    open_round,
    score,
    surveyed_household,
)
from tests.server.standards.signing import ONE, OTHER
from tests.server.status.households import (
    at,
    make_household,
    make_record,
    make_ward,
    set_clock,
)

# Every option of this is worth five points more in the towns.
DEARER = TABLE.replace(",,80,70", ",,85,70").replace(",,55,60", ",,60,60")
TWO = ANSWERS[1][0]  # 110 points by the column of towns, 115 by that of the country


def sign(text: str = TABLE, **given: Any) -> TableCompletion:
    values: dict[str, Any] = {**GIVEN, **given}
    made = actions.propose(by=ONE, standard="vn-2022", content=text.encode(), **values)
    return actions.sign(by=OTHER, completion_id=made.id, checksum=made.sha256[:8])


def answered(ward: Area, reviewed: date = date(2026, 10, 20)) -> HouseholdRow:
    """A household that lacks three services and answered the items worth 110 or 115."""
    items = {number: tuple(chosen) for number, chosen in TWO.items()}
    content = replace(
        household(lacks=("WATER", "TOILET", "TELECOM")),
        scores=(ScoreAnswers("vn-2022", "", items),),
    )
    row = make_household(ward, content=content, reviewed=reviewed)
    make_record(row, row.id, reviewed)
    assess(household_ids=[row.id])
    return row


def measured(row: HouseholdRow) -> int | None:
    found = status.find_assessment(row.id, "vn-2022")
    assert found is not None
    points = found.trace["measured"]
    return None if points is None else int(points)


@pytest.fixture
def hanoi(app: Flask) -> Area:
    return make_ward(name="Phường Láng")


@pytest.fixture
def highland(app: Flask) -> Area:
    return make_ward("66", name="Phường Buôn Ma Thuột")


def test_a_province_has_its_own_columns_beside_those_of_everywhere(
    hanoi: Area, highland: Area
) -> None:
    sign()
    sign(province_code="66", urban="NongThon")

    here, there = answered(hanoi), answered(highland)

    assert (measured(here), measured(there)) == (110, 115)
    trace = status.find_assessment(there.id, "vn-2022")
    assert trace is not None
    assert trace.trace["b1"]["table"]["province"] == "66"
    with pytest.raises(Refused) as refused:
        sign(province_code="99")
    assert refused.value.problems[0].code == "completion_province_unknown"


def test_a_table_from_a_day_on_leaves_earlier_reviews_to_the_former(
    hanoi: Area,
) -> None:
    sign()
    sign(DEARER, applies_from=date(2026, 10, 1))

    before, after = (answered(hanoi, date(2026, month, 20)) for month in (9, 10))

    assert (measured(before), measured(after)) == (110, 115)


def test_which_table_counted_at_any_instant_stays_known(
    hanoi: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: list[tuple[Any, int | None]] = []
    pack = queries.get_pack("vn-2022")

    def look(day: int) -> None:
        """What counts now; the next thing happens an hour later."""
        set_clock(monkeypatch, at(2026, 11, day, 12))
        found = table_of(pack, signed_tables())
        known.append((clock.now(), found.id if found else None))
        set_clock(monkeypatch, at(2026, 11, day, 13))

    look(1)
    first = sign()
    look(2)
    second = sign(DEARER)
    look(3)
    actions.withdraw(by=ONE, completion_id=second.id, reason="nhầm cột")
    look(4)
    actions.withdraw(by=ONE, completion_id=first.id, reason="nhầm cột")
    look(5)

    assert [each for _, each in known] == [None, first.id, second.id, first.id, None]
    for instant, number in known:
        found = table_of(pack, signed_tables(instant))
        assert (found.id if found else None) == number


@pytest.mark.sqlite_only
def test_phones_add_up_by_the_column_of_the_province_of_the_ward(
    hanoi: Area, highland: Area
) -> None:
    sign(urban="NongThon", province_code="66")
    alone = region_of_form()
    sign()
    both = region_of_form()
    sign(DEARER, province_code="66")

    assert alone.startswith("if(instance('ward_kinds')")
    assert alone.endswith("= '66', 'NongThon', '')")
    assert "/province = '66', 'NongThon', if(" in both
    assert (
        "'66'" not in region_of_form()
    )  # its table reads otherwise: the server adds up
    kinds = LISTS["ward_kinds.csv"].content(EVERYWHERE).decode()
    assert f"{highland.code},{highland.name},urban,66" in kinds


@pytest.mark.sqlite_only
def test_a_past_round_is_replayed_by_the_table_signed_then(
    app: Flask, hanoi: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, at(2026, 9, 15))
    unsigned = surveyed_household(hanoi)  # somebody typed a total in
    review = open_round(hanoi)
    score(review, listed(review, unsigned))
    set_clock(monkeypatch, at(2026, 9, 16))
    first = sign()
    set_clock(monkeypatch, at(2026, 9, 17))
    row = answered(hanoi, date(2026, 9, 10))
    score(review, listed(review, row))
    set_clock(monkeypatch, at(2026, 11, 24))
    # By this one, signed since, the household would have 190 points and not be poor.
    sign(TABLE.replace(",,55,60", ",,135,60"))
    assess(household_ids=[row.id])
    assert measured(row) == 190

    pack = queries.as_it_stands(queries.get_pack("vn-2022"))
    found = replay(review, pack, None)

    assert all(each.is_same for each in found.cases)
    assert {each.household_id: each.replayed for each in found.cases} == {
        row.id: "POOR", unsigned.id: "POOR",
    }  # fmt: skip
    tables = {each.table.sha256 if each.table else None for each in found.tables}
    assert tables == {first.sha256, None}
    page = signed_in(app, make_user(areas=[hanoi])).get(
        f"/scenarios/replay/{review.id}"
    )
    assert first.sha256 in page.text
    assert "1 hộ: lúc đó chưa có bảng điểm B1 nào được hai người ký" in page.text
    now = replay(review, pack, date(2026, 11, 25))
    assert not next(x for x in now.cases if x.household_id == row.id).is_same


def test_frozen_answers_are_run_again_by_the_table_signed_then(
    hanoi: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, at(2026, 9, 16))
    sign()
    set_clock(monkeypatch, at(2026, 9, 17))
    row, review = answered(hanoi, date(2026, 9, 10)), open_round(hanoi)
    (case,) = cases = listed(review, row)
    score(review, cases)
    set_clock(monkeypatch, at(2026, 11, 24))
    sign(TABLE.replace(",,55,60", ",,135,60"))
    (scored,) = (s for s in rounds.every_step(case.id) if s.step == "scored")

    (again,) = evidence.rerun(scored)

    assert again.before["measured"] == again.after["measured"] == 110
    assert again.is_same


@pytest.mark.sqlite_only
def test_the_page_of_a_standard_says_where_each_table_applies(
    app: Flask, highland: Area
) -> None:
    sign()
    sign(province_code="66", urban="NongThon", applies_from=date(2026, 10, 1))
    admin = signed_in(app, make_user(role="admin"))

    page = admin.get("/standards/vn-2022").text

    assert "mọi nơi không có bảng riêng" in page
    assert "cho phiếu từ ngày 01/10/2026" in page
    assert '<option value="66">' in page


@pytest.mark.sqlite_only
def test_the_law_of_a_place_is_asked_with_its_day_and_its_province(
    hanoi: Area, highland: Area
) -> None:
    made = sign(province_code="66", urban="NongThon")
    on = date(2026, 10, 20)

    (here,) = (p for p in standards_on(on, place_of(hanoi.id)) if p.id == "vn-2022")
    (there,) = (p for p in standards_on(on, place_of(highland.id)) if p.id == "vn-2022")

    assert here.content_hash == queries.get_pack("vn-2022").content_hash
    assert there.score_table is not None
    assert there.score_table.signature is not None
    assert there.score_table.signature.number == made.id
    assert queries.law_hash(here) != here.content_hash
    assert table_of(here, signed_tables(), Where("66", on)) is not None


def region_of_form() -> str:
    rows = survey_rows(queries.asked_tables())
    return next(r["calculation"] for r in rows if r.get("name") == "vn_2022_region")
