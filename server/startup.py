"""What has to be in place before the first page is served; each step may be repeated."""

from server.accounts.actions import invite
from server.accounts.queries import count_admins, find_user_by_login
from server.areas.actions import load_areas
from server.db import db
from server.demo.ward import STAFF, find_ward
from server.domain.actor import SYSTEM
from server.domain.problems import Problem, Refused
from server.migrations.upgrade import upgrade
from server.openrosa.actions import release_forms
from server.review.renewing import begin_when_due


def prepare() -> tuple[Problem, ...]:
    """Bring database, areas and forms to the state of this version.

    Returns what is wrong with forms that could not be released; the others are.
    """
    upgrade()
    load_areas(by=SYSTEM)
    problems = release_forms(by=SYSTEM)
    begin_when_due()
    # A read left open would show this moment's data for as long as the server runs.
    db.session.remove()
    return problems


def refuse_demo_among_real_people() -> None:
    """Raise `Refused` where somebody administers a register that is no demo."""
    if find_ward() is None and count_admins():
        raise Refused(Problem("demo_among_real_people"))


def new_demo_tokens() -> dict[str, str]:
    """One-time tokens by sign-in name, for who does not remember the passwords."""
    people = [find_user_by_login(login) for login, *_ in STAFF]
    return {
        user.login: invite(by=SYSTEM, user_id=user.id)
        for user in people
        if user and user.is_active
    }
