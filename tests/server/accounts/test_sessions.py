from concurrent.futures import ThreadPoolExecutor
from contextvars import Context

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select

from server.accounts.passwords import is_outdated
from server.accounts.queries import find_user_by_session, get_user, sessions_of
from server.accounts.sessions import (
    begin_attempt,
    end_sessions_of,
    see_session,
    sign_in,
    sign_out,
    start_session,
)
from server.accounts.tables import SignInFailure, User, UserSession
from server.audit.tables import AuditEvent
from server.db import db
from server.domain.actor import SYSTEM
from server.domain.problems import Refused
from tests.factories import make_user
from tests.server.accounts.conftest import PASSWORD, Clock, make_person, set_row

pytestmark = pytest.mark.usefixtures("quick_passwords")


def refusal(login: str, password: str) -> tuple[str, int]:
    with pytest.raises(Refused) as refused:
        sign_in(login=login, password=password)
    return refused.value.problems[0].code, refused.value.status


def test_the_right_password_opens_a_session(app: Flask) -> None:
    person = make_person(login="lan.hanoi")

    user, token = sign_in(login=" Lan.HaNoi ", password=PASSWORD)

    assert user.id == person.id
    assert find_user_by_session(token) == user
    event = db.session.scalars(select(AuditEvent)).one()
    assert (event.action, event.actor_id) == ("user.signed_in", user.id)


@pytest.mark.parametrize(
    ("person", "password"),
    [
        ({}, "sai mật khẩu rồi"),
        ({}, PASSWORD.upper()),
        ({}, PASSWORD + " "),
        ({}, ""),
        ({"is_active": False}, PASSWORD),
        ({"password_hash": None}, PASSWORD),
        ({"password_hash": None}, "nobody has this password"),
        ({"login": "somebody.else"}, PASSWORD),
    ],
)
def test_every_wrong_try_is_told_the_same(
    app: Flask, person: dict[str, object], password: str
) -> None:
    user = make_person(login="lan.hanoi")
    set_row(user, **person)

    assert refusal("lan.hanoi", password) == ("sign_in_failed", 422)
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 0


def test_the_sixth_try_within_a_minute_waits_even_with_the_right_password(
    app: Flask, clock: Clock
) -> None:
    make_person(login="lan.hanoi")

    tries = [refusal("LAN.hanoi", "sai") for _ in range(5)]

    assert tries == [("sign_in_failed", 422)] * 5
    assert refusal("lan.hanoi", PASSWORD) == ("sign_in_too_often", 429)
    clock.turn(seconds=60)
    assert sign_in(login="lan.hanoi", password=PASSWORD)


def test_tries_are_counted_for_names_that_do_not_exist(app: Flask) -> None:
    tries = [refusal("khong.ai", "sai") for _ in range(6)]

    assert tries[-1] == ("sign_in_too_often", 429)
    assert refusal("nguoi.khac", "sai") == ("sign_in_failed", 422)


def test_the_right_password_forgets_the_wrong_ones(app: Flask, clock: Clock) -> None:
    make_person(login="lan.hanoi")
    for _ in range(2):
        for _ in range(4):
            refusal("lan.hanoi", "sai")
        sign_in(login="lan.hanoi", password=PASSWORD)

    assert db.session.scalar(select(func.count()).select_from(SignInFailure)) == 0


def test_many_tries_at_once_are_not_many_free_tries(app: Flask) -> None:
    make_person(login="lan.hanoi")

    def attempt(_number: int) -> str:
        def inside() -> str:
            with app.app_context():
                try:
                    begin_attempt(login="lan.hanoi")
                except Refused as refused:
                    return refused.problems[0].code
                finally:
                    db.session.remove()
                return "counted"

        return Context().run(inside)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(20)))

    assert answers.count("counted") == 5


def test_old_failures_are_swept(app: Flask, clock: Clock) -> None:
    refusal("khong.ai", "sai")
    clock.turn(days=1, seconds=1)

    refusal("nguoi.khac", "sai")

    assert db.session.scalars(select(SignInFailure.login)).all() == ["nguoi.khac"]


