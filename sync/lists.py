"""The lists of households at ODK Central: which there are, what is in them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from server.dispatch.comparing import Held
from server.dispatch.expected import PROPERTIES
from server.dispatch.origins import EntityVersion
from server.dispatch.projections import properties_hash
from server.mirror.seen import Json
from sync.central import Central, part
from sync.problems import CentralError, broken_answer, incomplete, unguarded
from sync.rows import DELETED_TOO, rows_in

NAME = "households"
WARD, GROUP = "ward", "group"
RESTARTS = 5
_TAKEN = "409.3"
# Either end of an answer is long enough to hold what stands around its rows.
_ENDS = 2000
_COUNT = re.compile(r'@odata\.count"\s*:\s*(\d+)')


def filters_supported(central: Central, project: int) -> bool:
    """Whether a list can be filtered for each app user (from version 2026.2 on).

    It is asked, not read off a version: that is told by the proxy, not by Central.
    Raises CentralError.
    """
    try:
        central.get(f"projects/{project}/actor-properties")
    except CentralError as error:
        # A proxy's page says nothing about what Central can do.
        if error.status != 404 or not error.code:
            raise
        central.get(f"projects/{project}")  # one that is not there has no list at all
        return False
    return True


def list_name(ward_code: str | None) -> str:
    """One list for all, filtered; or one for each ward."""
    return NAME if ward_code is None else f"{NAME}_{ward_code}"


def ward_of_list(name: str) -> str | None:
    """The ward whose list that is; None for the list of all."""
    return name.removeprefix(f"{NAME}_") if name != NAME else None


@dataclass(frozen=True, slots=True)
class ListAt:
    """One list of households in a project."""

    central: Central
    project: int
    name: str

    @property
    def path(self) -> str:
        return f"projects/{self.project}/datasets/{part(self.name)}"

    def entity(self, uuid: str) -> str:
        """The path of one of its entities."""
        return f"{self.path}/entities/{part(uuid)}"

    def demand_filter(self) -> None:
        """Households of all wards only go where each phone is shown those of its own.

        Raises CentralError for a list that shows phones everything, or is not there.
        """
        address = f"{self.central.url}/v1/{self.path}"
        try:
            told = self.central.get(self.path)
        except CentralError as error:
            if error.status != 404:
                raise
            raise unguarded(address) from error
        if not is_filtered(told):
            raise unguarded(address)

    def is_prepared(self) -> bool:
        """Whether the list is there with every property. Raises CentralError."""
        try:
            return not _lacking(self.central.get(self.path))
        except CentralError as error:
            if error.status == 404 and error.code:
                return False
            raise

    def prepare(self) -> None:
        """Make the list, and its properties, as far as they are missing.

        Raises CentralError. Two at once do no harm: what is there already is refused.
        """
        try:
            told = self.central.get(self.path)
        except CentralError as error:
            if error.status != 404:
                raise
            self._add(f"projects/{self.project}/datasets", self.name)
            told = self.central.get(self.path)
        for name in _lacking(told):
            self._add(f"{self.path}/properties", name)

    def etag(self, known: str = "") -> str | None:
        """What Central says the list is; None when it is still `known`.

        It changes with every entity and property. Raises CentralError.
        """
        headers = {"If-None-Match": known} if known else {}
        with self.central.stream(
            f"{self.path}/entities.csv", None, **headers
        ) as answer:
            if answer.status_code == 304:
                return None
            return str(answer.headers.get("ETag") or "")

    def read(
        self, owners: Mapping[str, str], hashes: Mapping[str, str]
    ) -> dict[str, Held]:
        """Every entity, deleted ones too, by uuid.

        `owners` are households by uuid, where the two differ; values are kept where a
        hash is not that of `hashes`, by household. Pages of this feed can lose rows, so
        it is read in one piece, and must hold as many rows as Central counted. Raises
        CentralError.
        """
        for attempt in range(RESTARTS):
            ends = _Ends()
            found: dict[str, Held] = {}
            try:
                for row in self._rows(ends):
                    uuid, held = _held(row, owners, hashes)
                    found[uuid] = held
            except CentralError as error:
                if not error.passing or attempt == RESTARTS - 1:
                    raise
                continue
            if ends.count == len(found):
                return found
        raise incomplete(f"{self.central.url}/v1/{self.path}.svc/Entities")

    def versions(self, uuid: str, household_id: str, since: int) -> list[EntityVersion]:
        """The versions of an entity after one of them, and who made them.

        Raises CentralError.
        """
        told = self.central.get(f"{self.entity(uuid)}/versions")
        return [
            _version(each, household_id) for each in told if each["version"] > since
        ]

    def find(self, uuid: str, household_id: str) -> Held | None:
        """One entity as it is now; None where it is not, or is deleted.

        Raises CentralError.
        """
        try:
            told = self.central.get(self.entity(uuid))
        except CentralError as error:
            if error.status == 404:
                return None
            raise
        return held_of(told, household_id)

    def _add(self, path: str, name: str) -> None:
        """What was added already is refused, so a lost answer is asked for again."""
        for attempt in range(RESTARTS):
            try:
                self.central.send("POST", path, {"name": name})
            except CentralError as error:
                if error.code == _TAKEN:
                    return
                if not error.passing or attempt == RESTARTS - 1:
                    raise
            else:
                return

    def _rows(self, ends: "_Ends") -> Iterator[Json]:
        params = {"$filter": DELETED_TOO, "$count": "true"}
        with self.central.stream(f"{self.path}.svc/Entities", params) as answer:
            try:
                yield from rows_in(ends.watch(self.central.pieces(answer)))
            except ValueError as broken:
                raise broken_answer(answer.url) from broken


def _lacking(told: Json) -> list[str]:
    known = {str(each.get("name")) for each in told.get("properties") or ()}
    return [name for name in PROPERTIES if name not in known]


def is_filtered(told: Json) -> bool:
    """Whether a list shows app users nothing but households of their wards, or of
    their groups in a ward. One of several rules is enough to see a household, so each
    must be about these."""
    access = told.get("accessFilter") or {}
    properties = {rule.get("datasetProperty") for rule in access.get("rules") or ()}
    return bool(properties) and properties <= {WARD, GROUP}


class _Ends:
    """Remembers how an answer begins and ends while it is read."""

    def __init__(self) -> None:
        self._first, self._last = b"", b""

    def watch(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            if len(self._first) < _ENDS:
                self._first += piece[:_ENDS]
            self._last = (self._last + piece)[-_ENDS:]
            yield piece

    @property
    def count(self) -> int | None:
        """The number of rows that Central said it had. Within a row the quotation mark
        would be escaped."""
        for end in (self._last, self._first):
            found = _COUNT.findall(end.decode(errors="replace"))
            if found:
                return int(found[-1])
        return None


def held_of(told: Json, household_id: str) -> Held:
    """An entity as the answer to a question or a change tells it."""
    version = told["currentVersion"]
    values = _values(str(version.get("label") or ""), version.get("data") or {})
    return Held(
        version=int(version["version"]),
        hash=properties_hash({"name": household_id, **values}),
        is_deleted=bool(told.get("deletedAt")),
        flag=told.get("conflict"),
        values=values,
    )


def _held(
    row: Json, owners: Mapping[str, str], hashes: Mapping[str, str]
) -> tuple[str, Held]:
    uuid, system = str(row["__id"]).lower(), row["__system"]
    owner = owners.get(uuid, uuid)
    values = _values(str(row.get("label") or ""), row)
    said = properties_hash({"name": owner, **values})
    return uuid, Held(
        version=int(system["version"]),
        hash=said,
        is_deleted=bool(system.get("deletedAt")),
        flag=system.get("conflict"),
        values=values if hashes.get(owner) != said else None,
    )


def _values(label: str, data: Mapping[str, Any]) -> dict[str, str]:
    """Ours of the properties; what somebody added to the list is theirs."""
    return {"label": label} | {name: str(data.get(name) or "") for name in PROPERTIES}


def _version(told: Json, household_id: str) -> EntityVersion:
    values = _values(str(told.get("label") or ""), told.get("data") or {})
    source = told.get("source") or {}
    event = (source.get("event") or {}).get("details") or {}
    submission = source.get("submission") or {}
    instance = event.get("instanceId") or submission.get("instanceId")
    return EntityVersion(
        number=int(told["version"]),
        hash=properties_hash({"name": household_id, **values}),
        is_from_submission=bool(source.get("submission") or event.get("instanceId")),
        instance_id=str(instance) if instance else None,
    )
