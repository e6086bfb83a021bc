from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from server.accounts import actions
from server.accounts.passwords import is_right
from server.accounts.queries import (
    areas_of,
    find_invitation,
    find_user_by_session,
    get_user,
)
from server.accounts.sessions import start_session
from server.accounts.tables import Invitation, User
from server.audit.tables import AuditEvent
from server.db import db
from server.domain.actor import SYSTEM, Actor
from server.domain.problems import Refused
from tests.factories import make_area, make_user
from tests.server.accounts.conftest import PASSWORD, Clock, make_person

pytestmark = pytest.mark.usefixtures("quick_passwords")
ADMIN = Actor("user", 1, "Quản trị")


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def add(**given: Any) -> tuple[User, str]:
    values: dict[str, Any] = {
        "login": "lan",
        "name": "Nguyễn Thị Lan",
        "role": "ward",
        "area_ids": [make_area().id],
        **given,
    }
    return actions.add_user(by=ADMIN, **values)


def trail() -> list[str]:
    return list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_a_new_account_has_a_link_and_no_password(app: Flask) -> None:
    area = make_area()

    user, token = add(login="Nguyễn.Thị.Lan", area_ids=[area.id, area.id])

    assert (user.login, user.password_hash) == ("nguyen.thi.lan", None)
    assert areas_of(user.id) == [area.id]
    invitation = find_invitation(token)
    assert invitation is not None
    assert invitation.user_id == user.id
    event = db.session.scalars(select(AuditEvent)).one()
    assert event.details == {"role": "ward", "area_ids": [area.id]}
    assert (event.actor_id, event.subject_id) == (1, str(user.id))


@pytest.mark.parametrize("login", ["ab", "a b", "-lan", "lan@x.vn", "x" * 41, "  "])
def test_a_sign_in_name_is_plain(app: Flask, login: str) -> None:
    with pytest.raises(Refused) as refused:
        add(login=login)

    assert codes(refused) == ["login_unusable"]


def test_a_sign_in_name_is_used_once_however_it_is_typed(app: Flask) -> None:
    add(login="lan.hanoi")

    with pytest.raises(Refused) as refused:
        add(login="Lán.Hà Nội")

    assert codes(refused) == ["login_taken"]


def test_staff_without_areas_are_refused_and_an_administrator_is_not(
    app: Flask,
) -> None:
    with pytest.raises(Refused) as refused:
        add(area_ids=[])
    assert codes(refused) == ["user_without_area"]

    user, _ = add(role="admin", area_ids=[])
    assert areas_of(user.id) == []


def test_an_area_that_does_not_exist_leaves_no_account_behind(app: Flask) -> None:
    with pytest.raises(Refused) as refused:
        add(area_ids=[4711])

    assert codes(refused) == ["area_unknown"]
    assert db.session.scalar(select(func.count()).select_from(User)) == 0


def test_a_link_works_once(app: Flask) -> None:
    user, token = add()

    actions.accept_invitation(token=token, password=PASSWORD)

    assert is_right(PASSWORD, get_user(user.id).password_hash)
    with pytest.raises(Refused) as refused:
        actions.accept_invitation(token=token, password="mật mã thứ hai")
    assert codes(refused) == ["invitation_unusable"]
    assert refused.value.status == 410
    assert is_right(PASSWORD, get_user(user.id).password_hash)


def test_a_refused_password_does_not_use_the_link_up(app: Flask) -> None:
    user, token = add()

    with pytest.raises(Refused) as refused:
        actions.accept_invitation(token=token, password="Nguyễn Thị Lan")

    assert codes(refused) == ["password_is_name"]
    assert get_user(user.id).password_hash is None
    actions.accept_invitation(token=token, password=PASSWORD)


def test_a_link_expires(app: Flask, clock: Clock) -> None:
    _, token = add()

    clock.turn(days=7)

    with pytest.raises(Refused) as refused:
        actions.accept_invitation(token=token, password=PASSWORD)
    assert codes(refused) == ["invitation_unusable"]


def test_a_new_link_makes_the_one_before_useless(app: Flask) -> None:
    user, first = add()

    second = actions.invite(by=ADMIN, user_id=user.id)

    assert find_invitation(first) is None
    assert find_invitation(second) is not None


def test_the_database_does_not_hold_the_token(app: Flask) -> None:
    _, token = add()

    assert token not in db.session.scalars(select(Invitation.token_hash)).one()


def test_choosing_a_password_by_link_ends_sessions_elsewhere(app: Flask) -> None:
    user = make_person()
    session = start_session(user=user)
    link = actions.invite(by=ADMIN, user_id=user.id)
    assert find_user_by_session(session) is not None

    actions.accept_invitation(token=link, password="một mật khẩu khác hẳn")

    assert find_user_by_session(session) is None