def test_a_hash_of_weaker_times_is_renewed_at_sign_in(app: Flask) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    user = make_user(login="lan.hanoi", password_hash=weak)

    sign_in(login="lan.hanoi", password=PASSWORD)

    renewed = get_user(user.id).password_hash
    assert renewed is not None
    assert not is_outdated(renewed)
    assert sign_in(login="lan.hanoi", password=PASSWORD)


def test_a_session_that_idles_two_hours_ends(app: Flask, clock: Clock) -> None:
    token = start_session(user=make_person())

    clock.turn(hours=1, minutes=59)
    assert find_user_by_session(token) is not None
    clock.turn(minutes=1)
    assert find_user_by_session(token) is None


def test_a_session_in_use_ends_after_twelve_hours(app: Flask, clock: Clock) -> None:
    user = make_person()
    token = start_session(user=user)

    for _ in range(11):
        clock.turn(hours=1)
        see_session(seen=sessions_of(user.id)[0])
        assert find_user_by_session(token) is not None
    clock.turn(minutes=59)
    assert find_user_by_session(token) is not None
    clock.turn(minutes=1)
    assert find_user_by_session(token) is None


def test_use_is_written_down_once_a_minute(app: Flask, clock: Clock) -> None:
    user = make_person()
    start_session(user=user)
    start = clock.at

    clock.turn(seconds=59)
    see_session(seen=sessions_of(user.id)[0])
    assert sessions_of(user.id)[0].last_seen_at == start

    clock.turn(seconds=1)
    see_session(seen=sessions_of(user.id)[0])
    db.session.expire_all()
    assert sessions_of(user.id)[0].last_seen_at == clock.at


def test_signing_out_ends_one_session_and_others_go_on(app: Flask) -> None:
    user = make_person()
    here, there = start_session(user=user), start_session(user=user)

    sign_out(token=here)
    sign_out(token=here)
    sign_out(token="x" * 43)

    assert find_user_by_session(here) is None
    assert find_user_by_session(there) is not None
    actions = db.session.scalars(select(AuditEvent.action)).all()
    assert actions.count("user.signed_out") == 1


def test_all_sessions_of_a_person_can_be_ended(app: Flask) -> None:
    user, other = make_person(), make_person()
    tokens = [start_session(user=user), start_session(user=user)]
    others = start_session(user=other)

    end_sessions_of(by=SYSTEM, user_id=user.id)

    assert [find_user_by_session(token) for token in tokens] == [None, None]
    assert find_user_by_session(others) is not None


def test_the_database_does_not_hold_the_token(app: Flask) -> None:
    token = start_session(user=make_person())

    kept = db.session.scalars(select(UserSession.token_hash)).one()

    assert token not in kept
    assert len(token) == 43


def test_an_unknown_token_is_nobody(app: Flask) -> None:
    start_session(user=make_person())

    kept = db.session.scalars(select(UserSession.token_hash)).one()

    assert find_user_by_session("") is None
    assert find_user_by_session(kept) is None
    assert find_user_by_session("x" * 43) is None


def test_a_disabled_person_has_no_session(app: Flask) -> None:
    user = make_person()
    token = start_session(user=user)

    set_row(user, is_active=False)

    assert find_user_by_session(token) is None
    assert isinstance(db.session.get(User, user.id), User)


def test_one_address_cannot_try_many_names(app: Flask) -> None:
    app.config["SIGN_IN_FAILURES"] = 3
    person = make_person(login="lan.hanoi")
    sign_in(login="lan.hanoi", password=PASSWORD, address="192.0.2.7")
    for number in range(3):
        with pytest.raises(Refused):
            sign_in(login=f"user{number}", password="sai", address="192.0.2.7")

    with pytest.raises(Refused) as refused:
        sign_in(login="lan.hanoi", password=PASSWORD, address="192.0.2.7")

    assert refused.value.problems[0].code == "sign_in_address_too_often"
    assert refused.value.status == 429
    user, _ = sign_in(login="lan.hanoi", password=PASSWORD, address="192.0.2.8")
    assert user.id == person.id
