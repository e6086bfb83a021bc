"""Received files, each named by the sha256 of its bytes.

What was answered with "received" must survive a power cut, so `keep` returns only after
the bytes and their name are on the disk: write, fsync the file, rename, fsync the folder.
A file appears under its name whole or not at all, and the same photo sent ten times is
kept once. Files lie in a folder and not in the database, because photos would make every
backup of the database as large as all photos.
"""

import contextlib
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

INCOMING = "incoming"
# No upload takes this long: what lies here longer was left by a killed process.
ABANDONED_AFTER_SECONDS = 24 * 3600
# Waiting for a disk is no work; so many files of several uploads may wait at once.
_keepers = ThreadPoolExecutor(max_workers=16, thread_name_prefix="keeping")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that is in the store, under the name it was sent with (NFC)."""

    name: str
    sha256: str
    size: int
    media_type: str


class IncomingFile:
    """A file that is still arriving. Without `keep` it leaves nothing behind."""

    def __init__(self, store: "FileStore", path: Path) -> None:
        self._store = store
        self._path = path
        self._hash = hashlib.sha256()
        self._file: BinaryIO = path.open("xb")
        self._durable: Future[None] | None = None
        self.size = 0

    def write(self, chunk: bytes) -> int:
        """Add bytes. Raises OSError when the disk is full."""
        self._hash.update(chunk)
        self.size += len(chunk)
        return self._file.write(chunk)

    def begin_keeping(self) -> str:
        """Start making the file durable beside other work; gives its sha256.

        Nothing is durable before `keep` has returned.
        """
        if self._durable is None:
            self._durable = _keepers.submit(self._make_durable)
        return self._hash.hexdigest()

    def keep(self) -> tuple[str, int]:
        """Make the file durable; returns its sha256 and size. May be called again."""
        sha256 = self.begin_keeping()
        if self._durable is not None:
            self._durable.result()
        return sha256, self.size

    def discard(self) -> None:
        """Forget the file unless it was kept."""
        if self._durable is not None:
            wait([self._durable])
        with contextlib.suppress(OSError):
            # Closing writes the rest of the buffer, which a full disk refuses.
            self._file.close()
        self._path.unlink(missing_ok=True)

    def _make_durable(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._store.adopt(self._path, self._hash.hexdigest())


class FileStore:
    """The folder of received files."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def incoming(self) -> Iterator[IncomingFile]:
        """A new file to write to; it is gone afterwards unless `keep` was called."""
        folder = self.root / INCOMING
        folder.mkdir(parents=True, exist_ok=True)
        file = IncomingFile(self, folder / secrets.token_hex(16))
        try:
            yield file
        finally:
            file.discard()

    def adopt(self, arrived: Path, sha256: str) -> None:
        """Give a finished file its lasting name. Called by `IncomingFile.keep`."""
        target = self.path(sha256)
        if not target.parent.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            _sync_folder(self.root)
        if not target.exists():
            try:
                arrived.replace(target)
            except PermissionError:
                # Windows refuses while another request reads the same bytes.
                if not target.exists():
                    raise
        # Also when it was there: the request that brought it may not have come this far.
        _sync_folder(target.parent)

    def path(self, sha256: str) -> Path:
        """Where a file lies. Raises ValueError for what is no sha256."""
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"no sha256: {sha256!r}")
        return self.root / sha256[:2] / sha256

    def open(self, sha256: str) -> BinaryIO:
        """Read a file. Raises FileNotFoundError when it is not here."""
        return self.path(sha256).open("rb")

    def sweep(self, older_than_seconds: float = ABANDONED_AFTER_SECONDS) -> int:
        """Remove what killed processes left half received; returns how many files."""
        oldest = time.time() - older_than_seconds
        swept = 0
        for path in (self.root / INCOMING).glob("*"):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < oldest:
                    path.unlink()
                    swept += 1
        return swept


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows keeps names durable by itself and opens no folders.
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
