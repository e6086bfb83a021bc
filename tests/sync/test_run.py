"""`python -m sync run`: for ever, one at a time, and through whatever happens."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import NoResultFound

from server.central import leases
from server.central.asking import ask_for_sync
from server.central.tables import SyncCheckup, SyncLease, SyncRun
from server.db import db
from server.domain.actor import SYSTEM
from server.domain.problems import Problem
from server.jobs.tables import Job
from sync.heart import Heart
from sync.problems import CentralError
from sync.rounds import Outcome
from sync.terminal import Watch
from sync.works import Desk, Work, do
from tests.fakes.central import Fault
from tests.forking import Program
from tests.sync.office import Office
from tests.sync.test_commands import started

PATIENCE = 40
Start = Callable[..., Program]


def eventually(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        db.session.rollback()
        db.session.expire_all()
        with suppress(NoResultFound):
            if happened():
                return
        assert time.monotonic() < deadline, happened
        time.sleep(0.05)


@pytest.fixture
def start(app: Flask, office: Office) -> Iterator[Start]:
    running: list[Program] = []

    def begin(**more: str) -> Program:
        settings = {"CENTRAL_POLL_SECONDS": "1", "WORKER_POLL_SECONDS": "1"}
        running.append(started(app, office, "run", **{**settings, **more}))
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def lease() -> SyncLease | None:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalar(select(SyncLease))


def is_held_by(process: Program) -> bool:
    found = lease()
    return found is not None and found.holder != "" and found.pid == process.pid


def runs() -> list[SyncRun]:
    return list(db.session.scalars(select(SyncRun).order_by(SyncRun.id)))


def stopped(process: Program) -> tuple[int, str]:
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=120)
    assert "Traceback" not in said, said
    return process.returncode, said


def test_what_is_new_comes_by_itself_until_it_is_stopped(
    start: Start, office: Office
) -> None:
    office.create("uuid:a")
    process = start()
    eventually(lambda: office.instances() == ["uuid:a"])
    office.create("uuid:b")
    eventually(lambda: office.instances() == ["uuid:a", "uuid:b"])

    status, said = stopped(process)

    assert status == 0
    assert "event=sync_began" in said
    assert "work=pull" in said
    found = lease()
    assert found is not None
    assert found.holder == ""
    assert (runs()[0].work, runs()[0].counts) == ("pull", {"t": {"new": 1}})


@pytest.mark.sqlite_only
def test_jobs_that_follow_are_done(start: Start, office: Office) -> None:
    office.create("uuid:a")
    start()

    eventually(lambda: office.state("uuid:a") == "quarantined")  # no form of ours


@pytest.mark.sqlite_only
def test_all_is_compared_once_an_hour(start: Start, office: Office) -> None:
    office.create("uuid:a")
    start()

    eventually(lambda: office.followed().reconciled_at)


@pytest.mark.sqlite_only
def test_it_examines_itself_once_a_day(start: Start) -> None:
    start()

    eventually(lambda: db.session.scalars(select(SyncCheckup)).one())
    time.sleep(3)
    assert len(db.session.scalars(select(SyncCheckup)).all()) == 1


def test_the_second_waits_and_takes_over_when_the_first_is_killed(
    start: Start, office: Office
) -> None:
    first = start()
    eventually(lambda: is_held_by(first))
    second = start()
    assert second.stderr is not None
    assert any("event=sync_waiting" in line for line in second.stderr)
    assert is_held_by(first)

    first.kill()
    first.wait()
    office.create("uuid:a")

    eventually(lambda: is_held_by(second))
    eventually(lambda: office.instances() == ["uuid:a"])
    assert stopped(second)[0] == 0


def test_it_goes_on_when_the_database_is_back(start: Start, office: Office) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("a file does not restart")
    process = start()
    eventually(lambda: office.followed().pulled_at)

    for _ in range(3):
        db.session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )
        db.session.rollback()
        time.sleep(0.3)
    office.create("uuid:a")

    eventually(lambda: office.instances() == ["uuid:a"])
    assert stopped(process)[0] == 0


def test_of_another_machine_it_is_silence_that_counts(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive = {"host": "b", "pid": 2, "silent": None}
    assert leases.take_lease(holder="a/1/x/sync", host="a", pid=1, silent=None)
    assert not leases.take_lease(holder="b/2/y/sync", **alive)
    pulse = leases.find_pulse()
    assert leases.beat(holder="a/1/x/sync", doing=leases.Doing("pull", "t", 1, 2))
    late = {**alive, "silent": pulse}
    assert not leases.take_lease(holder="b/2/y/sync", **late)

    late["silent"] = leases.find_pulse()
    assert leases.take_lease(holder="b/2/y/sync", **late)

    assert not leases.beat(holder="a/1/x/sync", doing=leases.Doing())


@pytest.mark.sqlite_only
def test_it_goes_on_when_central_is_back(start: Start, office: Office) -> None:
    office.create("uuid:a")
    office.fake.stop()
    start()
    eventually(lambda: any(r.outcome == "failed" for r in runs()))
    assert runs()[0].problem_codes == "central_unreachable"

    office.fake.start()

    eventually(lambda: office.instances() == ["uuid:a"])


@pytest.mark.sqlite_only
def test_a_form_that_fails_keeps_no_other_waiting(
    start: Start, app: Flask, office: Office
) -> None:
    other = Office.__new__(Office)
    other.__dict__.update(office.__dict__, form="z")
    other.publish()
    office.fake.faults.order(Fault.FAILS, times=10_000, path="forms/t.svc")
    other.create("uuid:z")
    start()

    eventually(lambda: other.instances() == ["uuid:z"])
    eventually(lambda: any(r.outcome == "partly" for r in runs()))


@pytest.mark.sqlite_only
def test_work_that_is_refused_keeps_no_other_waiting(office: Office) -> None:
    def refuse(_office: object, _progress: object) -> Outcome:
        problem = Problem("central_rights_missing", "", {"address": "x"})
        raise CentralError(problem, status=403)

    desk = Desk(office, Watch(), Heart(office.app, "a"), "a")  # type: ignore[arg-type]

    told, is_away = do(Work("publish", refuse), desk)

    assert told.outcome == "failed"
    assert not is_away


@pytest.mark.sqlite_only
def test_who_asks_is_served_at_once_and_told(start: Start, office: Office) -> None:
    start(CENTRAL_POLL_SECONDS="3600")
    eventually(lambda: (found := lease()) is not None and found.next_at)
    office.create("uuid:a")

    number = ask_for_sync(by=SYSTEM)
    assert ask_for_sync(by=SYSTEM) == number

    eventually(lambda: office.instances() == ["uuid:a"])
    eventually(lambda: db.session.get_one(Job, number).state == "done")
    assert [r.counts for r in runs() if r.job_id == number and r.work == "pull"] == [
        {"t": {"new": 1}}
    ]


@pytest.mark.sqlite_only
def test_it_stops_while_central_hangs(start: Start, office: Office) -> None:
    office.create("uuid:a")
    office.fake.faults.seconds = 60
    office.fake.faults.order(Fault.HANGS, times=99, path="Submissions")
    process = start()
    eventually(lambda: any("Submissions" in path for _, path in office.fake.asked))

    status, _ = stopped(process)

    assert status == 0
    office.fake.faults.stop()
