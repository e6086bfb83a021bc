"""Every form of rounds, decisions, lists and plans that is sent twice acts once.

A double click, the button "back" and a resend all send the same word with the same
contents. Each form is sent so; the second time nothing may be in the audit trail that was
not there before, and the person is led where the first sending led.
"""

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from server.areas.tables import Area
from server.audit.tables import AuditEvent
from server.db import db, transaction
from server.registry.tables import HouseholdRow
from server.rounds import queries as rounds
from tests.browsing import Browser, signed_in
from tests.factories import make_user
from tests.invented_table import GIVEN, TABLE
from tests.server.imports.books import book, family, someone, worked
from tests.server.rounds.reviews import (
    BEGINS,
    ENDS,
    MET_ON,
    POSTED_ON,
    SCORED_ON,
    later,
    surveyed_household,
)
from tests.server.status.households import (
    TODAY,
    at,
    make_household,
    make_ward,
    set_clock,
)

Form = tuple[str, dict[str, Any]]
Story = Callable[["Office"], Iterator[Form]]
_words = iter(range(10_000))


class Office:
    """An administrator's browser that sends every form twice."""

    def __init__(self, app: Flask) -> None:
        self.browser: Browser = signed_in(app, make_user(role="admin"))
        self.ward: Area = make_ward(name="Phường Láng")
        self.led_to = ""

    def twice(self, address: str, form: dict[str, Any]) -> None:
        """Send a form with its word, then the very same again."""
        word = f"word-{next(_words)}"
        before = events()
        first = self.browser.post(address, data=_fresh({**form, "once": word}))
        assert first.status_code == 303, (address, first.text[-3000:])
        acted = events()
        assert acted > before, f"{address} did nothing"

        second = self.browser.post(address, data=_fresh({**form, "once": word}))

        assert events() == acted, f"{address} acted twice"
        assert (second.status_code, second.location) == (303, first.location), address
        self.led_to = first.location

    def number(self) -> int:
        """The number in the address that the last form led to."""
        return int(re.findall(r"\d+", self.led_to)[-1])


def events() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(AuditEvent)) or 0


