"""An officer brings a list with three bad cells, imports the rest and takes it back.

One household of it may be in the register already: that is asked, until it is gone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from server.accounts import passwords
from server.areas.actions import load_areas
from server.db import db
from server.domain.actor import SYSTEM, Actor
from server.migrations.upgrade import upgrade
from tests.browser.test_ward_office import complaints
from tests.browser.ward import DESK, PHONE, Ward, opened_ward
from tests.conftest import make_app
from tests.factories import make_user
from tests.server.imports.books import book, family, imported, person
from tests.server.review.surveys import ask_about_everything

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "localhost"])
PASSWORD = "mat khau de thu 1"
BAD = (
    person("H7", "Lê Văn Bảy", "Chủ hộ", "mùa xuân"),
    person("H8", "Lê Văn Tám", "Chủ hộ", "1950", ward="Phường Lạ"),
    person("H9", "Lê Văn Chín", "Chủ hộ", "1950", day="31/02/2019"),
)
# Somebody of the list is known already, with another year of birth.
KNOWN = (person("K1", "Nguyễn Văn Hộ B", "Chủ hộ", "1951"),)
# Titles, then a heading of two rows that no program knows.
ABOVE = ("Mã", "Người trong sổ", "", "", "", "", "", "Nơi ở", "", "Rà soát")
BELOW = ("số", "Tên gọi", "Là gì", "Phái", "Sinh", "Thẻ", "Tộc", "Thuộc", "Nhà", "Hôm")
MEANT = ("household_code", "full_name", "relation_to_head", "sex", "birth",
         "identity_number", "ethnicity", "ward", "address", "review_date")  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    folder: Path = tmp_path_factory.mktemp("office")
    address = f"sqlite:///{folder}/office.sqlite"
    app = make_app(folder, address, TESTING=False, WTF_CSRF_ENABLED=True)
    with app.app_context():
        upgrade()
        load_areas(by=SYSTEM)
        kept = passwords.hash_password(PASSWORD)
        user = make_user(role="admin", login="can.bo", password_hash=kept)
        ask_about_everything()
        imported(Actor("user", user.id, user.name), book(KNOWN))
        db.session.remove()
    with opened_ward(app, {"can.bo": PASSWORD}) as ward:
        yield ward


def test_a_list_with_three_bad_cells_is_imported_and_taken_back(office: Ward) -> None:
    content = book([BELOW, *(r[:10] for r in (*family(1), *family(2), *BAD))], ABOVE)  # fmt: skip
    with office.window("can.bo", PHONE) as page:
        page.set_default_timeout(12_000)
        page.goto("/imports/")
        sent = {"name": "so-ho-ngheo.xlsx", "mimeType": "", "buffer": content}
        page.set_input_files("#file", files=[sent])  # type: ignore[list-item]
        page.get_by_role("button", name="Đưa tệp lên").click()
        # "Chủ hộ" in a row of people looks like a heading, so that a wrong one is found.
        page.get_by_text("Không đúng thì chọn lại").wait_for()
        said = looked_at(page)

        page.locator("input[name=row][value='4']").check()
        page.locator("select[name=deep]").select_option("2")
        page.get_by_role("button", name="Lấy dòng này").click()
        page.get_by_text("tiêu đề ở dòng 4").wait_for()
        for place, key in enumerate(MEANT):
            page.locator(f"select[name=column_0_{place}]").select_option(key)
        page.locator("#layout").select_option("person")
        page.get_by_role("button", name="Ghi nhớ và xem lại").click()
        page.get_by_role("button", name="Nhập 2 hộ").wait_for()
        said += looked_at(page)
        said += complaints(page, "/imports/2/problems?blocking=yes")
        for value in ("mùa xuân", "Phường Lạ", "31/02/2019"):
            assert page.get_by_text(value).first.is_visible()

        page.goto("/imports/2")
        page.get_by_role("button", name="Nhập 2 hộ").click()
        page.get_by_text("Huỷ cả lần nhập này").wait_for(timeout=60_000)
        said += looked_at(page)
        said += complaints(page, "/imports/2/households?state=imported")
        household = page.locator("main tbody a").first.get_attribute("href")
        # A list answers no indicator: that takes the most words there are on a sheet.
        for sheet, papers in (("assessment/vn-2016", 1), ("assessments", 2)):
            page.goto(f"{household}/{sheet}")
            assert number_of_pages(page.pdf(prefer_css_page_size=True)) == papers
        wait_until(page, "/review", "Nguyễn Văn Hộ B", is_there=True)
        page.goto("/imports/2")
        page.get_by_text("Huỷ cả lần nhập này").click()
        page.fill("#reason", "nhầm tệp")
        page.get_by_role("button", name="Huỷ lần nhập").click()
        page.get_by_text("Đã huỷ").first.wait_for(timeout=60_000)
        wait_until(page, "/households/", "Nguyễn Văn Hộ C", is_there=False)
        wait_until(page, "/review", "Nguyễn Văn Hộ B", is_there=False)

    assert said == []


def number_of_pages(pdf: bytes) -> int:
    """How many sheets of paper a print needs."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def wait_until(page: Page, path: str, text: str, *, is_there: bool) -> None:
    """Look at a page until the work in the background shows on it."""
    for _ in range(40):
        page.goto(path)
        if (page.get_by_text(text).count() > 0) is is_there:
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"{path}: {text}")


def looked_at(page: Page) -> list[str]:
    """What is wrong with the page as it is, narrow and wide."""
    path, said = page.url, []
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        said += complaints(page, path)
    return said
