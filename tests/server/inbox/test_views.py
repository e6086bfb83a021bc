"""The screens of the inbox, as an officer sees and uses them."""

import io
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from server.app import Application
from server.areas.tables import Area
from server.domain.actor import SYSTEM, Actor
from server.inbox import actions, queries
from server.inbox.contents import understand
from server.inbox.file_store import FileStore, ReceivedFile
from tests.browsing import Browser, signed_in
from tests.factories import make_user
from tests.forms.review import xform
from tests.server.inbox.arrivals import STAFF, receive, xml

WALL = "household/dwelling/wall"


@pytest.fixture
def app(app: Application) -> Application:
    app.load_screens()
    app.extensions["xform_of"] = lambda form_id, version: (
        xform() if form_id == "household_review" else None
    )
    return app


def parked(ward: Area, payload: bytes, **given: Any) -> int:
    number = receive(payload, area_id=ward.id, **given).submission_id
    result, found = understand(queries.get_submission(number))
    assert result.record is None
    actions.quarantine(
        by=SYSTEM,
        submission_id=number,
        problems=result.problems,
        head_name=found.head_name,
    )
    return number


def golden_wall(ward: Area) -> int:
    return parked(ward, xml(household__dwelling__wall="gold"))


def page(browser: Browser, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, answer.text
    return answer.text


def test_both_lists_show_what_came_from_the_ward(officer: Browser, ward: Area) -> None:
    number = golden_wall(ward)

    for address in ("/inbox/", "/inbox/quarantine"):
        text = page(officer, address)
        assert "Nguyễn Văn Bình" in text
        assert f'href="/inbox/{number}"' in text
        assert "Phường Khâm Thiên" in text
    said = "Lựa chọn “gold” ở Tường bao không có trong danh mục."
    assert said in page(officer, "/inbox/quarantine")
    assert said in page(officer, f"/inbox/{number}")


@pytest.mark.parametrize(
    "filters",
    [
        "q=binh", "q=nguy%E1%BB%85n+v%C4%83n", "state=quarantined",
        "form=household_review", "since=2020-01-01", "until=2999-01-01",
        "phone=%C4%90i%E1%BB%87n+tho%E1%BA%A1i+c%E1%BB%A7a+Ng%E1%BB%8Dc",
    ],
)  # fmt: skip
def test_the_list_finds_by_filters_and_without_marks(
    officer: Browser, ward: Area, filters: str
) -> None:
    golden_wall(ward)

    assert "Nguyễn Văn Bình" in page(officer, f"/inbox/?{filters}")


@pytest.mark.parametrize(
    "filters", ["q=lan", "state=understood", "since=2999-01-01", "until=2020-01-01"]
)
def test_the_list_leaves_out_what_was_not_asked_for(
    officer: Browser, ward: Area, filters: str
) -> None:
    golden_wall(ward)

    assert "Nguyễn Văn Bình" not in page(officer, f"/inbox/?{filters}")


def test_the_quarantine_is_filtered_by_the_kind_of_problem(
    officer: Browser, ward: Area
) -> None:
    golden_wall(ward)
    parked(ward, xml(visit__review_date="hôm qua"), instance_id="uuid:2")

    text = page(officer, "/inbox/quarantine?problem=review_date_unreadable")

    assert "hôm qua" in text
    assert "gold" not in text


def test_another_ward_sees_nothing_of_it(
    officer: Browser, stranger: Browser, ward: Area
) -> None:
    number = golden_wall(ward)

    assert "Nguyễn Văn Bình" not in page(stranger, "/inbox/")
    assert "Nguyễn Văn Bình" not in page(stranger, "/inbox/quarantine")
    page(stranger, f"/inbox/{number}", 404)
    page(stranger, f"/inbox/{number}/files/nha.jpg", 404)
    form = {"reason": "x", f"answer:{WALL}": "tile"}
    for act in ("amend", "retry", "send-back", "set-aside", "take-back"):
        assert stranger.post(f"/inbox/{number}/{act}", data=form).status_code == 404
    assert queries.reading_of(number).state == "quarantined"


def test_an_enumerator_sees_only_what_the_own_phone_sent(
    app: Flask, ward: Area
) -> None:
    from server.accounts.tables import Phone
    from server.db import transaction

    number = golden_wall(ward)
    enumerator = make_user(areas=[ward], role="enumerator")
    browser = signed_in(app, enumerator)
    page(browser, f"/inbox/{number}", 404)

    with transaction() as session:
        phone = Phone(
            name="Máy 1",
            user_id=enumerator.id,
            username="m1",
            secrets={},
            token_index="x",
            created_at=enumerator.created_at,
        )
        session.add(phone)
        session.flush()
        by = Actor("phone", phone.id, phone.name)
    own = parked(
        ward, xml(household__dwelling__roof="sky"), instance_id="uuid:9", by=by
    )

    assert f'href="/inbox/{own}"' in page(browser, "/inbox/")
    assert f'href="/inbox/{number}"' not in page(browser, "/inbox/")
    assert "Sửa và xử lý lại" not in page(browser, f"/inbox/{own}")
    page(browser, "/inbox/quarantine", 403)


def test_the_page_shows_answers_under_their_questions(
    officer: Browser, ward: Area
) -> None:
    text = page(officer, f"/inbox/{golden_wall(ward)}")

    for said in (
        "Quan hệ với chủ hộ", "Thành viên 2", "Nguyễn Thị Hoà", "20/11/2026",
        "Nguồn nước sinh hoạt chính", "Phường Khâm Thiên", "Nhận phiếu",
    ):  # fmt: skip
        assert said in text
    assert "river_pond" not in text


class Fields(HTMLParser):
    """The names and first values of the fields of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[str, str | None] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("input", "select", "textarea") and given.get("name"):
            self.found.setdefault(str(given["name"]), given.get("value"))


def test_the_wrong_answer_is_put_right_on_its_own_page(
    officer: Browser, ward: Area
) -> None:
    number = golden_wall(ward)
    text = page(officer, f"/inbox/{number}")
    assert f"answer:{WALL}" in Fields(text).found
    assert "Phiếu ghi: “gold”" in text

    answer = officer.post(
        f"/inbox/{number}/amend",
        data={f"answer:{WALL}": "brick_stone", "reason": "Nhìn ảnh."},
    )

    assert answer.status_code == 303
    reading = queries.reading_of(number)
    assert reading.state == "waiting"
    result, _ = understand(queries.get_submission(number))
    assert result.record is not None
    text = page(officer, f"/inbox/{number}")
    assert "điện thoại gửi: gold" in text
    assert "Nhìn ảnh." in text


@pytest.mark.parametrize(
    ("changes", "place", "value"),
    [
        ({"visit__review_date": "1970-01-01"}, "visit/review_date", "2026-11-20"),
        ({"household__economy__b1_score": "9999"}, "household/economy/b1_score", "99"),
        ({"household__information__devices": "tv drone"},
         "household/information/devices", "tv"),
        ({"closing__remarks": "x" * 3000}, "closing/remarks", "ngắn"),
    ],
)  # fmt: skip
def test_every_kind_of_answer_has_its_field(
    officer: Browser, ward: Area, changes: dict[str, str], place: str, value: str
) -> None:
    number = parked(ward, xml(**changes))
    assert f"answer:{place}" in Fields(page(officer, f"/inbox/{number}")).found

    form = {f"answer:{place}": value, "reason": "Đã hỏi."}
    assert officer.post(f"/inbox/{number}/amend", data=form).status_code == 303

    result, _ = understand(queries.get_submission(number))
    assert result.record is not None


def test_a_household_of_two_heads_is_put_right_on_its_members(
    officer: Browser, ward: Area
) -> None:
    rows = xml().replace(b">child<", b">head<")
    number = parked(ward, rows)
    place = "household/roster/member[{}]/person/relation_to_head"
    found = Fields(page(officer, f"/inbox/{number}")).found
    assert {f"answer:{place.format(row)}" for row in (0, 1)} <= set(found)

    form = {
        f"answer:{place.format(0)}": "head",
        f"answer:{place.format(1)}": "child",
        "reason": "Đã hỏi.",
    }
    officer.post(f"/inbox/{number}/amend", data=form)

    assert [a.value for a in queries.amendments_of(number)] == ["child"]
    result, _ = understand(queries.get_submission(number))
    assert result.record is not None


def test_without_a_reason_nothing_is_changed(officer: Browser, ward: Area) -> None:
    number = golden_wall(ward)

    answer = officer.post(f"/inbox/{number}/amend", data={f"answer:{WALL}": "tile"})

    assert answer.status_code == 422
    assert queries.amendments_of(number) == []


def test_sending_back_and_setting_aside_are_undone_from_the_page(
    officer: Browser, ward: Area
) -> None:
    number = golden_wall(ward)

    for act, state in (("send-back", "sent_back"), ("set-aside", "set_aside")):
        answer = officer.post(f"/inbox/{number}/{act}", data={"reason": "Hỏi lại."})
        assert answer.status_code == 303
        assert queries.reading_of(number).state == state
        text = page(officer, f"/inbox/{number}")
        assert f'action="/inbox/{number}/take-back"' in text
        assert "Hỏi lại." in text
        officer.post(f"/inbox/{number}/take-back")
        assert queries.reading_of(number).state == "quarantined"


@pytest.mark.parametrize(
    "payload",
    [
        b"\xff\xfe not xml",
        b"<a><b></a>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        b"",
    ],
)
def test_what_cannot_be_read_at_all_still_has_a_page(
    officer: Browser, ward: Area, payload: bytes
) -> None:
    number = parked(ward, payload)

    text = page(officer, f"/inbox/{number}")

    assert "Nội dung phiếu bị hỏng" in text
    assert "Gửi lại người khảo sát" in text


def test_a_form_nobody_knows_is_shown_as_it_stands(
    officer: Browser, ward: Area
) -> None:
    sent = b"<x id='other'><a>mot</a><r><b>hai</b></r><r><b>ba</b></r></x>"
    number = parked(ward, sent, form_id="other")

    text = page(officer, f"/inbox/{number}")

    assert "không có trong hệ thống" in text
    for said in ("mot", "hai", "ba", "r 2"):
        assert said in text


def test_versions_of_one_submission_lead_to_each_other(
    officer: Browser, ward: Area
) -> None:
    first = receive(area_id=ward.id).submission_id
    other = receive(xml(closing__remarks="Khác."), area_id=ward.id).submission_id

    assert f'href="/inbox/{other}"' in page(officer, f"/inbox/{first}")
    text = page(officer, f"/inbox/{other}")
    assert f'href="/inbox/{first}"' in text
    assert "đây là bản thứ 2" in text


def kept(app: Flask, name: str, content: bytes, media_type: str) -> ReceivedFile:
    with FileStore(app.config["DATA_DIR"] / "files").incoming() as incoming:
        incoming.write(content)
        return ReceivedFile(name, *incoming.keep(), media_type)


def photo(**saved: Any) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (800, 600), "green").save(drawn, "JPEG", **saved)
    return drawn.getvalue()


def test_a_photo_is_shown_without_where_and_by_whom_it_was_taken(
    app: Flask, officer: Browser, ward: Area
) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Phone of Ngoc"
    file = kept(app, "nha.jpg", photo(exif=exif), "image/jpeg")
    number = receive(area_id=ward.id, files=[file]).submission_id

    assert f"/inbox/{number}/files/nha.jpg?size=small" in page(
        officer, f"/inbox/{number}"
    )
    answer = officer.get(f"/inbox/{number}/files/nha.jpg?size=small")

    assert answer.content_type == "image/jpeg"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert b"Phone of Ngoc" not in answer.data
    with Image.open(io.BytesIO(answer.data)) as shown:
        assert shown.size == (320, 240)
        assert not shown.getexif()


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"",
        photo()[:300],
    ],
    ids=["page", "drawing", "nothing", "half a photo"],
)
def test_what_is_no_picture_is_only_ever_saved(
    app: Flask, officer: Browser, ward: Area, content: bytes
) -> None:
    file = kept(app, "nhà “1”.jpg", content, "image/jpeg")
    number = receive(area_id=ward.id, files=[file]).submission_id

    answer = officer.get(f"/inbox/{number}/files/nhà “1”.jpg")

    assert answer.status_code == 200
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.data == content


def test_a_file_that_has_not_come_is_told(officer: Browser, ward: Area) -> None:
    number = receive(area_id=ward.id).submission_id

    assert "nha.jpg: chưa gửi đến" in page(officer, f"/inbox/{number}")
    assert "chưa được gửi đến" in page(officer, f"/inbox/{number}/files/nha.jpg", 404)


def test_a_lost_number_is_no_page(officer: Browser) -> None:
    page(officer, "/inbox/123456", 404)


def test_english_is_spoken_too(app: Flask, ward: Area) -> None:
    reader = signed_in(app, make_user(areas=[ward], language="en"))

    text = page(reader, f"/inbox/{golden_wall(ward)}")

    assert "Relationship to" in text or "Answers as sent" in text
    assert "is not on the list" in text


def test_staff_of_the_system_see_what_has_no_area(app: Flask, officer: Browser) -> None:
    number = receive().submission_id

    page(officer, f"/inbox/{number}", 404)
    page(signed_in(app, make_user(role="admin")), f"/inbox/{number}")


def test_a_retry_is_left_to_the_worker(officer: Browser, ward: Area) -> None:
    number = golden_wall(ward)

    assert officer.post(f"/inbox/{number}/retry").status_code == 303

    assert queries.reading_of(number).state == "waiting"
    assert queries.events_of(number)[-1].actor_name != STAFF.name
