"""A past round assessed once more, under its own law and under another."""

from dataclasses import replace

import pytest
from flask import Flask

from server.db import db, transaction
from server.domain.households.golden import GoldenHousehold
from server.domain.plain import to_plain
from server.domain.poverty.load import load_pack
from server.registry.queries import golden_of
from server.registry.tables import HouseholdRow
from server.scenarios.replaying import NOT_SCORED, replay
from tests.browsing import signed_in
from tests.domain.poverty.households import household
from tests.factories import make_user
from tests.server.rounds.reviews import (
    decide,
    listed,
    meet,
    open_round,
    post,
    score,
    surveyed_household,
)
from tests.server.status.households import TODAY, at, make_ward, set_clock


def test_the_old_law_on_the_old_data_gives_the_old_list(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, at(2026, 11, 24))
    ward = make_ward()
    poor, near = (surveyed_household(ward, each) for each in ("POOR", "NEAR_POOR"))
    review = open_round(ward)
    cases = listed(review, poor, near)
    score(review, cases)
    meet(review, {cases[0].id: "POOR", cases[1].id: "NEAR_POOR"})
    post(review, cases)
    decide(review, {cases[0].id: "POOR", cases[1].id: "NEAR_POOR"})
    with transaction():  # since then the register knows something else
        row = db.session.get_one(HouseholdRow, poor.id)
        rich = replace(golden_of(row), household=household(b1_score=300))
        row.content = to_plain(GoldenHousehold(rich.household, rich.review_date))
    old, new = load_pack("vn-2022"), load_pack("vn-2016")

    same = {each.household_id: each for each in replay(review, old, None).cases}
    other = replay(review, new, None).cases
    known = {each.household_id: each for each in replay(review, old, TODAY).cases}

    assert {key: each.replayed for key, each in same.items()} == {
        poor.id: "POOR",
        near.id: "NEAR_POOR",
    }
    assert all(each.is_same and each.is_recognised for each in same.values())
    assert all(each.recognised != NOT_SCORED for each in other)
    assert not known[poor.id].is_same
    assert known[near.id].is_same
    planner = signed_in(app, make_user(role="ward", areas=[ward]))
    page = planner.get(f"/scenarios/replay/{review.id}").text
    assert "2 hộ, không hộ nào khác" in page
    different = planner.get(
        f"/scenarios/replay/{review.id}?known={TODAY}&only=different&format=csv"
    ).data.decode("utf-8-sig")
    assert poor.code in different
    assert near.code not in different
