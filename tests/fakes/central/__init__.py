"""A Central for tests: speaks HTTP on loopback, and can go wrong on purpose.

It is held to what the real server answered: tests/contract replays that exchange by
exchange against both.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.fakes.central import intake
from tests.fakes.central.clock import Clock, iso
from tests.fakes.central.faults import Fault, FaultPlan
from tests.fakes.central.server import Server, serve
from tests.fakes.central.submissions import purge
from tests.fakes.central.wire import Request
from tests.fakes.central.world import Form, World

EMAIL = "sync@example.org"
PASSWORD = "a long password"
# What Central believes its own name to be; nobody is there.
DOMAIN = "http://odk.example.vn"
__all__ = ["Clock", "FakeCentral", "Fault", "FaultPlan", "running_central"]


class FakeCentral:
    """One Central with a site administrator `EMAIL`.

    `late` is the share of writes that are committed late, and therefore out of order.
    """

    def __init__(
        self,
        faults: FaultPlan | None = None,
        *,
        seed: int = 0,
        late: float = 0.0,
        clock: Clock | None = None,
        zips: bool = False,
        domain: str = DOMAIN,
    ) -> None:
        self.faults = faults or FaultPlan()
        self.world = World(clock or Clock(), domain)
        self.world.chance.seed(seed)
        self.world.late_chance = late
        self.email, self.password = EMAIL, PASSWORD
        self.add_user(EMAIL, PASSWORD, {0: "admin"})
        self._zips = zips
        self._port = 0
        self._server: Server | None = None
        self.crashes: list[str] = []
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def asked(self) -> list[tuple[str, str]]:
        """Method and path of every request since the last start."""
        return self._server.asked if self._server else []

    def start(self) -> None:
        """Listen, after a stop on the port of before and with all that was there."""
        self._server = Server(self._port, self.world, self.faults)
        self._server.zips = self._zips
        self._port = self._server.server_address[1]
        serve(self._server)

    def stop(self) -> None:
        if self._server:
            self.crashes += self._server.crashes
            self._server.shutdown()
            self._server.break_connections()
            self._server.server_close()
            self._server = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def add_user(self, email: str, password: str, roles: dict[int, str]) -> None:
        """A web user: role "admin" at 0, "manager" or "viewer" at a project."""
        with self.world.lock:
            self.world.add_actor("user", email, password=password, roles=roles)

    def end_sessions(self) -> None:
        with self.world.lock:
            self.world.sessions.clear()

    def settle(self) -> None:
        """At rest: nothing goes wrong any more, and all that was written is seen."""
        self.faults.stop()
        with self.world.lock:
            self.world.late_chance = 0.0
            self.world.catch_up(whole=True)

    def purge(self, project: int, form_id: str, instance: str) -> None:
        """What 30 days after a deletion does."""
        with self.world.lock:
            purge(self.world, self.form(project, form_id), instance)

    def form(self, project: int, form_id: str) -> Form:
        """The live form of an id."""
        return next(
            form
            for form in self.world.projects[project].forms
            if form.form_id == form_id and form.deleted_at is None
        )

    def fill(self, project: int, form_id: str, documents: Iterable[bytes]) -> None:
        """Many submissions at once, past HTTP: for measuring."""
        admin = next(a for a in self.world.actors.values() if a.name == EMAIL)
        with self.world.lock:
            form = self.form(project, form_id)
            for xml in documents:
                request = Request("POST", "", {}, {}, xml, actor=admin)
                intake.create(self.world, form, request)

    def truth(self, project: int, form_id: str) -> dict[str, dict[str, Any]]:
        """What a perfect mirror of a form holds, by `__id`."""
        with self.world.lock:
            return {
                submission.instance_id: {
                    "current": sorted(v.instance_id for v in submission.current()),
                    "versions": sorted(v.instance_id for v in submission.versions),
                    "xml": {
                        v.instance_id: v.document.xml for v in submission.current()
                    },
                    "updated_at": iso(submission.updated_at),
                    "deleted_at": iso(submission.deleted_at),
                    "review": submission.review,
                    "comments": [comment["body"] for comment in submission.comments],
                    "files": {
                        v.instance_id: {
                            name: hashlib.sha256(content).hexdigest()
                            if content is not None
                            else None
                            for name, content in v.files.items()
                        }
                        for v in submission.current()
                    },
                }
                for submission in self.form(project, form_id).submissions.values()
            }


@contextmanager
def running_central(**given: Any) -> Iterator[FakeCentral]:
    """A fake Central that is stopped at the end."""
    central = FakeCentral(**given)
    try:
        yield central
    finally:
        central.stop()
    assert central.crashes == []
