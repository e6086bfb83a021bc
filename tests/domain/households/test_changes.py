"""What differs between two states of a household."""

from dataclasses import replace

from server.domain.households.changes import Change, changes
from server.domain.survey.record import (
    Address,
    Household,
    Member,
    Position,
    ScoreAnswers,
)

AN = Member("an", "Nguyễn Văn An", "head")
HOA = Member("hoa", "Trần Thị Hoa", "spouse")
HOME = Household(members=(AN, HOA), address=Address(lane="9", street="Khâm Thiên"))


def test_nothing_differs_from_itself() -> None:
    assert changes(HOME, HOME) == ()


def test_a_part_of_an_address_is_named_by_itself() -> None:
    moved = replace(HOME, address=replace(HOME.address, lane="35"))

    assert changes(HOME, moved) == (Change("address.lane", "9", "35"),)


def test_who_came_and_who_left_are_whole_people() -> None:
    child = Member("be", "Nguyễn Thị Bé", "child")
    later = replace(HOME, members=(AN, child))

    assert changes(HOME, later) == (
        Change("members[hoa]", HOA, None),
        Change("members[be]", None, child),
    )


def test_an_answer_about_a_person_has_the_path_of_a_correction() -> None:
    later = replace(HOME, members=(replace(AN, sex="male"), HOA))

    assert changes(HOME, later) == (Change("members[an].sex", None, "male"),)


def test_a_place_is_one_answer_and_what_nobody_reads_is_none() -> None:
    here = Position(21.0, 105.8)
    later = replace(
        HOME, position=here, photo="b.jpg", phone_results={"x": {"y": True}}
    )

    assert changes(HOME, later) == (Change("position", None, here),)


def test_the_items_of_a_score_table_differ_one_by_one() -> None:
    before = replace(HOME, scores=(ScoreAnswers("vn-2022", "a", {"1": ("one",)}, 80),))
    items = {"1": ("one",), "3": ()}
    after = replace(HOME, scores=(ScoreAnswers("vn-2022", "b", items),))

    assert changes(before, after) == (Change("scores.vn_2022_item_3", None, ()),)
