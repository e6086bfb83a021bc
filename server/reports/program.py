"""Which program made a report: the hash of all code and data that shape one."""

import hashlib
from functools import cache
from pathlib import Path

import xlsxwriter

SERVER = Path(__file__).parent.parent
SHAPING = (
    "domain/reporting/*",
    "domain/poverty/*.py",
    "domain/households/*.py",
    "reports/*.py",
)


@cache
def code_version() -> str:
    """Changes with anything that might change a report, and with nothing else."""
    digest = hashlib.sha256(xlsxwriter.__version__.encode())
    for pattern in SHAPING:
        for path in sorted(SERVER.glob(pattern)):
            if path.is_file():
                digest.update(path.relative_to(SERVER).as_posix().encode())
                digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]
