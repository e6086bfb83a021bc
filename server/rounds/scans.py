"""Scanned minutes: kept in the file store beside the photos of surveys, and shown again
without what hides in pictures."""

from flask import Response, current_app, request

from server.domain.problems import Problem, Refused
from server.inbox.file_store import FileStore, ReceivedFile
from server.inbox.photos import redrawn
from server.rounds.tables import RoundAct

CHUNK = 1 << 16
PDF = b"%PDF-"
# What a browser may do with a file of somebody else: nothing but show it.
SANDBOX = "default-src 'none'; sandbox"


def received(field: str) -> ReceivedFile | None:
    """The file of a form, kept for good; None when none was chosen. Refuses what is
    neither a PDF nor a picture."""
    sent = request.files.get(field)
    if sent is None or not sent.filename:
        return None
    with _store().incoming() as file:
        head = sent.stream.read(CHUNK)
        chunk = head
        while chunk:
            file.write(chunk)
            chunk = sent.stream.read(CHUNK)
        sent.stream.seek(0)
        if not head.startswith(PDF) and redrawn(sent.stream, "small") is None:
            raise Refused(
                Problem("scan_not_a_picture", field, {"value": sent.filename})
            )
        sha256, size = file.keep()
    kind = "application/pdf" if head.startswith(PDF) else "image/jpeg"
    return ReceivedFile(sent.filename, sha256, size, kind)


def shown(act: RoundAct) -> Response:
    """The scan of an act: a picture drawn anew, a PDF to be saved."""
    if act.file_sha256 is None:
        raise Refused(Problem("file_not_found", "", {"value": "scan"}), status=404)
    with _store().open(act.file_sha256) as kept:
        picture = redrawn(kept, "full")
        content = kept.read() if picture is None and not kept.seek(0) else picture
    answer = Response(content, mimetype="application/pdf")
    if picture is not None:
        answer.mimetype = "image/jpeg"
    answer.headers.set(
        "Content-Disposition",
        "attachment" if picture is None else "inline",
        filename=act.file_name or "bien-ban",
    )
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cache-Control"] = "private, max-age=600"
    return answer


def _store() -> FileStore:
    return FileStore(current_app.config["DATA_DIR"] / "files")
