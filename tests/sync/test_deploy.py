"""Central made ready for phones: once, whatever happens on the way."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask

from server.dispatch.projections import COLUMNS
from sync.central import Central
from sync.problems import CentralError
from tests.factories import make_area
from tests.fakes.central import FakeCentral, Fault, FaultPlan
from tests.fakes.central.xforms import read_xform
from tests.sync.ready import FORM, Ready

pytestmark = [
    pytest.mark.sqlite_only,
    pytest.mark.allow_hosts(["127.0.0.1", "localhost"]),
]


@pytest.fixture
def ready(app: Flask, fake: FakeCentral) -> Iterator[Ready]:
    ready = Ready(app, fake)
    yield ready
    ready.central.close()


def test_an_empty_central_is_made_ready(ready: Ready) -> None:
    ready.deploy()

    listed = ready.central.get(f"projects/{ready.project}/datasets/households")
    assert [p["name"] for p in listed["properties"]] == [
        name for name in COLUMNS if name not in {"name", "label", "__version"}
    ]
    assert listed["accessFilter"]["type"] == "property"
    assert ready.versions() == [ready.version]
    (user,) = ready.app_users()
    assert (
        user["displayName"] == f"Phạm Thị Ngọc – Máy của Ngọc [{ready.phone.username}]"
    )
    assert user["properties"] == {"ward": "00229"}
    row = ready.app_user()
    assert (row.actor_id, row.token) == (user["id"], user["token"])
    assert row.codes == {"ward": ["00229"]}


def test_a_phone_gets_its_form_and_lists(ready: Ready) -> None:
    ready.deploy()

    with ready.collect() as collect:
        (form,) = collect.form_list()
        media = collect.manifest(form.manifest_url or "")
        content = {each.name: collect.get(each.download_url).body for each in media}

    assert (form.form_id, form.version) == (FORM, ready.version)
    assert content["wards.csv"].decode() == "name,label\n00229,Phường Khâm Thiên\n"
    assert content["groups.csv"].decode().splitlines()[1] == "00229-15,Tổ 15,00229"
    assert {each.name: each.kind for each in media} == {
        "groups.csv": None, "households.csv": "entityList", "wards.csv": None,
    }  # fmt: skip


def test_a_second_time_only_looks(ready: Ready) -> None:
    ready.deploy()
    ready.writes()

    ready.deploy()

    assert ready.writes() == []
    assert ready.said == []


def test_a_dry_run_says_everything_and_does_nothing(ready: Ready) -> None:
    deployed = ready.deploy(is_dry=True)

    assert deployed.project is None
    assert ready.writes() == []
    assert len(ready.said) == 4
    assert all(said.startswith("Sẽ làm: ") for said in ready.said)


def test_a_project_is_found_again_by_its_mark(ready: Ready) -> None:
    ready.central.send("POST", "projects", {"name": "Rà soát hộ nghèo, hộ cận nghèo"})
    ready.deploy()
    first = ready.project

    ready.project = 0
    ready.deploy()

    assert (first, ready.project) == (2, 2)


WRITES = ["/projects", "/datasets", "/properties", "/actor-properties", "/forms",
          "/draft/attachments/wards.csv", "/draft/publish", "/app-users",
          "/assignments/"]  # fmt: skip


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize("fault", [Fault.DONE_BUT_SILENT, Fault.HANGS_UP])
def test_a_lost_answer_doubles_nothing(ready: Ready, path: str, fault: Fault) -> None:
    ready.fake.faults.order(fault, method="POST", path=path)

    ready.deploy()

    assert ready.fake.faults.met[fault] == 1
    assert ready.versions() == [ready.version]
    assert len(ready.app_users()) == 1
    assert len(ready.central.get("projects")) == 1
    ready.writes()
    ready.deploy()
    assert ready.writes() == []


class Killed(BaseException):
    """Stands for SIGKILL: nothing of us goes on."""


class Dying:
    """Sends `left` writes, and dies at the next: before it, or when it was done."""

    def __init__(self, ready: Ready, left: int, *, is_done: bool) -> None:
        self.send, self.left, self.is_done = ready.central.send, left, is_done

    def __call__(self, *given: Any, **more: Any) -> Any:
        if self.left == 0 and not self.is_done:
            raise Killed
        answer = self.send(*given, **more)
        if self.left == 0:
            raise Killed
        self.left -= 1
        return answer


@pytest.mark.parametrize("is_done", [False, True])
def test_killed_at_any_write_it_is_completed_and_doubles_nothing(
    ready: Ready, is_done: bool
) -> None:
    send = ready.central.send
    for left in range(60):
        ready.fake.world.projects.clear()
        ready.project, was_killed = 0, False
        ready.central.send = Dying(ready, left, is_done=is_done)  # type: ignore[method-assign]
        try:
            ready.deploy()
        except Killed:
            was_killed = True
        ready.central.send = send  # type: ignore[method-assign]
        ready.deploy()
        ready.writes()
        ready.deploy()
        assert ready.writes() == [], f"killed at {left}"
        assert ready.versions() == [ready.version]
        assert len(ready.living()) == 1
        if not was_killed:
            break
    assert left > 20


def test_another_group_publishes_the_same_form_again(ready: Ready) -> None:
    ready.deploy()
    make_area(code="00229-17", name="Tổ 17", level="group", parent_id=ready.ward.id)

    ready.deploy()

    assert ready.versions() == [ready.version, f"{ready.version}.2"]
    with ready.collect() as collect:
        (form,) = collect.form_list()
        groups = collect.get(
            form.download_url.replace(".xml", "/attachments/groups.csv")
        )
    assert "00229-17,Tổ 17,00229" in groups.body.decode()
    assert form.version == f"{ready.version}.2"


def test_a_form_that_asks_less_is_published_over_the_warning(ready: Ready) -> None:
    ready.deploy()
    old = ready.fake.form(ready.project, FORM).published[0]
    more = old.xform.xml.replace("<meta>", "<gone/><meta>", 1)
    older = more.replace(f'version="{ready.version}"', 'version="2020010101"', 1)
    seen = read_xform(older.encode())
    assert seen is not None
    old.xform = seen

    ready.deploy()

    assert ready.versions() == ["2020010101", ready.version]


def test_a_form_in_the_trash_waits_for_a_person(ready: Ready) -> None:
    ready.deploy()
    ready.central.send("DELETE", f"projects/{ready.project}/forms/{FORM}")

    deployed = ready.deploy()

    assert [p.code for _, p in deployed.problems] == ["central_form_in_trash"]
    assert ready.central.get(f"projects/{ready.project}/forms") == []


def test_a_form_newer_than_ours_is_left_alone(ready: Ready) -> None:
    ready.deploy()
    last = ready.fake.form(ready.project, FORM).published[-1]
    newer = last.xform.xml.replace(
        f'version="{ready.version}"', 'version="2099010101"', 1
    )
    seen = read_xform(newer.encode())
    assert seen is not None
    last.xform = seen

    deployed = ready.deploy()

    assert [p.code for _, p in deployed.problems] == ["central_form_newer"]


def test_an_encrypted_project_is_refused(ready: Ready, monkeypatch: Any) -> None:
    ready.deploy()
    get = ready.central.get

    def encrypted(path: str, *given: Any, **more: Any) -> Any:
        told = get(path, *given, **more)
        return {**told, "keyId": 3} if path == f"projects/{ready.project}" else told

    monkeypatch.setattr(ready.central, "get", encrypted)
    with pytest.raises(CentralError) as refused:
        ready.deploy()

    assert refused.value.problem.code == "central_project_encrypted"


STORM = (
    Fault.FAILS, Fault.BAD_GATEWAY, Fault.UNAVAILABLE, Fault.TOO_MANY, Fault.HANGS_UP,
    Fault.SESSIONS_END, Fault.DONE_BUT_SILENT, Fault.BREAKS_OFF, Fault.TRUNCATED,
    Fault.PAGE,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_in_a_storm_it_is_done_in_the_end_and_nothing_twice(
    ready: Ready, seed: int
) -> None:
    ready.fake.faults = FaultPlan(seed, 0.3, STORM)
    ready.fake.restart()
    ready.another(ready.other)
    for _ in range(20):
        with suppress(CentralError):
            ready.deploy()
            break
    ready.fake.faults.stop()
    assert ready.fake.faults.met

    ready.deploy()

    ready.writes()
    ready.deploy()
    assert ready.writes() == []
    assert ready.versions() == [ready.version]
    assert len(ready.living()) == 2


def test_a_manager_of_the_project_is_enough(ready: Ready) -> None:
    ready.project = ready.central.send("POST", "projects", {"name": "Quận"})["id"]
    ready.fake.add_user("m@example.org", "a long password", {ready.project: "manager"})
    ready.central.close()
    ready.central = Central(ready.fake.url, "m@example.org", "a long password")

    ready.deploy()

    assert ready.living()
