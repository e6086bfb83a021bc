#!/usr/bin/env python3
"""Run and test Rà Soát on a machine that has only Python.

    python3 manage.py run --demo     a first look, with a made-up ward
    python3 manage.py run            the real thing, empty
    python3 manage.py test           every check; with arguments: pytest with them
    python3 manage.py matching …     find households in a file of submissions; --help
    python3 manage.py lock           pin the newest versions that fit pyproject.toml
    python3 manage.py <anything>     any other command; --help lists them

The first call makes `.venv` out of the pinned requirements; later calls find it there.
This file uses nothing but the standard library.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Call manage.py with a newer one, "
        "for example: python3.12 manage.py run"
    )

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
IS_WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if IS_WINDOWS else "bin/python")
STAMP = VENV / "installed.json"
RUN = "requirements.txt"
TEST = "tests/requirements.txt"
EXTRAS = {
    "test": TEST,
    "spark": "requirements-spark.txt",
    "febrl": "tests/bench/requirements-febrl.txt",
}
MEGABYTES_NEEDED = {RUN: 600, TEST: 1500}
CHECKS = (
    ("style", ["ruff", "check", "."]),
    ("layout of the code", ["ruff", "format", "--check", "."]),
    ("types", ["mypy"]),
    ("layers", ["tests.architecture.layers"]),
    ("forms", ["forms", "check"]),
    ("tests", ["pytest"]),
)


def main(arguments: list[str]) -> int:
    """Do what the command line says; the exit status is 0 when it went well."""
    called_from = Path.cwd()
    os.chdir(ROOT)
    command = arguments[0] if arguments else "--help"
    if command == "lock":
        return lock(arguments[1:])
    if not arguments or command in ("-h", "--help"):
        say(__doc__ or "")
        if not STAMP.exists():
            return 0
    install(TEST if command == "test" else RUN)
    if command == "test":
        return test(arguments[1:])
    if command == "matching" and "--from-registry" not in arguments:
        return on_files("server.domain.matching", arguments[1:], called_from)
    return become([str(PYTHON), "-m", "server", *(arguments or ["--help"])])


def on_files(module: str, arguments: list[str], called_from: Path) -> int:
    """Run what needs no settings of a server, on the files of the caller's folder."""
    os.chdir(called_from)
    os.environ["PYTHONPATH"] = str(ROOT)
    # -P: what lies in the caller's folder is never taken for a part of this program.
    return become([str(PYTHON), "-P", "-m", module, *arguments])


