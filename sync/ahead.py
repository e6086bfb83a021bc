"""Asking for the next page while the one before is taken over: waiting costs nothing."""

from collections.abc import Callable
from threading import Thread
from typing import TypeVar

_T = TypeVar("_T")


def ahead(ask: Callable[[], _T]) -> Callable[[], _T]:
    """Begin to ask now, in a thread of its own; what is returned waits for the answer,
    or raises what asking raised. Until then nobody else may use the same Central."""
    answers: list[_T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(ask())
        except BaseException as failure:  # noqa: BLE001 - raised where it is waited for
            failures.append(failure)

    thread = Thread(target=run, name="ahead", daemon=True)
    thread.start()

    def wait() -> _T:
        thread.join()
        if failures:
            raise failures[0]
        return answers[0]

    return wait
