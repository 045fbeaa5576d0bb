"""The order of what waits is found by columns; it is that of the queue."""

from random import Random

import pytest
from conftest import make_article, make_claim, make_location, make_nowhere, make_placing
from kept import PACKS, Acts
from test_waiting import NOW

from extract.records import Modality
from geo.ranking import key_of, rank
from geo.reviewing import confirm
from geo.store import open_store
from geo.waiting import n_waiting, waiting

SEEDS = range(3)


def tail(number):
    """Return what tells most articles apart, so that they are no copies."""
    return " ".join(f" Word{number}{n}" for n in range(80)) if number % 4 else ""


def check(store, packs=PACKS):
    """Hold the order, and each thing in it, against the queue of all claims."""
    items = waiting(store, packs).items
    found = rank(store, packs)
    assert found.keys == tuple(map(key_of, items))
    assert len(found.keys) == n_waiting(store)
    assert tuple(found.item(store, key) for key in found.keys) == items
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_after_any_acts_the_order_is_that_of_the_queue(where, seed):
    with open_store(where, who="ana") as store:
        acts = Acts(store, Random(seed), tail)  # noqa: S311 - a seed for a test
        sizes = set()
        for number in range(30):
            acts.add()
            acts.do()
            if number % 6 == 5:
                sizes.add(len(check(store).keys))
        assert max(sizes) > 10


def test_events_that_are_not_kept_are_gathered(where):
    """As other packs weigh them, or before a store that is brought up was read."""
    with open_store(where, who="ana") as store:
        acts = Acts(store, Random(1))  # noqa: S311 - a seed for a test
        for _ in range(12):
            acts.do()
        check(store, packs=())


def test_what_is_doubted_copied_or_known_roughly_takes_its_place(where):
    claims = [
        make_claim(claim_id="c-sure", confidence=0.99),
        make_claim(claim_id="c-against", gained_by="Islamic State", lost_by=None),
        make_claim(claim_id="c-denied", place="Raqqa", modality=Modality.DENIED),
        make_claim(claim_id="c-lost", place="Nowhere"),
        make_claim(claim_id="c-month", place="Homs", date_prec=4, confidence=0.95),
        make_claim(
            claim_id="c-undated", place="Hama", date_start=None, date_end=None,
            date_prec=None, date_text=None, date_anchor=None, confidence=0.95,
        ),
    ]  # fmt: skip
    spots = {claim.claim_id: make_location() for claim in claims}
    spots |= {
        "c-lost": make_nowhere(),
        "c-denied": make_location(place_id="geonames:2", lon=39.0),
        "c-month": make_location(place_id="geonames:3", lon=36.7, where_prec=5),
        "c-undated": make_location(place_id="geonames:4", lon=36.8),
    }
    again = make_claim(claim_id="again-1", article_id="again")
    with open_store(where, who="ana") as store:
        store.add(make_article(), claims, make_placing(spots), now=NOW)
        store.add(
            make_article(article_id="again", title="Again"),
            [again],
            make_placing({"again-1": make_location()}, article_id="again"),
            now=NOW,
        )
        found = check(store)
        assert set(found.keys) == {one.claim_id for one in claims}
        assert found.keys[:2] == ("c-lost", "c-month")
        confirm(store, store.claim("c-lost"), now=NOW)
        assert check(store).item(store, "c-lost") is None
        assert found.item(store, "never was") is None
