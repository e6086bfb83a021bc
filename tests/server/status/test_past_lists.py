"""A list of a past day names people, groups and wards as they were on that day."""

import re
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from server.areas.actions import load_areas
from server.areas.queries import area_on
from server.areas.tables import Area
from server.domain.actor import EVERYWHERE, SYSTEM
from server.domain.plans.plan import Plan, Target
from server.domain.survey.record import SurveyRecord
from server.plans.actions import enter_plan
from server.registry.actions import correct
from server.registry.queries import household_of
from server.registry.tables import HouseholdRow
from server.review.actions import relink
from server.status import particulars, ward_list
from tests import browsing
from tests.browsing import Browser, signed_in
from tests.factories import make_area, make_user
from tests.server.review.surveys import ELSEWHERE, STAFF, arrive, survey
from tests.server.status.households import at, recognise, set_clock

DAY = "2026-10-15"
LIST = "/lists?standard=vn-2022&kind=listed"


def told(
    record: SurveyRecord, group: Area, *, head: str = "", ward_code: str = ""
) -> SurveyRecord:
    """The same survey in a residential group."""
    household = replace(record.household, group_code=group.code)
    if head:
        member = replace(household.members[0], full_name=head)
        household = replace(household, head_name=head, members=(member,))
    if ward_code:
        household = replace(household, ward_code=ward_code)
    return replace(record, household=household)


@pytest.fixture
def ward(app: Flask) -> Area:
    return make_area(code="00229", level="ward", name="Phường Kim Liên")


@pytest.fixture
def groups(ward: Area) -> list[Area]:
    return [
        make_area(level="group", parent_id=ward.id, code=f"00229-0{number}",
                  name=f"Tổ {number}")
        for number in (1, 2)
    ]  # fmt: skip


@pytest.fixture
def officer(app: Flask, ward: Area) -> Browser:
    return signed_in(app, make_user(areas=[ward]))


@pytest.fixture
def moved(
    ward: Area, groups: list[Area], monkeypatch: pytest.MonkeyPatch
) -> HouseholdRow:
    """Bình's household of group 1 became An's of group 2 on 18 October."""
    set_clock(monkeypatch, at(2026, 9, 2))
    before = survey("Nguyễn Văn Bình", review_date=date(2026, 9, 1))
    home = household_of(arrive(told(before, groups[0])))
    neighbour = survey("Lê Thị Cúc", review_date=date(2026, 9, 1), address=ELSEWHERE)
    other = household_of(arrive(told(neighbour, groups[1])))
    since = date(2026, 9, 2)
    recognise(
        ward, [(home, "POOR"), (other, "POOR")], decided_on=since, valid_from=since
    )
    set_clock(monkeypatch, at(2026, 10, 20))
    later = {"deprecated_id": before.instance_id, "review_date": date(2026, 10, 18)}
    edited = survey("Nguyễn Văn Bình", address=ELSEWHERE, **later)
    arrive(told(edited, groups[1], head="Zanh Văn An"))
    set_clock(monkeypatch, at(2026, 11, 24))
    return home


def rows(officer: Browser, address: str) -> list[dict[str, str]]:
    return browsing.rows(officer.get(f"{address}&format=csv"))


def found(officer: Browser, address: str, text: str) -> list[str]:
    mark = "&" if "?" in address else "?"
    return [each["Mã hộ"] for each in rows(officer, f"{address}{mark}q={text}")]


def test_a_past_list_has_the_head_the_address_and_the_group_of_then(
    officer: Browser, moved: HouseholdRow
) -> None:
    today = rows(officer, LIST)
    then = rows(officer, f"{LIST}&on={DAY}")

    assert [(each["Chủ hộ"], each["Tổ"]) for each in today] == [
        ("Zanh Văn An", "2"), ("Lê Thị Cúc", "2"),
    ]  # fmt: skip
    assert [(each["Chủ hộ"], each["Tổ"]) for each in then] == [
        ("Nguyễn Văn Bình", "1"), ("Lê Thị Cúc", "2"),
    ]  # fmt: skip
    assert "Khâm Thiên" in then[0]["Địa chỉ"]
    assert [each["Theo phiếu ngày"] for each in then] == ["01/09/2026", "01/09/2026"]


def test_a_past_list_is_sorted_and_filtered_by_what_it_shows(
    officer: Browser, moved: HouseholdRow
) -> None:
    def codes(extra: str) -> list[str]:
        return [each["Mã hộ"] for each in rows(officer, f"{LIST}{extra}")]

    first, second = (f"&group=00229-0{number}" for number in (1, 2))
    assert codes(first) == []
    assert len(codes(second)) == 2
    assert codes(f"{first}&on={DAY}") == [moved.code]
    assert len(codes(f"{second}&on={DAY}")) == 1
    assert codes(f"&sort=group&on={DAY}")[0] == moved.code
    assert codes(f"&sort=-group&on={DAY}")[1] == moved.code


def test_the_papers_of_a_past_day_name_who_was_named_then(
    officer: Browser, moved: HouseholdRow
) -> None:
    for kind in ("", "&posting=1"):
        paper = f"/lists/print?standard=vn-2022&kind=listed{kind}"
        assert "Zanh Văn An" in officer.get(paper).text
        past = officer.get(f"{paper}&on={DAY}").text
        assert "Nguyễn Văn Bình" in past
        assert "Zanh Văn An" not in past


