"""A project at a real Central with many submissions, for measuring; removed at the end."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice

from sync.central import Central
from tests.bench.surveys import documents
from tests.sync.surveys import questionnaire

FORM = "household_review"
WRITERS = 4


@contextmanager
def project(url: str, email: str, password: str, count: int) -> Iterator[int]:
    """The number of a new project with one form and `count` submissions."""
    central = Central(url, email, password)
    name = f"Bench {time.time_ns()}"
    made: int = central.send("POST", "projects", {"name": name})["id"]
    try:
        asked = {"publish": "true", "ignoreWarnings": "true"}
        path = f"projects/{made}/forms"
        xml_type = {"Content-Type": "application/xml"}
        form = questionnaire()
        central.send("POST", path, content=form, params=asked, **xml_type)

        def write(first: int) -> None:
            writer = Central(url, email, password)
            address = f"{path}/{FORM}/submissions"
            for xml in islice(documents(count), first, None, WRITERS):
                writer.send("POST", address, content=xml, **xml_type)
            writer.close()

        with ThreadPoolExecutor(WRITERS) as writers:
            list(writers.map(write, range(WRITERS)))
        yield made
    finally:
        central.send("DELETE", f"projects/{made}")
        central.close()
