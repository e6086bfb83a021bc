import hashlib
import os
import threading
import time
from pathlib import Path

import pytest

from server.inbox.file_store import FileStore

PHOTO = b"\xff\xd8\xff" + b"nha" * 1000
SHA256 = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def names(store: FileStore) -> list[str]:
    return sorted(p.name for p in store.root.rglob("*") if p.is_file())


def keep(store: FileStore, *chunks: bytes) -> tuple[str, int]:
    with store.incoming() as file:
        for chunk in chunks:
            file.write(chunk)
        return file.keep()


def test_a_kept_file_is_named_by_its_bytes(store: FileStore) -> None:
    sha256, size = keep(store, PHOTO[:7], PHOTO[7:])

    assert (sha256, size) == (SHA256, len(PHOTO))
    assert store.path(SHA256).read_bytes() == PHOTO
    with store.open(SHA256) as file:
        assert file.read() == PHOTO


def test_the_same_bytes_are_kept_once(store: FileStore) -> None:
    keep(store, PHOTO)
    keep(store, PHOTO)

    assert names(store) == [SHA256]


def test_a_file_that_was_not_kept_leaves_nothing(store: FileStore) -> None:
    with pytest.raises(ConnectionError), store.incoming() as file:
        file.write(PHOTO)
        raise ConnectionError

    assert names(store) == []


def test_bytes_and_names_are_on_disk_before_keep_returns(
    store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    really = os.fsync

    def watched(handle: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        really(handle)

    monkeypatch.setattr(os, "fsync", watched)

    keep(store, PHOTO)

    assert Path(synced[0]).parent.name == "incoming"
    assert synced[-1] == str(store.path(SHA256).parent)


def test_a_file_becomes_durable_beside_other_work(store: FileStore) -> None:
    with store.incoming() as file:
        file.write(PHOTO)
        assert file.begin_keeping() == SHA256
        assert file.keep() == (SHA256, len(PHOTO))

    assert names(store) == [SHA256]


def test_what_the_disk_refuses_is_said_by_keep_and_leaves_nothing(
    store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileStore, "adopt", full)

    with store.incoming() as file:
        file.write(PHOTO)
        file.begin_keeping()
        with pytest.raises(OSError, match="No space"):
            file.keep()

    assert names(store) == []


def test_eight_threads_may_bring_the_same_file(store: FileStore) -> None:
    threads = [threading.Thread(target=keep, args=(store, PHOTO)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert names(store) == [SHA256]


def test_only_what_was_abandoned_is_swept(store: FileStore) -> None:
    folder = store.root / "incoming"
    folder.mkdir(parents=True)
    (folder / "old").write_bytes(b"half")
    os.utime(folder / "old", (time.time() - 90_000,) * 2)
    (folder / "arriving").write_bytes(b"half")

    assert store.sweep() == 1
    assert names(store) == ["arriving"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, SHA256 + "\n"])
def test_only_a_hash_names_a_file(store: FileStore, name: str) -> None:
    with pytest.raises(ValueError, match="no sha256"):
        store.path(name)