def _fresh(form: dict[str, Any]) -> dict[str, Any]:
    """Files are read while they are sent; each sending opens its own."""
    return {
        name: (io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value
        for name, value in form.items()
    }


def rounds_story(office: Office) -> Iterator[Form]:
    first, second = (surveyed_household(office.ward) for _ in range(2))
    third = make_household(office.ward)
    said = {
        "name": "Rà soát tháng 9", "ends_on": str(ENDS), "responsible": "Bà Hoa",
        "upper_level": "none",
    }  # fmt: skip
    yield "/rounds", {
        **said, "kind": "monthly", "area_id": office.ward.id, "standard": "vn-2022",
        "begins_on": str(BEGINS),
    }  # fmt: skip
    one = office.number()
    yield f"/rounds/{one}/change", {**said, "name": "Rà soát tháng chín"}
    yield f"/rounds/{one}/give-up", {"reason": "hoãn"}
    yield f"/rounds/{one}/take-up-again", {}
    yield f"/rounds/{one}/add", {
        "households": [first.id, second.id, third.id], "origin": "new",
        "on": str(BEGINS),
    }  # fmt: skip
    cases = {row.household.id: row.case.id for row in rounds.cases_at(one)}
    ids = [cases[each.id] for each in (first, second)]
    work = f"/rounds/{one}/work"
    yield f"{work}/surveyed", {
        "do": "left", "cases": [cases[third.id]], "on": str(BEGINS), "reason": "chuyển",
    }  # fmt: skip
    yield f"{work}/scored", {"cases": ids, "on": str(SCORED_ON)}
    yield f"{work}/meeting", {
        "cases": ids, "on": str(MET_ON), "document_number": "03/BB", "place": "Nhà",
        "chair": "Ông Tổ", "invited": "10", "attended": "8", "agreed": "6",
        **{f"outcome_{each}": "POOR" for each in ids},
    }  # fmt: skip
    yield f"{work}/posted", {"cases": ids, "on": str(POSTED_ON), "place": "UBND"}
    yield f"/acts/{office.number()}/undo", {"reason": "treo nhầm"}
    yield f"{work}/posted", {"cases": ids, "on": str(POSTED_ON), "place": "UBND"}
    yield f"/cases/{ids[0]}/complaint", {
        "on": str(later(22)), "who": "Ông Cả", "text": "không đúng",
    }  # fmt: skip
    yield f"/cases/{ids[0]}/recheck", {
        "on": str(later(24)), "category": "POOR", "reason": "đã xem lại",
    }  # fmt: skip
    step = rounds.every_step(ids[0])[-1].id
    yield f"/cases/{ids[0]}/steps/{step}/undo", {"reason": "ghi nhầm ngày"}
    yield f"{work}/decided", {
        "cases": ids[1:], "on": str(later(40)), "valid_from": str(later(40)),
        "document_number": "77/QĐ", "signer": "Lê Văn Chủ", "confirmation": "77/QĐ",
        f"outcome_{ids[1]}": "POOR",
    }  # fmt: skip


def decisions_story(office: Office) -> Iterator[Form]:
    row, child = surveyed_household(office.ward), make_household(office.ward)
    yield "/recognitions", {
        "document_number": "12/QĐ", "confirmation": "12/QĐ", "signer": "Lê Văn Chủ",
        "decided_on": str(TODAY), "valid_from": str(TODAY), "standard": "vn-2022",
        "area_id": office.ward.id, "households": [row.id], f"category_{row.id}": "POOR",
    }  # fmt: skip
    yield f"/recognitions/{office.number()}/withdraw", {"reason": "nhập nhầm"}
    yield f"/households/{child.id}/arrival", {
        "kind": "moved_in", "on": "2026-03-01", "reason": "chuyển đến",
    }  # fmt: skip
    noted = db.session.scalar(text("SELECT max(id) FROM household_arrivals"))
    yield f"/households/arrivals/{noted}/take-back", {}
    yield "/reports/residents", {
        "area_id": office.ward.id, "on": "2026-01-01", "households": "100",
        "persons": "400", "source": "Công an phường",
    }  # fmt: skip
    yield f"/reports/tables/groups/freeze?unit={office.ward.id}", {}
    yield f"/reports/frozen/{office.number()}/withdraw", {"reason": "thử"}


def imports_story(office: Office) -> Iterator[Form]:
    someone()
    content = book([*family(1), *family(2)])
    yield "/imports/", {"file": (content, "so.xlsx")}
    one = office.number()
    worked(one)
    yield f"/imports/{one}/heading", {"sheet": "0", "row": "3", "deep": "1"}
    columns = worked(one).sheets[0]["columns"]
    yield f"/imports/{one}/columns", {
        "layout": "person", **{f"column_0_{place}": key for place, key in columns.items()},
    }  # fmt: skip
    worked(one)
    yield f"/imports/{one}/start", {}
    assert worked(one).done_count == 2
    yield f"/imports/{one}/settle", {}
    worked(one)
    yield f"/imports/{one}/undo", {"reason": "thử"}
    assert worked(one).state == "undone"
    live = select(func.count()).where(HouseholdRow.state == "live")
    assert db.session.scalar(live.select_from(HouseholdRow)) == 0
    yield "/imports/", {"file": (book(family(3)), "nua.xlsx")}
    worked(office.number())
    yield f"/imports/{office.number()}/discard", {}


def plans_story(office: Office) -> Iterator[Form]:
    someone()
    yield "/plans/import", {"example": "dong-da-2019"}
    key = office.led_to.rstrip("/").rpartition("/")[2]
    yield f"/plans/{key}/take-back", {}
    yield f"/plans/{key}/restore", {}
    yield "/plans/save", {
        "number": "9/KH-UBND", "title": "Giảm nghèo", "issuer": "UBND phường",
        "area_code": office.ward.code, "standard": "vn-2022",
        "start": "2026-01-01", "end": "2026-12-31", "source": "Công báo",
        "target:POOR:": "1", "activity_name:new1": "Thăm từng hộ",
        "activity_unit:new1": "UBND", "activity_due:new1": "2026-06-01",
    }  # fmt: skip
    key = office.led_to.rstrip("/").rpartition("/")[2]
    yield f"/plans/{key}/activity", {"activity_key": "1", "state": "done"}
    yield "/standards/vn-2022/table", {**GIVEN, "file": (TABLE.encode(), "b1.csv")}


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "story", [rounds_story, decisions_story, imports_story, plans_story]
)
def test_a_form_that_is_sent_twice_acts_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch, story: Story
) -> None:
    set_clock(monkeypatch, at(2026, 11, 24))
    office = Office(app)
    for address, form in story(office):
        office.twice(address, form)


def test_other_contents_or_a_page_opened_anew_are_carried_out(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also on PostgreSQL, where two sendings meet at the row of the first."""
    set_clock(monkeypatch, at(2026, 11, 24))
    office = Office(app)
    form = {
        "area_id": office.ward.id, "on": "2026-01-01", "households": "100",
        "persons": "400", "source": "Công an phường", "once": "a",
    }  # fmt: skip

    def kept() -> int:
        found = db.session.execute(text("SELECT count(*) FROM resident_totals"))
        return int(found.scalar_one())

    for sent, expected in (
        (form, 1),
        (form, 1),  # sent twice
        ({**form, "households": "100.5"}, 1),  # refused, and so is no sending
        ({**form, "on": "2026-02-01"}, 2),  # from the same page, but something else
        ({**form, "on": "2026-02-01"}, 2),
        ({**form, "once": "b", "on": "2026-03-01"}, 3),  # the page opened anew
    ):
        office.browser.post("/reports/residents", data=sent)
        db.session.rollback()
        assert kept() == expected
    assert "once" in office.browser.get("/reports/residents").text


def test_rows_of_sendings_go_after_two_days(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction() as session:
        session.execute(
            text("INSERT INTO sent_forms (key, at, location) VALUES ('x', :at, '')"),
            {"at": at(2026, 11, 20)},
        )
    set_clock(monkeypatch, at(2026, 11, 24))
    office = Office(app)
    office.browser.post("/rounds/999/give-up", data={"once": "c", "reason": "x"})
    office.twice("/reports/residents", {
        "area_id": office.ward.id, "on": "2026-01-01", "households": "100",
        "persons": "400", "source": "Công an phường",
    })  # fmt: skip

    keys = db.session.execute(text("SELECT key FROM sent_forms")).scalars().all()
    assert len(keys) == 1
    assert "x" not in keys
