"""Making many entities at once: Central makes all of a call, or none of them.

Each has its uuid before the call. Where one is there already it was made by a phone or
by a call whose answer was lost, and the list is looked at again; where another list has
it, or ever had, it gets another one. One that Central will not have is found by halves.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from server.dispatch import links, sending
from server.dispatch.expected import Content
from server.dispatch.links import Task
from server.dispatch.sending import Sent
from sync.lists import ListAt
from sync.problems import CentralError
from sync.pull import Progress

AT_ONCE = 1000
SOURCE = "Rà Soát"
_TAKEN = "409.3"
_USED_UP = "409.19"


class Creating:
    """New entities of one list. `has_moved`: it has to be looked at again."""

    def __init__(self, at: ListAt, counts: Counter[str], progress: Progress) -> None:
        self.at = at
        self.counts = counts
        self.progress = progress
        self.has_moved = False
        self.failure: CentralError | None = None

    def run(self, tasks: Sequence[Task]) -> None:
        """Raises CentralError where no further call makes sense."""
        for start in range(0, len(tasks), AT_ONCE):
            self.progress(self.at.name, start, len(tasks))
            some = list(tasks[start : start + AT_ONCE])
            contents = sending.about_to_send(tasks=some)
            self._create([t for t in some if t.link_id in contents], contents)

    def _create(self, tasks: list[Task], contents: dict[int, Content]) -> None:
        while tasks:
            body = {
                "entities": [_entity(task, contents[task.link_id]) for task in tasks],
                "source": {"name": SOURCE, "size": len(tasks)},
            }
            try:
                self.at.central.send("POST", f"{self.at.path}/entities", body)
            except CentralError as error:
                if error.passing or error.status in {401, 403, 404}:
                    self._stop(error)
                    return
                if error.code in {_TAKEN, _USED_UP}:
                    tasks = self._without(error, tasks)
                    continue
                self._by_halves(error, tasks, contents)
                return
            sending.arrived(
                sent=[Sent(t.link_id, 1, contents[t.link_id].hash) for t in tasks]
            )
            self.counts["created"] += len(tasks)
            return

    def _stop(self, error: CentralError) -> None:
        """Whether it was done is seen in the list."""
        if not error.passing:
            raise error
        self.failure, self.has_moved = error, True

    def _without(self, error: CentralError, tasks: list[Task]) -> list[Task]:
        """The tasks that are still to be done, some under another uuid."""
        named = _uuids(error)
        if not any(task.uuid in named for task in tasks):
            self.has_moved = True
            return []
        left = []
        for task in tasks:
            if task.uuid not in named:
                left.append(task)
            elif error.code == _TAKEN and self.at.find(task.uuid, task.household_id):
                self.has_moved = True  # a phone made it, or we did
            else:
                links.rename(link_id=task.link_id)
                self.has_moved = True
        return left

    def _by_halves(
        self, error: CentralError, tasks: list[Task], contents: dict[int, Content]
    ) -> None:
        if len(tasks) > 1:
            middle = len(tasks) // 2
            self._create(tasks[:middle], contents)
            self._create(tasks[middle:], contents)
            return
        (task,) = tasks
        self.counts["refused"] += 1
        sending.refused(
            link_id=task.link_id,
            code=error.code,
            message=str(error.problem.values.get("message", "")),
            content_hash=contents[task.link_id].hash,
        )


def _entity(task: Task, content: Content) -> dict[str, Any]:
    return {"uuid": task.uuid, "label": content.label, "data": content.data}


def _uuids(error: CentralError) -> set[str]:
    details = error.details if isinstance(error.details, dict) else {}
    named = details.get("entityUuids") or details.get("values") or ()
    return {str(each).lower() for each in named}
