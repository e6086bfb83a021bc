"""Draw the pictures of the manual anew: `python -m tests.browser.screenshots`.

A register of its own is made in a folder that disappears, the demo is played in it, and
what a browser then shows goes to docs/images/. Run it after a change of the screens, and
look at the pictures: nobody else does.
"""

import io
import sys
import tempfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import segno
from PIL import Image
from playwright.sync_api import Page, ViewportSize

from server.db import db
from server.migrations.upgrade import upgrade
from tests.browser import at_central
from tests.browser.ward import Ward, opened_ward
from tests.conftest import make_app
from tests.invented_table import GIVEN, TABLE
from tests.played import play
from tests.server.imports.books import DOCUMENT, book, family, person

FOLDER = Path(__file__).parents[2] / "docs" / "images"
HOUSEHOLDS = 300
SIGN_IN = "sign-in"
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 360, "height": 740}
SHEET: ViewportSize = {"width": 900, "height": 1500}
DOOR: ViewportSize = {"width": 900, "height": 480}
WRONG_CLOCK = "muộn hơn ngày nhận"


@dataclass(frozen=True, slots=True)
class Picture:
    """One file of docs/images, and how a signed-in person comes to what it shows."""

    name: str
    go: Callable[[Page], None]
    size: ViewportSize
    login: str = "phuong"


def pictures() -> Sequence[Picture]:
    """Everything the manual shows of the inside, in its order."""
    return (
        Picture("today", lambda page: _open(page, "/"), DESK),
        Picture("today-phone", lambda page: _open(page, "/"), PHONE),
        Picture("households", _search, DESK),
        Picture("household", _household, DESK),
        Picture("members", _members, DESK),
        Picture("family-sheet", _sheet, SHEET),
        Picture("pair", _pair, DESK),
        Picture("pair-phone", _pair, PHONE),
        Picture("asked", _asked, DESK),
        Picture("machine", lambda page: _open(page, "/review/machine"), DESK),
        Picture("tokens", lambda page: _open(page, "/me/tokens"), DESK),
        Picture("quarantine", _quarantined, DESK),
        Picture("phone-card", _phone_card, DESK),
        Picture("ward-list", lambda page: _open(page, "/lists"), DESK),
        Picture("posting", _posting, DESK),
        Picture("recognition", _recognition, DESK),
        Picture("round", _round, DESK),
        Picture("round-case", _round_case, DESK),
        Picture("paper-form", _paper_form, SHEET),
        Picture("typing-in", _typing_in, DESK),
        Picture("movement", lambda page: _open(page, "/reports/movement"), DESK),
        Picture(
            "official-table",
            lambda page: _open(page, "/reports/tables/poor_movement"),
            DESK,
        ),
        Picture("kept-report", _kept, DESK),
        Picture("plan", lambda page: _open(page, "/plans/du-lieu-mau"), DESK),
        Picture("near", lambda page: _open(page, "/plans/du-lieu-mau/POOR"), DESK),
        Picture("scenario", _scenario, DESK),
        Picture("past-day", _past_day, DESK),
        Picture("measure", _measure, DESK),
        Picture("thresholds", _price, DESK, "quantri"),
        Picture("import", _brought, DESK),
        Picture("import-heading", _heading, DESK),
        Picture("import-letters", _letters, DESK),
        Picture("standard", lambda page: _open(page, "/standards/vn-2016"), DESK),
        Picture("placing", _placing, DESK),
        Picture("score-table", _score_table, DESK, "quantri"),
        Picture("sync", lambda page: _open(page, "/sync/"), DESK),
        Picture("sync-race", _race, DESK),
        Picture("sync-history", lambda page: _open(page, "/sync/runs"), DESK),
    )


def names() -> list[str]:
    """The pictures' names: the door, then the inside."""
    return [SIGN_IN, *(picture.name for picture in pictures())]


def draw(ward: Ward, wanted: Collection[str]) -> None:
    """Write the pictures that are wanted."""
    if SIGN_IN in wanted:
        with ward.window(size=DOOR) as page:
            page.context.clear_cookies()
            _open(page, "/sign-in")
            _keep(page, SIGN_IN)
    for picture in (each for each in pictures() if each.name in wanted):
        with ward.window(picture.login, picture.size) as page:
            picture.go(page)
            _keep(page, picture.name)


def main() -> None:
    """Make a register, play the demo, draw, and forget the register. Names behind the
    command draw no others anew."""
    wanted = sys.argv[1:] or names()
    beside = [name for name in wanted if name.startswith("sync")]
    with tempfile.TemporaryDirectory(prefix="ra-soat-pictures-") as name:
        folder = Path(name)
        app = make_app(
            folder,
            f"sqlite:///{folder / 'ra-soat.sqlite'}",
            TESTING=False,
            LOG_LEVEL="ERROR",
            WTF_CSRF_ENABLED=True,
        )
        with app.app_context():
            upgrade()
            db.session.remove()
        FOLDER.mkdir(exist_ok=True)
        with opened_ward(app, play(app, HOUSEHOLDS)) as ward:
            draw(ward, set(wanted) - set(beside))
            with at_central.beside(app):
                draw(ward, beside)


