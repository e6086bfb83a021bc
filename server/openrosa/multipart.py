"""Reading an upload from a phone as it comes in.

Photos go to files while they arrive, so a hundred phones cost no memory; nothing is
kept before the last byte of the body is here. A body that stops early is refused: what
was sent of it disappears, and the phone sends it again.
"""

import io
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from server.domain.problems import Problem, Refused
from server.inbox.file_store import FileStore, IncomingFile, ReceivedFile
from server.openrosa.file_names import safe_name

XML_PART = "xml_submission_file"
INCOMPLETE_PART = "*isIncomplete*"
MAX_XML_BYTES = 5_000_000
MAX_PARTS = 1000
MAX_HEADER_BYTES = 8192
CHUNK = 256 * 1024
_PARAMETER = re.compile(
    r';\s*(?P<key>[\w*-]+)\s*=\s*(?:"(?P<quoted>[^"]*)"|(?P<bare>[^;\s]*))'
)
_ESCAPED = {"%22": '"', "%0D": "\r", "%0A": "\n"}


@dataclass(slots=True)
class Upload:
    """One whole body: the instance, and the files beside it, not kept yet."""

    xml: bytes | None = None
    is_incomplete: bool = False
    arrived: list[tuple[str, str, IncomingFile]] = field(default_factory=list)

    def begin_keeping(self) -> list[ReceivedFile]:
        """Start making every file durable, and say what they are meanwhile."""
        return [
            ReceivedFile(name, file.begin_keeping(), file.size, media_type)
            for name, media_type, file in self.arrived
        ]

    def keep_files(self) -> None:
        """Wait until every file is durable. Raises OSError when the disk refuses."""
        for _name, _media_type, file in self.arrived:
            file.keep()


@contextmanager
def reading(body: BinaryIO, content_type: str, store: FileStore) -> Iterator[Upload]:
    """The upload in `body`. Raises `Refused` for what no phone may send so."""
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise Refused(Problem("upload_not_multipart"), status=415)
    with ExitStack() as files:
        reader = _Reader(store, files)
        try:
            parser = MultipartParser(boundary, reader.callbacks())
            while chunk := body.read(CHUNK):
                parser.write(chunk)
        except FormParserError as error:
            raise Refused(Problem("upload_cut"), status=400) from error
        if not reader.is_finished:
            raise Refused(Problem("upload_cut"), status=400)
        yield reader.upload


class _Reader:
    """Turns the parser's events into an `Upload`."""

    def __init__(self, store: FileStore, files: ExitStack) -> None:
        self.upload = Upload()
        self.is_finished = False
        self._store = store
        self._files = files
        self._parts = 0
        self._headers: dict[str, bytes] = {}
        self._header: list[bytes] = [b"", b""]
        self._target: IncomingFile | io.BytesIO = io.BytesIO()
        self._limit = 0
        self._name = ""

    def callbacks(self) -> dict[str, object]:
        return {
            "on_part_begin": self._part_begins,
            "on_header_field": lambda data, start, end: self._add(0, data[start:end]),
            "on_header_value": lambda data, start, end: self._add(1, data[start:end]),
            "on_header_end": self._header_ends,
            "on_headers_finished": self._content_begins,
            "on_part_data": self._content,
            "on_part_end": self._part_ends,
            "on_end": self._ends,
        }

    def _part_begins(self) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise Refused(Problem("upload_too_many_parts", "", {"limit": MAX_PARTS}))
        self._headers = {}

    def _add(self, side: int, data: bytes) -> None:
        self._header[side] += data
        if len(self._header[side]) > MAX_HEADER_BYTES:
            raise Refused(Problem("upload_cut"), status=400)

    def _header_ends(self) -> None:
        name, value = self._header
        self._headers[name.decode("latin-1").lower()] = value
        self._header = [b"", b""]

    def _content_begins(self) -> None:
        name, file_name = _disposition(self._headers.get("content-disposition", b""))
        self._name = name
        if name == XML_PART:
            if self.upload.xml is not None:
                raise Refused(Problem("upload_xml_twice"), status=400)
            self._target, self._limit = io.BytesIO(), MAX_XML_BYTES
        elif name == INCOMPLETE_PART:
            self._target, self._limit = io.BytesIO(), 100
        else:
            file = self._files.enter_context(self._store.incoming())
            media_type = self._headers.get("content-type", b"").decode("latin-1")
            self.upload.arrived.append(
                (safe_name(file_name or name), media_type.strip()[:100], file)
            )
            self._target, self._limit = file, 0

    def _content(self, data: bytes, start: int, end: int) -> None:
        self._target.write(data[start:end])
        if isinstance(self._target, io.BytesIO) and self._target.tell() > self._limit:
            values = {"limit": MAX_XML_BYTES // 1_000_000}
            raise Refused(Problem("upload_xml_too_large", "", values), status=413)

    def _part_ends(self) -> None:
        if isinstance(self._target, io.BytesIO):
            if self._name == XML_PART:
                self.upload.xml = self._target.getvalue()
            else:
                self.upload.is_incomplete = self._target.getvalue().strip() == b"yes"

    def _ends(self) -> None:
        self.is_finished = True


def _disposition(header: bytes) -> tuple[str, str]:
    """The field and file name of a part, as OkHttp writes them: raw UTF-8."""
    try:
        text = header.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(Problem("upload_name_unreadable"), status=400) from error
    found = {
        match["key"].lower(): match["quoted"]
        if match["quoted"] is not None
        else match["bare"]
        for match in _PARAMETER.finditer(text)
    }
    if not found.get("name") and not found.get("filename"):
        raise Refused(Problem("upload_name_unreadable"), status=400)
    return _unescaped(found.get("name", "")), _unescaped(found.get("filename", ""))


def _unescaped(text: str) -> str:
    for escaped, char in _ESCAPED.items():
        text = text.replace(escaped, char)
    return text
