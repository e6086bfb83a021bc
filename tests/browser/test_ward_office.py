"""A day in a ward office, in a real browser, on what phones really sent."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import DEFAULT_OPTIONS, Axe
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import select

from server.db import db
from server.domain.actor import SYSTEM
from server.domain.people.names import fold
from server.registry.tables import HouseholdRow
from server.rounds.actions import open_round, put_on_list
from server.status.tables import PovertyStatus
from tests.browser.ward import DESK, PHONE, Ward, ward_of
from tests.played import PlayedDay

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "localhost"])
# A list that does not slide in its frame fits it.
LISTS_THAT_STICK_OUT = """() => [...document.querySelectorAll(".listing-frame")]
  .filter(frame => getComputedStyle(frame).overflowX === "visible")
  .filter(frame => frame.firstElementChild.offsetWidth > frame.clientWidth).length"""
UNFOLD = "found => { for (const each of found) each.open = true }"
PAGES = (
    "/review/batches",
    "/review/blind",
    "/",
    "/households/",
    "/inbox/",
    "/inbox/quarantine",
    "/review",
    "/review/judgements",
    "/lists",
    "/recognitions",
    "/recognitions/new",
    "/reports/movement",
    "/reports/tables",
    "/reports/tables/poor_review",
    "/reports/frozen",
    "/reports/residents",
    "/plans",
    "/plans/du-lieu-mau",
    "/plans/du-lieu-mau/POOR",
    "/scenarios/",
    "/scenarios/new?standard=vn-2022",
    "/scenarios/measure",
    "/scenarios/replay",
    "/phones",
    "/phones/1/card",
    "/users",
    "/areas",
    "/me",
)
# Pages of a household, a round and a list; the desk looks at their width only.
MORE_PAGES = (
    "/households/{household}/assessment/vn-2022",
    "/households/{household}/assessments",
    "/households/{household}/past",
    "/rounds/1",
    "/rounds/1/work/meeting",
    "/rounds/{late}/sheet-a",
    "/rounds/{late}/work/screened",
    "/cases/late",
    "/cases/1",
    "/acts/1",
    "/imports/",
    "/standards/vn-2022",
)
ADMIN_PAGES = ("/jobs/", "/audit", "/users/add")
# What letters look like on their ground, which takes axe most of its time, follows from
# the style sheet: the language does not change it, and the width only what these show,
# the folded menu, a list as cards, and the switch between two households.
LOOKS_OTHER_ON_PHONES = re.compile(r"/|/households/|/review/.*")
PALE = {"rules": {"color-contrast": {"enabled": False}}}


@pytest.fixture(scope="module")
def ward(
    played_day: PlayedDay, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ward]:
    with ward_of(played_day, tmp_path_factory.mktemp("ward")) as opened:
        yield opened


@pytest.fixture(scope="module")
def late(ward: Ward) -> dict[str, Any]:
    """A round by an older law whose first step nobody took in time."""
    begins, ends = date(2021, 9, 1), date(2021, 9, 30)
    with ward.app.app_context():
        living = select(HouseholdRow).where(HouseholdRow.state == "live").limit(2)
        one, other = db.session.scalars(living)
        review = open_round(
            by=SYSTEM, kind="monthly", name="Rà soát tháng 9/2021", standard="vn-2016",
            area_id=one.area_id or 0, begins_on=begins, ends_on=ends,
            responsible="Đỗ Thị Phường", upper_level="none",
        )  # fmt: skip
        put_on_list(
            by=SYSTEM, round_id=review.id, household_ids=[one.id, other.id],
            origin="new", on=begins,
        )  # fmt: skip
        return {"late": review.id, "household": one.id}


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_is_accessible_and_fits(
    ward: Ward, late: dict[str, Any], size: ViewportSize
) -> None:
    said: list[str] = []
    with ward.window(size=size) as page:
        for path in (*PAGES, *_one_of_each(page)):
            is_new = size is DESK or LOOKS_OTHER_ON_PHONES.fullmatch(path)
            said += complaints(page, path, with_contrast=bool(is_new))
        said += complaints(page, _fullest(ward), unfolded=True)
        for path in MORE_PAGES:
            said += complaints(page, path.format(**late), with_axe=size is PHONE)
    with ward.window("quantri", size) as page:
        for path in ADMIN_PAGES:
            said += complaints(page, path)

    assert said == []


def test_a_list_slides_only_when_something_in_it_is_too_wide(ward: Ward) -> None:
    with ward.window() as page:
        page.goto("/lists")
        frame = page.locator(".listing-frame")
        expect(frame).to_have_css("overflow-x", "visible")

        page.locator("main tbody td").first.evaluate("td => td.append('W'.repeat(200))")

        expect(frame).to_have_css("overflow-x", "auto")
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_a_doubtful_pair_is_decided_with_one_key_and_taken_back(ward: Ward) -> None:
    with ward.window() as page:
        page.goto("/review")
        before = _number_of_rows(page)
        with page.expect_navigation():  # keys wait for the script of the whole page
            page.locator("main tbody a").first.click()
        with page.expect_navigation():
            page.keyboard.press("n")  # a merge of a poor household needs two people
        page.goto("/review")
        decided = _number_of_rows(page)

        page.goto("/review/judgements")
        page.get_by_text("Lấy lại phán quyết").first.click()
        with page.expect_navigation():
            page.get_by_role("button", name="Lấy lại", exact=True).first.click()
        page.goto("/review")

        assert decided < before
        assert _number_of_rows(page) == before


def test_a_survey_from_a_wrong_clock_is_put_right(ward: Ward) -> None:
    with ward.window() as page:
        page.goto("/inbox/quarantine")
        row = page.locator("main tbody tr", has_text="muộn hơn ngày nhận").first
        with page.expect_navigation():
            row.get_by_role("link").first.click()
        address = page.url
        page.locator("input[type=date]").fill("2026-11-20")
        page.get_by_label("Vì sao biết như vậy").fill("Đã gọi điện hỏi chủ hộ")
        with page.expect_navigation():
            page.get_by_role("button", name="Sửa và xử lý lại").click()
        for _ in range(40):  # it is read again in the background
            page.goto(address)
            if not page.get_by_text("muộn hơn ngày nhận").count():
                break
            page.wait_for_timeout(250)

        expect(page.locator("main")).not_to_contain_text("muộn hơn ngày nhận")
        expect(page.locator("main .badge").first).to_contain_text("Đã ghi vào hộ")


def test_a_decision_is_entered_and_the_year_still_adds_up(ward: Ward) -> None:
    with ward.window() as page:
        page.goto("/recognitions/new")
        page.fill("#document_number", "301/QĐ-UBND")
        page.fill("#decided_on", page.locator("#on").input_value())
        page.fill("#signer", "Nguyễn Thị Chủ Tịch")
        with page.expect_navigation():
            page.get_by_role("button", name="Xem trước").click()
        # No pack has been compared with its document, so the number is typed again.
        page.fill("input[name=confirmation]", "301/QĐ-UBND")
        with page.expect_navigation():
            page.get_by_role("button", name=re.compile("^Công nhận [0-9]+ hộ$")).click()
        expect(page.locator("main")).to_contain_text("301/QĐ-UBND")

        page.goto("/reports/movement")

        expect(page.locator("main")).to_contain_text("Khớp")


def test_without_scripts_people_still_find_a_household_and_decide(ward: Ward) -> None:
    with ward.window(scripts=False) as page:
        page.goto("/households/")
        name = page.locator("main tbody a").last.inner_text()
        page.fill("#search", fold(name))
        page.press("#search", "Enter")
        expect(page.locator("main tbody")).to_contain_text(name)

        page.goto("/review")
        page.locator("main tbody a").first.click()
        page.locator("button[name=verdict][value=different]").click()

        expect(page.locator(".alert").first).to_be_visible()


def test_everything_is_there_in_english(ward: Ward) -> None:
    with ward.window("quantri") as page:
        page.locator("button[name=language][value=en]").first.evaluate("b => b.click()")
        page.wait_for_load_state()

        expect(page.locator("h1")).to_contain_text("Today")
        assert page.locator("html").get_attribute("lang") == "en"


def _one_of_each(page: Page) -> list[str]:
    """The first household, pair, submission and decision that is listed."""
    found = []
    for path in ("/households/", "/review", "/inbox/quarantine", "/recognitions"):
        page.goto(path)
        address = page.locator("main tbody a").first.get_attribute("href")
        found.append(address or path)
    return found


def _fullest(ward: Ward) -> str:
    """The page of a household that others were merged into and that has a status."""
    with ward.app.app_context():
        merged = select(HouseholdRow.merged_into)
        having = merged.join(
            PovertyStatus, PovertyStatus.household_id == HouseholdRow.merged_into
        )
        return f"/households/{db.session.scalars(having.limit(1)).one()}"


def complaints(
    page: Page,
    path: str,
    *,
    unfolded: bool = False,
    with_axe: bool = True,
    with_contrast: bool = True,
) -> list[str]:
    """What is wrong with a page: errors, a screen that is too narrow, accessibility."""
    said: list[str] = []
    page.once("pageerror", lambda error: said.append(f"{path}: {error}"))
    answer = page.goto(path)
    if answer is None or answer.status != 200:
        return [f"{path}: {answer.status if answer else 'no answer'}"]
    if unfolded:
        page.locator("main details").evaluate_all(UNFOLD)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        said.append(f"{path}: wider than the screen")
    if page.evaluate(LISTS_THAT_STICK_OUT):
        said.append(f"{path}: a list wider than its frame")
    options = DEFAULT_OPTIONS | ({} if with_contrast else PALE)
    found = Axe().run(page, None, options).response["violations"] if with_axe else []
    said += [f"{path}: {v['id']} {v['nodes'][0]['html'][:120]}" for v in found]
    return said


def _number_of_rows(page: Page) -> int:
    return page.locator("main tbody tr").count()
