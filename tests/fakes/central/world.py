"""What a Central holds: people, projects, forms, submissions, entity lists, its log.

A write is checked when it is asked for and takes its time stamps then; it is *seen* when
it is committed, which a plan can make later than the commit of a younger one. Two edits
of one version that overlap are therefore both accepted, as by the real server.
"""

import random
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.fakes.central.clock import Clock, iso
from tests.fakes.central.documents import Document
from tests.fakes.central.xforms import Field, XForm

Json = dict[str, Any]


@dataclass
class Actor:
    number: int
    kind: str  # "user", "field_key"
    name: str
    created_at: datetime
    password: str = ""
    roles: dict[int, str] = field(default_factory=dict)  # project 0 is the site
    token: str | None = None
    project: int = 0
    forms: set[int] = field(default_factory=set)
    properties: dict[str, str] = field(default_factory=dict)

    def shown(self) -> Json:
        return {
            "id": self.number,
            "type": self.kind,
            "displayName": self.name,
            "createdAt": iso(self.created_at),
            "updatedAt": None,
            "deletedAt": None,
        }


@dataclass
class SubmissionVersion:
    number: int
    document: Document
    instance_id: str
    form_version: str
    submitter: Actor | None
    device_id: str | None
    agent: str
    created_at: datetime
    files: dict[str, bytes | None]
    root: Any
    is_current: bool = True
    # Columns by what was asked for: answers never change.
    columns: dict[Any, Json] = field(default_factory=dict)


@dataclass
class Submission:
    number: int
    instance_id: str
    created_at: datetime
    versions: list[SubmissionVersion]
    updated_at: datetime | None = None
    review: str | None = None
    deleted_at: datetime | None = None
    comments: list[Json] = field(default_factory=list)
    audits: list[Json] = field(default_factory=list)
    event: int = 0

    @property
    def first(self) -> SubmissionVersion:
        return self.versions[0]

    def current(self) -> list[SubmissionVersion]:
        """One; two or more after a race of edits."""
        return [version for version in self.versions if version.is_current]


@dataclass
class FormVersion:
    xform: XForm
    created_at: datetime
    published_at: datetime | None = None
    excel: str | None = None
    # What a form names as its file: bytes, or "dataset", or nothing yet.
    files: dict[str, bytes | str | None] = field(default_factory=dict)


@dataclass
class Form:
    number: int
    project: int
    form_id: str
    created_at: datetime
    actee: str
    state: str = "open"
    updated_at: datetime | None = None
    deleted_at: datetime | None = None
    published: list[FormVersion] = field(default_factory=list)
    draft: FormVersion | None = None
    submissions: dict[str, Submission] = field(default_factory=dict)
    # Every version that was ever received, and those that are not committed yet.
    received: dict[str, tuple[Submission, SubmissionVersion]] = field(
        default_factory=dict
    )
    in_flight: set[str] = field(default_factory=set)
    facts: tuple[Any, list[Json]] = (None, [])

    def fields(self) -> list[Field]:
        """Of all published versions; what only older ones had comes last."""
        seen: dict[str, Field] = {}
        for version in reversed(self.published):
            for each in version.xform.fields:
                seen.setdefault(each.path, each)
        return list(seen.values())

    def shape_of(self, version: str) -> FormVersion | None:
        return next((v for v in self.published if v.xform.version == version), None)


@dataclass
class EntityVersion:
    number: int
    label: str
    data: dict[str, str]
    received: dict[str, str]
    creator: Actor
    agent: str
    created_at: datetime
    base: int | None = None
    conflicting: list[str] | None = None
    branch: tuple[str, int, int | None] | None = None  # id, trunk, base in the branch
    source: Json = field(default_factory=dict)  # the submission it was made of


@dataclass
class Entity:
    number: int
    uuid: str
    creator: Actor
    created_at: datetime
    versions: list[EntityVersion]
    updated_at: datetime | None = None
    deleted_at: datetime | None = None
    conflict: str | None = None


@dataclass
class Dataset:
    number: int
    project: int
    name: str
    created_at: datetime
    updated_at: datetime
    approval: bool = False
    access: Json | None = None
    # None: known from a draft only.
    properties: dict[str, datetime | None] = field(default_factory=dict)
    entities: dict[str, Entity] = field(default_factory=dict)


@dataclass
class Project:
    number: int
    name: str
    created_at: datetime
    description: str | None = None
    deleted_at: datetime | None = None
    forms: list[Form] = field(default_factory=list)
    datasets: dict[str, Dataset] = field(default_factory=dict)
    actor_properties: list[str] = field(default_factory=list)


@dataclass
class Session:
    token: str
    actor: Actor
    created_at: datetime
    expires_at: datetime


class World:
    """Everything, under one lock."""

    def __init__(self, clock: Clock, domain: str, *, session_hours: float = 24) -> None:
        self.clock = clock
        self.domain = domain
        self.session_hours = session_hours
        self.lock = threading.RLock()
        self.chance = random.Random(0)  # noqa: S311
        self.late_chance = 0.0
        self.late_seconds = 3.5
        self.entity_seconds = 3.0
        self.has_filters = True  # from version 2026.2 on
        self.actors: dict[int, Actor] = {}
        self.sessions: dict[str, Session] = {}
        self.projects: dict[int, Project] = {}
        self.audits: list[Json] = []
        # Work on entities that waits for an earlier link of its branch.
        self.held: list[Callable[[], None]] = []
        self._numbers: dict[str, int] = {}
        self._waiting: list[tuple[datetime, int, Callable[[], None]]] = []

    def next(self, what: str) -> int:
        self._numbers[what] = self._numbers.get(what, 0) + 1
        return self._numbers[what]

    def last(self, what: str) -> int:
        return self._numbers.get(what, 0)

    def new_uuid(self) -> str:
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))

    def new_token(self) -> str:
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!$"
        return "".join(self.chance.choices(letters, k=64))

    def commit(self, apply: Callable[[], None]) -> None:
        """Make a write visible: now, or late where the plan says so."""
        if self.chance.random() < self.late_chance:
            self.later(self.chance.uniform(0, self.late_seconds), apply)
        else:
            apply()

    def later(self, seconds: float, apply: Callable[[], None]) -> None:
        due = self.clock.now() + timedelta(seconds=seconds)
        self._waiting.append((due, self.next("wait"), apply))

    def catch_up(self, *, whole: bool = False) -> None:
        """Commit what is due, in the order in which it is due."""
        while self._waiting:
            first = min(self._waiting, key=lambda each: each[:2])
            if not whole and first[0] > self.clock.now():
                return
            self._waiting.remove(first)
            first[2]()

    def log(
        self, actor: Actor | None, action: str, actee: str | None, **details: Any
    ) -> Json:
        entry = {
            "actorId": actor.number if actor else None,
            "action": action,
            "acteeId": actee,
            "details": details,
            "loggedAt": iso(self.clock.now()),
            "notes": None,
        }
        self.audits.append(entry)
        return entry

    def add_actor(self, kind: str, name: str, **given: Any) -> Actor:
        number = self.next("actor") + 4
        actor = Actor(number, kind, name, self.clock.now(), **given)
        self.actors[number] = actor
        return actor
