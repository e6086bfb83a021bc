import re
from collections.abc import Iterable

import pytest
from sqlalchemy import select

from server.accounts.actions import invite
from server.accounts.queries import areas_of, find_invitation, find_user_by_login
from server.accounts.sessions import start_session
from server.accounts.tables import User
from server.areas.tables import Area
from server.db import db
from server.domain.actor import SYSTEM
from tests.browsing import Browser, rows
from tests.factories import make_area, make_user
from tests.server.accounts.conftest import PASSWORD, make_person

pytestmark = pytest.mark.usefixtures("quick_passwords")


def signed_in(client: Browser, role: str, areas: Iterable[Area] = ()) -> User:
    user = make_person(role=role, areas=areas)
    client.set_cookie("ra_soat_session", start_session(user=user))
    return user


def names(client: Browser, query: str = "") -> list[str]:
    return [row["Họ và tên"] for row in rows(client.get(f"/users?format=csv{query}"))]


def test_an_administrator_adds_somebody_who_then_chooses_a_password(
    client: Browser,
) -> None:
    signed_in(client, "admin")
    area = make_area()
    assert area.name in client.get("/users/add").text

    answer = client.post(
        "/users/add",
        data={
            "name": "Nguyễn Thị Lan",
            "login": "Lan.Hà",
            "role": "district",
            "area_ids": [area.id],
        },
    )

    assert answer.status_code == 200
    link = re.search(r"http://localhost(/invitation/[\w-]+)", answer.text)
    assert link is not None
    assert "<svg" in answer.text
    user = find_user_by_login("lan.ha")
    assert user is not None
    assert (user.role, areas_of(user.id)) == ("district", [area.id])
    guest = client.application.test_client()
    sent = {"password": PASSWORD, "repeat": PASSWORD}
    assert guest.post(link[1], data=sent).status_code == 303
    assert link[1] not in client.get(f"/users/{user.id}").text


def test_what_was_typed_stays_when_something_is_missing(client: Browser) -> None:
    signed_in(client, "admin")
    area = make_area()

    answer = client.post(
        "/users/add",
        data={"name": "Nguyễn Thị Lan", "role": "ward", "area_ids": [area.id]},
    )

    assert answer.status_code == 422
    assert "“Tên đăng nhập” còn để trống." in answer.text
    assert 'value="Nguyễn Thị Lan"' in answer.text
    assert re.search(rf'id="area-{area.id}" value="{area.id}" checked', answer.text)
    assert re.search(r'id="role-ward" value="ward" required checked', answer.text)


def test_a_name_that_is_markup_stays_text(client: Browser) -> None:
    signed_in(client, "admin")

    client.post(
        "/users/add",
        data={"name": "<script>alert(1)</script>", "login": "xss", "role": "admin"},
    )

    assert "<script>alert" not in client.get("/users").text


def test_people_are_found_without_marks_and_by_role_state_and_area(
    client: Browser,
) -> None:
    me = signed_in(client, "admin")
    area = make_area()
    make_user(name="Đặng Thị Huệ", login="hue", areas=[area])
    make_user(name="Nguyễn Huệ", login="quangtrung", is_active=False)
    make_person(name="Trần 100%", login="tran", role="enumerator", areas=[area])

    assert names(client, "&q=dang+hue") == ["Đặng Thị Huệ"]
    assert names(client, "&q=QUANGTRUNG") == ["Nguyễn Huệ"]
    assert names(client, "&q=%25") == ["Trần 100%"]
    assert names(client, "&role=enumerator") == ["Trần 100%"]
    assert names(client, "&state=disabled") == ["Nguyễn Huệ"]
    assert names(client, "&state=invited") == ["Đặng Thị Huệ"]
    assert set(names(client, "&state=active")) == {me.name, "Trần 100%"}
    assert set(names(client, f"&area={area.id}")) == {"Đặng Thị Huệ", "Trần 100%"}


def test_people_are_sorted_by_their_given_names(client: Browser) -> None:
    me = signed_in(client, "admin")
    for name in ("Lê Văn Đức", "Nguyễn Thị Dung", "Đỗ An", "Bùi Ánh"):
        make_user(name=name)

    found = [name for name in names(client, "&sort=name") if name != me.name]

    assert found == ["Đỗ An", "Bùi Ánh", "Nguyễn Thị Dung", "Lê Văn Đức"]


def test_staff_see_those_whose_areas_all_lie_in_theirs(client: Browser) -> None:
    ward, elsewhere = make_area(), make_area()
    group = make_area(parent_id=ward.id, level="group")
    me = signed_in(client, "ward", [ward])
    inside = make_user(name="Trong phường", areas=[ward])
    below = make_user(name="Trong tổ", role="enumerator", areas=[group])
    hidden = [
        make_user(name="Cả hai", areas=[ward, elsewhere]),
        make_user(name="Nơi khác", areas=[elsewhere]),
        make_user(name="Không đâu"),
        make_user(name="Quản trị", role="admin", areas=[ward]),
    ]

    assert set(names(client)) == {me.name, inside.name, below.name}
    assert client.get(f"/users/{below.id}").status_code == 200
    for user in hidden:
        assert client.get(f"/users/{user.id}").status_code == 404
        assert client.post(f"/users/{user.id}/disable").status_code == 404
        assert db.session.get_one(User, user.id).is_active


