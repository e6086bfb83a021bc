"""Releasing forms: what may change on phones, and what never may."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from server import clock
from server.accounts.phones import tell_central
from server.audit import actions as audit
from server.db import serialise, transaction
from server.domain.actor import Actor
from server.domain.poverty.pack import Pack
from server.domain.problems import Problem, Refused
from server.logs import log
from server.openrosa import form_library, media
from server.openrosa.form_library import ConvertedForm
from server.openrosa.queries import (
    VARIANT,
    find_form,
    get_form_of,
    is_workbook_known,
    newest_of_workbook,
)
from server.openrosa.tables import ReleasedForm
from server.standards.queries import asked_tables


def release_forms(
    *, by: Actor, folder: Path = form_library.DIST
) -> tuple[Problem, ...]:
    """Release every form of `folder` that is new, and the form that asks the score tables
    of now; returns why others were not.

    A form that cannot be released stops nobody: phones keep getting the versions
    released before.
    """
    problems: list[Problem] = []
    packs = asked_tables()
    for path, sha256 in form_library.workbooks(folder):
        try:
            if not is_workbook_known(sha256):
                form = form_library.converted(path)
                release(by=by, form=form, workbook_sha256=sha256)
            _release_with_tables(by, path, sha256, packs)
        except Refused as refused:
            problems += refused.problems
            for problem in refused.problems:
                log.error("form_refused", workbook=path.name, code=problem.code)
    return tuple(problems)


def _release_with_tables(
    by: Actor, path: Path, sha256: str, packs: Sequence[Pack]
) -> None:
    """A version behind that of the workbook when phones ask other items than they
    should. Where no table was ever signed there is none: phones load nothing anew."""
    base = get_form_of(sha256)
    if base is None or not form_library.asks_points(base.xform):
        return
    wanted = form_library.mark_of(sha256, packs)
    newest = newest_of_workbook(base)
    if newest is None or newest.workbook_sha256 == wanted:
        return
    number = int(newest.version.partition(VARIANT)[2] or "0") + 1
    version = f"{base.version}{VARIANT}{number:03d}"  # compared as text
    form = form_library.with_tables(path, packs, version)
    release(by=by, form=form, workbook_sha256=wanted)
    with transaction():
        tell_central()


def release(*, by: Actor, form: ConvertedForm, workbook_sha256: str) -> None:
    """Give one form to phones. Raises `Refused` when its version has other bytes."""
    missing = [n for n in form_library.media_names(form.xform) if n not in media.LISTS]
    if missing:
        values = {"value": form.form_id, "names": ", ".join(missing)}
        raise Refused(Problem("form_needs_unknown_list", "", values))
    sha256 = hashlib.sha256(form.xform).hexdigest()
    with transaction() as session:
        # Two processes that start together release one after the other.
        serialise("forms")
        known = find_form(form.form_id, form.version)
        if known is not None and known.sha256 != sha256:
            values = {"value": form.form_id, "version": form.version}
            raise Refused(Problem("form_version_reused", "", values), status=409)
        if known is not None:
            return
        session.add(
            ReleasedForm(
                form_id=form.form_id,
                version=form.version,
                title=form.title,
                xform=form.xform,
                sha256=sha256,
                workbook_sha256=workbook_sha256,
                released_at=clock.now(),
            )
        )
        audit.record(
            by=by,
            action="form.released",
            subject_kind="form",
            subject_id=form.form_id,
            details={"version": form.version, "sha256": sha256},
        )
