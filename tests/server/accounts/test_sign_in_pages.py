import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from server.accounts import actions
from server.accounts.queries import get_user, sessions_of
from server.db import db
from server.domain.actor import SYSTEM
from tests.browsing import Browser
from tests.conftest import make_app
from tests.factories import make_area
from tests.server.accounts.conftest import (
    PASSWORD,
    Clock,
    make_person,
    set_row,
    sign_in,
)

pytestmark = pytest.mark.usefixtures("quick_passwords")
COOKIE = "ra_soat_session"


def cookie(client: Browser) -> str | None:
    found = client.get_cookie(COOKIE)
    return found.value if found else None


def other_browser(app: Flask) -> Browser:
    client: Browser = app.test_client()
    return client


def test_signing_in_leads_to_the_page_that_was_asked_for(client: Browser) -> None:
    user = make_person(role="admin")

    asked = client.get("/users?role=ward", headers={"Accept": "text/html"})
    address = asked.headers["Location"]
    page = client.get(address).text
    hidden = re.findall(r'name="next" value="([^"]*)"', page)  # the form is the last
    answer = client.post(
        "/sign-in",
        data={"login": user.login, "password": PASSWORD, "next": hidden[-1]},
    )

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/users?role=ward"
    assert client.get("/users").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\r/evil.example",
        "/\n/evil.example",
        "javascript:x",
        "",
    ],
)
def test_signing_in_leads_to_no_other_site(client: Browser, address: str) -> None:
    user = make_person(role="admin")

    answer = client.post(
        "/sign-in",
        data={"login": user.login, "password": PASSWORD, "next": address},
    )

    assert answer.headers["Location"] == "/"


def test_a_wrong_password_is_said_in_words_and_the_name_is_kept(
    client: Browser,
) -> None:
    user = make_person(login="lan.hanoi")

    answer = sign_in(client, user, "sai mật khẩu rồi")

    assert answer.status_code == 422
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in answer.text
    assert 'value="lan.hanoi"' in answer.text
    assert "sai mật khẩu rồi" not in answer.text
    assert cookie(client) is None


def test_too_many_tries_are_said_in_words(client: Browser, clock: Clock) -> None:
    user = make_person()
    for _ in range(5):
        sign_in(client, user, "sai")

    answer = sign_in(client, user)

    assert answer.status_code == 429
    assert "đợi một phút" in answer.text
    assert cookie(client) is None


def test_tries_are_counted_across_processes(
    app: Flask, tmp_path: Path, clock: Clock
) -> None:
    user = make_person()
    other = make_app(tmp_path / "data", app.config["DATABASE_URL"])
    for number in range(5):
        sign_in((app, other)[number % 2].test_client(), user, "sai")

    answers = [sign_in(each.test_client(), user) for each in (app, other)]

    assert [answer.status_code for answer in answers] == [429, 429]
    with other.app_context():
        db.engine.dispose()


def test_the_cookie_is_for_our_server_alone(client: Browser) -> None:
    answer = sign_in(client, make_person())

    (sent,) = [c for c in answer.headers.getlist("Set-Cookie") if COOKIE in c]
    assert "HttpOnly" in sent
    assert "SameSite=Lax" in sent
    assert "Path=/" in sent
    assert "Max-Age" not in sent
    assert "Expires" not in sent


@pytest.mark.sqlite_only
def test_behind_https_browsers_guard_the_cookie(database: str, tmp_path: Path) -> None:
    app = make_app(tmp_path / "data", database, SECURE_COOKIES=True)
    with app.app_context():
        client = app.test_client()
        answer = sign_in(client, make_person())
        (sent,) = [
            c for c in answer.headers.getlist("Set-Cookie") if "ra_soat_session" in c
        ]
        assert sent.startswith("__Host-ra_soat_session=")
        assert "Secure" in sent
        assert "Domain" not in sent
        db.session.remove()
        db.engine.dispose()


