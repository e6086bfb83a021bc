"""A Central with many submissions, in a process of its own, for measuring.

`python -m tests.bench.central_served 25000` fills a fake Central, says on one line where
it is, and serves until its input ends. Every answer is made once and remembered, so that
it costs the processor nothing while a client is measured; what it costs at a real Central
is waited for instead. The costs are those of Central v2026.2.2 on two cores with 25,000
submissions: a page takes 0.19 s and 0.325 ms for each whole row (914 rows/s in pages of
250, 1,925 in pages of 1,000), an index 0.16 ms for each row (6,210 rows/s), and an answer
without rows 0.14 s. A line "0" on its input turns the waiting off, "1" on again.
"""

import json
import sys
import time
from typing import Any

from sync.central import Central
from tests.bench.surveys import documents
from tests.fakes.central import running_central
from tests.fakes.central.faults import Fault
from tests.fakes.central.server import Handler
from tests.fakes.central.wire import Reply
from tests.sync.surveys import questionnaire

FORM = "household_review"
PAGE_SECONDS = 0.19
ROW_SECONDS = 0.000325
INDEX_ROW_SECONDS = 0.00016
BARE_SECONDS = 0.14
PIECES = 40


class Pace:
    """Whether answers take their time, and those that were made before."""

    def __init__(self) -> None:
        self.is_real = True
        self.known: dict[str, Reply] = {}

    def seconds(self, path: str, rows: int) -> float:
        """What an answer costs at a real Central."""
        if not self.is_real or ".svc/" not in path:
            return 0.0
        if not rows:
            return BARE_SECONDS
        if "expand" in path:
            return PAGE_SECONDS + rows * ROW_SECONDS
        return BARE_SECONDS + rows * INDEX_ROW_SECONDS


PACE = Pace()


class Remembering(Handler):
    """Answers what it was asked before out of its memory, at the pace of Central."""

    def _reply(self, body: bytes) -> Reply:
        if ".svc/" not in self.path or self.command != "GET":
            return super()._reply(body)
        known = PACE.known.get(self.path)
        if known is None:
            known = super()._reply(body)
            known.headers["X-Rows"] = str(len(json.loads(known.content())["value"]))
            known.body = known.content()
            PACE.known[self.path] = known
        return known

    def _write(self, head: bytes, content: bytes, fault: Fault | None) -> None:
        rows = 0
        for line in head.split(b"\r\n"):
            if line.startswith(b"X-Rows: ") and content:
                rows = int(line.partition(b" ")[2])
        pause = PACE.seconds(self.path, rows) / (PIECES + 1)
        time.sleep(pause)
        self.wfile.write(head)
        step = max(1, -(-len(content) // PIECES))
        for start in range(0, len(content), step):
            time.sleep(pause)
            self.wfile.write(content[start : start + step])


def main() -> None:
    """Fill, say where, serve until nobody is there any more."""
    count = int(sys.argv[1])
    with running_central() as fake:
        fake._server.RequestHandlerClass = Remembering  # type: ignore[union-attr]
        central = Central(fake.url, fake.email, fake.password)
        project = central.send("POST", "projects", {"name": "Bench"})["id"]
        path = f"projects/{project}/forms"
        central.send("POST", path, content=questionnaire(), params={"publish": "true"})
        fake.fill(project, FORM, documents(count))
        told: dict[str, Any] = {
            "url": fake.url,
            "email": fake.email,
            "password": fake.password,
            "project": project,
        }
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        for line in sys.stdin:
            PACE.is_real = line.strip() == "1"
            sys.stdout.write("done\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
