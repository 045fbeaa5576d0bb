"""Events that are kept with every act are those that all claims make."""

from random import Random

import pytest
from kept import Acts, check

from geo.store import open_store


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "store.sqlite", who="ana") as opened:
        yield opened


@pytest.mark.parametrize("seed", range(4))
def test_after_any_acts_what_is_kept_is_what_all_claims_say(store, seed):
    acts = Acts(store, Random(seed))  # noqa: S311 - a seed for a test
    for _ in range(40):
        acts.do()
        check(store)
