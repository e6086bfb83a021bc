"""What staff leave to be done at ODK Central, by kind of job."""

from collections.abc import Callable

from server.jobs.actions import Claim
from sync.works import DEPLOY, PUBLISH, PULL, Desk, do, do_jobs

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


def bring_phones_up_to_date(held: Claim, desk: Desk) -> bool:
    """A phone was added or lost, or may see other areas. What is not done now is due
    in every round until it is."""
    if not DEPLOY.is_due(desk.office):
        return False
    _, is_away = do(DEPLOY, desk, held.job_id)
    return not is_away


ERRANDS: dict[str, Errand] = {
    "central_app_users_changed": bring_phones_up_to_date,
    "central_sync": sync_now,
}
