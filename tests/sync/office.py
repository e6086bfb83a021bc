"""Both sides of the synchronisation: a fake Central with a form, and our installation."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import select

from server.db import db
from server.inbox.file_store import FileStore
from server.inbox.tables import Reading, Submission
from server.mirror import queries as mirror
from server.mirror.tables import (
    MirroredForm,
    MirroredSubmission,
    MirroredVersion,
)
from sync.attachments import look_for_files, read_comments
from sync.central import Central
from sync.following import follow
from sync.pull import pull
from sync.reconcile import reconcile
from sync.rows import Place
from tests.fakes.central import FakeCentral

FORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><h:title>Thu</h:title><model><instance>
<data id="{form}" version="{version}"><code/><photo/>{more}<meta><instanceID/></meta></data>
</instance><bind nodeset="/data/photo" type="binary"/></model></h:head><h:body/></h:html>
"""


def quiet(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


class Office:
    """What people do at Central, and what we have of it."""

    def __init__(self, app: Flask, fake: FakeCentral, form: str = "t") -> None:
        self.app = app
        self.fake = fake
        self.form = form
        self.central = Central(
            fake.url, fake.email, fake.password, sleep=lambda _: None
        )
        self.store = FileStore(app.config["DATA_DIR"] / "files")
        self.project = self.central.send("POST", "projects", {"name": "Xã Thử"})["id"]

    @property
    def path(self) -> str:
        return f"projects/{self.project}/forms/{self.form}"

    def publish(self, version: str = "1", more: str = "") -> None:
        """The form for the first time."""
        xml = FORM.format(form=self.form, version=version, more=more).encode()
        path = f"projects/{self.project}/forms"
        asked = {"publish": "true", "ignoreWarnings": "true"}
        self.central.send("POST", path, content=xml, params=asked)

    def publish_again(self, version: str, more: str = "<extra/>") -> None:
        xml = FORM.format(form=self.form, version=version, more=more).encode()
        self.central.send("POST", f"{self.path}/draft", content=xml)
        self.central.send("POST", f"{self.path}/draft/publish")

    def create(self, name: str, code: str = "1", version: str = "1") -> None:
        content = self.xml(name, code, version=version)
        self.central.send("POST", f"{self.path}/submissions", content=content)

    def edit(
        self, root: str, old: str, new: str, code: str = "2", version: str = "1"
    ) -> None:
        content = self.xml(new, code, old, version=version)
        self.central.send("PUT", f"{self.path}/submissions/{root}", content=content)

    def xml(self, name: str, code: str, old: str = "", version: str = "1") -> bytes:
        deprecated = f"<deprecatedID>{old}</deprecatedID>" if old else ""
        meta = f"<meta><instanceID>{name}</instanceID>{deprecated}</meta>"
        answers = f"<code>{code}</code><photo>a.jpg</photo>"
        return f'<data id="{self.form}" version="{version}">{answers}{meta}</data>'.encode()

    def race(self, root: str, old: str, *new: str) -> None:
        """Edits of one version that overlap, so that all of them stay current."""
        world = self.fake.world
        waiting: list[Callable[[], None]] = []
        usual, world.commit = world.commit, waiting.append  # type: ignore[method-assign]
        try:
            for each in new:
                self.edit(root, old, each)
        finally:
            world.commit = usual  # type: ignore[method-assign]
        for apply in waiting:
            apply()

    def review(self, name: str, state: str) -> None:
        self.central.send(
            "PATCH", f"{self.path}/submissions/{name}", {"reviewState": state}
        )

    def comment(self, name: str, text: str) -> None:
        self.central.send(
            "POST", f"{self.path}/submissions/{name}/comments", {"body": text}
        )

    def delete(self, name: str) -> None:
        self.central.send("DELETE", f"{self.path}/submissions/{name}")

    def restore(self, name: str) -> None:
        self.central.send("POST", f"{self.path}/submissions/{name}/restore")

    def purge(self, name: str) -> None:
        self.fake.purge(self.project, self.form, name)

    def attach(self, name: str, content: bytes = b"a photo") -> None:
        path = f"{self.path}/submissions/{name}/attachments/a.jpg"
        self.central.send("POST", path, content=content)

    def place(self) -> Place:
        (place,) = follow(self.central, self.project)
        return place

    def pull(self, *, wants_files: bool = False) -> Counter[str]:
        place = self.place()
        found = pull(self.central, place, wants_files=wants_files, progress=quiet)
        read_comments(self.central, place)
        return found

    def reconcile(self, *, wants_files: bool = False) -> Counter[str]:
        return reconcile(
            self.central, self.place(), wants_files=wants_files, progress=quiet
        )

    def fetch(self, *, wants_files: bool = True) -> Counter[str]:
        return look_for_files(
            self.central,
            self.place(),
            self.store,
            wants_files=wants_files,
            progress=quiet,
        )

    def followed(self) -> MirroredForm:
        db.session.rollback()
        return db.session.scalars(
            select(MirroredForm).where(MirroredForm.closed_at.is_(None))
        ).one()

    def mirrored(self, name: str) -> MirroredSubmission:
        db.session.rollback()
        found = select(MirroredSubmission).where(MirroredSubmission.central_id == name)
        return db.session.scalars(
            found.order_by(MirroredSubmission.id.desc()).limit(1)
        ).one()

    def state(self, instance: str) -> str:
        """Where a version stands in the inbox."""
        db.session.rollback()
        return (
            db.session.scalars(
                select(Reading.state)
                .join(Submission, Submission.id == Reading.submission_id)
                .where(Submission.instance_id == instance)
                .order_by(Submission.version.desc())
            ).first()
            or ""
        )

    def instances(self) -> list[str]:
        db.session.rollback()
        return sorted(db.session.scalars(select(Submission.instance_id)))

    def differences(self) -> list[str]:
        """What the mirror holds otherwise than Central, at rest."""
        truth = self.fake.truth(self.project, self.form)
        db.session.rollback()
        here = {
            row.central_id: row
            for row in db.session.scalars(
                select(MirroredSubmission).where(
                    MirroredSubmission.form_id == self.followed().id
                )
            )
            if row.purged_at is None
        }
        found = [f"missing {name}" for name in truth.keys() - here.keys()]
        found += [f"too much {name}" for name in here.keys() - truth.keys()]
        for name in truth.keys() & here.keys():
            found += _differing(here[name], truth[name])
        return sorted(found)


def _differing(here: MirroredSubmission, there: dict[str, Any]) -> list[str]:
    versions = list(
        db.session.execute(
            select(MirroredVersion.instance_id, Reading.state)
            .join(Reading, Reading.submission_id == MirroredVersion.submission_id)
            .where(MirroredVersion.mirrored_id == here.id)
        )
    )
    instances = [instance for instance, _ in versions]
    seen = set(instances)
    files = [f for of in there["files"].values() for f in of.values()]
    current = [here.current_instance_id] if not here.is_raced else there["current"]
    counted = {state for _, state in versions} - {"withdrawn"}
    told: dict[str, tuple[Any, Any]] = {
        "current": (current, there["current"]),
        "kept": (set(there["current"]) - seen, set()),
        "doubled": (len(instances) - len(seen), 0),
        "raced": (here.is_raced, len(there["current"]) > 1),
        "deleted": (_iso(here.deleted_at), there["deleted_at"]),
        "updated": (_iso(here.updated_at), there["updated_at"]),
        "review": (here.review_state, there["review"]),
        "counts": (not counted, there["deleted_at"] is not None),
    }
    if len(there["current"]) == 1:
        present = sum(f is not None for f in files)
        told["files"] = (here.files_present, present)
    return [
        f"{here.central_id} {what}: {ours!r} is {theirs!r}"
        for what, (ours, theirs) in told.items()
        if ours != theirs
    ]


def lacking(office: Office) -> list[str]:
    """Files of current versions that are at Central and not here."""
    found = []
    for name, there in office.fake.truth(office.project, office.form).items():
        here = office.mirrored(name)
        if len(there["current"]) > 1 or there["deleted_at"] is not None:
            continue
        fetched = mirror.files_of(here.id)
        (files,) = there["files"].values()
        found += [
            f"{name} file {file}"
            for file, sha256 in files.items()
            if sha256
            and (
                file not in fetched
                or fetched[file].instance_id != here.current_instance_id
            )
        ]
    return sorted(found)


def _iso(at: datetime | None) -> str | None:
    if at is None:
        return None
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
