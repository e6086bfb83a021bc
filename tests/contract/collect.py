"""ODK Collect as a server sees it: its requests byte for byte, and its own strictness.

Written after Collect v2026.3.3, OkHttp 5 and okhttp-digest; what Collect would refuse or
silently ignore raises `Unusable` here. Nothing here imports the server.
"""

import gzip
import hashlib
import http.client
import re
import socket
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from lxml import etree

AGENT = (
    "org.odk.collect.android/v2026.3.3 Dalvik/2.1.0 (Linux; U; Android 13; SM-A125F "
    "Build/TP1A.220624.014)"
)
# The hour has twelve hours and no half of the day, as Collect writes it.
DATE = "Tue, 24 Nov 2026 02:10:05 GMT"
COMPLETE = "full submission upload was successful!"
MOST_FILES = 100


class Unusable(AssertionError):
    """Something Collect does not accept, or would act on in a harmful way."""


@dataclass(frozen=True)
class Answer:
    """What came back; `body` unpacked as OkHttp does it."""

    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def body(self) -> bytes:
        packed = self.headers.get("content-encoding") == "gzip"
        return gzip.decompress(self.raw) if packed else self.raw

    @property
    def message(self) -> str:
        """The text of an OpenRosaResponse; blank when there is none to show."""
        try:
            root = etree.fromstring(self.body)
        except etree.XMLSyntaxError:
            return ""
        return root.findtext("{http://openrosa.org/http/response}message") or ""


@dataclass(frozen=True)
class Listed:
    """A form as the list names it."""

    form_id: str
    name: str
    version: str
    hash: str
    download_url: str
    manifest_url: str | None


@dataclass(frozen=True)
class Media:
    """A file as the manifest names it."""

    name: str
    hash: str
    download_url: str
    kind: str | None
    integrity_url: str | None