def test_staff_add_enumerators_to_their_own_areas_only(client: Browser) -> None:
    ward, elsewhere = make_area(), make_area()
    signed_in(client, "ward", [ward])
    page = client.get("/users/add").text
    assert 'value="enumerator"' in page
    assert 'value="admin"' not in page
    assert elsewhere.name not in page

    def add(role: str, area: Area) -> int:
        sent = {"name": "Lê Soát", "login": "soat", "role": role, "area_ids": [area.id]}
        return client.post("/users/add", data=sent).status_code

    assert add("admin", ward) == 403
    assert add("ward", ward) == 403
    assert add("enumerator", elsewhere) == 404
    assert find_user_by_login("soat") is None
    assert add("enumerator", ward) == 200
    assert find_user_by_login("soat") is not None


def test_staff_change_no_colleague(client: Browser) -> None:
    ward = make_area()
    me = signed_in(client, "ward", [ward])
    colleague = make_person(areas=[ward])
    sent = {"name": "X Y", "role": "enumerator", "area_ids": [ward.id]}

    for user in (me, colleague):
        assert "Khoá tài khoản" not in client.get(f"/users/{user.id}").text
        for action in ("change", "disable", "enable", "invite", "end-sessions"):
            address = f"/users/{user.id}/{action}"
            assert client.post(address, data=sent).status_code == 403
        assert db.session.get_one(User, user.id).role == "ward"


def test_staff_give_their_enumerators_no_higher_role_and_no_further_area(
    client: Browser,
) -> None:
    ward, elsewhere = make_area(), make_area()
    signed_in(client, "district", [ward])
    user = make_person(role="enumerator", areas=[ward])

    def change(role: str, area: Area) -> int:
        sent = {"name": user.name, "role": role, "area_ids": [area.id]}
        return client.post(f"/users/{user.id}/change", data=sent).status_code

    assert change("district", ward) == 403
    assert change("enumerator", elsewhere) == 404
    assert change("enumerator", ward) == 303
    assert areas_of(user.id) == [ward.id]


def test_an_account_is_changed_disabled_and_enabled_again(client: Browser) -> None:
    signed_in(client, "admin")
    before, after = make_area(), make_area(name="Phường Mới")
    user = make_person(areas=[before])

    client.post(
        f"/users/{user.id}/change",
        data={"name": "Tên Mới", "role": "district", "area_ids": [after.id]},
    )
    page = client.get(f"/users/{user.id}").text
    assert "Tên Mới" in page
    assert "Phường Mới" in page
    assert "Đã sửa tài khoản" in page

    client.post(f"/users/{user.id}/disable")
    assert "Đã khoá" in client.get(f"/users/{user.id}").text
    assert client.post(f"/users/{user.id}/invite").status_code == 422

    client.post(f"/users/{user.id}/enable")
    assert db.session.scalars(select(User.is_active)).all() == [True, True]


def test_the_last_administrator_is_told_why_they_stay(client: Browser) -> None:
    me = signed_in(client, "admin")
    area = make_area()

    answer = client.post(f"/users/{me.id}/disable")
    assert answer.status_code == 409
    assert "quản trị duy nhất" in answer.text
    sent = {"name": me.name, "role": "ward", "area_ids": [area.id]}
    answer = client.post(f"/users/{me.id}/change", data=sent)
    assert answer.status_code == 409
    assert "quản trị duy nhất" in answer.text


def test_a_new_link_replaces_the_one_before(client: Browser) -> None:
    signed_in(client, "admin")
    user = make_person(areas=[make_area()])
    before = invite(by=SYSTEM, user_id=user.id)

    answer = client.post(f"/users/{user.id}/invite")

    link = re.search(r"/invitation/([\w-]+)", answer.text)
    assert link is not None
    assert find_invitation(before) is None
    assert find_invitation(link[1]) is not None


def test_an_administrator_signs_somebody_out_everywhere(client: Browser) -> None:
    signed_in(client, "admin")
    user = make_person(areas=[make_area()])
    there = client.application.test_client()
    there.set_cookie("ra_soat_session", start_session(user=user))
    assert there.get("/me").status_code == 200

    client.post(f"/users/{user.id}/end-sessions")

    assert there.get("/me").status_code != 200


def test_the_whole_list_can_be_taken_home(client: Browser) -> None:
    signed_in(client, "admin")
    area = make_area(name="Phường Kim Liên")
    make_user(name="=1+1", areas=[area])

    answer = client.get("/users?format=csv")

    assert answer.mimetype == "text/csv"
    assert "Phường Kim Liên" in answer.text
    assert "\n=1+1" not in answer.text
    assert client.get("/users?format=xlsx").data[:2] == b"PK"
