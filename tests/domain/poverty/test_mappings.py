"""What households said under an old standard, counted in a later one's words."""

from hypothesis import given
from hypothesis import strategies as st

from server.domain.poverty.load import load_pack
from server.domain.poverty.mappings import carried_over

CAUSES = [load_pack(pack).causes for pack in ("vn-2016", "vn-2022")]
NEEDS = [load_pack(pack).needs for pack in ("vn-2016", "vn-2022")]


def test_several_old_causes_become_one_new_one() -> None:
    assert carried_over(["labour", "many_dependants", "no_job"], CAUSES) == (
        "labour",
        "other",
    )


def test_needs_go_over_too() -> None:
    assert carried_over(["vocational_training", "preferential_loan"], NEEDS) == (
        "production",
        "credit",
    )


def test_a_code_that_no_list_knows_keeps_its_name() -> None:
    assert carried_over(["magic", "land"], CAUSES) == ("land", "magic")


def test_one_list_alone_changes_nothing_but_the_order() -> None:
    assert carried_over(["skills", "capital"], CAUSES[:1]) == ("capital", "skills")


@given(st.sets(st.sampled_from([each.code for each in CAUSES[0]])))
def test_every_cause_of_2016_is_one_of_2022_afterwards(codes: set[str]) -> None:
    found = carried_over(codes, CAUSES)

    assert set(found) <= {each.code for each in CAUSES[1]}
    assert bool(found) is bool(codes)
