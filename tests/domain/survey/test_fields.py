"""The table of questions against the form it describes."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from server.domain.survey.fields import FormTable, Kind
from server.domain.survey.forms import TABLES, find_table
from server.domain.survey.record import Household, Member, SurveyRecord

FORMS = Path(__file__).parents[3] / "forms"
# Lists the form shortens in its page, or that carry their own versions.
OPEN_LISTS = {Kind.CHOICES, Kind.CODE}


def paths_page(table: FormTable) -> list[tuple[str, str, str, str]]:
    """(path, type, choices, record) of each question, as the form's own page says."""
    page = (FORMS / table.form_id / "PATHS.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| `/([^`]+)` \| ([^|]*) \| ([^|]*) \| ([^|]*) \|", page, re.MULTILINE
    )
    return [
        (a.replace("[]", ""), b.strip(), c.strip(), d.strip()) for a, b, c, d in rows
    ]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.form_id)
def test_every_question_of_the_form_is_known_and_the_other_way_round(
    table: FormTable,
) -> None:
    page = (FORMS / table.form_id / "PATHS.md").read_text(encoding="utf-8")
    notes = re.search(r"^Notes, always empty: (.*)$", page, re.MULTILINE)
    asked = {path for path, *_ in paths_page(table)}
    asked |= {
        path.replace("[]", "")
        for path in re.findall(r"`/([^`]+)`", notes[1] if notes else "")
    }

    known = table.known_paths()

    assert {path for path in asked if not path.startswith("meta/")} == known


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.form_id)
def test_what_the_form_calls_not_read_is_not_read(table: FormTable) -> None:
    unread = {path for path, _, _, record in paths_page(table) if record == "-"}
    unread -= {"meta/audit", table.known_entity}

    assert unread <= set(table.not_read)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.form_id)
def test_each_answer_goes_where_the_form_says(table: FormTable) -> None:
    said = {path: record for path, _, _, record in paths_page(table)}
    below = f"{table.members_path}/"

    for field in (*table.record, *table.household):
        assert said[field.path] == field.target
    for field in table.members:
        assert said[below + field.path] == f"Member.{field.target}"
    for path, kind in table.identifiers.items():
        assert said[below + path] == f"Member.identifiers[{kind}]"
    for path, (standard, code) in table.indicators.items():
        assert said[path] == f"phone_results[{standard}][{code}]"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.form_id)
def test_closed_lists_have_the_codes_of_the_form(table: FormTable) -> None:
    said = {path: choices.split() for path, _, choices, _ in paths_page(table)}
    below = f"{table.members_path}/"
    every = [(field.path, field) for field in (*table.record, *table.household)]
    every += [(below + field.path, field) for field in table.members]

    for path, field in every:
        if field.kind is Kind.CHOICE or (field.codes and field.kind is Kind.CHOICES):
            left_out = {"unknown"} | ({"none"} - set(field.codes))
            assert set(said[path]) - left_out == set(field.codes), path


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.form_id)
def test_every_target_exists_in_the_record(table: FormTable) -> None:
    record = {f.name for f in fields(SurveyRecord)}
    household = {f.name for f in fields(Household)}
    member = {f.name for f in fields(Member)}

    assert {f.target for f in table.record} <= record
    assert {f.target.partition(".")[0] for f in table.household} <= household
    assert {f.target for f in table.members} <= member


def test_an_unknown_form_has_no_table() -> None:
    assert find_table("household_review", "any") is not None
    assert find_table("birthday_party", "1") is None