def test_what_was_corrected_later_is_not_known_earlier(
    officer: Browser, moved: HouseholdRow
) -> None:
    correct(by=STAFF, household_id=moved.id, path="group_code", value="00229-01",
            reason="ghi nhầm tổ")  # fmt: skip
    relink(record_ids={_record_of(moved)})

    def groups(extra: str) -> list[str]:
        return [each["Tổ"] for each in rows(officer, f"{LIST}{extra}")]

    assert groups("") == ["1", "2"]
    assert groups("&known=2026-11-23") == ["2", "2"]
    assert groups(f"&on={DAY}&known=2026-10-01") == ["1", "2"]


def test_a_household_nobody_had_surveyed_by_then_says_so(
    officer: Browser, ward: Area, groups: list[Area], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, at(2026, 11, 24))
    found = survey("Nguyễn Văn Bình", review_date=date(2026, 11, 1))
    home = household_of(arrive(told(found, groups[0])))
    since = date(2026, 10, 1)
    recognise(ward, [(home, "POOR")], decided_on=since, valid_from=since)

    (row,) = rows(officer, f"{LIST}&on={DAY}")

    assert row["Chủ hộ"] == "Nguyễn Văn Bình"
    assert row["Theo phiếu ngày"] == "chưa có phiếu đến ngày này, ghi theo phiếu sau"


def test_beyond_the_bound_a_past_list_says_that_it_shows_today(
    officer: Browser, moved: HouseholdRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(particulars, "MOST", 0)

    page = officer.get(f"{LIST}&on={DAY}").text

    assert "Zanh Văn An" in page
    assert "quá nhiều hộ đã thay đổi từ ngày này để" in page


def test_a_day_before_the_wards_of_today_names_the_ward_of_then(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, at(2025, 3, 2))
    load_areas(by=SYSTEM)
    old = area_on("00226", date(2025, 3, 1))
    assert old is not None
    group = make_area(level="group", parent_id=old.id, code="00226-07", name="Tổ 7")
    before = survey("Nguyễn Văn Bình", review_date=date(2025, 3, 1))
    home = household_of(arrive(told(before, group, ward_code="00226")))
    since = date(2025, 3, 2)
    recognise(old, [(home, "POOR")], decided_on=since, valid_from=since)
    set_clock(monkeypatch, at(2026, 11, 24))
    relink(record_ids={_record_of(home)})
    reader = signed_in(app, make_user(role="admin"))

    (then,) = rows(reader, f"{LIST}&on=2025-03-05")
    (now,) = rows(reader, LIST)

    assert then["Phường, xã khi đó"] == old.name
    assert then["Tổ"] == "7"
    assert "Phường, xã khi đó" not in now
    was = f"{LIST}&on=2025-03-05&was={old.id}"
    assert [each["Mã hộ"] for each in rows(reader, was)] == [home.code]
    assert rows(reader, f"{LIST}&on=2025-03-05&was={old.id + 1}") == []


def test_reports_and_plans_of_a_past_day_name_who_was_named_then(
    app: Flask, officer: Browser, ward: Area, moved: HouseholdRow
) -> None:
    year = f"from=2026-09-30&to={DAY}&standard=vn-2022"
    moves = "/reports/movement/households"
    plan = Plan(
        key="k", number="1/KH-UBND", title="Giảm nghèo", issuer="UBND",
        signed_on=None, area_code=ward.code, standard="vn-2022",
        standard_quality="official", start=date(2026, 9, 15), end=date(2026, 12, 31),
        source="Công báo", targets=(Target("POOR", 1),),
    )  # fmt: skip
    enter_plan(by=STAFF, plan=plan)
    table = officer.get(f"/reports/tables/poor_movement?unit={ward.id}&{year}").text
    cells = re.findall(r'href="(/reports/tables/[^"]+/counted)"', table)
    pages = {
        "numbers": f"{moves}?list=POOR&cell=end&{year}",
        "start": f"{moves}?list=POOR&cell=start&from={DAY}&to=2026-11-24",
        "plan": f"/plans/k/POOR?on={DAY}",
        "cell": cells[-1],
    }

    for name, address in pages.items():
        assert "Nguyễn Văn Bình" in officer.get(address).text, name
        assert "Zanh Văn An" not in officer.get(address).text, name
        if name in ("plan", "cell"):
            assert found(officer, address, "binh nguyen") == [moved.code], name
            assert found(officer, address, "khâm thiên") == [moved.code], name
            assert found(officer, address, "zanh") == [], name
            assert len(found(officer, address, "le thi cuc")) == 1, name
    assert "Zanh Văn An" in officer.get("/plans/k/POOR").text
    assert found(officer, "/plans/k/POOR", "zanh") == [moved.code]


def test_lists_of_today_compute_nobody_again(moved: HouseholdRow) -> None:
    moment = ward_list.Moment("vn-2022", date(2026, 11, 24))

    assert "json" not in str(ward_list.list_of(EVERYWHERE, moment).statement).lower()


def _record_of(home: HouseholdRow) -> str:
    from server.db import db
    from server.registry.tables import HouseholdRecord

    rows = db.session.query(HouseholdRecord).filter_by(household_id=home.id)
    return max(row.record_id for row in rows)
