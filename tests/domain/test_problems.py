"""A problem says what happened and what to do next, with the values it is about."""

import pytest

from server.domain.problems import Problem, catalogue


@pytest.mark.parametrize("language", ["vi", "en"])
def test_both_halves_of_a_sentence_name_the_values(language: str) -> None:
    survivor = "HN-7ZK4M-0Q9TC"

    said = Problem("household_merged", "", {"survivor": survivor}).sentence(language)

    assert survivor in said
    assert "{" not in said


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_every_sentence_can_be_said_without_values(code: str) -> None:
    for language in ("vi", "en"):
        assert "{" not in Problem(code).sentence(language)
