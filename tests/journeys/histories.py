"""Everything people, phones and ODK Central may do to a register, in any order.

`python -m tests.journeys.histories 10000` plays that many histories on SQLite (or on the
database whose address is given second), and tells from which seed (`--seed`) each fifty of
them can be played again; the suite plays some. After each step every
invariant that the register promises is checked on the real rows, and the households are
those of a plain model.
"""

import argparse
import sys
from itertools import count
from pathlib import Path
from random import randrange
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from server.db import db
from tests.journeys.everything import Histories

PORTION = 50


def play(histories: int, steps: int, seed_of_chance: int = 0) -> None:
    """Play histories on the database of the current application."""
    wanted = settings(
        max_examples=histories,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        # Shrinking a run of a database takes minutes; the failing steps are short.
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    machine = seed(seed_of_chance)(Histories) if seed_of_chance else Histories
    run_state_machine_as_test(machine, settings=wanted)  # type: ignore[no-untyped-call]


def main() -> None:
    """Play as many histories as asked for on an empty database."""
    from server.migrations.upgrade import upgrade
    from tests.conftest import make_app

    options = _options()
    with TemporaryDirectory() as name:
        address = options.database or f"sqlite:///{Path(name) / 'ra-soat.sqlite'}"
        app = make_app(Path(name), address)
        with app.app_context():
            upgrade()
            _play_on(options.histories, options.seed)
            db.session.remove()
            db.engine.dispose()
    sys.stdout.write(f"{options.histories} histories: every promise kept\n")


def _play_on(histories: int, first: int) -> None:
    """Play portions, each from a seed of its own, by which it can be played again."""
    played = 0
    for number in count(first):
        if played >= histories:
            return
        portion = min(PORTION, histories - played)
        sys.stderr.write(f"{played} of {histories} played, seed {number} begins\n")
        play(portion, steps=15, seed_of_chance=number)
        played += portion


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("histories", type=int, nargs="?", default=100)
    parser.add_argument("database", nargs="?", default="", help="empty: SQLite")
    parser.add_argument(
        "--seed", type=int, default=0, help="of the first portion; 0: any"
    )
    options = parser.parse_args()
    options.seed = options.seed or randrange(1, 10**9)  # noqa: S311 - no secret
    return options


if __name__ == "__main__":
    main()
