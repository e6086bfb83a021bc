"""Files that the demo's people bring, kept where the pages keep them."""

from flask import current_app

from server.inbox.file_store import FileStore, ReceivedFile


def photos() -> FileStore:
    """Where photos and scans stay."""
    return FileStore(current_app.config["DATA_DIR"] / "files")


def kept(name: str, content: bytes, store: FileStore) -> ReceivedFile:
    """A file in a store."""
    with store.incoming() as file:
        file.write(content)
        sha256, size = file.keep()
    media_type = "image/jpeg" if name.endswith(".jpg") else "application/octet-stream"
    return ReceivedFile(name, sha256, size, media_type)