@dataclass
class Collect:
    """One phone. With `username` it signs in by Digest, as OkHttp does."""

    base: str
    username: str = ""
    password: str = ""
    device_id: str = "collect:aB3dEfGh1JkLmN0p"
    date: str = DATE
    agent: str = AGENT
    connection: http.client.HTTPConnection | None = None
    challenge: dict[str, str] = field(default_factory=dict)
    count: int = 0
    cache: dict[str, Answer] = field(default_factory=dict)

    # -- requests ------------------------------------------------------------------
    def get(self, url: str, *, method: str = "GET", fresh: bool = False) -> Answer:
        """A request without body; with the validator of an answer we still have."""
        known = None if fresh or method != "GET" else self.cache.get(url)
        more = {"If-None-Match": known.headers["etag"]} if known else {}
        answer = self.exchange(method, self.with_device(url), more)
        if answer.status == 304 and known is not None:
            return known
        if answer.status == 200 and method == "GET" and "etag" in answer.headers:
            self.cache[url] = answer
        return answer

    def exchange(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """One request, signed in when the server asks for it."""
        answer = self.raw(method, url, headers, body, self.authorization(method, url))
        if answer.status != 401 or not self.username:
            return answer
        was_signed = bool(self.challenge)
        self.challenge = {}
        if was_signed:  # a worn nonce: once more without, then with a fresh one
            answer = self.raw(method, url, headers, body, None)
        self.read_challenge(answer)
        signed = self.authorization(method, url)
        return (
            answer if signed is None else self.raw(method, url, headers, body, signed)
        )

    def raw(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        body: bytes | None,
        authorization: str | None,
    ) -> Answer:
        """Exactly one exchange, the headers in Collect's order."""
        address = urlsplit(url)
        if self.connection is None:
            self.connection = http.client.HTTPConnection(address.netloc, timeout=60)
        connection, more = self.connection, dict(headers or {})
        path = address.path + (f"?{address.query}" if address.query else "")
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        connection.putheader("User-Agent", self.agent)
        connection.putheader("X-OpenRosa-Version", "1.0")
        connection.putheader("Date", self.date)
        if authorization:
            connection.putheader("Authorization", authorization)
        if body is not None:
            connection.putheader("Content-Type", more.pop("Content-Type"))
            connection.putheader("Content-Length", str(len(body)))
        connection.putheader("Host", address.netloc)
        connection.putheader("Connection", "Keep-Alive")
        connection.putheader("Accept-Encoding", "gzip")
        for name, value in more.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        return read_answer(connection)

    def with_device(self, url: str) -> str:
        """Every address carries the device id, as Android encodes it."""
        mark = "&" if "?" in url else "?"
        return f"{url}{mark}deviceID={quote(self.device_id, safe='')}"

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    # -- Digest --------------------------------------------------------------------
    def read_challenge(self, answer: Answer) -> None:
        header = answer.headers.get("www-authenticate", "")
        if header.startswith("Digest "):
            self.challenge = {
                name: quoted or bare
                for name, quoted, bare in re.findall(
                    r'(\w+)=(?:"([^"]*)"|([^\s,]+))', header
                )
            }
            self.count = 0

    def authorization(self, method: str, url: str) -> str | None:
        if not self.challenge:
            return None
        self.count += 1
        address = urlsplit(url)
        uri = address.path + (f"?{address.query}" if address.query else "")
        return digest_header(
            self.challenge,
            self.username,
            self.password,
            method=method,
            uri=uri,
            count=self.count,
        )

    # -- lists ---------------------------------------------------------------------
    def form_list(self) -> list[Listed]:
        """The list, or `Unusable` where Collect gives up."""
        answer = self.get(self.base.rstrip("/") + "/formList")
        if answer.status != 200:
            raise Unusable(f"list: {answer.status}")
        if "text/xml" not in answer.headers["content-type"]:
            raise Unusable(answer.headers["content-type"])
        if "x-openrosa-version" not in answer.headers:
            raise Unusable("not OpenRosa")
        return [_listed(node) for node in _root(answer, "xforms")]

    def manifest(self, url: str) -> list[Media]:
        """The media files, or `Unusable` where Collect drops the manifest unseen."""
        answer = self.get(url)
        if answer.status != 200 or "x-openrosa-version" not in answer.headers:
            raise Unusable(f"manifest: {answer.status}")
        return [_media(node) for node in _root(answer, "manifest")]

    def deleted(self, integrity_url: str, ids: Sequence[str]) -> dict[str, bool]:
        """Which of these entities the server has deleted."""
        answer = self.get(f"{integrity_url}?id={quote(','.join(ids), safe='')}")
        if answer.status != 200:
            raise Unusable(f"integrity: {answer.status}")
        states = {"true": True, "false": False}
        return {
            node.get("id", ""): states[node.findtext("deleted") or ""]
            for node in etree.fromstring(answer.body).findall("entities/entity")
        }

    # -- sending -------------------------------------------------------------------
    def send(self, xml: bytes, files: Mapping[str, bytes] | None = None) -> Answer:
        """HEAD, then as many posts as the files need; the last answer."""
        accepted = self.announce()
        batches = _batches(xml, files or {}, accepted)
        answer = None
        for number, batch in enumerate(batches, start=1):
            answer = self.post(xml, batch, is_incomplete=number < len(batches))
            if answer.status not in (201, 202):
                return answer
        assert answer is not None
        return answer

    def announce(self) -> int:
        """Ask whether we may send, and how much at once."""
        answer = self.get(self.submission_url, method="HEAD")
        if answer.status != 204:
            raise Unusable(f"HEAD: {answer.status}")
        return int(answer.headers.get("x-openrosa-accept-content-length", 10_000_000))

    def post(
        self,
        xml: bytes,
        files: Mapping[str, bytes] | None = None,
        *,
        is_incomplete: bool = False,
    ) -> Answer:
        """One post."""
        boundary = str(uuid.uuid4())
        body = multipart(boundary, xml, files or {}, is_incomplete=is_incomplete)
        return self.exchange(
            "POST", self.with_device(self.submission_url), form(boundary), body
        )

    @property
    def submission_url(self) -> str:
        return self.base.removesuffix("/") + "/submission"


def read_answer(connection: http.client.HTTPConnection) -> Answer:
    response = connection.getresponse()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, response.read())


def digest_header(
    challenge: Mapping[str, str],
    username: str,
    password: str,
    *,
    method: str,
    uri: str,
    count: int,
) -> str:
    """The Authorization header of okhttp-digest."""
    realm, nonce = challenge["realm"], challenge["nonce"]
    client, times = uuid.uuid4().hex[:16], f"{count:08x}"
    first = _md5(f"{username}:{realm}:{password}")
    second = _md5(f"{method}:{uri}")
    answer = _md5(f"{first}:{nonce}:{times}:{client}:auth:{second}")
    return (
        f'Digest username="{username}", realm="{realm}", nonce="{nonce}", uri="{uri}", '
        f'response="{answer}", qop=auth, nc={times}, cnonce="{client}", algorithm=MD5'
    )


