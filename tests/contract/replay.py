"""Replays recorded exchanges against a Central, real or fake.

Ids that a server hands out (projects, users, keys, forms) and those that must be unique
on a whole server (UUIDs) are translated; what was done between the recorded exchanges
without being recorded is made up for in `between.py`.
"""

import json
import re
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.contract import shapes
from tests.fakes.central import FakeCentral

HERE = Path(__file__).parent
UUID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
)
PHONE = "org.odk.collect.android/v2026.1.0"


def recordings() -> dict[str, dict[str, Any]]:
    lines = (HERE / "recordings.jsonl").read_text(encoding="utf-8").split("\n")
    return {each["name"]: each for each in map(json.loads, filter(None, lines))}


@dataclass
class Exchange:
    """What was recorded, and what came now."""

    wanted: dict[str, Any]
    answer: requests.Response

    def differences(self) -> list[str]:
        wanted, got = self.wanted, self.answer
        if wanted["status"] != got.status_code:
            return [
                f"status: {wanted['status']} and {got.status_code}: {got.text[:300]}"
            ]
        found = shapes.header_differences(wanted["headers"], got.headers)
        body, kind = wanted["body"], wanted["headers"].get("Content-Type", "")
        if isinstance(body, dict) and got.status_code >= 400:
            return found + shapes.error_differences(body, _json(got))
        if isinstance(body, dict | list):
            return found + shapes.differences(body, _json(got))
        if kind.startswith("text/xml"):
            return found + shapes.xml_differences(body, got.text)
        if kind.startswith("text/csv") and "__" in body:
            columns = [set(text.split("\n")[0].split(",")) for text in (body, got.text)]
            return found + ([f"columns: {columns}"] if columns[0] != columns[1] else [])
        return found


@dataclass
class Replay:
    """One run against one server, in the recorded order."""

    url: str
    email: str
    password: str
    fake: FakeCentral | None = None
    token: str = ""
    key: str = ""
    projects: dict[int, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    done: dict[str, Exchange] = field(default_factory=dict)
    matrix: dict[str, requests.Response] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.http = requests.Session()
        self.http.trust_env = False
        self.recorded = recordings()

    def translated(self, text: str) -> str:
        """A recorded text with the ids of this run."""
        text = UUID.sub(lambda m: self.ids.setdefault(m[0], str(uuid.uuid4())), text)
        for recorded, ours in self.texts.items():
            text = text.replace(recorded, ours)
        return text

    def path(self, recorded: str) -> str:
        text = self.translated(recorded.replace("<APPUSER-TOKEN>", self.key))
        return re.sub(
            r"/projects/(\d+)",
            lambda m: f"/projects/{self.projects.get(int(m[1]), m[1])}",
            text,
        )

    def send(
        self,
        name: str,
        *,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        path: str | None = None,
        token: str | None = None,
    ) -> requests.Response:
        """Replay one recorded exchange; what is given replaces what was recorded."""
        recorded = self.recorded[name]
        asked = recorded["request"]
        sent = dict(asked["headers"]) | (headers or {})
        place = self.path(path or recorded["path"])
        if "/key/" not in place and token != "":
            sent.setdefault("Authorization", f"Bearer {token or self.token}")
        if body is None:
            body = self._body(asked["body"])
        answer = self.ask(recorded["method"], place, body, sent)
        self.done[name] = Exchange(self._expected(recorded["response"]), answer)
        return answer

    def _expected(self, recorded: dict[str, Any]) -> dict[str, Any]:
        text = json.dumps(recorded, ensure_ascii=False).replace(
            "<APPUSER-TOKEN>", "key"
        )
        expected: dict[str, Any] = json.loads(self.translated(text))
        return expected

    def ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> requests.Response:
        return self.http.request(
            method,
            self.url + path,
            data=body,
            headers=headers,
            allow_redirects=False,
            timeout=60,
        )

    def rest(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Something that was done and not recorded: it must succeed."""
        sent = {"Authorization": f"Bearer {self.token}"} | headers
        if isinstance(body, dict):
            body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        answer = self.ask(method, self.path(f"/v1/{path}"), body, sent)
        assert answer.status_code < 300, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def submit(
        self,
        xml: str,
        files: dict[str, bytes] | None = None,
        *,
        key: str | None = None,
        project: int = 2,
    ) -> requests.Response:
        """A post by a phone that was not recorded."""
        parts = {"xml_submission_file": ("hh.xml", self.translated(xml).encode())}
        parts |= {name: (name, content) for name, content in (files or {}).items()}
        sent = {"X-OpenRosa-Version": "1.0", "User-Agent": PHONE}
        ours = self.projects[project]
        place = f"/v1/key/{key or self.key}/projects/{ours}/submission?deviceID=d1"
        return self.http.post(self.url + place, files=parts, headers=sent, timeout=60)

    def xml_of(self, name: str) -> str:
        """The submission that a recorded request carried."""
        text: str = self.recorded[name]["request"]["body"]
        begin = max(text.find("<?xml"), 0) or text.find("<data")
        return text[begin : text.rindex("</data>") + len("</data>")]

    def _body(self, recorded: Any) -> bytes | None:
        if recorded is None:
            return None
        text = recorded if isinstance(recorded, str) else json.dumps(recorded)
        for old, ours in (
            ("example-password", self.password),
            ("<REDACTED>", self.password),
        ):
            text = text.replace(old, ours)
        text = text.replace("admin@example.org", self.email)
        return self.translated(text).encode()


def _json(answer: requests.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return answer.text
