"""A real form engine for tests: JavaRosa, the one inside ODK Collect.

`fill()` fills in an XForm the way a person with Collect does and gives back the
instance as Collect would send it. The engine is the jar that pyxform ships for ODK
Validate; our small Java program is compiled once into a cache and kept running, because
starting Java costs more than filling in a form. Without Java `require_java()` skips the
test, except under `CI=true`, where a missing engine is a failure.
"""

import atexit
import csv
import hashlib
import io
import json
import os
import shutil
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import pyxform
from lxml import etree

SOURCE = Path(__file__).with_name("FillForm.java")
JAR = (
    Path(pyxform.__file__).parent / "validators/odk_validate/bin/ODK_Validate.jar"
)  # JavaRosa and Jackson, shaded
HEAP = "256m"
_ONE_JOB_AT_A_TIME = threading.Lock()


class Refused(Exception):
    """The engine refused an answer; `messages` say which and why, as the form does."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


def require_java() -> None:
    """Skips the calling test when there is no Java; fails it in CI."""
    if shutil.which("java") and shutil.which("javac"):
        return
    reason = "no java and javac on the PATH: the form engine cannot run"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def fill(
    xform_xml: bytes,
    media: Mapping[str, bytes],
    answers: Mapping[str, Any],
    *,
    before: Mapping[str, Any] | None = None,
    edit_of: bytes | None = None,
    language: str | None = None,
    properties: Mapping[str, str] | None = None,
    strict: bool = True,
) -> bytes:
    """The instance XML of a form filled in with `answers`, as Collect would send it.

    `answers` maps paths below the root ("/household/roster/member[1]/person/sex") to
    text, numbers, lists (multiple choice) or None (clears a default). `media` are the
    attached files by name; an entity list gets the two columns that Collect adds.
    `before` are the answers of an earlier pass, by a person who then went back.
    `edit_of` is a sent instance to be opened again: what is not answered anew stays,
    and the result is a new instance that names the old one as `deprecatedID`.
    `properties` are Collect's `deviceid` and `username`. When `strict`, an answer to a
    question that was never asked is refused too.

    Raises `Refused` when an answer is not allowed. Skips the test without Java.
    """
    require_java()
    with tempfile.TemporaryDirectory(prefix="javarosa-") as folder:
        form = Path(folder) / "form.xml"
        form.write_bytes(xform_xml)
        for name, content in media.items():
            (Path(folder) / name).write_bytes(as_collect_keeps(content))
        job = {
            "form": str(form),
            "media": folder,
            "answers": dict(answers),
            "before": dict(before) if before is not None else None,
            "language": language,
            "properties": dict(properties or {"deviceid": "collect:test"}),
            "strict": strict,
        }
        if edit_of is not None:
            sent = Path(folder) / "sent.xml"
            sent.write_bytes(edit_of)
            job["instance"] = str(sent)
        with _ONE_JOB_AT_A_TIME:
            result = _engine().run(job)
    if "messages" in result:
        raise Refused(result["messages"])
    xml: bytes = result["xml"].encode()
    return xml if edit_of is None else _as_an_edit(xml)


def _as_an_edit(xml: bytes) -> bytes:
    """Gives the instance a new identifier and names the old one, as Collect does."""
    root = etree.fromstring(xml)
    (identifier,) = root.xpath("//*[local-name() = 'instanceID']")
    deprecated = etree.SubElement(identifier.getparent(), "deprecatedID")
    deprecated.text, identifier.text = identifier.text, f"uuid:{uuid.uuid4()}"
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def as_collect_keeps(content: bytes) -> bytes:
    """A CSV as Collect holds it: rows of an entity list know their trunk and branch."""
    text = content.decode("utf-8", errors="replace")
    columns, *rows = list(csv.reader(io.StringIO(text))) or [[]]
    if "__version" not in columns or "__trunkVersion" in columns:
        return content
    version = columns.index("__version")
    kept = io.StringIO()
    writer = csv.writer(kept, lineterminator="\n")
    writer.writerow([*columns, "__trunkVersion", "__branchId"])
    writer.writerows([*row, row[version], str(uuid.uuid4())] for row in rows)
    return kept.getvalue().encode()


class _Engine:
    """One running Java program, answering one job per line."""

    def __init__(self) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (lives with the engine)
        self._process = subprocess.Popen(
            [*command(), "--serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )
        atexit.register(self.close)

    def run(self, job: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(job).encode() + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            self._errors.seek(0)
            raise RuntimeError(self._errors.read().decode(errors="replace")[-2000:])
        result: dict[str, Any] = json.loads(line)
        return result

    def close(self) -> None:
        self._process.communicate()
        self._errors.close()


@cache
def _engine() -> _Engine:
    return _Engine()


def command() -> list[str]:
    """The command that starts the engine, compiled first where needed."""
    classpath = os.pathsep.join([str(JAR), str(_classes())])
    flags = [
        f"-Xmx{HEAP}",
        "-Dfile.encoding=UTF-8",
        "-Dstderr.encoding=UTF-8",
        "-XX:+UseSerialGC",
    ]
    return ["java", *flags, "-cp", classpath, "FillForm"]


def _classes() -> Path:
    """The folder of compiled classes, made anew when the source or the jar changes."""
    key = hashlib.sha256(SOURCE.read_bytes() + str(JAR.stat().st_size).encode())
    cached = Path(tempfile.gettempdir()) / f"ra-soat-javarosa-{key.hexdigest()[:16]}"
    if not (cached / "FillForm.class").exists():
        fresh = Path(tempfile.mkdtemp(prefix="ra-soat-javac-"))
        subprocess.run(
            ["javac", "-nowarn", "-cp", str(JAR), "-d", str(fresh), str(SOURCE)],
            check=True,
            capture_output=True,
        )
        try:
            fresh.rename(cached)  # whole or not at all: workers compile at once
        except OSError:
            shutil.rmtree(fresh)
    return cached
