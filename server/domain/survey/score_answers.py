"""The answers to the items of score tables, which no form on disk has.

The items are those of the table that two people signed, put into the form when it was
released, so they are found by their place in the submission and not by a list here. What
they are worth is not asked here either: points are law, and a record outlives a table.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from server.domain.problems import Problem
from server.domain.survey.answers import Answers
from server.domain.survey.fields import FormTable
from server.domain.survey.record import Economy, ScoreAnswers

NONE = "none"  # of the options of an item: an answer
UNKNOWN = "unknown"  # nobody could tell: no answer
_ITEM = re.compile(r"([a-z0-9_]+)_item_([1-9][0-9]{0,2})")
_CODE = re.compile(r"[a-z0-9_]{1,64}")
_TOTAL = re.compile(r"[0-9]{1,6}")


def group_of(standard: str) -> str:
    """The group of a standard's items: "vn-2022" -> "vn_2022"."""
    return standard.replace("-", "_")


def item_path(standard: str, item: int) -> str:
    """An item as a question is called and a correction names it."""
    return f"{group_of(standard)}_item_{item}"


def parse_item(name: str) -> tuple[str, str] | None:
    """The standard and the number of an item; None when it is none."""
    found = _ITEM.fullmatch(name)
    return (found[1].replace("_", "-"), found[2]) if found else None


def is_code(value: object) -> bool:
    """Whether something may be the code of an option."""
    return isinstance(value, str) and _CODE.fullmatch(value) is not None


def item_of(scores: tuple[ScoreAnswers, ...], name: str) -> tuple[str, ...] | None:
    """The answer to one item; None when it was not answered."""
    place = parse_item(name)
    found = (s.items for s in scores if place and s.standard == place[0])
    return next(found, {}).get(place[1]) if place else None


def with_item(
    scores: tuple[ScoreAnswers, ...], name: str, chosen: tuple[str, ...] | None
) -> tuple[ScoreAnswers, ...]:
    """The answers with another one to an item. The phone added up what was before."""
    place = parse_item(name)
    if place is None:
        raise ValueError(name)
    standard, item = place
    before = next((each for each in scores if each.standard == standard), None)
    before = before or ScoreAnswers(standard, "", {})
    items = {key: each for key, each in before.items.items() if key != item}
    if chosen is not None:
        items[item] = chosen
    changed = replace(before, items=items, phone_total=None)
    others = [each for each in scores if each.standard != standard]
    return tuple(sorted([*others, changed], key=lambda each: each.standard))


def read_scores(
    answers: Answers, table: FormTable, economy: Economy | None
) -> tuple[tuple[ScoreAnswers, ...], list[Problem]]:
    """What was answered under each standard, and where a typed total is another one.

    Both totals are kept; which is right only a person can say.
    """
    found: list[ScoreAnswers] = []
    problems: list[Problem] = []
    for name, group in sorted(_groups(answers, table.scores).items()):
        items = {}
        said = dict(_leaves(group))
        for key, text in said.items():
            item = _ITEM.fullmatch(key)
            if item is None or text == UNKNOWN:
                continue
            codes = tuple(text.split())
            if all(_CODE.fullmatch(code) for code in codes):
                items[item[2]] = () if codes == (NONE,) else codes
        total = _total(said.get(f"{name}_total", ""))
        asked = said.get(f"{name}_table", "")
        if not items and not asked:
            continue
        found.append(ScoreAnswers(name.replace("_", "-"), asked, items, total))
        typed = economy.b1_score if economy else None
        if None not in (typed, total) and typed != total:
            values = {"typed": typed, "computed": total}
            path = f"{table.scores}/{name}/{name}_total"
            problems.append(
                Problem("score_totals_differ", path, values, blocking=False)
            )
    return tuple(found), problems


def _groups(answers: Answers, path: str) -> dict[str, Answers]:
    node: object = answers
    for name in path.split("/"):
        node = node.get(name, {}) if isinstance(node, dict) else {}
    if not path or not isinstance(node, dict):
        return {}
    return {name: group for name, group in node.items() if isinstance(group, dict)}


def _leaves(group: Answers) -> Iterator[tuple[str, str]]:
    """Every answer by its own name: which page of the form it stood on says nothing."""
    for name, value in group.items():
        if isinstance(value, dict):
            yield from _leaves(value)
        elif isinstance(value, str):
            yield name, value


def _total(text: str) -> int | None:
    return int(text) if _TOTAL.fullmatch(text) else None
