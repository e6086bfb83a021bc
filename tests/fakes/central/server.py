"""The fake Central: a real HTTP server on loopback around a `World`."""

import gzip
import socket
import time
import traceback
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.central import accounts, phones, routes
from tests.fakes.central.faults import AFTERWARDS, Fault, FaultPlan
from tests.fakes.central.wire import (
    OPENROSA,
    READ,
    WRITE,
    XML,
    CentralProblem,
    Reply,
    Request,
    crashed,
    openrosa,
    query_of,
    steps_of,
    weak_etag,
)
from tests.fakes.central.world import World

VERSIONS = "versions:\n7aa74c5 (v2026.2.2)\n 1f2b0f1 client (v2026.2.2)\n 7aa74c5 server (v2026.2.2)\n"
PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1><hr>nginx</body></html>"
STATUS = {
    Fault.BAD_GATEWAY: (502, "502 Bad Gateway"),
    Fault.UNAVAILABLE: (503, "503 Service Temporarily Unavailable"),
    Fault.TOO_MANY: (429, "429 Too Many Requests"),
    Fault.PAGE: (200, "Welcome to the network"),
}


class HungUp(Exception):
    """The connection is closed without another word."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, port: int, world: World, faults: FaultPlan) -> None:
        self.world = world
        self.faults = faults
        self.zips = False
        self.seconds_per_request = 0.02
        self.asked: list[tuple[str, str]] = []
        self.crashes: list[str] = []
        self.open_sockets: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: clients that are killed leave half requests behind."""

    def break_connections(self) -> None:
        for each in list(self.open_sockets):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def setup(self) -> None:
        super().setup()
        self.server.open_sockets.add(self.connection)

    def finish(self) -> None:
        self.server.open_sockets.discard(self.connection)
        with suppress(OSError):
            super().finish()

    def log_message(self, *_: Any) -> None:
        """Nothing: tests say what they saw."""

    def handle_any(self) -> None:
        try:
            self._answer()
        except (HungUp, OSError):
            self.close_connection = True
        except Exception:
            self.server.crashes.append(traceback.format_exc())
            raise

    # The names are those that http.server looks for.
    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = handle_any  # noqa: N815

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.server.faults.draw(self.command, self.path)
        self.server.asked.append((self.command, self.path))
        if fault and fault not in AFTERWARDS:
            stand_in = self._before(fault)
            if stand_in:
                self._send(stand_in)
                return
        with self.server.world.lock:
            reply = self._reply(body)
        self._after(fault, reply)

    def _before(self, fault: Fault) -> Reply | None:
        """An answer instead of Central's, or None to go on."""
        world, faults = self.server.world, self.server.faults
        if fault in {Fault.HANGS, Fault.HANGS_UP}:
            if fault is Fault.HANGS:
                time.sleep(faults.seconds)
            raise HungUp
        if fault is Fault.RESTARTS:
            self.server.break_connections()
            raise HungUp
        if fault is Fault.FAILS:
            return Reply(crashed().body(), 500)
        if fault in STATUS:
            status, title = STATUS[fault]
            headers = {"Retry-After": "1"} if status == 429 else {}
            return Reply(
                PAGE.format(title), status, kind="text/html", headers=headers, etag=None
            )
        with world.lock:
            if fault is Fault.SESSIONS_END:
                world.sessions.clear()
            else:
                _purge_cursor(world, self.path)
        return None

    def _after(self, fault: Fault | None, reply: Reply) -> None:
        if fault is Fault.DONE_BUT_SILENT:
            raise HungUp
        if fault is Fault.PAGE and reply.status == 200:
            page = PAGE.format(STATUS[fault][1])
            reply = Reply(page, kind="text/html", etag=None)
        if fault is Fault.TRUNCATED:
            half = reply.content()[: len(reply.content()) // 2]
            reply = Reply(half, reply.status, reply.kind, reply.headers, reply.etag)
        self._send(reply, fault)

    def _reply(self, body: bytes) -> Reply:
        world = self.server.world
        world.clock.advance(self.server.seconds_per_request)
        world.catch_up()
        url = urlsplit(self.path)
        if url.path == "/version.txt":
            return Reply(VERSIONS, kind="text/plain", etag=None)
        steps = steps_of(url.path.removeprefix("/v1"))
        key = None
        if steps[0] == "key" and len(steps) > 1:
            key, steps = steps[1], steps[2:]
        request = Request(
            self.command, url.path, query_of(url.query), self.headers, body
        )
        request.is_key = key is not None
        request.prefix = (
            "/v1"
            + (f"/key/{key}" if key else "")
            + (f"/{'/'.join(steps[:2])}" if steps[0] == "projects" else "")
        )
        return _answered(world, request, steps, key)

    def _send(self, reply: Reply, fault: Fault | None = None) -> None:
        content = reply.content()
        status = reply.status
        usual = READ if self.command in {"GET", "HEAD"} else WRITE
        headers = dict(usual) | reply.headers
        etag = weak_etag(content) if reply.etag == "weak" else reply.etag
        if etag:
            headers["ETag"] = etag
        asked = self.headers.get("If-None-Match")
        if status == 200 and etag and asked == etag and self.command == "GET":
            status, content, reply = 304, b"", Reply(etag=etag)
            headers.pop("Content-Disposition", None)
        elif reply.kind:
            headers["Content-Type"] = reply.kind
        zips = "gzip" in self.headers.get("Accept-Encoding", "") and self.server.zips
        if zips and len(content) > 500:
            content = gzip.compress(content, 1)
            headers["Content-Encoding"] = "gzip"
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value.encode("latin-1", "replace").decode("latin-1"))
        is_chunked = reply.is_streamed and bool(content)
        if is_chunked:
            self.send_header("Transfer-Encoding", "chunked")
        elif status not in {204, 304}:
            self.send_header("Content-Length", str(len(content)))
        head = b"".join(self._headers_buffer) + b"\r\n"
        self._headers_buffer = []
        if self.command == "HEAD":
            content = b""
        if is_chunked:
            content = b"%x\r\n%b\r\n0\r\n\r\n" % (len(content), content)
        self._write(head, content, fault)

    def _write(self, head: bytes, content: bytes, fault: Fault | None) -> None:
        if fault is Fault.BREAKS_OFF:
            self.wfile.write(head + content[: len(content) // 2])
            raise HungUp
        if fault is Fault.DRIPS:
            self.wfile.write(head)
            ends = time.monotonic() + self.server.faults.seconds
            while content and time.monotonic() < ends:
                self.wfile.write(content[:1])
                content = content[1:]
                time.sleep(self.server.faults.seconds / 20)
            raise HungUp
        self.wfile.write(head + content)

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string(self.server.world.clock.seen().timestamp())


def _answered(
    world: World, request: Request, steps: list[str], key: str | None
) -> Reply:
    """Central's answer, or its refusal as it looks at that door."""
    is_phone, headers = key is not None and _is_door(steps), {}
    try:
        request.actor = accounts.find_actor(world, request, key)
        route, given = routes.find_route(request, steps)
        if is_phone:
            phones.demand_openrosa(request)
            headers = dict(OPENROSA)
        if "table" in given:
            routes.check_feed(request)
        headers |= routes.odata_headers(route)
        return routes.answer(world, request, route, given)
    except CentralProblem as problem:
        if is_phone and problem.code:
            text = openrosa(problem.message, "error")
            return Reply(text, problem.status, kind=XML, headers=headers)
        headers |= problem.headers
        etag = headers.pop("ETag", "weak")
        return Reply(problem.body(), problem.status, headers=headers, etag=etag)


def _is_door(steps: list[str]) -> bool:
    return steps[-1] in {"formList", "submission", "manifest", "integrity"}


def _purge_cursor(world: World, path: str) -> None:
    """Purge the row that the next page would begin after, where that can happen."""
    import base64
    import json

    from tests.fakes.central.submissions import purge

    token = query_of(urlsplit(path).query).get("$skiptoken", "")
    if not token:
        return
    with suppress(ValueError, KeyError, TypeError):
        instance = json.loads(base64.b64decode(token[2:]))["instanceId"]
        for project in world.projects.values():
            for form in project.forms:
                submission = form.submissions.get(instance)
                if submission and submission.deleted_at:
                    purge(world, form, instance)


def serve(server: Server) -> Thread:
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    return thread
