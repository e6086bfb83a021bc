"""Cohen's kappa, on cases worked out by hand."""

import pytest

from server.domain.matching.agreement import kappa

SAME, OTHER = "same", "different"


def test_full_agreement_is_one_and_full_disagreement_is_below_zero() -> None:
    assert kappa([(SAME, SAME), (OTHER, OTHER)]) == 1
    assert kappa([(SAME, OTHER), (OTHER, SAME)]) == -1


def test_what_chance_gives_is_zero() -> None:
    pairs = [(SAME, SAME), (SAME, OTHER), (OTHER, SAME), (OTHER, OTHER)]

    assert kappa(pairs) == 0


def test_a_textbook_table() -> None:
    pairs = (
        [(SAME, SAME)] * 20
        + [(SAME, OTHER)] * 5
        + [(OTHER, SAME)] * 10
        + [(OTHER, OTHER)] * 15
    )

    assert kappa(pairs) == pytest.approx(0.4)


def test_nothing_to_disagree_on_has_no_kappa() -> None:
    assert kappa([]) is None
    assert kappa([(SAME, SAME)] * 3) is None
