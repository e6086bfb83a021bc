"""What staff leave to be done at ODK Central, by kind of job."""

from collections.abc import Callable

from server.jobs.actions import Claim
from sync.works import PUBLISH, PULL, Desk, do, do_jobs

# Fulfils an errand; True when Central was seen to answer.
Errand = Callable[[Claim, Desk], bool]


def sync_now(held: Claim, desk: Desk) -> bool:
    """Somebody pressed "Sync now": everything once, whatever the loop was waiting for.

    What became of it is kept with the number of the job, also when Central is away: to
    try again is then for the loop.
    """
    _, is_away = do(PULL, desk, held.job_id)
    if not is_away:
        do_jobs(desk)
        _, is_away = do(PUBLISH, desk, held.job_id)
    return not is_away


ERRANDS: dict[str, Errand] = {
    "central_sync": sync_now,
}
