"""The answers to the items of score tables, which no form on disk has.

The items are those of the table that two people signed, put into the form when it was
released, so they are found by their place in the submission and not by a list here. What
they are worth is not asked here either: points are law, and a record outlives a table.
"""

import re
from collections.abc import Iterator

from server.domain.problems import Problem
from server.domain.survey.answers import Answers
from server.domain.survey.fields import FormTable
from server.domain.survey.record import Economy, ScoreAnswers

NONE = "none"  # of the options of an item: an answer
UNKNOWN = "unknown"  # nobody could tell: no answer
_ITEM = re.compile(r"\w+_item_([1-9][0-9]{0,2})")
_CODE = re.compile(r"[a-z0-9_]{1,64}")
_TOTAL = re.compile(r"[0-9]{1,6}")


def group_of(standard: str) -> str:
    """The group of a standard's items: "vn-2022" -> "vn_2022"."""
    return standard.replace("-", "_")


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
                items[item[1]] = () if codes == (NONE,) else codes
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
