"""Reading the people of a submission, and what can be wrong with them together."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

from server.domain.people.birth_dates import age_on, is_possible
from server.domain.people.ethnic_groups import UNKNOWN, ethnic_groups
from server.domain.people.identity_numbers import (
    check_against_person,
    comparable,
    read_number,
)
from server.domain.people.names import NameAgreement, fold, names_agree
from server.domain.problems import Problem
from server.domain.survey.answers import Answers, rows_at, text_at
from server.domain.survey.fields import MAX_MEMBERS, FormTable
from server.domain.survey.record import BirthDate, Household, Identifier, Member
from server.domain.survey.values import placed, read_value, shown

OLDEST = 125
_KEY = re.compile(r"[A-Za-z0-9:#_.\-]{1,100}")


def read_roster(
    answers: Answers, table: FormTable, instance_id: str, review_date: date | None
) -> tuple[tuple[Member, ...], list[Problem]]:
    """The members as sent, in their order, with every problem found."""
    rows = rows_at(answers, table.members_path)
    if len(rows) > MAX_MEMBERS:
        values = {"value": len(rows), "limit": MAX_MEMBERS}
        return (), [Problem("roster_too_long", "members", values)]
    members: list[Member] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows):
        member, found = _read_member(row, table, number, review_date)
        key = member.key if _KEY.fullmatch(member.key) else ""
        key = key or f"{instance_id}#{number}"
        if any(other.key == key for other in members):
            found.append(
                Problem(
                    "member_key_twice",
                    f"members[{number}].key",
                    {"value": shown(key)},
                    blocking=False,
                )
            )
            key = f"{key}#{number}"
        members.append(replace(member, key=key))
        problems += found
    return tuple(members), problems


def check_roster(members: tuple[Member, ...], is_unchanged: bool) -> list[Problem]:
    """One head, nobody without a name, nobody twice; none at all only when
    unchanged.
    """
    if not members:
        return [] if is_unchanged else [Problem("roster_empty", "members")]
    problems = [
        Problem(
            "member_name_missing", f"members[{number}].full_name", {"n": number + 1}
        )
        for number, member in enumerate(members)
        if not member.full_name
    ]
    heads = [m.full_name for m in members if m.relation_to_head == "head"]
    if not heads:
        problems.append(Problem("head_missing", "members"))
    elif len(heads) > 1:
        problems.append(Problem("head_twice", "members", {"value": ", ".join(heads)}))
    return problems + _doubled(members)


def check_head_name(household: Household) -> list[Problem]:
    """A warning when the head is called otherwise on the roster than above it."""
    said = household.head_name
    for member in household.members:
        if not said or member.relation_to_head != "head":
            continue
        if names_agree(said, member.full_name) <= NameAgreement.GIVEN_ONLY:
            values = {"value": said, "other": member.full_name}
            return [Problem("head_name_differs", "head_name", values, blocking=False)]
    return []


def _read_member(
    row: Answers, table: FormTable, number: int, review_date: date | None
) -> tuple[Member, list[Problem]]:
    place = f"members[{number}]"
    answers_at = f"{table.members_path}[{number}]/"
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for field in table.members:
        if text := text_at(row, field.path):
            value, found = read_value(
                field, text, f"{place}.{field.target}", answers_at + field.path
            )
            values[field.target] = value
            problems += found
    ethnicity = values.get("ethnicity")
    if ethnicity and ethnicity != UNKNOWN and ethnicity not in ethnic_groups():
        problems.append(
            Problem("choice_unknown", f"{place}.ethnicity", {"value": ethnicity})
        )
    birth, found_birth = _read_birth(row, table, f"{place}.birth", review_date)
    identifiers, found_numbers = _read_identifiers(row, table, place)
    for identifier in identifiers:
        found_numbers += check_against_person(
            identifier, values.get("sex"), birth, f"{place}.identifiers"
        )
    member = Member(
        key=text_at(row, table.member_key),
        full_name=values.pop("full_name", None) or "",
        birth=birth,
        identifiers=identifiers,
        **values,
    )
    found_birth = [placed(p, answers_at + table.birth[0]) for p in found_birth]
    return member, [*problems, *found_birth, *found_numbers]


def _read_birth(
    row: Answers, table: FormTable, place: str, review_date: date | None
) -> tuple[BirthDate | None, list[Problem]]:
    texts = [text_at(row, path).removesuffix(".0") for path in table.birth]
    if not texts[0]:
        return None, []
    said = "-".join(text for text in texts if text)
    if not all(t.isascii() and t.isdecimal() and len(t) <= 4 for t in texts if t):
        return None, [Problem("birth_unreadable", place, {"value": shown(said)})]
    year, month, day = (int(text) if text else None for text in texts)
    birth = BirthDate(year or 0, month, day)
    problems = []
    if not is_possible(birth):
        if not is_possible(BirthDate(birth.year)):
            return None, [Problem("birth_unreadable", place, {"value": shown(said)})]
        problems.append(
            Problem("birth_day_impossible", place, {"value": said}, blocking=False)
        )
        birth = BirthDate(birth.year)
    if review_date is not None:
        age = age_on(birth, review_date)
        if age < 0:
            problems.append(Problem("birth_after_review", place, {"value": said}))
        elif age > OLDEST:
            values = {"value": said, "age": age}
            problems.append(
                Problem("birth_too_long_ago", place, values, blocking=False)
            )
    return birth, problems


def _read_identifiers(
    row: Answers, table: FormTable, place: str
) -> tuple[tuple[Identifier, ...], list[Problem]]:
    """Every number once, as text, in the order of the form."""
    kept: dict[str, Identifier] = {}
    problems: list[Problem] = []
    for path, kind in table.identifiers.items():
        if text := text_at(row, path):
            read = read_number(kind, text, f"{place}.identifiers[{kind}]")
            problems += read.problems
            if read.identifier:
                kept.setdefault(
                    comparable(read.identifier) or read.identifier.number,
                    read.identifier,
                )
    return tuple(kept.values()), problems


def _doubled(members: tuple[Member, ...]) -> list[Problem]:
    """People entered twice: one number on two lines, or one name with one birth."""
    numbers = Counter(
        number
        for member in members
        for number in {comparable(identifier) for identifier in member.identifiers}
        if number
    )
    names = Counter((fold(m.full_name), m.birth) for m in members if m.birth)
    return [
        Problem("member_twice", f"members[{n}]", {"value": m.full_name}, blocking=False)
        for n, m in enumerate(members)
        if (m.birth and names[fold(m.full_name), m.birth] > 1)
        or any(numbers[comparable(i) or ""] > 1 for i in m.identifiers)
    ]
