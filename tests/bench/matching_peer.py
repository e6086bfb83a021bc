"""The same file through our command line and through Splink, from one clock.

`python -m tests.bench.matching_peer folder --splink OTHER/bin/python` runs both one
after the other, each as a process of its own with all that it starts, and prints wall
time, processor time, the most memory that all its processes held together (what they
share counted once), and F1 and B-cubed against `truth.csv`.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

EVERY = 0.5


def main() -> int:
    """Run ours, then the peer, and print what each took and reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--splink", type=Path)
    chosen = parser.parse_args()
    truth = str(chosen.folder / "truth.csv")
    command = [sys.executable, "-m", "server.domain.matching"]
    with tempfile.TemporaryDirectory() as folder:
        found = str(Path(folder) / "clusters.csv")
        submissions = str(chosen.folder / "submissions.jsonl")
        measured("ours", [*command, "cluster", submissions, "--out", found])
        subprocess.run([*command, "evaluate", found, truth], check=True)
    if chosen.splink:
        peer = [str(chosen.splink), "-m", "tests.bench.splink_peer"]
        measured("Splink", [*peer, str(chosen.folder)])
    return 0


def measured(name: str, command: Sequence[str]) -> None:
    """Run a command and print its time and memory."""
    before, started = spent(), time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    most = 0.0
    with subprocess.Popen(command, env=environment) as process:
        while process.poll() is None:
            most = max(most, held(process.pid))
            time.sleep(EVERY)
    if process.returncode:
        raise SystemExit(f"{name} ended with {process.returncode}")
    sys.stdout.write(
        f"{name}: {time.perf_counter() - started:.1f} s, "
        f"{spent() - before:.1f} s of processor, {most:,.0f} MB at most\n"
    )
    sys.stdout.flush()


def spent() -> float:
    """Processor time of everything that has been run and has ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def held(process: int) -> float:
    """Memory in MB of a process and all below it, shared pages counted once."""
    try:
        kilobytes = 0
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                kilobytes = int(line.split()[1])
        below = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return 0.0
    return kilobytes / 1024 + sum(held(int(child)) for child in below)


if __name__ == "__main__":
    sys.exit(main())
