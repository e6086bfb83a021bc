"""The gateway to ODK Central: the only place that knows pyodk.

pyodk carries authentication and addresses; what its version 1.3.0 gets wrong for us is
put right here: its token cache on disk (not bound to server or user) is not used, a
session that ended is renewed once, time-outs hold on http too, only what changes nothing
is repeated, bodies are streamed, and pages that are no JSON do not break it. Writes are
sent once: whoever calls reads back what became of a write whose answer was lost.
"""

import json
import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qs, quote, urlsplit

import requests
from pyodk._utils.session import Adapter, Session
from pyodk.errors import PyODKError
from requests.exceptions import InvalidJSONError, RequestException
from urllib3.exceptions import HTTPError

from sync.problems import CentralError, broken_answer, refused, unreachable

CONNECT_SECONDS = 10.0
READ_SECONDS = 90.0
ATTEMPTS = 5
LONGEST_PAUSE = 30.0
# An answer that has kept us waiting for READ_SECONDS must have come faster than this:
# one byte a minute would satisfy every time-out that looks at single bytes.
SLOWEST_BYTES_PER_SECOND = 100
_ERROR_BYTES = 65_536
# What it reports, and in no words, comes from here as a sentence.
logging.getLogger("pyodk").setLevel(logging.CRITICAL)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an OData feed. `next_token` continues it; `count` is the number of
    rows that the whole filter matched when this page was made."""

    rows: list[dict[str, Any]]
    next_token: str | None
    count: int | None


class Central:
    """One Central server as one user of it. Not to be shared between threads."""

    def __init__(
        self,
        url: str,
        email: str,
        password: str,
        *,
        attempts: int = ATTEMPTS,
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = url.rstrip("/").removesuffix("/v1")
        self._attempts = attempts
        self._read_seconds = read_seconds
        self._sleep = sleep
        self._session = Session(
            base_url=self.url,
            api_version="v1",
            username=email,
            password=password,
            cache_path=None,
        )
        waits = (connect_seconds, read_seconds)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, Adapter(timeout=waits, max_retries=0))

    def close(self) -> None:
        """Hang up. The session at Central simply runs out."""
        self._session.close()

    def get(
        self, path: str, params: Mapping[str, Any] | None = None, **headers: str
    ) -> Any:
        """The JSON at a path, asked again with growing pauses while errors are passing.

        Raises CentralError.
        """

        def ask() -> Any:
            with self._answer("GET", path, params=params, headers=headers) as answer:
                return self._json(answer)

        return self._repeated(ask)

    def page(self, path: str, params: Mapping[str, Any], token: str | None) -> Page:
        """One page of an OData feed, from the `next_token` of the page before.

        Central builds its links from a configured name, so only the token is taken and
        put on our own address. Raises CentralError.
        """

        def ask() -> Page:
            with self._answer("GET", path, params=asked) as answer:
                return _page(self._json(answer), answer.url)

        asked = dict(params) | ({"$skiptoken": token} if token else {})
        return self._repeated(ask)

    @contextmanager
    def stream(
        self, path: str, params: Mapping[str, Any] | None = None, **headers: str
    ) -> Iterator[requests.Response]:
        """An answer whose body the caller reads through `pieces`.

        Opening it is repeated like `get`; once it flows nothing is. 304 is an answer,
        too. Raises CentralError.
        """
        answer = self._repeated(
            lambda: self._answer("GET", path, params=params, headers=headers)
        )
        with answer:
            yield answer

    def etag_of(
        self, path: str, params: Mapping[str, Any], known: str = ""
    ) -> str | None:
        """What stands for all that an answer would hold; None when it is still `known`.

        Of the answer itself no more is read than comes at once. Raises CentralError.
        """
        headers = {"If-None-Match": known} if known else {}
        with self.stream(path, params, **headers) as answer:
            if answer.status_code == 304:
                return None
            self._beginning(answer)
            return str(answer.headers.get("ETag", ""))

    def read_json(self, answer: requests.Response) -> Any:
        """The whole body of an answer. Raises CentralError."""
        return self._json(answer)

    def told_by_proxy(self, name: str) -> str:
        """A file that the proxy in front of Central serves, such as "version.txt"; ""
        where there is none. Raises CentralError."""
        try:
            with self._answer("GET", f"{self.url}/{name}") as answer:
                return self._beginning(answer).decode(errors="replace")
        except CentralError as error:
            if not error.status:
                raise
            return ""

    def pieces(self, answer: requests.Response, size: int = 65_536) -> Iterator[bytes]:
        """The body of an answer as it comes in.

        Raises CentralError when it breaks off or hardly moves.
        """
        waited, received = 0.0, 0
        while True:
            began = time.monotonic()
            try:
                piece = answer.raw.read1(size, decode_content=True)
            except (HTTPError, OSError) as broken:
                raise unreachable(answer.url, broken) from broken
            if not piece:
                return
            waited += time.monotonic() - began
            received += len(piece)
            hardly_moves = received < SLOWEST_BYTES_PER_SECOND * waited
            if waited > self._read_seconds and hardly_moves:
                raise unreachable(answer.url, TimeoutError())
            yield piece

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        params: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        **headers: str,
    ) -> Any:
        """Write once. The answer's JSON, or None when it has no body.

        Raises CentralError; one that is `passing` leaves open whether Central did it.
        """
        given: dict[str, Any] = {"data": content, "json": body}
        with self._answer(
            method, path, params=params, headers=headers, **given
        ) as answer:
            return self._json(answer, empty=None)

    def pause(self, seconds: float) -> None:
        """Wait, unless whoever works here is asked to stop."""
        self._sleep(seconds)

    def _repeated(self, ask: Callable[[], _T]) -> _T:
        for attempt in range(1, self._attempts):
            try:
                return ask()
            except CentralError as error:
                if not error.passing:
                    raise
                # Several offices must not come back at the same moment.
                pause = 2.0 ** (attempt - 1) * random.uniform(0.5, 1)  # noqa: S311
                self._sleep(min(max(error.wait, pause), LONGEST_PAUSE))
        return ask()

    def _answer(self, method: str, path: str, **given: Any) -> requests.Response:
        """An answer of 2xx or 304 whose body was not read yet."""
        answer = self._asked(method, path, **given)
        if answer.status_code == 401:
            # The session ended: nothing was done, so even a write may be repeated.
            answer.close()
            self._session.headers.pop("Authorization", None)
            answer = self._asked(method, path, **given)
        if answer.status_code < 300 or answer.status_code == 304:
            return answer
        with answer:
            raise refused(answer, self._beginning(answer), answer.url)

    def _asked(self, method: str, path: str, **given: Any) -> requests.Response:
        # A redirect would turn a write into a GET.
        given |= {"stream": True, "allow_redirects": method == "GET"}
        try:
            answer: requests.Response = self._session.request(method, path, **given)
        except PyODKError as error:
            raise self._not_signed_in(error) from error
        except InvalidJSONError as broken:
            # Signing in, pyodk takes what a proxy says for Central's own word.
            raise broken_answer(f"{self.url}/v1/sessions") from broken
        except RequestException as broken:
            address = f"{self.url}/v1/{path.lstrip('/')}"
            raise unreachable(address, broken) from broken
        return answer

    def _not_signed_in(self, error: PyODKError) -> CentralError:
        address = f"{self.url}/v1/sessions"
        answer = error.args[1] if len(error.args) > 1 else None
        if not isinstance(answer, requests.Response):
            return broken_answer(address)
        return refused(answer, answer.content, address, signing_in=True)

    def _json(self, answer: requests.Response, empty: Any = ...) -> Any:
        body = b"".join(self.pieces(answer))
        if not body and empty is not ...:
            return empty
        try:
            return json.loads(body)
        except ValueError as broken:
            raise broken_answer(answer.url) from broken

    def _beginning(self, answer: requests.Response) -> bytes:
        """What an error says; a proxy's page may be long, or break off, too."""
        body = b""
        try:
            for piece in self.pieces(answer):
                body += piece
                if len(body) > _ERROR_BYTES:
                    break
        except CentralError:
            pass
        return body


def part(text: str | int) -> str:
    """A value as one step of a path."""
    return quote(str(text), safe="")


def _page(answer: Any, address: str) -> Page:
    if not isinstance(answer, dict) or not isinstance(answer.get("value"), list):
        raise broken_answer(address)
    token = None
    if link := answer.get("@odata.nextLink"):
        tokens = parse_qs(urlsplit(link).query).get("$skiptoken")
        if not tokens:
            raise broken_answer(address)
        token = tokens[0].replace(" ", "+")
    return Page(answer["value"], token, answer.get("@odata.count"))
