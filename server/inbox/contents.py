"""What stands in a submission: its answers, with what people put right in them."""

from dataclasses import dataclass, replace
from datetime import date

from server.clock import VIETNAM
from server.domain.problems import Problem
from server.domain.survey.answers import (
    Answers,
    SubmissionMeta,
    amended,
    answers_from_odata,
    answers_from_xml,
    meta_from_odata,
    meta_from_xml,
    rows_at,
    text_at,
)
from server.domain.survey.fields import FormTable
from server.domain.survey.forms import find_table
from server.domain.survey.normalise import Normalised, normalise
from server.domain.survey.record import SurveyRecord
from server.domain.survey.values import shown
from server.inbox import carriers, payloads
from server.inbox.queries import amendments_of
from server.inbox.tables import Submission


@dataclass(frozen=True, slots=True)
class Contents:
    """A parsed submission. `problem` says why there are no answers that we know of;
    `table` is None for a form that we do not know."""

    sent: Answers
    answers: Answers
    meta: SubmissionMeta
    table: FormTable | None
    problem: Problem | None = None

    @property
    def head_name(self) -> str:
        """By whom people recognise the submission in a list; blank when unknown."""
        if self.table is None:
            return ""
        places = [f.path for f in self.table.household if f.target == "head_name"]
        said = [text_at(self.answers, place) for place in places]
        names = {f.target: f.path for f in self.table.members}
        rows = rows_at(self.answers, self.table.members_path)
        said += [
            text_at(row, names["full_name"])
            for row in rows
            if text_at(row, names["relation_to_head"]) == "head"
        ]
        return shown(next((text for text in said if text), ""))


def contents_of(submission: Submission) -> Contents:
    """The answers of a submission with its amendments; never raises for what was
    sent."""
    empty = SubmissionMeta(
        submission.form_id, submission.form_version, submission.instance_id
    )
    table = find_table(submission.form_id, submission.form_version)
    try:
        if submission.payload_kind == "odata":
            return _amended(submission, *_from_odata(submission, table), table)
        return _amended(submission, *_from_xml(submission, table), table)
    except ValueError as error:
        problem = Problem("payload_unreadable", "", {"value": shown(str(error))})
        return Contents({}, {}, empty, table, problem)


def understand(submission: Submission) -> tuple[Normalised, Contents]:
    """What the register makes of a submission: a record, or problems that block."""
    contents = contents_of(submission)
    if contents.problem is not None:
        return Normalised(None, (contents.problem,)), contents
    if contents.table is None:
        values = {
            "value": shown(submission.form_id),
            "version": shown(submission.form_version),
        }
        return Normalised(None, (Problem("form_unknown", "", values),)), contents
    result = normalise(
        contents.answers, contents.meta, contents.table, _day_of(submission)
    )
    if result.record is None:
        return result, contents
    objection = carriers.objection(submission, result.record)
    if objection is not None:
        return Normalised(None, (*result.problems, objection), result.ignored), contents
    return result, contents


def head_of(record: SurveyRecord) -> str:
    """The name of the head, as said above the roster or on it."""
    household = record.household
    heads = [m.full_name for m in household.members if m.relation_to_head == "head"]
    return household.head_name or (heads[0] if heads else "")


def _day_of(submission: Submission) -> date:
    return submission.received_at.astimezone(VIETNAM).date()


def _amended(
    submission: Submission,
    sent: Answers,
    meta: SubmissionMeta,
    problem: Problem | None,
    table: FormTable | None,
) -> Contents:
    changes = {each.path: each.value for each in amendments_of(submission.id)}
    return Contents(sent, amended(sent, changes), meta, table, problem)


def _from_xml(
    submission: Submission, table: FormTable | None
) -> tuple[Answers, SubmissionMeta, Problem | None]:
    root = payloads.parse_xml(submission.payload)
    meta = meta_from_xml(root)
    if table is None:
        return payloads.xml_as_it_stands(root), meta, None
    return answers_from_xml(root, table), meta, None


def _from_odata(
    submission: Submission, table: FormTable | None
) -> tuple[Answers, SubmissionMeta, Problem | None]:
    row = payloads.parse_odata(submission.payload)
    empty = SubmissionMeta(
        submission.form_id, submission.form_version, submission.instance_id
    )
    status = (row.get("__system") or {}).get("status")
    if status:
        values = {"value": shown(str(status))}
        return {}, empty, Problem("submission_encrypted", "", values)
    if table is None:
        return payloads.json_as_it_stands(row), empty, None
    meta = meta_from_odata(row, table, submission.form_version)
    if submission.deprecated_id is not None:
        # Central names the first version; this is the one it took the place of.
        meta = replace(meta, deprecated_id=submission.deprecated_id)
    return answers_from_odata(row, table), meta, None