def form(boundary: str) -> dict[str, str]:
    return {"Content-Type": f"multipart/form-data; boundary={boundary}"}


def multipart(
    boundary: str,
    xml: bytes,
    files: Mapping[str, bytes],
    *,
    is_incomplete: bool = False,
    old: bool = False,
) -> bytes:
    """The body as OkHttp writes it. Before Collect v2025.4 (`old`) parts also had a
    length and a transfer encoding."""
    title = "Rà soát hộ gia đình_2026-11-24_10-02-49.xml"
    parts = [_part("xml_submission_file", title, "text/xml", xml, old=old)]
    for name, content in files.items():
        quoted = name.replace('"', "%22").replace("\n", "%0A").replace("\r", "%0D")
        parts.append(_part(quoted, quoted, _kind(name), content, old=old))
    if is_incomplete:
        parts.append(
            b'Content-Disposition: form-data; name="*isIncomplete*"\r\n\r\nyes'
        )
    mark = f"--{boundary}".encode()
    return b"".join(mark + b"\r\n" + p + b"\r\n" for p in parts) + mark + b"--\r\n"


def send_raw(base: str, sent: bytes, *, then_close: bool = True) -> bytes:
    """Bytes on a socket of their own, as far as the connection holds; what came back."""
    address = urlsplit(base)
    with socket.create_connection((address.hostname or "", address.port or 80)) as wire:
        wire.settimeout(20)
        wire.sendall(sent)
        if then_close:
            wire.shutdown(socket.SHUT_WR)
        received = b""
        try:
            while chunk := wire.recv(65536):
                received += chunk
        except OSError:
            pass
    return received


def _part(name: str, file: str, kind: str, content: bytes, *, old: bool) -> bytes:
    head = f'Content-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
    head += f"Content-Type: {kind}\r\n"
    if old:
        head += "Content-Transfer-Encoding: binary\r\n"
        head += f"Content-Length: {len(content)}\r\n"
    return head.encode() + b"\r\n" + content


def _kind(name: str) -> str:
    endings = {".jpg": "image/jpeg", ".csv": "text/csv", ".m4a": "audio/mp4"}
    return endings.get(name[-4:].lower(), "application/octet-stream")


def _batches(
    xml: bytes, files: Mapping[str, bytes], accepted: int
) -> list[dict[str, bytes]]:
    batches: list[dict[str, bytes]] = [{}]
    size = len(xml)
    for name, content in files.items():
        is_full = len(batches[-1]) >= MOST_FILES or size + len(content) > accepted
        if batches[-1] and is_full:
            batches.append({})
            size = len(xml)
        batches[-1][name] = content
        size += len(content)
    return batches


def _root(answer: Answer, name: str) -> etree._Element:
    root = etree.fromstring(answer.body.decode("utf-8").encode())
    if etree.QName(root).localname != name:
        raise Unusable(f"no {name}")
    return root


def _text(node: etree._Element, name: str) -> str | None:
    found = node.find(f"{{*}}{name}")
    if found is None:
        return None
    text = (found.text or "").strip()
    if not text:
        raise Unusable(f"empty {name}")
    return text


def _needed(node: etree._Element, name: str) -> str:
    text = _text(node, name)
    if text is None:
        raise Unusable(f"no {name}")
    return text


def _listed(node: etree._Element) -> Listed:
    return Listed(
        form_id=_needed(node, "formID"),
        name=_needed(node, "name"),
        version=_text(node, "version") or "",
        hash=_needed(node, "hash"),
        download_url=_needed(node, "downloadUrl"),
        manifest_url=_text(node, "manifestUrl"),
    )


def _media(node: etree._Element) -> Media:
    return Media(
        name=_needed(node, "filename"),
        hash=_needed(node, "hash").removeprefix("md5:"),
        download_url=_needed(node, "downloadUrl"),
        kind=node.get("type"),
        integrity_url=_text(node, "integrityUrl"),
    )


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
