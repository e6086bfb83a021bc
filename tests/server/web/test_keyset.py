"""Paging by key visits every row once: any sort, any page size, both engines."""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.db import db, transaction
from server.web.keyset import Order, cut
from tests.server.web.screens import villages

SORTABLE = {name: villages.c[name] for name in ("name", "people", "founded", "seen_at")}
SORTABLE["folded"] = sa.func.lower(villages.c.name)
SORTABLE["id"] = villages.c.id

VILLAGE = {
    "code": "1",
    "people": 0,
    "founded": date(2026, 1, 1),
    "seen_at": datetime(2026, 1, 1, tzinfo=UTC),
}
names = st.sampled_from(["an", "Ân", "ă", "a b", "ab", "a-b", "Đ", "d", "", "z", "é"])
rows = st.lists(
    st.tuples(names, st.integers(-3, 3), st.integers(0, 4)), min_size=0, max_size=25
)


def fill(kept: list[tuple[str, int, int]]) -> None:
    day, instant = date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)
    made = [
        {
            "code": "1",
            "name": name,
            "people": people,
            "founded": day + timedelta(days=days),
            "seen_at": instant + timedelta(seconds=people, milliseconds=days),
        }
        for name, people, days in kept
    ]
    with transaction() as session:
        session.execute(villages.delete())
        if made:
            session.execute(villages.insert(), made)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kept=rows,
    sort=st.sampled_from([*SORTABLE, *(f"-{name}" for name in SORTABLE)]),
    size=st.integers(1, 9),
)
def test_paging_forwards_and_back_visits_every_row_once_in_the_order_of_the_list(
    screens: Flask, kept: list[tuple[str, int, int]], sort: str, size: int
) -> None:
    fill(kept)
    statement = sa.select(villages.c.id)
    order = Order.chosen(SORTABLE, villages.c.id, sort)
    whole = list(db.session.scalars(order.applied(statement)))

    pages = [cut(statement, order, size)]
    while pages[-1].has_more and len(pages) <= len(kept):
        pages.append(cut(statement, order, size, pages[-1].last))
    backwards = [pages[-1]]
    while backwards[0].first and len(backwards) <= len(kept):
        before = cut(statement, order, size, backwards[0].first, backwards=True)
        backwards.insert(0, before)
    forwards = [row for page in pages for row in page.rows]
    back = [row for page in backwards for row in page.rows]

    assert forwards == whole
    assert back == whole
    assert len(set(whole)) == len(kept)


def test_rows_that_arrive_between_two_pages_neither_repeat_nor_hide_others(
    screens: Flask,
) -> None:
    fill([(name, 0, 0) for name in ("b", "d", "f", "h")])
    order = Order.chosen(SORTABLE, villages.c.id, "name")
    statement = sa.select(villages.c.name)

    first = cut(statement, order, 2)
    with transaction() as session:
        session.execute(villages.insert(), [{**VILLAGE, "name": "a"}])
    second = cut(statement, order, 2, first.last)

    assert first.rows == ("b", "d")
    assert second.rows == ("f", "h")


def test_text_is_sorted_by_code_points_on_every_engine(screens: Flask) -> None:
    fill([(name, 0, 0) for name in ("a b", "ab", "B", "a0")])
    order = Order.chosen(SORTABLE, villages.c.id, "name")

    found = db.session.scalars(order.applied(sa.select(villages.c.name)))

    assert list(found) == ["B", "a b", "a0", "ab"]


def test_a_wish_that_no_column_meets_falls_back_to_the_next(screens: Flask) -> None:
    order = Order.chosen(SORTABLE, villages.c.id, "password; --", "-people")

    assert order.sort == "-people"
    assert order.is_descending


def test_without_any_wish_the_identity_orders(screens: Flask) -> None:
    order = Order.chosen({}, villages.c.id, "", "")

    assert (order.sort, len(order.keys)) == ("", 1)
