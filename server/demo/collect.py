"""A phone with ODK Collect, as far as a server can tell: lists, downloads, posts.

The requests are those of docs/phones.md in their order; nothing here knows the server
from the inside.
"""

import http.client
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lxml import etree

from server.openrosa.form_engine import Form

_HEADERS = {
    "User-Agent": "org.odk.collect.android/v2026.3.3 Dalvik/2.1.0 (Linux; U; Android 13)",
    "X-OpenRosa-Version": "1.0",
}


class ServerRefused(Exception):
    """The server answered with a status that is no success."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status
        self.message = message


@dataclass(slots=True)
class CollectPhone:
    """One phone, by the server address on its settings card."""

    server_url: str
    device_id: str
    _connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    def download(self, form_id: str) -> tuple[Form, dict[str, bytes]]:
        """Form and lists as the server offers them now. Raises `ServerRefused`."""
        listed = etree.fromstring(self._get(f"{self._path}/formList"))
        for entry in listed.iterfind("{*}xform"):
            if entry.findtext("{*}formID") != form_id:
                continue
            xform = self._get(_path_of(entry.findtext("{*}downloadUrl")))
            media = self._media(_path_of(entry.findtext("{*}manifestUrl")))
            return Form(xform, media), media
        raise ServerRefused(404, f"{form_id} is not on the list")

    def send(self, xml: bytes, files: Mapping[str, bytes] | None = None) -> str:
        """Post one submission with its files; the server's message.

        Raises `ServerRefused` for anything but 201.
        """
        path = f"{self._path}/submission?deviceID={self.device_id.replace(':', '%3A')}"
        self._request("HEAD", path)
        boundary = str(uuid.uuid4())
        parts = [
            _part(boundary, "xml_submission_file", "submission.xml", "text/xml", xml)
        ]
        for name, content in (files or {}).items():
            kind = "image/jpeg" if name.endswith(".jpg") else "text/csv"
            parts.append(_part(boundary, name, name, kind, content))
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        kind = f"multipart/form-data; boundary={boundary}"
        status, answer = self._request("POST", path, body, {"Content-Type": kind})
        message = re.sub(r"<[^>]+>|<\?.*?\?>", " ", answer.decode()).strip()
        if status != 201:
            raise ServerRefused(status, message)
        return message

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()

    @property
    def _path(self) -> str:
        return urlsplit(self.server_url).path.rstrip("/")

    def _media(self, path: str) -> dict[str, bytes]:
        manifest = etree.fromstring(self._get(path))
        return {
            each.findtext("{*}filename"): self._get(
                _path_of(each.findtext("{*}downloadUrl"))
            )
            for each in manifest.iterfind("{*}mediaFile")
        }

    def _get(self, path: str) -> bytes:
        status, answer = self._request("GET", path)
        if status != 200:
            raise ServerRefused(status, answer.decode(errors="replace")[:200])
        return answer

    def _request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, bytes]:
        if self._connection is None:
            address = urlsplit(self.server_url)
            self._connection = http.client.HTTPConnection(
                address.hostname or "", address.port, timeout=60
            )
        self._connection.request(method, path, body, {**_HEADERS, **(headers or {})})
        answer = self._connection.getresponse()
        return answer.status, answer.read()


def _path_of(url: str | None) -> str:
    address = urlsplit(url or "")
    return address.path + (f"?{address.query}" if address.query else "")


def _part(boundary: str, name: str, file: str, kind: str, content: bytes) -> bytes:
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    return head.encode() + content + b"\r\n"
