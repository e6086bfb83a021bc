"""Doing at ODK Central what a comparison found: one call for each entity, or one for
many new ones.

What is going to be sent is written down first, so that it is recognised when the answer
is lost. Nothing is repeated blindly: where a call failed for now, or somebody else was
there first, the list is looked at again.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from server.dispatch import links, sending
from server.dispatch.comparing import Held, Step, differing
from server.dispatch.expected import Content
from server.dispatch.links import Task
from server.dispatch.origins import EntityVersion, Origin
from server.dispatch.sending import Sent
from sync.creating import Creating
from sync.lists import ListAt, held_of
from sync.problems import CentralError
from sync.pull import Progress

# So many entities are written down together, before and after their calls.
AT_ONCE = 50
_STALE = "409.15"
_NO_CONFLICT = "400.32"


class CarryingOut:
    """All tasks of one look at a list. `has_moved`: look at it again."""

    def __init__(
        self,
        at: ListAt,
        list_id: int,
        ward_code: str | None,
        counts: Counter[str],
        progress: Progress,
    ) -> None:
        self.at = at
        self.list_id = list_id
        self.ward_code = ward_code
        self.counts = counts
        self.progress = progress
        self.has_moved = False
        self.failure: CentralError | None = None

    def run(self, tasks: Sequence[Task]) -> None:
        """Raises CentralError where no further call makes sense."""
        steps: dict[Step, list[Task]] = {step: [] for step in Step}
        for task in tasks:
            steps[task.step].append(task)
        for task in steps[Step.RENAME]:
            links.rename(link_id=task.link_id)
            self.has_moved = True
        creating = Creating(self.at, self.counts, self.progress)
        creating.run(steps[Step.CREATE])
        self.failure = creating.failure
        self.has_moved |= creating.has_moved
        self._restore(steps[Step.RESTORE])
        changes = [*steps[Step.CHANGE], *steps[Step.RETURN]]
        self._change([*changes, *self._ask(steps[Step.ASK])])
        self._resolve(steps[Step.RESOLVE])
        self._remove(steps[Step.REMOVE])

    def _ask(self, tasks: Sequence[Task]) -> Iterator[Task]:
        """Those whose newer values at Central are part of ours already."""
        for task in self._each(tasks):
            held = _held(task)
            versions = self._versions(task)
            if versions is None:
                continue
            if versions and max(each.number for each in versions) != held.version:
                self.has_moved = True
                continue
            origin = sending.explained(task=task, held=held, versions=versions)
            if origin is Origin.KNOWN:
                yield task
            elif origin is Origin.BY_HAND:
                self.counts["conflicts"] += 1
            else:
                self.counts["waiting"] += 1

    def _change(self, tasks: Sequence[Task]) -> None:
        for some in _batches(tasks):
            contents = sending.about_to_send(tasks=some)
            sent = []
            try:
                for task in self._each(some):
                    content = contents.get(task.link_id)
                    done = self._patch(task, content) if content else None
                    self.has_moved |= content is None or task.is_return
                    sent += [done] if done is not None else []
            finally:
                sending.arrived(sent=sent)
                self.counts["changed"] += len(sent)

    def _patch(self, task: Task, content: Content) -> Sent | None:
        """Change an entity on the version that was compared; None when that did not
        happen."""
        held = _held(task)
        body = _body(content, held)
        params = {"baseVersion": str(held.version)}
        if held.flag and task.is_decided:
            params["resolve"] = "true"
        elif not body:
            self.has_moved = True  # the register has moved back meanwhile
            return None
        try:
            told = self.at.central.send(
                "PATCH", self.at.entity(task.uuid), body, params=params
            )
        except CentralError as error:
            if not self._is_overtaken(error):
                self._refused(error, task, content.hash)
            return None
        now = held_of(told, task.household_id)
        return Sent(task.link_id, now.version, now.hash, now.flag)

    def _resolve(self, tasks: Sequence[Task]) -> None:
        """A person looked at edits that overlapped, and is content with what is there."""
        for task in self._each(tasks):
            params = {"baseVersion": str(_held(task).version), "resolve": "true"}
            try:
                self.at.central.send("PATCH", self.at.entity(task.uuid), params=params)
            except CentralError as error:
                if not self._is_overtaken(error):
                    raise
                continue
            self.has_moved = True
            self.counts["resolved"] += 1

    def _restore(self, tasks: Sequence[Task]) -> None:
        done = []
        for task in self._each(tasks):
            path = f"{self.at.entity(task.uuid)}/restore"
            try:
                self.at.central.send("POST", path)
            except CentralError as error:
                if not self._is_overtaken(error):
                    self._refused(error, task, task.wanted_hash)
                continue
            done.append(task.link_id)
            self.has_moved = True  # it is there with what it said long ago
        sending.restored(link_ids=done)
        self.counts["restored"] += len(done)

    def _remove(self, tasks: Sequence[Task]) -> None:
        for some in _batches(tasks):
            still = sending.about_to_remove(
                list_id=self.list_id, ward_code=self.ward_code, tasks=some
            )
            done = []
            for task in self._each(still):
                try:
                    self.at.central.send("DELETE", self.at.entity(task.uuid))
                except CentralError as error:
                    if not self._is_overtaken(error):
                        raise
                    continue
                done.append(task.link_id)
                self.has_moved |= task.is_return
            sending.removed(link_ids=done)
            self.counts["removed"] += len(done)

    def _each(self, tasks: Sequence[Task]) -> Iterator[Task]:
        for number, task in enumerate(tasks):
            self.progress(self.at.name, number, len(tasks))
            yield task

    def _versions(self, task: Task) -> list[EntityVersion] | None:
        try:
            return self.at.versions(task.uuid, task.household_id, task.since)
        except CentralError as error:
            if not self._is_overtaken(error):
                raise
            return None

    def _is_overtaken(self, error: CentralError) -> bool:
        """Whether a look at the list says what became of it, or what is there now."""
        is_moved = error.status == 404 or error.code in {_STALE, _NO_CONFLICT}
        if error.passing:
            self.failure = error
        self.has_moved |= is_moved or error.passing
        return is_moved or error.passing

    def _refused(self, error: CentralError, task: Task, content_hash: str) -> None:
        if error.status in {401, 403}:
            raise error  # so would be everything else
        self.counts["refused"] += 1
        sending.refused(
            link_id=task.link_id,
            code=error.code,
            message=str(error.problem.values.get("message", "")),
            content_hash=content_hash,
        )


def _body(content: Content, held: Held) -> dict[str, Any]:
    """Only what differs, so that no edit of a phone overlaps for nothing."""
    ours = differing(content.values, held.values or {})
    label = ours.pop("label", None)
    body: dict[str, Any] = {"data": ours} if ours else {}
    return body | ({"label": label} if label is not None else {})


def _held(task: Task) -> Held:
    """What is changed is there."""
    if task.held is None:
        raise ValueError(task.step)
    return task.held


def _batches(tasks: Sequence[Task]) -> Iterable[Sequence[Task]]:
    return (tasks[at : at + AT_ONCE] for at in range(0, len(tasks), AT_ONCE))
