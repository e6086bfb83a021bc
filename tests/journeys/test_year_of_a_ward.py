"""A whole year of a ward, told through its screens: a household within the year, the
yearly review with a complaint, the decision and its papers, the table of movement, and
another standard at the end of the year, tried out before and looked back from after."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from server import clock
from server.areas.tables import Area
from server.db import db, transaction
from server.domain.households.golden import GoldenHousehold
from server.domain.plain import to_plain
from server.jobs.worker import run_due
from server.pipeline import HANDLERS
from server.registry.tables import HouseholdRow
from server.rounds import queries
from server.rounds.tables import ReviewCase, ReviewRound, RoundAct
from server.status import queries as status
from tests.browsing import Browser, rows, signed_in
from tests.domain.poverty.households import household
from tests.factories import make_area, make_user
from tests.server.status.households import (
    at,
    judge_same,
    make_household,
    make_record,
    make_ward,
    recognise,
    set_clock,
)

GROUP = "90001-01"
OLD, NEW = "vn-2016", "vn-2022"
POOR = {"income_per_capita": 800_000}
NEAR = {"income_per_capita": 1_200_000}
OUT = {"income_per_capita": 5_000_000}


def said(answer: Any) -> str:
    """What a page that refuses tells."""
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", answer.text.split("<main")[-1]))


class Office:
    """An officer of the ward at the screens, and the phones of the ward."""

    def __init__(self, app: Flask, patch: pytest.MonkeyPatch) -> None:
        self.patch = patch
        set_clock(patch, at(2020, 12, 21))
        self.ward: Area = make_ward()
        make_area(level="group", parent_id=self.ward.id, code=GROUP, name="Tổ 1")
        self.officer = make_user(areas=[self.ward])
        self.app = app
        self.told: dict[str, str] = {}  # the newest record of each household
        self.day(date(2020, 12, 21))

    def day(self, on: date) -> None:
        """Another day, on which the officer signs in again."""
        set_clock(self.patch, at(on.year, on.month, on.day, 10))
        self.browser: Browser = signed_in(self.app, self.officer)

    def send(self, address: str, **given: Any) -> str:
        answer = self.browser.post(
            address, data=given, content_type="multipart/form-data"
        )
        if answer.status_code == 303:
            return self.see(answer.location)
        assert answer.status_code == 422, said(answer)
        return str(answer.text)

    def see(self, address: str) -> str:
        answer = self.browser.get(address)
        assert answer.status_code == 200, said(answer)
        return answer.text

    def family(self, **given: Any) -> HouseholdRow:
        row = make_household(
            self.ward, content=household(**given), reviewed=date(2020, 9, 1),
            group_code=GROUP,
        )  # fmt: skip
        said = household(**given)
        self.told[row.id] = make_record(row, row.id, date(2020, 9, 1), said=said)
        return row

    def survey(self, row: HouseholdRow, on: date, **given: Any) -> None:
        """What a phone brings: other answers, and the work that follows."""
        found = replace(household(**given), head_name=row.head_name)
        with transaction() as session:
            kept = session.get_one(HouseholdRow, row.id)
            kept.content = to_plain(GoldenHousehold(found, on))
            kept.review_date, kept.content_hash = on, f"{row.id}{on}"
        before = self.told[row.id]
        self.told[row.id] = make_record(row, row.id, on, said=found)
        judge_same(before, self.told[row.id], clock.now())
        HANDLERS["households_changed"]({"household_ids": [row.id]})

    def open(self, kind: str, standard: str, begins: date, ends: date) -> int:
        self.send(
            "/rounds", kind=kind, name=f"{kind} {begins}", area_id=self.ward.id,
            standard=standard, begins_on=begins, ends_on=ends, upper_level="none",
            responsible="Trần Thị Hoa", note="",
        )  # fmt: skip
        return (
            db.session.scalars(
                select(ReviewRound.id).order_by(ReviewRound.id.desc())
            ).first()
            or 0
        )

    def cases(self, round_id: int, step: str) -> list[ReviewCase]:
        db.session.expire_all()
        return [
            row.case for row in queries.cases_at(round_id) if row.case.next_step == step
        ]

    def take(self, round_id: int, step: str, on: date, **given: Any) -> str:
        waiting = self.cases(round_id, step)
        said = {f"outcome_{each.id}": each.category or "" for each in waiting}
        said |= {key: str(value) for key, value in given.items()}
        return self.send(
            f"/rounds/{round_id}/work/{step}?group={GROUP}",
            on=on.isoformat(), do="take", cases=[each.id for each in waiting], **said,
        )  # fmt: skip

    def meet(self, round_id: int, on: date, **given: Any) -> str:
        picture = BytesIO()
        Image.new("RGB", (40, 40), "white").save(picture, "JPEG")
        picture.seek(0)
        waiting = self.cases(round_id, "meeting")
        said = {f"outcome_{each.id}": each.category or "" for each in waiting}
        return self.send(
            f"/rounds/{round_id}/work/meeting", on=on.isoformat(), do="take",
            cases=[each.id for each in waiting], document_number="01/BB",
            place="Nhà văn hoá", chair="Ông Tổ", invited="20", attended="15",
            agreed="14", note="", scan=(picture, "bien ban.jpg"), **{**said, **given},
        )  # fmt: skip

    def decide(self, round_id: int, number: str, on: date, **given: Any) -> str:
        return self.take(
            round_id, "decided", on, document_number=number, signer="Lê Văn Chủ",
            valid_from=given.pop("valid_from", on), note="", confirmation=number,
            **given,
        )  # fmt: skip

    def act(self, kind: str) -> RoundAct:
        db.session.expire_all()
        return db.session.scalars(
            select(RoundAct).where(RoundAct.kind == kind).order_by(RoundAct.id.desc())
        ).first()  # type: ignore[return-value]


@pytest.mark.sqlite_only
def test_a_year_of_a_ward(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(app, monkeypatch)
    stays, rises, disputed = (office.family(**POOR) for _ in range(3))
    leaves, asks = office.family(**NEAR), office.family(**POOR)
    recognise(
        office.ward,
        [(stays, "POOR"), (rises, "POOR"), (disputed, "POOR"), (leaves, "NEAR_POOR")],
        standard=OLD, decided_on=date(2020, 12, 20), valid_from=date(2020, 12, 20),
    )  # fmt: skip

    _a_household_asks_in_may(office, asks)
    yearly = _the_yearly_review_finds(office, stays, rises, disputed, leaves, asks)
    _somebody_complains(office, yearly, disputed)
    _the_commune_decides(office, yearly)
    _the_movement_reconciles(office)
    _the_next_standard_is_tried_out(office, rises, asks)
    _another_standard_comes(office, stays, disputed, asks)
    _the_year_is_replayed(office, asks)


def _a_household_asks_in_may(office: Office, asks: HouseholdRow) -> None:
    office.day(date(2021, 5, 17))
    round_id = office.open("monthly", OLD, date(2021, 5, 17), date(2021, 5, 31))
    assert asks.code not in office.see(f"/rounds/{round_id}")
    office.send(
        f"/rounds/{round_id}/add", code=asks.code, origin="requested",
        on="2021-05-17", note="Mẫu 01",
    )  # fmt: skip
    (case,) = office.cases(round_id, "screened")
    office.take(
        round_id, "screened", date(2021, 5, 17), **{f"outcome_{case.id}": "survey"}
    )
    assert "Chờ khảo sát" in office.see(f"/rounds/{round_id}")
    office.day(date(2021, 5, 28))
    office.survey(asks, date(2021, 5, 18), **POOR)
    office.take(round_id, "scored", date(2021, 5, 19))
    page = office.send(
        f"/rounds/{round_id}/work/posted", do="take", on="2021-05-20",
        cases=[case.id], place="UBND", note="",
    )  # fmt: skip
    assert "Chưa đến bước này" in page  # nobody skips the meeting silently
    office.meet(round_id, date(2021, 5, 20))
    office.take(round_id, "posted", date(2021, 5, 20), place="UBND", note="")
    assert "25/05/2021" in office.see(f"/acts/{office.act('posting').id}")
    office.decide(round_id, "31/QĐ-UBND", date(2021, 5, 27))
    run_due(HANDLERS)


def _the_yearly_review_finds(
    office: Office,
    stays: HouseholdRow,
    rises: HouseholdRow,
    disputed: HouseholdRow,
    leaves: HouseholdRow,
    asks: HouseholdRow,
) -> int:
    office.day(date(2021, 9, 1))
    round_id = office.open("yearly", OLD, date(2021, 9, 1), date(2021, 12, 14))
    assert len(office.cases(round_id, "surveyed")) == 5
    office.day(date(2021, 10, 20))
    for row, answers in ((stays, POOR), (rises, NEAR), (disputed, OUT), (leaves, OUT)):
        office.survey(row, date(2021, 9, 20), **answers)
    office.take(round_id, "scored", date(2021, 10, 1))
    (still,) = office.cases(round_id, "surveyed")
    assert still.household_id == asks.id
    office.send(
        f"/rounds/{round_id}/work/surveyed", do="skip", on="2021-10-02",
        cases=[still.id], reason="Đã khảo sát tháng 5",
    )  # fmt: skip
    office.take(round_id, "scored", date(2021, 10, 2))
    draft = office.see(f"/rounds/{round_id}/minutes?group={GROUP}")
    assert stays.head_name in draft
    office.meet(round_id, date(2021, 10, 10))
    office.take(round_id, "posted", date(2021, 10, 11), place="Nhà văn hoá", note="")
    notice = office.see(f"/acts/{office.act('posting').id}/paper")
    assert disputed.head_name in notice
    assert "14/10/2021" in notice
    assert disputed.code not in notice  # name, address, category and nothing else
    assert (
        office.browser.get(f"/acts/{office.act('meeting').id}/scan").status_code == 200
    )
    return round_id


def _somebody_complains(office: Office, round_id: int, disputed: HouseholdRow) -> None:
    (case,) = [
        each
        for each in office.cases(round_id, "decided")
        if each.household_id == disputed.id
    ]
    office.send(
        f"/cases/{case.id}/complaint", on="2021-10-13", who="Bà B",
        text="Thu nhập ghi sai",
    )  # fmt: skip
    page = office.see(f"/cases/{case.id}")
    assert "22/10/2021" in page  # seven working days
    assert "chấm lại từ câu trả lời đã giữ ra đúng như cũ" in page
    office.survey(disputed, date(2021, 10, 18), **POOR)
    office.send(
        f"/cases/{case.id}/recheck", on="2021-10-19", category="POOR",
        reason="Đã xem sổ lương",
    )  # fmt: skip
    assert "khác điểm máy chấm" in office.see(f"/cases/{case.id}")
    office.take(round_id, "posted", date(2021, 10, 20), place="Nhà văn hoá", note="")


def _the_commune_decides(office: Office, round_id: int) -> None:
    office.day(date(2021, 12, 20))
    assert "quá" in office.see(f"/rounds/{round_id}")
    page = office.decide(
        round_id, "99/QĐ-UBND", date(2021, 12, 12), valid_from=date(2021, 12, 20)
    )
    assert "Đã công nhận 5 hộ" in page
    run_due(HANDLERS)
    papers = office.see(f"/acts/{office.act('decision').id}/certificates")
    assert papers.count('class="paper certificate"') == 4
    exported = office.browser.get(f"/rounds/{round_id}/cases?format=csv&state=skip")
    assert len(rows(exported)) == 1


def _the_movement_reconciles(office: Office) -> None:
    table = office.see(
        f"/reports/movement?standard={OLD}&from=2020-12-31&to=2021-12-31"
    )
    assert "Khớp" in table
    found = status.transitions(
        [office.ward.id], OLD, date(2020, 12, 31), date(2021, 12, 31)
    )
    told = sorted((each.event.on.month, each.event.code.value) for each in found)
    assert told == [
        (5, "NEW_POOR"), (12, "EXIT_NEAR"), (12, "POOR_TO_NEAR"), (12, "STAY_POOR"),
        (12, "STAY_POOR"), (12, "STAY_POOR"),
    ]  # fmt: skip
    then = office.see(
        f"/lists?ward={office.ward.id}&standard={OLD}&kind=poor&on=2021-06-01"
        "&known=2021-06-30"
    )
    assert "4 dòng" in then


def _the_next_standard_is_tried_out(
    office: Office, rises: HouseholdRow, asks: HouseholdRow
) -> None:
    """At the year's end the ward asks what the coming law would make of its list, and
    what the old one would with a higher line."""
    office.day(date(2021, 12, 30))
    asked = {"on": "2021-12-30", "area": "", "known_on": "", "listed": OLD}
    page = office.send("/scenarios/replay/day", standard=NEW, **asked)
    assert "Danh sách có 4 hộ" in page
    assert asks.code in page  # poor by income alone is near-poor by the new law
    assert "Thu nhập 800.000 đồng; chuẩn nghèo 2.000.000 đồng" in page
    result = office.send(
        "/scenarios/save", name="Nâng chuẩn", standard=OLD, area="", on="2021-12-30",
        **{"line:income:urban:policy": "1.250.000"},
    )  # fmt: skip
    assert "1 trên 5 hộ đổi diện" in result
    assert "Hộ cận nghèo → Hộ nghèo: 1 hộ" in result
    (found,) = re.findall(r"/scenarios/[-0-9a-f]{36}/households(?=\?from)", result)
    assert rises.code in office.see(found)
    assert not status.transitions(None, NEW, date(2021, 12, 1), date(2021, 12, 30))


def _the_year_is_replayed(office: Office, asks: HouseholdRow) -> None:
    """A month into the new law the old one still gives the list of the old year."""
    page = office.send(
        "/scenarios/replay/day", on="2021-12-31", area="", standard="", listed="",
        known_on="2021-12-31",
    )  # fmt: skip
    assert "Chấm lại ra đúng danh sách: 4 hộ, không hộ nào khác." in page
    now = office.send(
        "/scenarios/replay/day", on="2022-01-28", area="", standard="", listed="",
        known_on="",
    )  # fmt: skip
    assert "Chấm lại ra đúng danh sách: 2 hộ, không hộ nào khác." in now
    assert asks.code in office.see(
        "/scenarios/replay/day/vn-2022~~~2022-01-28~?only=all"
    )


def _another_standard_comes(
    office: Office, stays: HouseholdRow, disputed: HouseholdRow, asks: HouseholdRow
) -> None:
    office.day(date(2022, 1, 4))
    round_id = office.open("yearly", NEW, date(2022, 1, 4), date(2022, 1, 31))
    assert len(office.cases(round_id, "surveyed")) == 4  # of the lists before
    office.day(date(2022, 1, 28))
    lacking = {"lacks": ("WATER", "TOILET", "TELECOM"), "b1_score": 100}
    for case in office.cases(round_id, "surveyed"):
        row = db.session.get_one(HouseholdRow, case.household_id)
        is_poor = row.id in (stays.id, disputed.id)
        office.survey(
            row, date(2022, 1, 5), **(lacking if is_poor else {"b1_score": 300})
        )
    office.take(round_id, "scored", date(2022, 1, 6))
    office.meet(round_id, date(2022, 1, 7))
    office.take(round_id, "posted", date(2022, 1, 10), place="UBND", note="")
    office.decide(round_id, "02/QĐ-UBND", date(2022, 1, 20))

    table = office.see(
        f"/reports/movement?standard={NEW}&from=2021-12-31&to=2022-01-28"
    )
    assert "không công bố là tăng, giảm thực tế" in table
    found = status.transitions(None, NEW, date(2021, 12, 31), date(2022, 1, 28))
    assert len(found) == 4
    assert all(each.event.standard_changed for each in found)
    assert not any(each.event.is_movement for each in found)
    assert len(status.newly_escaped(None, NEW, date(2022, 1, 28))) == 3
    assert office.act("meeting").file_sha256