def test(arguments: list[str]) -> int:
    """Run every check and say at the end which failed; with arguments pytest alone."""
    # Hundreds of tests start the program anew: not compiled, each start takes thrice as long.
    os.environ["PYTHONDONTWRITEBYTECODE"] = ""
    if arguments:
        return become([str(PYTHON), "-m", "pytest", *arguments])
    failed = []
    for title, module in CHECKS:
        say(f"── {title}: {' '.join(module)}")
        if not ran(PYTHON, "-m", *module):
            failed.append(title)
    say(f"FAILED: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def install(requirements: str) -> None:
    """Have everything in `requirements` inside `.venv`; quick when it is there."""
    wanted = digest(requirements)
    installed = read_stamp()
    if installed.get(requirements) == wanted and PYTHON.exists():
        return
    check_disk(requirements)
    uv = shutil.which("uv")
    if not installed or not PYTHON.exists():
        make_venv(uv)
    count = len(re.findall(r"(?m)^[a-z0-9][^ ]*==", Path(requirements).read_text()))
    say(f"Installing {count} packages of {requirements} (once, about half a minute)…")
    if not (uv and install_with_uv(uv, requirements)):
        install_with_pip(requirements, count)
    # The test requirements contain those of the program, at the same versions.
    stamp = {RUN: digest(RUN)} | ({TEST: wanted} if requirements == TEST else {})
    STAMP.write_text(json.dumps(stamp))


def make_venv(uv: str | None) -> None:
    """A fresh `.venv`, also in place of one that was never finished."""
    say(f"Making {VENV.name} with Python {sys.version.split()[0]}…")
    if uv:
        command = [uv, "venv", "--quiet", "--clear", "--no-python-downloads"]
        if ran(*command, "--python", sys.executable, VENV):
            return
        say("uv could not; trying without it…")
    missing = [n for n in ("venv", "ensurepip") if not importlib.util.find_spec(n)]
    if missing:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(
            f"This Python lacks its {' and '.join(missing)} module. "
            f"On Debian and Ubuntu: sudo apt install python{version}-venv; "
            f"on Fedora: sudo dnf install python3-pip; then call again."
        )
    if not ran(sys.executable, "-m", "venv", "--clear", VENV):
        give_up(f"{VENV} could not be made")


def install_with_uv(uv: str, requirements: str) -> bool:
    """Whether uv did it; it may not reach an index that pip is configured for."""
    command = [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]
    if ran(*command, "--require-hashes", "-r", requirements):
        return True
    say("uv could not; trying pip…")
    ran(PYTHON, "-m", "ensurepip")
    return False


def install_with_pip(requirements: str, count: int) -> None:
    """Install with pip, counting packages on one line."""
    command = [str(PYTHON), "-m", "pip", "install", "--no-input", "--no-compile"]
    command += ["--disable-pip-version-check", "--require-hashes", "-r", requirements]
    seen = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as pip:
        for line in pip.stdout or ():
            if line.startswith(("Collecting ", "Requirement already satisfied")):
                seen += 1
                progress(f"  fetching {min(seen, count)} of {count}")
            elif line.startswith("Installing "):
                progress(f"  unpacking {count} packages")
    progress("")
    if pip.returncode != 0:
        give_up("The packages could not be installed (see above)")


def progress(text: str) -> None:
    """Show `text` in place of the last such line, where there is a screen."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="", flush=True)


def check_disk(requirements: str) -> None:
    """Stop before half of it is unpacked."""
    needed = MEGABYTES_NEEDED[requirements]
    free = shutil.disk_usage(ROOT).free // 1_000_000
    if free < needed and not read_stamp():
        sys.exit(f"About {needed} MB are needed in {ROOT}, and {free} MB are free.")


def give_up(reason: str) -> None:
    """Stop with what went wrong, and with the likely cause when the disk is full."""
    free = shutil.disk_usage(ROOT).free // 1_000_000
    hint = f"Only {free} MB are free in {ROOT}: make room" if free < 100 else (
        "Check the network connection"
    )  # fmt: skip
    sys.exit(f"{reason}. {hint} and call again; what is done is kept.")


def digest(requirements: str) -> str:
    """Changes when the pins or this Python do."""
    pins = Path(requirements).read_bytes()
    return hashlib.sha256(pins + sys.version.encode()).hexdigest()


def read_stamp() -> dict[str, str]:
    """What was installed completely; empty when nothing was."""
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp


def lock(arguments: list[str]) -> int:
    """Write all requirements files anew; arguments such as --upgrade go to uv."""
    uv = shutil.which("uv")
    if not uv:
        sys.exit("`lock` needs uv: https://docs.astral.sh/uv/ says how to install it.")
    oldest = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    version = oldest["project"]["requires-python"].removeprefix(">=")
    command = [uv, "pip", "compile", "--quiet", "--universal", "--generate-hashes"]
    command += ["--no-header", "--no-emit-index-url", "--no-emit-find-links"]
    command += ["--python-version", version, *arguments, "pyproject.toml", "-o"]
    say(f"Pinning {RUN}…")
    if not ran(*command, RUN):
        return 1
    for extra, target in EXTRAS.items():
        say(f"Pinning {target}…")
        if not ran(*command, target, "--extra", extra, "-c", RUN):
            return 1
    return 0


def become(command: list[str]) -> int:
    """Go on as another program: signals then reach it directly."""
    if not IS_WINDOWS:
        os.execv(command[0], command)
    return subprocess.run(command, check=False).returncode


def ran(*command: str | Path) -> bool:
    """Run a program to its end, its output on our screen; whether it went well."""
    return subprocess.run(command, check=False).returncode == 0


def say(text: str) -> None:
    """Tell what is going on."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
