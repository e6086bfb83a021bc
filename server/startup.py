"""What has to be in place before the first page is served; each step may be repeated."""

from collections.abc import Callable

from server.areas.actions import load_areas
from server.db import db
from server.domain.actor import SYSTEM
from server.migrations.upgrade import upgrade
from server.openrosa.actions import release_forms

Say = Callable[[str], None]


def prepare(say: Say) -> None:
    """Bring database, forms and areas to the state of this version."""
    before, after = upgrade()
    if before != after:
        say(f"Database: from step {before or 'none'} to {after}.")
    release_forms(by=SYSTEM)
    load_areas(by=SYSTEM)
    db.session.remove()
