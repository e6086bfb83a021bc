"""All tables at once say what they say one by one."""

import numpy as np

from server.domain.matching import boosting
from server.domain.matching.household_levels import NAMES
from server.domain.matching.model import load_model
from server.domain.matching.shares import shares


def test_shares_are_the_contributions_of_each_pair() -> None:
    model = load_model()
    random = np.random.default_rng(7)
    bands = random.integers(0, 26, (40, len(NAMES))).astype(np.uint8)

    prior, parts = shares(model.tables).of(model.prior, bands)

    for row in range(len(bands)):
        start, one = boosting.contributions(model.tables, model.prior, bands[row])
        assert abs(start - prior) < 1e-9
        assert np.abs(one - parts[row]).max() < 1e-9
    whole = boosting.score(model.tables, model.prior, bands)
    assert np.abs(prior + parts.sum(axis=1) - whole).max() < 1e-9
