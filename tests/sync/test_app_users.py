"""Phones at Central: with their areas, given their forms, and shut out when lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from server import clock
from server.accounts.actions import change_user, disable_user
from server.accounts.phones import revoke_phone
from server.areas.queries import children_of
from server.areas.tables import Area
from server.central.app_users import is_due
from server.central.runs import Told, record_run
from server.central.senders import phone_of
from server.domain.actor import SYSTEM
from server.inbox.file_store import FileStore
from server.openrosa.actions import release_forms
from sync.problems import CentralError, unreachable
from sync.rounds import Office
from sync.works import DEPLOY
from tests.fakes.central import FakeCentral, Fault
from tests.server.standards.signing import sign_invented
from tests.sync.office import quiet
from tests.sync.ready import FORM, Ready

pytestmark = [
    pytest.mark.sqlite_only,
    pytest.mark.allow_hosts(["127.0.0.1", "localhost"]),
]


@pytest.fixture
def ready(app: Flask, fake: FakeCentral) -> Iterator[Ready]:
    ready = Ready(app, fake)
    ready.deploy()
    ready.writes()
    yield ready
    ready.central.close()


def due(ready: Ready) -> bool:
    return is_due(ready.central.url, ready.project)


def give_areas(ready: Ready, *areas: Area) -> None:
    change_user(
        by=SYSTEM,
        user_id=ready.user.id,
        name=ready.user.name,
        role="enumerator",
        area_ids=[area.id for area in areas],
    )


def test_a_submitter_is_known_as_the_phone(ready: Ready) -> None:
    actor_id = ready.app_user().actor_id
    assert actor_id is not None

    found = phone_of(ready.central.url, ready.project, actor_id)

    assert found is not None
    assert found.id == ready.phone.id
    assert phone_of(ready.central.url, ready.project, 999) is None
    assert phone_of("http://elsewhere", ready.project, actor_id) is None


def test_other_areas_are_told_by_as_many_properties(ready: Ready) -> None:
    give_areas(ready, ready.ward, ready.other)
    assert due(ready)

    ready.deploy()

    (user,) = ready.app_users()
    assert user["properties"] == {"ward": "00202", "ward_2": "00229"}
    rules = ready.central.get(f"projects/{ready.project}/datasets/households")
    pairs = [
        (rule["datasetProperty"], rule["actorProperty"])
        for rule in rules["accessFilter"]["rules"]
    ]
    assert pairs == [("ward", "ward"), ("group", "group"),
                     ("ward", "ward_2"), ("group", "group_2")]  # fmt: skip
    assert not due(ready)
    give_areas(ready, ready.other)
    ready.deploy()
    (user,) = ready.app_users()
    assert user["properties"] == {"ward": "00202"}


def test_somebody_with_groups_sees_only_these_groups(ready: Ready) -> None:
    ward = ready.area("00211", "Phường Thử", "00211-03", "00211-04")
    part = children_of(ward.id, clock.today())[0]
    _, phone = ready.another(part)

    ready.deploy()

    (user,) = [u for u in ready.app_users() if u["displayName"].startswith("Lê")]
    assert user["properties"] == {"group": "00211-03"}
    assert ready.app_user(phone).codes == {"group": ["00211-03"]}
    with ready.collect(phone) as collect:
        assert [form.form_id for form in collect.form_list()] == [FORM]


def test_a_lost_phone_is_shut_out(ready: Ready) -> None:
    with ready.collect() as collect:
        assert collect.form_list()
        revoke_phone(by=SYSTEM, phone_id=ready.phone.id)
        assert due(ready)

        ready.deploy()

        assert collect.get(collect.base + "/formList", fresh=True).status == 403
        assert collect.post(b"<data/>").status == 403
    assert ready.app_user().revoked_at is not None
    assert ready.living() == []
    assert not due(ready)


def test_a_phone_lost_while_central_is_away_is_not_forgotten(ready: Ready) -> None:
    revoke_phone(by=SYSTEM, phone_id=ready.phone.id)
    ready.fake.faults.order(Fault.UNAVAILABLE, times=99)
    with pytest.raises(CentralError):
        ready.deploy()
    assert due(ready)
    assert ready.app_user().revoked_at is None
    ready.fake.faults.stop()
    ready.fake.faults.order(Fault.DONE_BUT_SILENT, method="DELETE", path="/sessions/")

    ready.deploy()

    assert ready.living() == []
    assert not due(ready)


def test_its_key_is_in_no_error(ready: Ready) -> None:
    token = ready.app_user().token
    revoke_phone(by=SYSTEM, phone_id=ready.phone.id)
    ready.fake.faults.order(Fault.FAILS, times=99, method="DELETE")

    with pytest.raises(CentralError) as failed:
        ready.deploy()

    assert str(token) not in str(failed.value)
    assert str(token) not in str(failed.value.problem)
    assert "sessions/…" in failed.value.problem.sentence("en")


def test_it_is_shut_out_before_a_form_central_does_not_like(ready: Ready) -> None:
    revoke_phone(by=SYSTEM, phone_id=ready.phone.id)
    ready.fake.faults.order(Fault.FAILS, times=99, path="/forms")

    with pytest.raises(CentralError):
        ready.deploy()

    assert ready.living() == []


def test_a_phone_lost_before_anybody_heard_of_its_key_is_shut_out(ready: Ready) -> None:
    _, phone = ready.another(ready.ward)
    with pytest.raises(CentralError):
        deploy_until_an_app_user_was_asked_for(ready)
    revoke_phone(by=SYSTEM, phone_id=phone.id)
    assert due(ready)
    assert len(ready.living()) == 2

    ready.deploy()

    assert ready.living() == [f"Phạm Thị Ngọc – Máy của Ngọc [{ready.phone.username}]"]


def deploy_until_an_app_user_was_asked_for(ready: Ready) -> None:
    """The answer is lost, and Central away from then on."""
    send, get = ready.central.send, ready.central.get

    def sending(method: str, path: str, *given: Any, **more: Any) -> Any:
        send(method, path, *given, **more)
        ready.central.get = failing  # type: ignore[method-assign]
        return failing(path)

    def failing(path: str, *_given: Any, **_more: Any) -> Any:
        raise unreachable(path, OSError())

    ready.central.send = sending  # type: ignore[method-assign]
    try:
        ready.deploy()
    finally:
        ready.central.send = send  # type: ignore[method-assign]
        ready.central.get = get  # type: ignore[method-assign]


def test_a_person_who_left_loses_every_phone(ready: Ready) -> None:
    disable_user(by=SYSTEM, user_id=ready.user.id)
    assert due(ready)

    ready.deploy()

    assert ready.living() == []


def test_what_was_revoked_at_central_stays_revoked(ready: Ready) -> None:
    token = ready.app_user().token
    ready.central.send("DELETE", f"sessions/{token}")
    ready.writes()

    ready.deploy()

    assert ready.writes() == []
    assert ready.living() == []
    assert ready.app_user().revoked_at is not None
    assert any("đã bị thu hồi ở ODK Central" in said for said in ready.said)


def test_the_second_of_two_that_were_made_at_once_is_shut_out(ready: Ready) -> None:
    name = ready.living()[0]
    path = f"projects/{ready.project}/app-users"
    ready.central.send("POST", path, {"displayName": name})

    ready.deploy()

    assert ready.living() == [name]
    with ready.collect() as collect:
        assert len(collect.form_list()) == 1


def test_a_form_is_given_only_to_phones_in_use(ready: Ready) -> None:
    _, phone = ready.another(ready.other)
    ready.deploy()
    path = f"projects/{ready.project}/forms/{FORM}/assignments/app-user"
    assert len(ready.central.get(path)) == 2
    ready.central.send("DELETE", f"{path}/{ready.app_user(phone).actor_id}")

    ready.deploy()

    assert len(ready.central.get(path)) == 2


def test_an_installation_that_was_not_deployed_is_never_due(
    app: Flask, fake: FakeCentral
) -> None:
    ready = Ready(app, fake)

    assert not is_due(ready.central.url, 1)

    ready.central.close()


def test_the_loop_shuts_a_lost_phone_out_and_is_not_kept_from_pulling(
    ready: Ready,
) -> None:
    store = FileStore(ready.app.config["DATA_DIR"] / "files")
    office = Office(ready.central, ready.project, store, wants_files=False)
    assert not DEPLOY.is_due(office)
    revoke_phone(by=SYSTEM, phone_id=ready.phone.id)
    ready.fake.faults.order(Fault.FAILS, times=99, path="/datasets")
    assert DEPLOY.is_due(office)

    outcome = DEPLOY.do(office, quiet)

    assert ready.living() == []
    assert outcome.counts == {"": {"app_users": 1}}
    assert [p.code for _, p in outcome.problems] == ["central_failed"]


def test_a_plan_says_whom_a_form_would_be_given_to(ready: Ready) -> None:
    path = f"projects/{ready.project}/forms/{FORM}/assignments/app-user"
    ready.central.send("DELETE", f"{path}/{ready.app_user().actor_id}")
    ready.another(ready.other)
    ready.writes()

    ready.deploy(is_dry=True)

    assert ready.writes() == []
    assert sum("lập thẻ cho Lê Văn Hùng" in said for said in ready.said) == 1
    assert sum(f"giao biểu mẫu {FORM}" in said for said in ready.said) == 1


def test_the_loop_publishes_the_form_that_asks_a_signed_table(ready: Ready) -> None:
    store = FileStore(ready.app.config["DATA_DIR"] / "files")
    office = Office(ready.central, ready.project, store, wants_files=False)
    sign_invented()
    release_forms(by=SYSTEM)
    assert DEPLOY.is_due(office)

    outcome = DEPLOY.do(office, quiet)

    told = Told(outcome.counts, outcome.problems)
    record_run(work=DEPLOY.name, started_at=clock.now(), told=told)
    assert outcome.counts[""]["forms"] == 1
    assert ready.versions()[-1] == f"{ready.version}-001"
    path = f"projects/{ready.project}/forms/{FORM}/attachments"
    names = {each["name"] for each in ready.central.get(path) if each["blobExists"]}
    assert "ward_kinds.csv" in names
    assert not DEPLOY.is_due(office)
