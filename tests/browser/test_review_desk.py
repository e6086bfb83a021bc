"""A November morning at the review desk: by keys alone at a desk, by touch on a phone."""

import os
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from server import clock
from server.accounts.passwords import hash_password
from server.db import db
from server.domain.actor import Actor
from server.domain.matching.judgement import Verdict
from server.domain.survey.record import Address, BirthDate, Member
from server.migrations.upgrade import upgrade
from server.review.actions import decide
from server.review.door_tables import FieldCheck
from server.review.tables import JudgementRow, MergeProposal
from tests.browser.test_ward_office import complaints
from tests.browser.ward import DESK, PHONE, Ward, opened_ward
from tests.conftest import make_app
from tests.factories import make_area, make_user
from tests.server.review.surveys import arrive, ask_about_everything, survey

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "localhost"])
# What families one after the other are called; each is in two surveys.
NAMES = (
    "Nguyễn Thị Hòa", "Trần Văn Hải", "Lê Thị Mai", "Phạm Văn Đức", "Hoàng Thị Lan",
    "Vũ Văn Nam", "Đặng Thị Thu", "Bùi Văn Long", "Đỗ Thị Ngọc", "Ngô Văn Sơn",
    "Dương Thị Yến",
)  # fmt: skip
MERGED, WHY = "Lý Văn Tùng", "Tổ trưởng bảo là một nhà"
ENTITIES = (
    "6a0c1d2e-0000-4000-8000-000000000001",
    "6a0c1d2e-0000-4000-8000-000000000002",
)
DECIDED = 10
CHIEF = Actor("user", 900, "Đinh Văn Khôi")
# Where to leave screenshots for people to look at.
PICTURES = os.environ.get("PICTURES", "")


@pytest.fixture(params=["desk", "phone"])
def office(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Ward]:
    """Eleven pairs that wait, and a merge of last month after which three more surveys
    of the family came."""
    address = f"sqlite:///{tmp_path / 'ra-soat.sqlite'}"
    app = make_app(tmp_path, address, TESTING=False, WTF_CSRF_ENABLED=True)
    with app.app_context():
        upgrade()
        ward = make_area(code="00229", name="Khâm Thiên")
        make_user(
            areas=[ward],
            login="phuong",
            name="Trần Thị Bình",
            password_hash=hash_password("trời mưa bong bóng"),
        )
        ask_about_everything()
        _merge_of_last_month(monkeypatch)
        for place, name in enumerate(NAMES, start=1):
            _pair(place, name)
        db.session.remove()
    with opened_ward(app, {"phuong": "trời mưa bong bóng"}) as opened:
        yield opened
    with app.app_context():
        db.engine.dispose()


def _pair(place: int, name: str, entities: tuple[str, str] | None = None) -> None:
    home = Address(house_number=str(place + 1), lane="9", street="Khâm Thiên")
    moved = Address(house_number=str(place + 1), lane="11", street="Khâm Thiên")
    child = Member(f"c{place}", f"{name[:-1]}i", "child", "male", BirthDate(1999))
    given = {"phones": (f"09120000{place:02}",)}
    first, second = entities or (None, None)
    year = str(1950 + place)
    one = survey(name, year, address=home, others=(child,), entity=first, **given)
    arrive(one)
    arrive(survey(name, year, address=moved, entity=second, **given))


def _merge_of_last_month(monkeypatch: pytest.MonkeyPatch) -> None:
    """The phones that know one of the two households go on sending reviews of it."""
    now = clock.now
    with monkeypatch.context() as then:
        then.setattr("server.clock.now", lambda: now() - timedelta(days=30))
        _pair(0, MERGED, ENTITIES)
        pair = db.session.scalars(select(MergeProposal)).one()
        decide(by=CHIEF, proposal_id=pair.id, verdict=Verdict.SAME, reason=WHY)
    for number in range(3):
        lane = ("9", "11")[number % 2]
        arrive(
            survey(
                MERGED,
                "1950",
                entity=ENTITIES[number % 2],
                address=Address(house_number="1", lane=lane, street="Khâm Thiên"),
                phones=("0912000000",),
                review_date=date(2026, 11, 1 + number),
            )
        )


def test_ten_pairs_are_decided_and_an_old_merge_is_undone(
    office: Ward, request: pytest.FixtureRequest
) -> None:
    is_phone = request.node.callspec.params["office"] == "phone"
    size = PHONE if is_phone else DESK
    with office.window(size=size, touch=is_phone) as page:
        hand = _Touch(page) if is_phone else _Keys(page)
        assert complaints(page, "/review") == []
        hand.press("j")
        assert complaints(page, page.url) == []
        hand.choose()
        for number in range(DECIDED):
            hand.press("xnu"[number % 3])
        for path in ("/review/checks", "/review/machine", "/me/tokens"):
            assert complaints(page, path) == []
            picture(page, hand.name, path.rpartition("/")[2])
        page.goto("/review/judgements")
        picture(page, hand.name, "judgements")
        hand.undo_of(WHY)
        assert complaints(page, page.url) == []
        picture(page, hand.name, "since")
        came = page.locator("main li", has_text="Phiếu rà soát ngày")
        expect(came).to_have_count(3)

    with office.app.app_context():
        rows = list(db.session.scalars(select(JudgementRow).order_by(JudgementRow.id)))
        mine = [row for row in rows if row.actor_name == "Trần Thị Bình"]
        assert len(mine) == DECIDED
        assert rows[0].superseded_by == "Trần Thị Bình"
        asked = db.session.scalars(select(FieldCheck)).all()
        assert len(asked) == sum(row.verdict == "unsure" for row in mine) > 0


class _Keys:
    """Somebody who touches neither mouse nor screen."""

    name = "desk"

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, key: str) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def choose(self) -> None:
        """Another value than the default; what follows is told again."""
        person = self.page.locator("fieldset.chooser:visible").filter(
            has=self.page.locator("input[value=leave]")
        )
        chosen = person.first.locator("input[value=leave]")
        person.first.locator("input:checked").focus()
        _follows(self.page, lambda: self.page.keyboard.press("ArrowDown"))
        picture(self.page, self.name, "pair")
        assert chosen.is_checked()

    def undo_of(self, why: str) -> None:
        article = self.page.locator("article", has_text=why)
        article.locator("summary").focus()
        self.page.keyboard.press("Enter")
        self.page.keyboard.press("Tab")
        self.page.keyboard.type("hai anh em")
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


class _Touch:
    """Somebody with a phone and a thumb."""

    name = "phone"

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, key: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(f"[data-key={key}]").first.tap()

    def choose(self) -> None:
        wish = self.page.locator(
            "fieldset.chooser label", has_text="Không thuộc hộ này"
        )
        _follows(self.page, wish.first.tap)
        picture(self.page, self.name, "pair")

    def undo_of(self, why: str) -> None:
        article = self.page.locator("article", has_text=why)
        article.locator("summary").tap()
        with self.page.expect_navigation():
            article.get_by_role("button", name="Lấy lại", exact=True).tap()


def _follows(page: Page, act: Callable[[], None]) -> None:
    """A choice has the consequences computed again, without another page."""
    after = page.locator("#what-follows td[data-label='Sau khi gộp']").first
    before = after.inner_text()
    with page.expect_response("**/suppose**"):
        act()
    expect(after).not_to_have_text(before)


def picture(page: Page, who: str, what: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{who}-{what}.png", full_page=True)
