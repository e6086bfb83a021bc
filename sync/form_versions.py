"""Forms at ODK Central: a new version when the form or one of its lists changed.

The bytes of a version never change, and Central takes no version twice, so when only a
list changed the same form is published with a number behind its version. What Central has
is compared with what it should have, never remembered: whoever is killed in the middle
leaves a draft, and the next one goes on from it.
"""

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from server.domain.problems import Problem
from server.domain.survey.forms import as_released, published_as
from server.web.i18n import _
from sync.central import Central, part
from sync.problems import CentralError
from sync.steps import Steps

XML = "application/xml"
WARNED = "400.16"
VERSION_TAKEN = "409.6"
# A form that asks less than before: what was answered stays, and is understood.
HARMLESS = {"structureChanged"}
_VERSION = re.compile(rb'(<data\b[^>]*?\sversion=")[^"]*(")')
_PUBLICATIONS = 100

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class WantedForm:
    """A form as phones should get it: `files` by name, `lists` are entity lists."""

    form_id: str
    version: str
    title: str
    xform: bytes
    files: Mapping[str, bytes]
    lists: Collection[str]

    def numbered(self, version: str) -> bytes:
        """The form under another version."""
        filled = rb"\g<1>%b\g<2>" % version.encode()
        return _VERSION.sub(filled, self.xform, count=1)

    def is_hashed(self, told: Json) -> bool:
        """Whether Central has this very form, under whatever version."""
        version = str(told.get("version") or "")
        content = self.numbered(version)
        return _md5(content) == told.get("hash")


def deploy_form(steps: Steps, project: int | None, form: WantedForm) -> None:
    """Publish a form unless it is. Raises CentralError."""
    if project is None:
        _say(steps, form)
        return
    at = _FormAt(steps.central, f"projects/{project}/forms", form)
    told = at.find(at.path)
    published = told if told and told.get("publishedAt") else None
    if published is not None:
        if as_released("", str(published["version"]))[1] > form.version:
            values = {"value": form.form_id, "version": published["version"]}
            raise CentralError(Problem("central_form_newer", "", values))
        if form.is_hashed(published) and not at.differing(f"{at.path}/attachments"):
            return
    if steps.is_dry:
        _say(steps, form)
        return
    steps.take("forms", _title(form), lambda: _publish(at, is_known=told is not None))


def _publish(at: "_FormAt", *, is_known: bool) -> None:
    """A draft that is gone was published by somebody else: look again."""
    try:
        at.publish(is_known=is_known)
    except CentralError as error:
        error.passing = error.passing or error.status == 404
        raise


def _say(steps: Steps, form: WantedForm) -> None:
    steps.take("forms", _title(form), lambda: None)


def _title(form: WantedForm) -> str:
    return _(
        "phát hành biểu mẫu “{title}” bản {version} ({form})",
        title=form.title,
        version=form.version,
        form=form.form_id,
    )


class _FormAt:
    """One form of one project."""

    def __init__(self, central: Central, forms: str, form: WantedForm) -> None:
        self.central = central
        self.forms = forms
        self.form = form
        self.path = f"{forms}/{part(form.form_id)}"

    def find(self, path: str) -> Json | None:
        """What Central says there; None where there is nothing."""
        try:
            told: Json = self.central.get(path)
        except CentralError as error:
            if error.status == 404 and error.code:
                return None
            raise
        return told

    def publish(self, *, is_known: bool) -> None:
        """Bring a draft to what it should be, and publish it."""
        taken = self._versions() if is_known else set()
        for number in range(1, _PUBLICATIONS):
            version = published_as(self.form.version, number)
            if version in taken:
                continue
            self._draft(version, is_known=is_known)
            is_known = True
            self._fill()
            try:
                self.central.send("POST", f"{self.path}/draft/publish")
            except CentralError as error:
                if error.code != VERSION_TAKEN:
                    raise
                continue  # by a form of this name that was deleted
            return
        values = {"value": self.form.form_id, "version": self.form.version}
        raise CentralError(Problem("central_versions_used_up", "", values))

    def differing(self, path: str) -> list[str]:
        """The files and lists that are not as they should be."""
        told = {each["name"]: each for each in self.central.get(path)}
        return [
            *(
                name
                for name, content in sorted(self.form.files.items())
                if not self._has(f"{path}/{part(name)}", told.get(name, {}), content)
            ),
            *(
                name
                for name in sorted(self.form.lists)
                if not told.get(name, {}).get("datasetExists")
            ),
        ]

    def _has(self, path: str, told: Json, content: bytes) -> bool:
        if not told.get("blobExists"):
            return False
        if told.get("hash"):
            return bool(told["hash"] == _md5(content))
        with self.central.stream(path) as answer:  # an older Central tells no hash
            return b"".join(self.central.pieces(answer)) == content

    def _versions(self) -> set[str]:
        try:
            told = self.central.get(f"{self.path}/versions")
        except CentralError as error:
            if error.status != 404:
                raise
            return set()
        return {str(each["version"]) for each in told}

    def _draft(self, version: str, *, is_known: bool) -> None:
        content = self.form.numbered(version)
        draft = self.find(f"{self.path}/draft") if is_known else None
        if draft is not None and draft.get("hash") == _md5(content):
            return
        path = f"{self.path}/draft" if is_known else self.forms
        try:
            self._define(path, content, {})
        except CentralError as error:
            if error.code != WARNED:
                raise
            self._weigh(error)
            self._define(path, content, {"ignoreWarnings": "true"})

    def _define(self, path: str, content: bytes, params: Mapping[str, str]) -> None:
        self._send(path, content, XML, params)

    def _weigh(self, warned: CentralError) -> None:
        """Go on over warnings that are known to be harmless, and over no others."""
        warnings = (warned.details or {}).get("warnings") or {}
        found = warnings.get("workflowWarnings") or []
        kinds = {str(each.get("type")) for each in found}
        kinds |= {str(each) for each in warnings.get("xlsFormWarnings") or ()}
        if kinds and kinds <= HARMLESS:
            return
        code = "central_form_warned"
        if "deletedFormExists" in kinds:
            code = "central_form_in_trash"
        values = {"value": self.form.form_id, "reason": "; ".join(sorted(kinds))[:200]}
        raise CentralError(Problem(code, "", values), status=400, code=warned.code)

    def _fill(self) -> None:
        path = f"{self.path}/draft/attachments"
        for name in self.differing(path):
            if name in self.form.lists:
                self.central.send("PATCH", f"{path}/{part(name)}", {"dataset": True})
            else:
                self._send(f"{path}/{part(name)}", self.form.files[name], "text/csv")

    def _send(
        self,
        path: str,
        content: bytes,
        kind: str,
        params: Mapping[str, str] | None = None,
    ) -> None:
        headers: Any = {"Content-Type": kind}
        self.central.send("POST", path, content=content, params=params, **headers)


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
