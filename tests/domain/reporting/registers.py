"""Registers for the tables' tests: lists with facts, some of them not known."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from server.domain.poverty.load import load_pack
from server.domain.poverty.pack import Pack, PovertyCategory
from server.domain.poverty.transitions import movement
from server.domain.reporting.facts import GROUPS, Child, Facts
from server.domain.reporting.register import Listed, Place, Register

PACK = load_pack("vn-2022")
CATEGORIES = ("POOR", "NEAR_POOR", "AVERAGE", "NON_POOR")
answers = st.sampled_from([True, False, None])


def facts(**given: Any) -> Facts:
    """A household of which everything is known and nothing is lacking."""
    values: dict[str, Any] = {
        "review_date": date(2026, 10, 1),
        "code": "HN-1",
        "head_name": "Nguyễn Văn A",
        "address": "Số 1",
        "ward_code": "",
        "group_code": "",
        "size": 3,
        "ethnicity": "01",
        "groups": dict.fromkeys(GROUPS, False),
        "lacks": {each.code: False for each in PACK.indicators},
        "causes": (),
        "needs": (),
        "received": (),
        "is_agricultural": False,
        "b1_score": None,
        "income_per_capita": None,
        "children": (),
        **given,
    }
    return Facts(**values)


def register(
    start: dict[str, tuple[str, str]],
    end: dict[str, tuple[str, str]],
    known: dict[str, Facts],
    pack: Pack = PACK,
    residents: int | None = 1000,
    **given: Any,
) -> Register:
    """Lists as household -> (category, place), with the movement that follows."""
    keys = sorted({place for _, place in (*start.values(), *end.values())})
    moves = {}
    for key in keys:
        here = [
            {h: PovertyCategory(c) for h, (c, place) in lists.items() if place == key}
            for lists in (start, end)
        ]
        codes = movement(*here).codes
        moves.update({(key, household): code for household, code in codes.items()})
    return Register(
        pack=pack,
        places=tuple(Place(key, f"Phường {key}", residents) for key in keys),
        start={h: Listed(*each) for h, each in start.items()},
        end={h: Listed(*each) for h, each in end.items()},
        moves=moves,
        facts=known,
        **given,
    )


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    """Any answers, and any of them missing."""
    children = st.lists(st.builds(Child, answers, answers, answers), max_size=3)
    chosen = st.none() | st.lists(
        st.sampled_from([each.code for each in PACK.causes]), unique=True, max_size=3
    ).map(tuple)
    needed = st.none() | st.lists(
        st.sampled_from([each.code for each in PACK.needs]), unique=True, max_size=3
    ).map(tuple)
    return facts(
        size=draw(st.none() | st.integers(1, 9)),
        ethnicity=draw(st.sampled_from(["01", "02", "08", "55", "99", None])),
        groups={name: draw(answers) for name in GROUPS},
        lacks={each.code: draw(answers) for each in PACK.indicators},
        causes=draw(chosen),
        needs=draw(needed),
        received=draw(needed),
        is_agricultural=draw(answers),
        children=draw(st.none() | children.map(tuple)),
    )


@st.composite
def any_register(draw: st.DrawFn) -> Register:
    """Up to a dozen households in up to three places, some without any answers."""
    names = [f"h{number}" for number in range(draw(st.integers(0, 12)))]
    lists = st.dictionaries(
        st.sampled_from(names or ["h"]),
        st.tuples(st.sampled_from(CATEGORIES), st.sampled_from("abc")),
    )
    known = {each: draw(any_facts()) for each in names if draw(st.booleans())}
    return register(
        draw(lists),
        draw(lists),
        known,
        residents=draw(st.none() | st.integers(0, 5000)),
        standard_changed=draw(st.booleans()),
    )
