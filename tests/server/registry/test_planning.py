from datetime import UTC, date, datetime
from uuid import UUID

from server.domain.households.codes import Seed, fallback_identities
from server.domain.matching.judgement import Judgement, Verdict
from server.registry.planning import make_plan

FIRST, SECOND, THIRD = "r1", "r2", "r3"
OWN, NEXT, *_ = (str(each) for each in fallback_identities(SECOND))
SEED = "5f1c0f6e-8a53-4c6e-9a44-3a1fb4a7c2d1"


def seeds() -> dict[str, Seed]:
    """The second survey names a household that is another one; a phone then made a
    survey of what it was taken for, which again is another household."""
    return {
        FIRST: Seed(UUID(SEED), date(2026, 1, 1)),
        SECOND: Seed(UUID(SEED), date(2026, 3, 1)),
        THIRD: Seed(UUID(OWN), date(2026, 2, 1)),
    }


def same(left: str, right: str) -> Judgement:
    at = datetime(2026, 4, 1, tzinfo=UTC)
    return Judgement(left, right, Verdict.SAME, by_staff=True, at=at, id="j")


def test_an_id_that_was_made_of_a_made_id_is_given_up_like_any_other() -> None:
    apart = make_plan(seeds(), [])
    assert apart.households[NEXT] == (SECOND,)

    merged = make_plan(seeds(), [same(FIRST, SECOND)])

    assert NEXT not in merged.households
    assert merged.given_up[NEXT].into == SEED
