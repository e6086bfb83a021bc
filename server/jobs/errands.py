"""Doing what has to be done at ODK Central.

Central may keep one waiting for minutes, so an errand is not done inside one transaction
as other jobs are: what it does it commits step by step, and it may be done again when
who did it dies half-way.
"""

from collections.abc import Callable, Mapping

from sqlalchemy.exc import SQLAlchemyError

from server import logs
from server.jobs import actions
from server.jobs.actions import Claim
from server.jobs.holders import holder
from server.jobs.worker import told
from server.logs import log

Errands = Mapping[str, Callable[[Claim], object]]


class Interrupted(Exception):
    """Whoever runs errands was asked to stop."""


def run_errand(errands: Errands) -> bool:
    """Do the errand that is due; False when there is none.

    One whose handler was interrupted waits for who comes next. When the database goes
    away, so does this; `actions.release_errands` then puts back what was under way.
    """
    held = actions.claim(holder("errands"), errand=True)
    if held is None:
        return False
    try:
        _do(held, errands)
    except actions.ClaimLost:
        log.warning("job_lost", job=held.job_id, kind=held.kind)
    return True


def _do(held: Claim, errands: Errands) -> None:
    if held.kind not in errands:
        log.error("job_unknown", job=held.job_id, kind=held.kind)
        actions.fail(held, actions.UNKNOWN_KIND, for_good=True)
        return
    try:
        errands[held.kind](held)
    except Interrupted:
        actions.put_back(held)
        raise
    except (SQLAlchemyError, actions.ClaimLost):
        raise
    except Exception as error:  # noqa: BLE001 - the next errand gets its turn all the same
        logs.failed("job_failed", error, job=held.job_id, kind=held.kind)
        actions.fail(held, told(error))
    else:
        actions.finish(held)
        log.info("job_done", job=held.job_id, kind=held.kind)
