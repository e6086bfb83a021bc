"""The household list inside a phone: what Collect does with it, rule by rule.

After `LocalEntityUseCases.kt`: what a form creates or changes offline, and what a new
list from the server may replace.
"""

import csv
import io
import re
import uuid
from dataclasses import dataclass, field, replace

_VERSION_4 = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
)


@dataclass(frozen=True)
class Entity:
    """A household on the phone. Dirty: something here was not confirmed yet."""

    id: str
    version: int
    properties: dict[str, str]
    is_online: bool
    trunk_version: int | None
    branch_id: str

    @property
    def is_dirty(self) -> bool:
        return not self.is_online or self.version != self.trunk_version


@dataclass
class LocalList:
    """The entities a phone has."""

    entities: dict[str, Entity] = field(default_factory=dict)
    hash: str = ""

    def create(self, entity_id: str, **properties: str) -> Entity:
        """A form that creates was finalised, online or not."""
        assert _VERSION_4.fullmatch(entity_id), f"{entity_id} is ignored by Collect"
        entity = Entity(entity_id, 1, properties, False, None, str(uuid.uuid4()))
        self.entities[entity_id] = entity
        return entity

    def update(self, entity_id: str, **properties: str) -> Entity:
        """A form that updates was finalised; gives the entity as it was before."""
        before = self.entities[entity_id]
        self.entities[entity_id] = replace(
            before,
            version=before.version + 1,
            properties={**before.properties, **properties},
        )
        return before

    def receive(self, content: bytes, list_hash: str) -> None:
        """A list came from the server. Rows Collect cannot read void the whole list."""
        if list_hash == self.hash:
            return
        text = content.decode("utf-8")
        assert ";" not in text.split("\n", 1)[0], "the delimiter would switch"
        rows = list(csv.DictReader(io.StringIO(text)))
        missing = dict(self.entities)
        for row in rows:
            entity_id, version = row.pop("name"), int(row.pop("__version"))
            assert row["label"], "an empty label"
            known = missing.pop(entity_id, None)
            online = Entity(entity_id, version, row, True, version, str(uuid.uuid4()))
            if (
                known is None
                or known.version < version
                or (known.version == version and known.is_dirty)
            ):
                self.entities[entity_id] = online
            elif known.version > version and not known.is_online:
                self.entities[entity_id] = replace(known, is_online=True)
        for entity_id, entity in missing.items():
            if entity.is_online:
                del self.entities[entity_id]
        self.hash = list_hash

    def offline_ids(self) -> list[str]:
        """What the phone asks the integrity address about."""
        return [e.id for e in self.entities.values() if not e.is_online]

    def forget(self, deleted: dict[str, bool]) -> None:
        """The server's word on entities it does not list."""
        for entity_id, is_deleted in deleted.items():
            if is_deleted:
                self.entities.pop(entity_id, None)