def _open(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")


def _first(page: Page, address: str, text: str = "") -> None:
    """Follow the first link of the first row of a list that says `text`."""
    _open(page, address)
    row = page.locator("main tbody tr", has_text=text).first
    _open(page, row.get_by_role("link").first.get_attribute("href") or address)


def _search(page: Page) -> None:
    _open(page, "/households/")
    page.fill("main input[name=q]", "nguyen van")
    page.press("main input[name=q]", "Enter")
    page.wait_for_load_state("networkidle")


def _household(page: Page) -> None:
    """One on the list that is assessed differently now, of people with papers."""
    _open(page, "/lists")
    links = page.locator("main tbody tr", has_text="Khác").get_by_role("link")
    addresses = [link.get_attribute("href") or "" for link in links.all()]
    for address in dict.fromkeys(a for a in addresses if a.startswith("/households")):
        _open(page, address)
        if page.get_by_role("button", name="Xem đủ số giấy tờ").count():
            return


def _members(page: Page) -> None:
    """The people of that household, the first one opened."""
    _household(page)
    page.locator("section[aria-labelledby=members] details").first.click()
    page.locator("#members").evaluate("heading => heading.scrollIntoView()")
    page.mouse.wheel(0, -80)
    page.wait_for_timeout(300)


def _sheet(page: Page) -> None:
    """What that family is handed."""
    _household(page)
    page.get_by_role("link", name="Phiếu kết quả cho gia đình").first.click()
    page.wait_for_load_state("networkidle")


def _posting(page: Page) -> None:
    _open(page, "/lists")
    page.get_by_role("link", name="Bản niêm yết").click()
    page.wait_for_load_state("networkidle")


def _pair(page: Page) -> None:
    _first(page, "/review")


def _asked(page: Page) -> None:
    """A pair about which a family is asked."""
    _pair(page)
    page.locator("button[name=verdict][value=unsure]").click()
    page.wait_for_load_state("networkidle")
    _first(page, "/review/checks")


def _quarantined(page: Page) -> None:
    _first(page, "/inbox/quarantine", WRONG_CLOCK)


def _phone_card(page: Page) -> None:
    """A card is a key: what can be scanned or typed is taken out of the picture."""
    _first(page, "/phones")
    harmless = segno.make("Thẻ mẫu, không dùng được", error="l", version=16)
    page.locator(".phone-card-code").evaluate(
        "(place, drawing) => { place.innerHTML = drawing }",
        harmless.svg_inline(dark="#000", light="#fff", border=4, omitsize=True),
    )
    page.locator("main code").evaluate_all(
        "places => { for (const place of places) place.textContent = '••••••' }"
    )


def _brought(page: Page) -> None:
    """An old list of a ward that was divided since, read and not imported yet."""
    families = (range(1, 9), {"ward": "Quang Trung", "category": "Hộ nghèo"})
    rows = [
        row
        for place in families[0]
        for row in family(place, document=DOCUMENT, **families[1])
    ]
    rows.append(person("H9", "Lê Văn Sáu", "Chủ hộ", "mùa xuân", ward="Quang Trung"))
    _open(page, "/imports/")
    listed = {"name": "ho-ngheo-2019.xlsx", "mimeType": "", "buffer": book(rows)}
    page.set_input_files("#file", files=[listed])  # type: ignore[list-item]
    page.get_by_role("button", name="Đưa tệp lên").click()
    page.get_by_role("button", name="Nhập 8 hộ").wait_for()


def _heading(page: Page) -> None:
    """A list whose heading of two rows no program finds."""
    above = ("Mã", "Người trong sổ", "", "", "Nơi ở", "Rà soát")
    below = ("số", "Tên gọi", "Sinh", "Phái", "Thuộc", "Hôm")
    chosen = (0, 1, 4, 3, 7, 9)
    rows = [
        [row[place] for place in chosen] for each in range(1, 6) for row in family(each)
    ]
    _open(page, "/imports/")
    listed = {
        "name": "so-ho-ngheo.xlsx",
        "mimeType": "",
        "buffer": book([below, *rows], above),
    }
    page.set_input_files("#file", files=[listed])  # type: ignore[list-item]
    page.get_by_role("button", name="Đưa tệp lên").click()
    page.get_by_text("chưa thấy hàng tiêu đề").wait_for()
    page.locator("input[name=row][value='4']").check()
    page.locator("select[name=deep]").select_option("2")


def _letters(page: Page) -> None:
    """A list typed in an old font, with days as bare numbers; nobody said so yet."""
    headings = ("M· hé", "Hä vµ tªn", "Quan hÖ víi chñ hé", "Ngµy sinh", "Ngµy rµ so¸t")
    rows = [
        ["H1", "NguyÔn V¨n Hïng", "Chñ hé", "18324", "43814"],
        ["H1", "TrÇn ThÞ Vò", "Vî", "1952", "43814"],
    ]
    _open(page, "/imports/")
    listed = {"name": "so-cu.xlsx", "mimeType": "", "buffer": book(rows, headings)}
    page.set_input_files("#file", files=[listed])  # type: ignore[list-item]
    page.get_by_role("button", name="Đưa tệp lên").click()
    page.get_by_text("Máy không tự đoán").wait_for()
    page.reload()
    said = page.locator("select[name^=letters_]").first
    said.select_option("tcvn3")
    page.wait_for_timeout(500)
    said.evaluate("part => part.scrollIntoView({block: 'center', behavior: 'instant'})")


def _placing(page: Page) -> None:
    """Its households, imported: nobody knows yet in which ward of today they live."""
    _brought(page)
    page.get_by_role("button", name="Nhập 8 hộ").click()
    page.get_by_text("Huỷ cả lần nhập này").wait_for(timeout=120_000)
    _open(page, "/placing/")


def _score_table(page: Page) -> None:
    """A table that waits for a second person: invented, and named so."""
    _open(page, "/standards/vn-2022")
    page.locator("details.card > summary").click()
    listed = {"name": "b1.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    page.set_input_files("#file", files=[listed])  # type: ignore[list-item]
    for name in ("stated_items", "urban", "rural", "document", "article"):
        page.fill(f"#{name}", str(GIVEN[name]))
    with page.expect_navigation():
        page.get_by_role("button", name="Ghi để người khác đối chiếu").click()
    with page.expect_navigation():
        page.get_by_role("link", name="Xem từng dòng của bảng").click()


def _kept(page: Page) -> None:
    """A report that was kept and verified."""
    _open(page, "/reports/tables/summary")
    page.locator("form[action$=freeze] button").click()
    page.locator("form[action$=verify] button").click()
    page.wait_for_load_state("networkidle")


def _price(page: Page) -> None:
    """What it would cost to be more careful before joining."""
    _open(page, "/review/thresholds?auto_from=9.0")
    page.locator("#change-title").evaluate("heading => heading.scrollIntoView()")
    page.mouse.wheel(0, -80)
    page.wait_for_timeout(300)


def _round(page: Page) -> None:
    _open(page, "/rounds")
    page.locator(".listing tbody a").first.click()
    page.wait_for_load_state()


def _round_case(page: Page) -> None:
    _round(page)
    page.goto(page.url + "/cases?step=rechecked")
    page.locator(".listing tbody a").first.click()
    page.wait_for_load_state()


def _paper_form(page: Page) -> None:
    """The survey on paper, for that household."""
    _household(page)
    page.get_by_role("link", name="Phiếu B trên giấy").click()
    page.wait_for_load_state("networkidle")


def _typing_in(page: Page) -> None:
    """The same household, from paper; something is missing still."""
    _paper_form(page)
    page.get_by_role("link", name="Nhập Phiếu B đã ghi trên giấy").click()
    page.locator("[name='/visit/reviewer']").fill("Trần Thị Rà")
    with page.expect_navigation():
        page.get_by_role("button", name="Ghi phiếu giấy").click()


def _scenario(page: Page) -> None:
    """What a higher line would change."""
    _open(page, "/scenarios/new?standard=vn-2022")
    page.fill("#name", "Nâng chuẩn nghèo thành thị")
    page.fill("[name='line:income:urban:policy']", "2.500.000")
    page.fill("#cut", "2")
    page.get_by_role("button", name="Ghi và tính").click()
    page.get_by_role("link", name="Các hộ đổi diện").wait_for()
    page.get_by_role("heading", name="Giả định").scroll_into_view_if_needed()
    page.evaluate("window.scrollTo(0, 330)")


def _measure(page: Page) -> None:
    """How many lack much, and how much."""
    _open(page, "/scenarios/measure?standard=vn-2022")
    page.get_by_role("button", name="Đo", exact=True).click()
    page.get_by_role("heading", name="Theo chỉ số").wait_for()
    page.evaluate("window.scrollTo(0, 430)")


def _past_day(page: Page) -> None:
    """A past day assessed once more."""
    _open(page, "/scenarios/replay")
    page.fill("#on", page.locator("#on").get_attribute("max") or "")
    page.get_by_role("button", name="Chạy lại").click()
    page.get_by_role("heading", name="Từng hộ").wait_for()
    page.evaluate("window.scrollTo(0, 430)")


def _recognition(page: Page) -> None:
    """A decision that is filled in and not entered yet."""
    _open(page, "/recognitions/new")
    page.fill("#document_number", "301/QĐ-UBND")
    page.fill("#decided_on", page.locator("#on").input_value())
    page.fill("#signer", "Nguyễn Thị Chủ Tịch")
    page.get_by_role("button", name="Xem trước").click()
    page.wait_for_load_state("networkidle")


def _race(page: Page) -> None:
    _open(page, "/sync/")
    page.get_by_role("link", name="So hai bản và chọn").first.click()
    page.wait_for_load_state("networkidle")


def _keep(page: Page, name: str) -> None:
    """Write what the window shows, in few colours: a page has few."""
    shown = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
    few = shown.convert("RGB").quantize(colors=128, dither=Image.Dither.NONE)
    path = FOLDER / f"{name}.png"
    few.save(path, optimize=True)
    sys.stdout.write(f"{path.name} {path.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    main()