def test_a_session_somebody_planted_is_not_the_one_signed_in(
    app: Flask, client: Browser
) -> None:
    victim = make_person()
    client.set_cookie(COOKIE, "planted-by-somebody-else")

    sign_in(client, victim)

    assert cookie(client) not in (None, "planted-by-somebody-else")
    attacker = other_browser(app)
    attacker.set_cookie(COOKIE, "planted-by-somebody-else")
    assert attacker.get("/me").status_code != 200


def test_signing_in_again_ends_the_session_before(client: Browser) -> None:
    first, second = make_person(), make_person()
    sign_in(client, first)
    before = cookie(client)

    sign_in(client, second)

    assert cookie(client) != before
    assert sessions_of(first.id) == []
    assert second.name in client.get("/me").text


def test_the_cookie_is_worth_nothing_after_signing_out(
    app: Flask, client: Browser
) -> None:
    sign_in(client, make_person())
    kept = cookie(client)
    assert kept is not None

    answer = client.post("/sign-out")

    assert answer.headers["Location"] == "/sign-in"
    assert cookie(client) is None
    thief = other_browser(app)
    thief.set_cookie(COOKIE, kept)
    assert thief.get("/me").status_code != 200


def test_pages_end_with_the_session(client: Browser, clock: Clock) -> None:
    sign_in(client, make_person())
    clock.turn(hours=1, minutes=59)
    assert client.get("/me").status_code == 200  # which counts as use

    clock.turn(hours=1, minutes=59)
    assert client.get("/me").status_code == 200
    clock.turn(hours=2)
    assert client.get("/me").status_code != 200


def test_a_disabled_person_is_out_at_the_next_page(client: Browser) -> None:
    user = make_person()
    sign_in(client, user)
    assert client.get("/me").status_code == 200

    actions.disable_user(by=SYSTEM, user_id=user.id)

    assert client.get("/me").status_code != 200
    assert sign_in(client, user).status_code == 422


def test_another_role_counts_at_the_next_page(client: Browser) -> None:
    user = make_person(role="admin")
    make_person(role="admin")
    area = make_area()
    sign_in(client, user)
    assert client.get("/audit").status_code == 200

    change = {"name": user.name, "area_ids": [area.id]}
    actions.change_user(by=SYSTEM, user_id=user.id, role="ward", **change)

    assert client.get("/audit").status_code == 403
    actions.change_user(by=SYSTEM, user_id=user.id, role="admin", **change)
    assert client.get("/audit").status_code == 200


def test_a_link_leads_in_and_works_once(app: Flask, client: Browser) -> None:
    user, token = actions.add_user(
        by=SYSTEM,
        login="lan",
        name="Nguyễn Thị Lan",
        role="enumerator",
        area_ids=[make_area().id],
    )
    address = f"/invitation/{token}"
    assert "Nguyễn Thị Lan" in client.get(address).text
    assert "Nguyễn Thị Lan" in other_browser(app).get(address).text

    answer = client.post(address, data={"password": PASSWORD, "repeat": PASSWORD})

    assert answer.headers["Location"] == "/"
    assert "Nguyễn Thị Lan" in client.get("/me").text
    late = other_browser(app)
    assert late.get(address).status_code == 410
    sent = {"password": "kẻ đến sau cùng", "repeat": "kẻ đến sau cùng"}
    assert late.post(address, data=sent).status_code == 410
    assert sign_in(late, user).status_code == 303


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"password": PASSWORD, "repeat": "khác hẳn nhau"}, "không giống nhau"),
        ({"password": "ngắn", "repeat": "ngắn"}, "từ 10 đến 200 ký tự"),
        ({"password": "mật khẩu 2026", "repeat": "mật khẩu 2026"}, "quá dễ đoán"),
        ({"password": "", "repeat": ""}, "Mật khẩu mới"),
        ({"password": "x" * 201, "repeat": "x" * 201}, "200"),
    ],
)
def test_a_bad_password_is_refused_in_words_and_the_link_stays(
    client: Browser, sent: dict[str, str], said: str
) -> None:
    user = make_person()
    address = f"/invitation/{actions.invite(by=SYSTEM, user_id=user.id)}"

    answer = client.post(address, data=sent)

    assert answer.status_code == 422
    assert said in answer.text
    assert client.get(address).status_code == 200


