"""Processes that pull, each killed at a chosen step of it.

`python -m tests.sync.pullers` imports everything once and forks for each line of its
input, without waiting: two pullers run at the same time. For each fork that ended it
says how.
"""

import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from server.db import db
from server.inbox.file_store import FileStore
from sync.central import Central
from sync.problems import CentralError
from sync.publish import publish_all
from sync.rounds import Office, pull_all, reconcile_all
from tests.conftest import make_app
from tests.sync.office import quiet

WORK = {"pull": pull_all, "reconcile": reconcile_all, "publish": publish_all}


class Tripwire:
    """Counts statements and commits, and dies at the wanted one."""

    def __init__(self, wanted: int) -> None:
        self.left = wanted

    def step(self, *_: Any, **__: Any) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def lay(self) -> None:
        event.listen(db.engine, "before_cursor_execute", self.step)
        event.listen(Session, "before_commit", self.step)
        event.listen(Session, "after_commit", self.step)


def work(app: Flask, order: dict[str, Any]) -> None:
    with app.app_context():
        if order["dies_at"]:
            Tripwire(order["dies_at"]).lay()
        central = Central(
            order["url"],
            order["email"],
            order["password"],
            read_seconds=3,
            sleep=lambda _: None,
        )
        store = FileStore(app.config["DATA_DIR"] / "files")
        office = Office(central, order["project"], store, wants_files=True)
        try:
            WORK[order["work"]](office, quiet)
        except CentralError:
            pass  # the next round tries again
        finally:
            central.close()


def main() -> None:
    apps: dict[str, Flask] = {}
    for line in sys.stdin:
        orders = json.loads(line)
        running = []
        for order in orders:
            folder = order["folder"]
            if folder not in apps:
                apps[folder] = make_app(Path(folder), order["address"])
            process = os.fork()
            if not process:
                try:
                    work(apps[folder], order)
                except BaseException:  # noqa: BLE001 - told to the test by the status
                    traceback.print_exc()
                    os._exit(1)
                os._exit(0)
            running.append(process)
        ends = [os.waitstatus_to_exitcode(os.waitpid(each, 0)[1]) for each in running]
        sys.stdout.write(f"{json.dumps(ends)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