def test_the_first_administrator_comes_by_link_and_then_no_more(app: Flask) -> None:
    first = actions.make_first_admin_link()
    second = actions.make_first_admin_link()
    assert first is not None
    assert second is not None
    assert find_invitation(first) is None

    user = actions.accept_admin_link(
        token=second, login="quan.tri", name="Trần Văn Quản", password=PASSWORD
    )

    assert (user.role, user.name) == ("admin", "Trần Văn Quản")
    assert actions.make_first_admin_link() is None
    with pytest.raises(Refused):
        actions.accept_admin_link(
            token=second, login="ke.khac", name="Kẻ Khác", password=PASSWORD
        )


def test_an_administrator_who_cannot_sign_in_counts_for_nothing(app: Flask) -> None:
    make_user(role="admin")
    assert actions.make_first_admin_link() is not None

    make_person(role="admin", is_active=False)
    assert actions.make_first_admin_link() is not None

    make_person(role="admin")
    assert actions.make_first_admin_link() is None


def test_the_two_kinds_of_links_do_not_open_each_others_door(app: Flask) -> None:
    _, personal = add()
    admin = actions.make_admin_link(by=SYSTEM)

    with pytest.raises(Refused):
        actions.accept_admin_link(
            token=personal, login="ai.do", name="Ai Đó", password=PASSWORD
        )
    with pytest.raises(Refused):
        actions.accept_invitation(token=admin, password=PASSWORD)

    assert find_invitation(personal) is not None
    assert find_invitation(admin) is not None


def test_a_change_replaces_role_and_areas(app: Flask) -> None:
    before, after = make_area(), make_area()
    user, _ = add(area_ids=[before.id])

    actions.change_user(
        by=ADMIN,
        user_id=user.id,
        name="  Nguyễn  Thị Loan ",
        role="district",
        area_ids=[after.id],
    )

    changed = get_user(user.id)
    assert (changed.name, changed.role) == ("Nguyễn Thị Loan", "district")
    assert changed.name_folded == "nguyen thi loan"
    assert areas_of(user.id) == [after.id]
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "user.changed")
    ).one()
    assert event.details["before"] == {"role": "ward", "area_ids": [before.id]}


def test_the_last_administrator_can_neither_leave_nor_be_shut_out(app: Flask) -> None:
    admin = make_person(role="admin")
    make_user(role="admin")  # has no password yet
    make_person(role="admin", is_active=False)

    with pytest.raises(Refused) as refused:
        actions.disable_user(by=ADMIN, user_id=admin.id)
    assert codes(refused) == ["last_admin"]
    with pytest.raises(Refused) as refused:
        actions.change_user(
            by=ADMIN,
            user_id=admin.id,
            name=admin.name,
            role="ward",
            area_ids=[make_area().id],
        )
    assert codes(refused) == ["last_admin"]

    make_person(role="admin")
    assert not actions.disable_user(by=ADMIN, user_id=admin.id).is_active


def test_a_disabled_account_loses_sessions_links_and_phones(app: Flask) -> None:
    area = make_area()
    user = make_person(areas=[area])
    session = start_session(user=user)
    link = actions.invite(by=ADMIN, user_id=user.id)

    actions.disable_user(by=ADMIN, user_id=user.id)

    assert find_user_by_session(session) is None
    assert find_invitation(link) is None
    for refuse in (
        lambda: actions.invite(by=ADMIN, user_id=user.id),
        lambda: actions.add_phone(by=ADMIN, user_id=user.id, name="Máy"),
    ):
        with pytest.raises(Refused) as refused:
            refuse()
        assert codes(refused) == ["user_disabled"]

    actions.enable_user(by=ADMIN, user_id=user.id)
    assert find_user_by_session(session) is None
    assert get_user(user.id).password_hash is not None


def test_doing_nothing_leaves_no_event(app: Flask) -> None:
    user = make_person()

    actions.enable_user(by=ADMIN, user_id=user.id)
    actions.change_language(by=ADMIN, user_id=user.id, language="vi")

    assert trail() == []


def test_the_right_current_password_is_needed_for_another(app: Flask) -> None:
    user = make_person()
    session = start_session(user=user)

    with pytest.raises(Refused) as refused:
        actions.change_password(
            by=ADMIN, user_id=user.id, current="sai", new="mật mã mới toanh"
        )
    assert codes(refused) == ["password_wrong"]
    assert find_user_by_session(session) is not None

    actions.change_password(
        by=ADMIN, user_id=user.id, current=PASSWORD, new="mật mã mới toanh"
    )
    assert is_right("mật mã mới toanh", get_user(user.id).password_hash)
    assert find_user_by_session(session) is None


def test_somebody_who_is_not_there_cannot_be_changed(app: Flask) -> None:
    with pytest.raises(Refused) as refused:
        actions.disable_user(by=ADMIN, user_id=4711)

    assert codes(refused) == ["user_unknown"]
