"""Two households beside each other, aligned for the person who decides."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from server.domain.matching.side_by_side import (
    Mark,
    align,
    birth_text,
    lay,
    metres_between,
    place_mark,
)
from server.domain.people.birth_dates import parse_birth
from server.domain.survey.record import (
    Address,
    BirthDate,
    Household,
    Identifier,
    Member,
    Position,
)

HOME = Address(house_number="12", lane="9", street="Khâm Thiên")


def someone(name: str, born: str = "", number: str = "", **more: str) -> Member:
    return Member(
        key=f"{name}{born}",
        full_name=name,
        birth=parse_birth(born),
        identifiers=(Identifier("cccd12", number),) if number else (),
        **more,
    )


def household(*members: Member, **more: object) -> Household:
    return replace(Household(members=members, address=HOME), **more)  # type: ignore[arg-type]


BINH = someone("Nguyễn Văn Bình", "1960-03-02", "001060012345", relation_to_head="head")
LAN = someone("Trần Thị Lan", "1963", relation_to_head="spouse")


def marks(left: Household, right: Household) -> dict[str, Mark]:
    return {line.name: line.mark for line in lay(left, right).lines}


def test_each_line_says_how_the_two_sides_agree() -> None:
    other = replace(
        BINH, full_name="Nguyen Van Binh", birth=BirthDate(1961), identifiers=()
    )

    found = marks(
        household(BINH, phones=("0912345678",)),
        household(other, phones=("0912345678", "0987654321")),
    )

    assert found["head_name"] is Mark.NEAR
    assert found["head_birth"] is Mark.NEAR
    assert found["head_number"] is Mark.LEFT_ONLY
    assert found["address"] is Mark.SAME
    assert found["phones"] is Mark.NEAR


def test_what_neither_side_says_is_left_out() -> None:
    assert set(marks(household(), household())) == {"address"}


def test_identity_numbers_are_masked() -> None:
    laid = lay(household(BINH), household(BINH))

    assert "001060012345" not in repr(laid.lines)
    assert "345" in repr(laid.lines)


def test_people_on_both_lists_stand_side_by_side() -> None:
    an = someone("Nguyễn Văn An", "1990")
    chi = someone("Nguyễn Thị Chi", "1995")

    found = align([BINH, LAN, an], [chi, replace(LAN, relation_to_head="head"), BINH])

    assert [
        (p.left and p.left.full_name, p.right and p.right.full_name) for p in found
    ] == [
        ("Nguyễn Văn Bình", "Nguyễn Văn Bình"),
        ("Trần Thị Lan", "Trần Thị Lan"),
        ("Nguyễn Văn An", None),
        (None, "Nguyễn Thị Chi"),
    ]
    assert [line.name for line in found[1].lines] == ["relation"]


def test_two_namesakes_are_not_folded_into_one_line() -> None:
    twin = someone("Lê An", "2001")

    found = align([twin, twin], [twin])

    assert len(found) == 2


def test_the_distance_of_two_positions_is_in_metres() -> None:
    gate = Position(21.0150, 105.8300)
    corner = Position(21.0159, 105.8300)

    found = lay(household(position=gate), household(position=corner))

    assert found.distance == metres_between(gate, corner) == 100
    assert place_mark(100) is Mark.NEAR
    assert place_mark(12) is Mark.SAME
    assert place_mark(500) is Mark.DIFFERENT
    assert lay(household(position=gate), household()).distance is None


def test_a_birth_date_is_written_as_precisely_as_it_is_known() -> None:
    assert birth_text(BirthDate(1960, 3, 2)) == "02/03/1960"
    assert birth_text(BirthDate(1960, 3)) == "03/1960"
    assert birth_text(BirthDate(1960)) == "1960"
    assert birth_text(None) == ""


people = st.lists(
    st.builds(
        someone,
        st.sampled_from(["Lê An", "Lê Ân", "Trần Tư"]),
        st.sampled_from(["", "1960", "1960-03-02"]),
    ),
    max_size=5,
)


@given(people, people)
def test_every_person_has_exactly_one_line(
    left: list[Member], right: list[Member]
) -> None:
    found = align(left, right)

    assert sorted(p.left.key for p in found if p.left) == sorted(m.key for m in left)
    assert sorted(p.right.key for p in found if p.right) == sorted(m.key for m in right)
