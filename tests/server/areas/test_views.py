import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server.accounts.sessions import start_session
from server.areas.actions import add_groups, load_areas
from server.areas.queries import area_on, groups_of
from server.areas.tables import Area
from server.db import db
from server.domain.actor import SYSTEM
from tests.browsing import Browser, rows
from tests.factories import make_area, make_user

DAY = date(2026, 11, 23)


@pytest.fixture
def loaded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.clock.today", lambda: DAY)
    load_areas(by=SYSTEM)


@pytest.fixture
def admin(client: Browser) -> Browser:
    token = start_session(user=make_user(role="admin"))
    client.set_cookie("ra_soat_session", token)
    return client


def listed(client: Browser, query: str) -> list[str]:
    return [row["Tên"] for row in rows(client.get(f"/areas?format=csv&{query}"))]


def post_groups(client: Browser, ward: Area, **sent: Any) -> Any:
    return client.post(
        f"/areas/{ward.id}/groups", data=sent, content_type="multipart/form-data"
    )


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("on", "wards"), [("2019-12-31", 21), ("2025-03-31", 17), ("", 7)]
)
def test_the_list_shows_the_areas_of_a_day(admin: Browser, on: str, wards: int) -> None:
    assert len(listed(admin, f"level=ward&on={on}")) == wards


@pytest.mark.usefixtures("loaded")
def test_areas_are_found_without_marks_and_by_code(admin: Browser) -> None:
    assert listed(admin, "q=dong+da") == ["Phường Đống Đa"]
    assert listed(admin, "q=dong+da&on=2025-06-30") == ["Quận Đống Đa"]
    assert listed(admin, "q=00235") == ["Phường Đống Đa"]
    assert listed(admin, "q=00235&on=2019-12-31") == ["Phường Ngã Tư Sở"]
    assert admin.get("/areas?on=khong-phai-ngay").status_code == 200


@pytest.mark.usefixtures("loaded")
def test_a_divided_ward_tells_what_it_became(admin: Browser) -> None:
    ward = area_on("00178", date(2025, 3, 31))
    assert ward is not None

    page = admin.get(f"/areas/{ward.id}").text

    assert "Quận Đống Đa" in page
    assert "Phường Giảng Võ" in page
    assert "đã bị chia" in page
    assert "Thêm tổ dân phố" not in page


def test_an_area_that_is_not_there_is_not_found(admin: Browser) -> None:
    assert admin.get("/areas/4711").status_code == 404
    assert post_groups(admin, Area(id=4711), groups="Tổ 1").status_code == 404


def test_a_list_is_shown_before_it_is_kept(admin: Browser) -> None:
    ward = make_area()

    preview = post_groups(admin, ward, groups="Tổ 1..Tổ 20\nKhu A", step="preview")

    assert preview.status_code == 200
    assert "21 tổ sẽ được thêm" in preview.text
    assert groups_of(ward.id) == []
    hidden = re.search(r'name="groups"[^>]*>([^<]*)</textarea>', preview.text)
    assert hidden is not None
    kept = post_groups(admin, ward, groups=hidden[1], step="keep")

    assert kept.headers["Location"] == f"/areas/{ward.id}"
    assert len(groups_of(ward.id)) == 21
    page = admin.get(f"/areas/{ward.id}").text
    assert "Đã thêm 21 tổ." in page
    assert f"{ward.code}-20" in page


@pytest.mark.parametrize("step", ["preview", "keep"])
def test_bad_lines_are_named_and_nothing_is_kept(admin: Browser, step: str) -> None:
    ward = make_area()
    add_groups(by=SYSTEM, ward_id=ward.id, names=["Tổ 1"])

    answer = post_groups(admin, ward, groups="Tổ 2\nTổ 1\nTổ 9..3", step=step)

    assert "Có 2 dòng cần sửa" in answer.text
    assert "Dòng 2: “Tổ 1” đã có." in answer.text
    assert "Dòng 3: không hiểu “Tổ 9..3”" in answer.text
    assert 'value="keep"' not in answer.text
    assert len(groups_of(ward.id)) == 1


def test_a_list_can_be_edited_again(admin: Browser) -> None:
    ward = make_area()

    page = post_groups(admin, ward, groups="Tổ 2\nTổ 2", step="edit").text

    shown = re.search(r'id="groups"[^>]*>([^<]*)</textarea>', page)
    assert shown is not None
    assert shown[1].split() == ["Tổ", "2", "Tổ", "2"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_groups_come_from_a_file(admin: Browser, encoding: str) -> None:
    ward = make_area()
    content = "Tên tổ;Số hộ\r\nTổ 1;120\r\nTổ 2;98\r\n".encode(encoding)

    page = post_groups(admin, ward, file=(BytesIO(content), "to.csv"), step="preview")

    assert "2 tổ sẽ được thêm" in page.text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"groups": ""}, "Danh sách không có tổ nào."),
        ({"groups": "x" * 50_001}, "50000"),
        ({"groups": "Tổ 1", "step": "other"}, "không có lựa chọn"),
        ({"file": "Tổ 1".encode("utf-16")}, "UTF-8"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_in_words(
    admin: Browser, sent: dict[str, Any], said: str
) -> None:
    ward = make_area()
    if "file" in sent:
        sent = {"file": (BytesIO(sent["file"]), "to.csv")}

    answer = post_groups(admin, ward, **sent)

    assert answer.status_code == 422
    assert said in answer.text
    assert groups_of(ward.id) == []


def test_a_group_ends_on_the_page_of_the_group(admin: Browser) -> None:
    ward = make_area()
    group = add_groups(by=SYSTEM, ward_id=ward.id, names=["Tổ 1"])[0]
    assert "Tổ này không còn" in admin.get(f"/areas/{group.id}").text

    admin.post(f"/areas/{group.id}/end", data={"on": "2026-01-01"})

    assert "01/01/2026" in admin.get(f"/areas/{group.id}").text
    assert groups_of(ward.id) == []


def test_only_administrators_change_groups(client: Browser) -> None:
    ward = make_area()
    group = add_groups(by=SYSTEM, ward_id=ward.id, names=["Tổ 1"])[0]
    token = start_session(user=make_user(areas=[ward]))
    client.set_cookie("ra_soat_session", token)

    assert "Thêm tổ dân phố" not in client.get(f"/areas/{ward.id}").text
    assert post_groups(client, ward, groups="Tổ 2", step="keep").status_code == 403
    answer = client.post(f"/areas/{group.id}/end", data={"on": "2026-01-01"})
    assert answer.status_code == 403
    assert db.session.scalars(select(Area.valid_to)).all() == [None, None]


@pytest.mark.usefixtures("loaded")
def test_areas_are_loaded_from_the_shell(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["areas", "load"])

    assert (result.exit_code, result.output) == (0, "0 rows changed.\n")
