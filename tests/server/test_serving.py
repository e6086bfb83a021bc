"""Serving for real: a process of its own, a socket, a signal."""

import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

pytestmark = [pytest.mark.sqlite_only, pytest.mark.allow_hosts(["127.0.0.1"])]

PROGRAM = """
import signal, sys, time
from server.app import create_app
from server.serving import serve
from server.web.security import public

class Diligent:
    def start(self): print("worker starts", flush=True)
    def stop(self): print("worker stops", flush=True)
    def is_alive(self): return True

# Who starts the tests in the background of a shell has SIGINT ignored, also for us.
signal.signal(signal.SIGINT, signal.default_int_handler)
app = create_app({"DATA_DIR": sys.argv[1], "PORT": 0, "LOG_LEVEL": "ERROR"})

@app.get("/slow")
@public
def slow():
    print("slow begins", flush=True)
    time.sleep(1)
    return "finished"

serve(app, worker=Diligent(), ready=lambda address: print(address, flush=True))
print("left", flush=True)
"""


def start(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_after_what_is_under_way(
    tmp_path: Path, how: signal.Signals
) -> None:
    with start(tmp_path) as process:
        assert read_line(process) == "worker starts"
        address = read_line(process)
        with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:
            assert answer.status == 200
            assert "Server" not in answer.headers
        under_way = subprocess.Popen(
            [sys.executable, "-c", ASK, f"{address}/slow"], stdout=subprocess.PIPE
        )
        assert read_line(process) == "slow begins"

        process.send_signal(how)

        assert under_way.communicate(timeout=10)[0] == b"finished"
        assert read_line(process) == "worker stops"
        assert read_line(process) == "left"
        assert process.wait(10) == 0


ASK = """
import sys, urllib.request
sys.stdout.write(urllib.request.urlopen(sys.argv[1], timeout=10).read().decode())
"""


def test_a_taken_port_is_an_error_and_starts_no_worker(tmp_path: Path) -> None:
    with start(tmp_path) as first:
        read_line(first)
        port = read_line(first).rpartition(":")[2]
        second = subprocess.run(
            [sys.executable, "-c", PROGRAM.replace('"PORT": 0', f'"PORT": {port}'),
             str(tmp_path)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        first.terminate()

    assert second.returncode != 0
    assert "worker starts" not in second.stdout
    assert "Address already in use" in second.stderr
