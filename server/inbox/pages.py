"""What the page of one submission shows."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select

from server.accounts.tables import Phone
from server.areas.queries import find_area, wards
from server.db import db
from server.domain.actor import EVERYWHERE, Scope
from server.domain.problems import Problem, Refused
from server.inbox import queries
from server.inbox.answer_tree import Node, computed_of, named, trail, tree_of
from server.inbox.contents import Contents, contents_of
from server.inbox.fixes import Fix, fixes_of
from server.inbox.questions import Question, questions_of
from server.inbox.tables import (
    Reading,
    Submission,
    SubmissionFile,
    SubmissionWithdrawal,
)
from server.inbox.withdrawing import find_withdrawal
from server.inbox.words import action_labels
from server.web.i18n import language


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history; `text` is what a person wrote, or which answers."""

    action: str
    actor_name: str
    at: datetime
    text: str = ""
    changes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SubmissionPage:
    """Everything about one submission."""

    submission: Submission
    reading: Reading
    area_name: str
    problems: list[Problem]
    contents: Contents
    fixes: list[Fix]
    answers: tuple[Node, ...]
    computed: tuple[Node, ...]
    files: list[SubmissionFile]
    missing: list[str]
    related: list[Submission]
    history: list[Event]
    links: list[tuple[str, str]]
    withdrawal: SubmissionWithdrawal | None
    files_note: Any


def visible(submission_id: int, scope: Scope, carrier_id: int | None) -> Submission:
    """A submission this person may see: of their areas, and an enumerator only what
    came from their own phones."""
    found = queries.get_submission(submission_id, scope)
    if carrier_id is not None:
        carried = select(Phone.id).where(Phone.user_id == carrier_id)
        phones = set(db.session.scalars(carried))
        if found.actor_kind != "phone" or found.actor_id not in phones:
            raise Refused(Problem("submission_not_found"), status=404)
    return found


def page_of(submission: Submission) -> SubmissionPage:
    """Gather it from the inbox and from the form that was filled in."""
    reading = queries.reading_of(submission.id)
    contents = contents_of(submission)
    questions = _questions(submission, contents)
    area = find_area(submission.area_id) if submission.area_id else None
    missing = queries.missing_files(submission)
    is_parked = reading.state in queries.FOR_A_PERSON
    return SubmissionPage(
        submission=submission,
        reading=reading,
        area_name=area.name if area else "",
        problems=[named(Problem(**each), questions) for each in reading.problems],
        contents=contents,
        fixes=fixes_of(reading.problems, contents, questions) if is_parked else [],
        answers=tree_of(contents, questions),
        computed=computed_of(contents, questions),
        files=queries.files_of(submission.id),
        missing=missing,
        related=_related(submission),
        history=_history(submission, questions),
        links=_links(submission.id),
        withdrawal=find_withdrawal(submission.id),
        files_note=_files_note(submission, bool(missing)),
    )


def fixes(submission: Submission) -> list[Fix]:
    """The answers of a parked submission that may be put right."""
    reading, contents = queries.reading_of(submission.id), contents_of(submission)
    return fixes_of(reading.problems, contents, _questions(submission, contents))


def asked_in(submission: Submission) -> dict[str, Question]:
    """The questions of the very version that was filled in. Who releases forms to
    phones puts a function into `extensions["xform_of"]`."""
    xform_of = current_app.extensions.get("xform_of", lambda *_version: None)
    xform = xform_of(submission.form_id, submission.form_version)
    return questions_of(xform, language()) if xform else {}


def _questions(submission: Submission, contents: Contents) -> dict[str, Question]:
    """The questions of the very version that was filled in, with the wards to choose
    from."""
    found = dict(asked_in(submission))
    fields = contents.table.household if contents.table else ()
    for field in fields:
        if field.target == "ward_code" and field.path in found:
            named = tuple((area.code, area.name) for area in wards(EVERYWHERE))
            found[field.path] = replace(found[field.path], choices=named)
    return found


def _related(submission: Submission) -> list[Submission]:
    """Other versions under its id, what it replaces, and what replaces it."""
    versions = queries.versions_of(
        submission.source, submission.form_id, submission.instance_id
    )
    found = [
        *queries.replaced_by(submission),
        *versions,
        *queries.edits_of(submission),
    ]
    return [one for one in found if one.id != submission.id]


def _history(submission: Submission, questions: dict[str, Question]) -> list[Event]:
    labels, notes = action_labels(), queries.notes_of(submission.id)
    amendments = {each.id: each for each in queries.amendments_of(submission.id)}
    events = []
    for event in queries.events_of(submission.id):
        changed = [amendments[n] for n in event.details.get("amendments", ())]
        reason = changed[0].reason if changed else ""
        events.append(
            Event(
                action=labels.get(event.action, event.action),
                actor_name=event.actor_name,
                at=event.at,
                text=reason or notes.get(event.details.get("note", 0), ""),
                changes=tuple((trail(a.path, questions), a.value) for a in changed),
            )
        )
    return events


def _files_note(submission: Submission, lacks_files: bool) -> Any:
    """What is to be said of files that are missing: features above, which know where
    they come from, append functions that give `of_each` and `of_all`, or None."""
    notes = current_app.extensions.setdefault("submission_file_notes", [])
    found = [note(submission, lacks_files) for note in notes]
    return next((each for each in found if each is not None), None)


def _links(submission_id: int) -> list[tuple[str, str]]:
    """Where the submission led: features above append functions of the submission id
    that give (label, address) or None."""
    found = [
        link(submission_id)
        for link in current_app.extensions.setdefault("submission_links", [])
    ]
    return [each for each in found if each is not None]
