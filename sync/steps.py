"""Doing one thing after the other at ODK Central, or only saying what would be done.

Each part of the work looks at Central, and does what differs. When an answer is lost
nobody knows whether Central did what it was asked; so the part simply begins anew, looks
again, and finds it done or not.
"""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeVar

from server.web.i18n import _
from sync.central import Central
from sync.problems import CentralError
from sync.pull import Progress

ATTEMPTS = 6
LONGEST_PAUSE = 20.0
# Somebody else made it a moment ago.
TAKEN = "409.3"

_T = TypeVar("_T")


class Steps:
    """What was done, by kind, and how it is told.

    With `is_dry` nothing is written; `tell` gets each sentence as soon as it is true.
    """

    def __init__(
        self,
        central: Central,
        *,
        tell: Callable[[str], None],
        progress: Progress,
        sleep: Callable[[float], None],
        is_dry: bool = False,
        attempts: int = ATTEMPTS,
    ) -> None:
        self.central = central
        self.is_dry = is_dry
        self.counts: Counter[str] = Counter()
        self._tell = tell
        self._progress = progress
        self._sleep = sleep
        self._attempts = attempts
        self._unsure: tuple[str, str] | None = None

    def take(self, kind: str, what: str, do: Callable[[], _T]) -> _T | None:
        """One step. None where it was only said. Raises CentralError."""
        if self.is_dry:
            self._say(kind, _("Sẽ làm: {what}", what=what))
            return None
        self._progress(what, 0, 0)
        self._unsure = (kind, what)
        found = do()
        self._unsure = None
        self._say(kind, _("Đã xong: {what}", what=what))
        return found

    def look(self, what: str, done: int = 0, total: int = 0) -> None:
        """Say how far the looking is."""
        self._progress(what, done, total)

    def note(self, sentence: str) -> None:
        """Something that whoever reads along should know."""
        self._tell(sentence)

    def settle(self, part: Callable[[], _T]) -> _T:
        """Do a part of the work until Central was heard to be as it should.

        Raises CentralError when it cannot be, or is away for too long.
        """
        for attempt in range(1, self._attempts):
            try:
                found = part()
            except CentralError as error:
                if not _may_look_again(error):
                    raise
                # Two of us that are at it together must not stay in step.
                pause = 2.0 ** (attempt - 1) * random.uniform(0.5, 1)  # noqa: S311
                self._sleep(min(max(error.wait, pause), LONGEST_PAUSE))
            else:
                return self._settled(found)
        return self._settled(part())

    def _settled(self, found: _T) -> _T:
        """What was asked for without an answer is seen to be done."""
        if self._unsure is not None:
            kind, what = self._unsure
            self._unsure = None
            self._say(kind, _("Đã xong: {what}", what=what))
        return found

    def _say(self, kind: str, sentence: str) -> None:
        self.counts[kind] += 1
        self._tell(sentence)


def _may_look_again(error: CentralError) -> bool:
    """What passes, what somebody else was faster with, and a refusal that is not in
    Central's words: they broke off, or a proxy spoke."""
    is_wordless = error.status > 0 and not error.code
    return error.passing or error.code == TAKEN or is_wordless


def without_secret(error: CentralError, secret: str) -> CentralError:
    """The same error, whose words do not give a key away."""
    values: dict[str, Any] = error.problem.values
    values["address"] = str(values.get("address", "")).replace(secret, "…")
    error.args = (str(error).replace(secret, "…"),)
    return error
