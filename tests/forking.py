"""Programs of ours, each started as a fork of an interpreter that has imported them.

A new interpreter takes two seconds until it has read the product; its fork takes a moment.
What runs there is the program itself, in a process of its own: with its own arguments,
environment, folder, signals and end. That it comes up from nothing as well is shown where
`started_anew` is used.

`python -m tests.forking` is that interpreter; whoever starts programs has one of its own.
"""

import atexit
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from runpy import run_module
from subprocess import DEVNULL, PIPE, STDOUT, Popen, TimeoutExpired
from threading import Thread
from typing import IO, Self

ROOT = Path(__file__).parents[1]
READ_BEFORE = ("server", "sync")
DIGITS = 10  # of the number of a process, and of how it ended


class Program:
    """A started program, used like one of `subprocess`."""

    def __init__(self, pid: int, told: int, pipes: list[int]) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._told = told
        self._said = ["", ""]
        self.stdin: IO[str] = os.fdopen(pipes[0], "w", encoding="utf-8")
        self.stdout: IO[str] = os.fdopen(pipes[1], encoding="utf-8")
        self.stderr: IO[str] = os.fdopen(pipes[2], encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in (self.stdin, self.stdout, self.stderr):
            pipe.close()
        self.wait()

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        return self._ended_within(0)

    def wait(self, timeout: float | None = None) -> int:
        """How it ended, once it has. Raises TimeoutExpired."""
        ended = self._ended_within(timeout)
        if ended is None:
            raise TimeoutExpired(f"process {self.pid}", timeout or 0)
        return ended

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """What it says until it has ended. Raises TimeoutExpired."""
        pipes = (self.stdout, self.stderr)
        ears = [
            Thread(target=self._listen, args=each, daemon=True)
            for each in enumerate(pipes)
            if not each[1].closed
        ]
        for ear in ears:
            ear.start()
        self.wait(timeout)
        for ear in ears:
            ear.join(timeout)
        with self:
            return self._said[0], self._said[1]

    def _listen(self, number: int, pipe: IO[str]) -> None:
        self._said[number] = pipe.read()

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _ended_within(self, seconds: float | None) -> int | None:
        if self.returncode is None and select.select([self._told], [], [], seconds)[0]:
            self.returncode = int(os.read(self._told, DIGITS))
            os.close(self._told)
        return self.returncode


def started(
    module: str,
    *arguments: str,
    folder: Path = ROOT,
    environment: Mapping[str, str] | None = None,
    errors: int | None = PIPE,
) -> Program:
    """`python -m module arguments`, in a fork; `errors` go where `subprocess` means."""
    order = {
        "module": module,
        "arguments": arguments,
        "folder": str(folder),
        "environment": dict(os.environ if environment is None else environment),
    }
    read, write = zip(*(os.pipe() for _ in range(4)), strict=True)
    with Path(os.devnull).open("w") as nothing:
        outlets = {PIPE: write[2], STDOUT: write[1], DEVNULL: nothing.fileno(), None: 2}
        theirs = [read[0], write[1], outlets[errors], write[3]]
        socket.send_fds(_interpreter(), [f"{json.dumps(order)}\n".encode()], theirs)
    for each in (read[0], *write[1:]):
        os.close(each)
    pid = int(os.read(read[3], DIGITS))
    return Program(pid, read[3], [write[0], *read[1:3]])


def started_anew(
    module: str,
    *arguments: str,
    folder: Path = ROOT,
    environment: Mapping[str, str] | None = None,
    errors: int | None = PIPE,
) -> Popen[str]:
    """The same in a new interpreter, as people start it."""
    return Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env=environment,
        stdin=PIPE,
        stdout=PIPE,
        stderr=errors,
        text=True,
    )


@cache
def _interpreter() -> socket.socket:
    """The way to this process's own interpreter that forks; it ends with us."""
    here, there = socket.socketpair()
    process = Popen(
        [sys.executable, "-m", "tests.forking", str(there.fileno())],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        pass_fds=[there.fileno()],
    )
    there.close()

    def end() -> None:
        here.close()
        process.wait()

    atexit.register(end)
    return here


def main() -> None:
    """Read all there is of the product, then fork for each order that arrives."""
    orders = socket.socket(fileno=int(sys.argv[1]))
    _read_everything()
    while True:
        order, files, _, _ = socket.recv_fds(orders, 65536, 4)
        while order and not order.endswith(b"\n"):
            order += orders.recv(65536)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not order:
            return
        if not os.fork():
            orders.close()
            _keep(json.loads(order), files)
            return
        for each in files:
            os.close(each)


def _read_everything() -> None:
    for name in READ_BEFORE:
        package = importlib.import_module(name)
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            # Steps of the database are scripts; one way to match needs what few have.
            if ".migrations." not in found.name:
                with suppress(ImportError):
                    importlib.import_module(found.name)
        del sys.modules[f"{name}.__main__"]  # that is for the fork to run
    # Forks need not look through what is here for garbage.
    gc.freeze()


def _keep(order: dict[str, str], files: list[int]) -> None:
    """Be the parent of the program, and tell as which process it runs and how it ended."""
    *pipes, told = files
    process = os.fork()
    if process:
        for each in pipes:
            os.close(each)
        os.write(told, f"{process:{DIGITS}}".encode())
        _, status = os.waitpid(process, 0)
        os.write(told, f"{os.waitstatus_to_exitcode(status):{DIGITS}}".encode())
        os._exit(0)
    os.close(told)
    for number, each in enumerate(pipes):
        os.dup2(each, number)
        os.close(each)
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    sys.argv[1:] = order["arguments"]
    run_module(order["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
