import ast
import re
from datetime import UTC, datetime

import pytest
from flask import Flask

from server.accounts.sessions import start_session
from server.accounts.tables import User
from server.audit.actions import record
from server.audit.queries import last_event
from server.audit.words import action_label, list_label
from server.domain.actor import Actor
from server.registry.tables import EVENT_KINDS
from tests.architecture.source import is_screen, program
from tests.browsing import Browser
from tests.browsing import rows as rows_of
from tests.factories import make_user
from tests.server.audit.test_queries import tamper

NGOC = Actor("user", 7, "Đỗ Thị Ngọc")


@pytest.fixture
def admin(client: Browser) -> User:
    user = make_user(role="admin", name="Quản Trị Viên")
    client.set_cookie("ra_soat_session", start_session(user=user))
    return user


def rows(client: Browser, query: str = "") -> list[dict[str, str]]:
    return rows_of(client.get(f"/audit?format=csv{query}"))


def test_the_newest_comes_first_in_words(client: Browser, admin: User) -> None:
    record(
        by=NGOC,
        action="user.changed",
        subject_kind="user",
        subject_id=admin.id,
        details={"role": "ward", "area_ids": [1, 2]},
    )

    first = rows(client)[0]

    assert first["Ai"] == "Đỗ Thị Ngọc"
    assert first["Đã làm gì"] == "Đã sửa tài khoản"
    assert first["Về"] == f"Người dùng {admin.id}"
    assert first["Chi tiết"] == "role: ward; area_ids: [1, 2]"
    assert f'href="/users/{admin.id}"' in client.get("/audit").text


def test_a_subject_without_a_page_is_no_link(client: Browser, admin: User) -> None:
    record(by=NGOC, action="admin.invited", subject_kind="user", subject_id="new")
    record(by=NGOC, action="a.b", subject_kind="star", subject_id="<b>")

    page = client.get("/audit")

    assert page.status_code == 200
    assert "star &lt;b&gt;" in page.text


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("&who=do+ngoc", 2),
        ("&who=quan", 1),
        ("&who=nobody", 0),
        ("&action=record.added", 1),
        ("&kind=record", 1),
        ("&kind=phone&subject=5", 1),
        ("&subject=6", 0),
        ("&from=2026-01-01", 3),
        ("&from=2999-01-01", 0),
        ("&until=2999-01-01", 3),
        ("&until=2020-01-01", 0),
    ],
)
def test_events_are_found(client: Browser, admin: User, query: str, count: int) -> None:
    record(by=NGOC, action="record.added", subject_kind="record", subject_id="r1")
    record(by=NGOC, action="phone.revoked", subject_kind="phone", subject_id=5)

    assert len(rows(client, query)) == count  # the third: the admin signed in


def test_a_day_is_a_day_in_vietnam(
    client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 00:30 on the 24th in Vietnam
    monkeypatch.setattr(
        "server.clock.now", lambda: datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
    )
    user = make_user(role="admin")
    client.set_cookie("ra_soat_session", start_session(user=user))

    assert len(rows(client, "&from=2026-11-24&until=2026-11-24")) == 1
    assert rows(client, "&until=2026-11-23") == []


def test_the_seal_of_the_last_event_can_be_copied_and_found(
    client: Browser, admin: User
) -> None:
    last = last_event()
    assert last is not None

    page = client.get("/audit/seal").text

    assert "còn nguyên" in page
    assert last.hash in page
    assert "Dấu này còn nguyên" in client.get(f"/audit/seal?kept={last.hash}").text
    assert "Không dòng nào" in client.get("/audit/seal?kept=" + "0" * 64).text


def test_a_broken_trail_is_told(client: Browser, admin: User) -> None:
    event = record(by=NGOC, action="a.b", subject_kind="c", subject_id=1)
    tamper("UPDATE audit_events SET action = 'x.y' WHERE id = :id", id=event.id)

    assert f"Dòng số {event.id}" in client.get("/audit/seal").text


def actions_of_the_program() -> set[str]:
    """What is said to happen by those who write; a screen only repeats it."""
    subjects = "admin areas correction form group groups household households job"
    subjects += " judgement phone recognition record registry submission user"
    code = re.compile(
        rf"({subjects.replace(' ', '|')})\.[a-z_]+(?<!\.id)(?<!\.csv)(?<!\.xml)"
    )
    return {
        node.value
        for module in program()
        if module.name.startswith("server.") and not is_screen(module)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and code.fullmatch(node.value)
    } | {f"household.{kind}" for kind in EVENT_KINDS}


@pytest.mark.sqlite_only
def test_every_action_of_the_program_has_words(app: Flask) -> None:
    said = actions_of_the_program()

    assert len(said) > 30
    assert sorted(action for action in said if action_label(action) == action) == []


def test_a_paper_is_named_in_words(app: Flask) -> None:
    with app.test_request_context("/"):
        assert list_label("phieu-gia-dinh") == "Phiếu kết quả cho gia đình"
        assert list_label("bieu-15") == "bieu-15"
