"""From the answers of a submission to a survey record, or to the reasons why not.

Two doors lead here, OpenRosa XML and OData JSON; the same answers give the same
record. A blocking problem means that no record is made: the submission waits in
quarantine for a person. Everything else is kept beside the record as a warning,
because bad field data is normal and a survey is worth more than its worst answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from server.domain.problems import Problem
from server.domain.survey.answers import (
    Answers,
    SubmissionMeta,
    XmlElement,
    answers_from_odata,
    answers_from_xml,
    leaves,
    meta_from_odata,
    meta_from_xml,
    rows_at,
    text_at,
)
from server.domain.survey.fields import Field, FormTable, Kind
from server.domain.survey.forms import find_table
from server.domain.survey.record import (
    Household,
    Override,
    SurveyRecord,
)
from server.domain.survey.roster import check_head_name, check_roster, read_roster
from server.domain.survey.score_answers import read_scores
from server.domain.survey.values import (
    check_instant,
    check_text,
    placed,
    read_review_date,
    read_value,
    shown,
)

_MAX_INSTANCE_ID = 64
__all__ = ["Normalised", "from_odata", "from_openrosa", "normalise"]


@dataclass(frozen=True, slots=True)
class Normalised:
    """The record, None when a problem blocks; all problems; and the unknown questions.

    `ignored` are paths of answers that no version of the form we know asks for: they
    stay in the submission and are read when we learn them.
    """

    record: SurveyRecord | None
    problems: tuple[Problem, ...] = ()
    ignored: tuple[str, ...] = ()


def from_openrosa(root: XmlElement, received_on: date) -> Normalised:
    """Normalise a parsed OpenRosa instance; the caller has refused any DOCTYPE."""
    meta = meta_from_xml(root)
    table = find_table(meta.form_id, meta.form_version)
    if table is None:
        return _unknown_form(meta.form_id, meta.form_version)
    return normalise(answers_from_xml(root, table), meta, table, received_on)


def from_odata(
    row: Mapping[str, Any],
    form_id: str,
    received_on: date,
    form_version: str | None = None,
) -> Normalised:
    """Normalise one row of ODK Central's `Submissions?$expand=*`.

    A row that Central could not decrypt has no answers and is reported as such.
    """
    system = row.get("__system") or {}
    version = form_version or str(system.get("formVersion") or "")
    table = find_table(form_id, version)
    if table is None:
        return _unknown_form(form_id, version)
    if system.get("status"):
        values = {"value": shown(str(system["status"]))}
        return Normalised(None, (Problem("submission_encrypted", "", values),))
    meta = meta_from_odata(row, table, version)
    return normalise(answers_from_odata(row, table), meta, table, received_on)


def normalise(
    answers: Answers, meta: SubmissionMeta, table: FormTable, received_on: date
) -> Normalised:
    """Read every answer that `table` knows. `received_on` bounds the dates."""
    known = table.known_paths()
    unknown = {path for path, _, _ in leaves(answers)} - known
    ignored = sorted(path for path in unknown if not table.is_of_scores(path))
    problems = [
        placed(problem, place)
        for _, place, text in leaves(answers)
        if (problem := check_text(text, place))
    ]
    problems += _check_meta(meta)
    review_date, dated = read_review_date(
        text_at(answers, table.review_date), received_on, "review_date"
    )
    problems += [placed(dated, table.review_date)] if dated else []
    if any(problem.blocking for problem in problems):
        return Normalised(None, tuple(problems), tuple(ignored))

    values, found = _read_fields(answers, table.record)
    problems += found
    problems += _drop_wrong_clocks(values, received_on)
    members, found = read_roster(answers, table, meta.instance_id, review_date)
    problems += found
    is_unchanged = bool(values.pop("is_unchanged", False))
    if not any(problem.code == "roster_too_long" for problem in found):
        problems += check_roster(members, is_unchanged)
    if is_unchanged and (meta.entity is None or meta.entity.is_create):
        problems.append(Problem("unchanged_but_unknown", "is_unchanged"))
    household, found = _read_household(answers, table)
    problems += found
    if review_date is None or any(problem.blocking for problem in problems):
        return Normalised(None, tuple(problems), tuple(ignored))
    record = SurveyRecord(
        form_id=meta.form_id,
        form_version=meta.form_version,
        instance_id=meta.instance_id,
        deprecated_id=meta.deprecated_id,
        review_date=review_date,
        is_unchanged=is_unchanged,
        household=replace(household, members=members),
        entity=meta.entity,
        **values,
    )
    problems += check_head_name(record.household)
    return Normalised(record, tuple(problems), tuple(ignored))


def _unknown_form(form_id: str, version: str) -> Normalised:
    values = {"value": shown(form_id), "version": shown(version)}
    return Normalised(None, (Problem("form_unknown", "", values),))


def _check_meta(meta: SubmissionMeta) -> list[Problem]:
    instance_id = meta.instance_id
    if not instance_id:
        return [Problem("instance_id_missing", "meta/instanceID")]
    if len(instance_id) > _MAX_INSTANCE_ID or not instance_id.isprintable():
        values = {"value": shown(instance_id)}
        return [Problem("instance_id_unusable", "meta/instanceID", values)]
    return []


def _read_fields(
    answers: Answers, wanted: tuple[Field, ...]
) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for field in wanted:
        if text := text_at(answers, field.path):
            values[field.target], found = read_value(field, text, field.target)
            problems += found
    return values, problems


def _drop_wrong_clocks(values: dict[str, Any], received_on: date) -> list[Problem]:
    """Times of a clock that is years off are dropped, because they order records."""
    problems = []
    for name in ("started_at", "ended_at"):
        problem = check_instant(values.get(name), received_on, name)
        if problem:
            values[name] = None
            problems.append(problem)
    return problems


def _read_household(
    answers: Answers, table: FormTable
) -> tuple[Household, list[Problem]]:
    values, problems = _read_fields(answers, table.household)
    parts: dict[str, dict[str, Any]] = {}
    for target in [target for target in values if "." in target]:
        part, _, name = target.partition(".")
        parts.setdefault(part, {})[name] = values.pop(target)
    empty = Household()
    for part, given in parts.items():
        values[part] = replace(getattr(empty, part), **given)
    phones, found = _read_phones(answers, table)
    overrides, unclear = _read_overrides(answers, table)
    scores, differing = read_scores(answers, table, values.get("economy"))
    unclear += differing
    household = Household(
        scores=scores,
        phones=phones,
        phone_results=_read_indicators(answers, table),
        overrides=overrides,
        **values,
    )
    return household, [*problems, *found, *unclear]


def _read_phones(
    answers: Answers, table: FormTable
) -> tuple[tuple[str, ...], list[Problem]]:
    phones: dict[str, None] = {}
    problems: list[Problem] = []
    for number, path in enumerate(table.phones):
        field = Field(path, f"phones[{number}]", Kind.PHONE)
        if text := text_at(answers, path):
            phone, found = read_value(field, text, field.target)
            problems += found
            if phone:
                phones.setdefault(phone)
    return tuple(phones), problems


def _read_indicators(answers: Answers, table: FormTable) -> dict[str, dict[str, bool]]:
    """What the phone computed; a blank or odd result is unknown, the server
    recomputes.
    """
    known = {"1": True, "0": False, "1.0": True, "0.0": False}
    results: dict[str, dict[str, bool]] = {}
    for path, (standard, code) in table.indicators.items():
        result = known.get(text_at(answers, path))
        if result is not None:
            results.setdefault(standard, {})[code] = result
    return results


def _read_overrides(
    answers: Answers, table: FormTable
) -> tuple[tuple[Override, ...], list[Problem]]:
    """A verdict without a reason is reported and kept out: nobody could defend it."""
    kept: list[Override] = []
    problems: list[Problem] = []
    indicators = set(table.indicators.values())
    for source in table.overrides:
        for number, row in enumerate(rows_at(answers, source.path)):
            path = f"overrides[{source.standard}][{number}]"
            place = f"{source.path}[{number}]/"
            indicator = text_at(row, source.indicator)
            field = Field(source.deprived, "deprived", Kind.YES_NO)
            said = text_at(row, source.deprived)
            deprived, found = (
                read_value(field, said, path, place + field.path)
                if said
                else (None, ())
            )
            problems += found
            reason = text_at(row, source.reason)
            if (source.standard, indicator) not in indicators:
                values = {"value": shown(indicator), "place": place + source.indicator}
                problems.append(Problem("override_indicator_unknown", path, values))
            elif deprived is None or not reason:
                values = {"value": shown(indicator), "place": place + source.reason}
                problems.append(
                    Problem("override_incomplete", path, values, blocking=False)
                )
            else:
                kept.append(Override(source.standard, indicator, deprived, reason))
    return tuple(kept), problems
