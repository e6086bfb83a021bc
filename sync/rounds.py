"""One round over all forms: a form that fails does not keep the others waiting."""

import errno
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import current_app
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from server import logs
from server.domain.problems import Problem
from server.inbox.file_store import FileStore
from sync.attachments import look_for_files, read_comments
from sync.central import Central
from sync.following import follow
from sync.problems import CentralError
from sync.pull import Progress, pull
from sync.reconcile import reconcile
from sync.rows import Place

# What a form may bring about that nobody thought of: it must not keep others waiting.
UNFORESEEN = (
    ArithmeticError, LookupError, TypeError, ValueError, OSError, SQLAlchemyError,
)  # fmt: skip
# Too little even for the database to write what goes wrong.
LEAST_ROOM = 1_000_000
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeout)
Step = Callable[[Place], Counter[str]]


@dataclass(slots=True)
class Outcome:
    """What became of how many submissions, by form, and what went wrong."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    problems: list[tuple[str, Problem]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Office:
    """Whom we ask, for which project, and where files go."""

    central: Central
    project: int
    store: FileStore
    wants_files: bool


def mendable(error: Exception) -> Problem | None:
    """What a person of the office can do something about: a full disk, a database that
    is away. None for anything else."""
    folder = current_app.config["DATA_DIR"]
    is_full = getattr(error, "errno", None) in NO_ROOM
    if is_full or shutil.disk_usage(folder).free < LEAST_ROOM:
        return Problem("folder_disk_full", "", {"value": str(folder)})
    if isinstance(error, DATABASE_AWAY):
        values = {"value": type(error).__name__}
        return Problem("fitness_database_silent", "", values)
    return None


def pull_all(office: Office, progress: Progress) -> Outcome:
    """What is new at every form, with files and comments. Raises CentralError when
    not even the list of forms can be had."""

    def step(place: Place) -> Counter[str]:
        counts = pull(
            office.central, place, wants_files=office.wants_files, progress=progress
        )
        counts["comments"] += read_comments(office.central, place)
        return counts + _files(office, place, progress)

    return _each(office, step)


def reconcile_all(office: Office, progress: Progress) -> Outcome:
    """Everything compared with every form. Raises CentralError as `pull_all`."""

    def step(place: Place) -> Counter[str]:
        counts = reconcile(
            office.central, place, wants_files=office.wants_files, progress=progress
        )
        return counts + _files(office, place, progress)

    return _each(office, step)


def _files(office: Office, place: Place, progress: Progress) -> Counter[str]:
    return look_for_files(
        office.central,
        place,
        office.store,
        wants_files=office.wants_files,
        progress=progress,
    )


def _each(office: Office, step: Step) -> Outcome:
    outcome = Outcome()
    for place in follow(office.central, office.project):
        try:
            outcome.counts[place.form] = +step(place)
        except CentralError as error:
            outcome.problems.append((place.form, error.problem))
        except DATABASE_AWAY:
            raise
        except UNFORESEEN as error:
            logs.failed("sync_form_failed", error, form=place.form)
            values = {"value": place.form, "reason": type(error).__name__}
            unforeseen = Problem("central_form_unforeseen", "", values)
            outcome.problems.append((place.form, mendable(error) or unforeseen))
    return outcome