def test_the_first_administrator_is_made_in_the_browser(client: Browser) -> None:
    token = actions.make_first_admin_link()
    address = f"/invitation/{token}"
    assert "Chưa có quản trị nào" in client.get("/sign-in").text

    sent: dict[str, Any] = {"password": PASSWORD, "repeat": PASSWORD}
    taken = client.post(address, data={**sent, "login": "q", "name": "Trần Quản"})
    assert taken.status_code == 422
    assert 'value="Trần Quản"' in taken.text
    answer = client.post(address, data={**sent, "login": "quan", "name": "Trần Quản"})

    assert answer.status_code == 303
    assert client.get("/audit").status_code == 200
    assert (
        "Chưa có quản trị nào"
        not in client.application.test_client().get("/sign-in").text
    )


def test_another_password_ends_every_session_but_a_new_one_here(
    app: Flask, client: Browser
) -> None:
    user = make_person()
    there = other_browser(app)
    sign_in(client, user)
    sign_in(there, user)
    before = cookie(client)
    sent = {"password": "mật mã mới toanh", "repeat": "mật mã mới toanh"}

    wrong = client.post("/me/password", data={**sent, "current": "sai"})
    assert wrong.status_code == 422
    assert "Mật khẩu hiện tại không đúng" in wrong.text
    client.post("/me/password", data={**sent, "current": PASSWORD})

    assert cookie(client) != before
    assert "Đã đổi mật khẩu" in client.get("/me").text
    assert there.get("/me").status_code != 200
    assert sign_in(there, user).status_code == 422
    assert sign_in(there, user, "mật mã mới toanh").status_code == 303


def test_guessing_the_current_password_is_counted_too(
    client: Browser, clock: Clock
) -> None:
    sign_in(client, make_person())
    sent = {"password": "mật mã mới toanh", "repeat": "mật mã mới toanh"}

    answers = [
        client.post("/me/password", data={**sent, "current": "sai"}) for _ in range(6)
    ]

    assert [a.status_code for a in answers] == [422] * 5 + [429]


def test_other_devices_can_be_signed_out(app: Flask, client: Browser) -> None:
    user = make_person()
    there = other_browser(app)
    sign_in(client, user)
    sign_in(there, user)

    client.post("/me/end-sessions")

    assert client.get("/me").status_code == 200
    assert there.get("/me").status_code != 200


def test_the_chosen_language_stays_with_the_person(app: Flask, client: Browser) -> None:
    user = make_person()
    sign_in(client, user)
    assert 'lang="vi"' in client.get("/me").text

    client.post("/language", data={"language": "en", "next": "/me"})

    assert "Change password" in client.get("/me").text
    there = other_browser(app)
    sign_in(there, user)
    assert "Change password" in there.get("/me").text
    db.session.expire_all()
    assert get_user(user.id).language == "en"


def test_an_open_session_skips_the_sign_in_page(client: Browser) -> None:
    user = make_person()
    sign_in(client, user)

    assert client.get("/sign-in").headers["Location"] == "/"
    set_row(user, is_active=False)
    assert client.get("/sign-in").status_code == 200


@pytest.mark.sqlite_only
def test_every_form_needs_its_token(database: str, tmp_path: Path) -> None:
    app = make_app(tmp_path / "data", database, WTF_CSRF_ENABLED=True)
    with app.app_context():
        user = make_person()
        client = app.test_client()
        assert sign_in(client, user).status_code == 400

        page = client.get("/sign-in").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token is not None
        sent = {"login": user.login, "password": PASSWORD, "csrf_token": token[1]}
        assert client.post("/sign-in", data=sent).status_code == 303
        # The token of before belongs to whoever was there before.
        assert (
            client.post("/sign-out", data={"csrf_token": token[1]}).status_code == 400
        )
        db.session.remove()
        db.engine.dispose()


def test_asking_for_the_head_of_a_page_posts_nothing(client: Browser) -> None:
    user = make_person(role="admin")
    token = actions.invite(by=SYSTEM, user_id=user.id)

    answers = [client.head("/sign-in"), client.head(f"/invitation/{token}")]

    assert [answer.status_code for answer in answers] == [200, 200]
