"""A reader's choice counts for a name in its context, can be undone, and is kept."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial

import pytest
from conftest import make_article, make_claim, make_finding, make_placing
from test_geocode import build_gazetteer, listings

from extract.records import Relation, RelationKind
from geo.choices import of_candidate, of_point
from geo.gazetteer import Gazetteer
from geo.geocode import LocalGeocoder
from geo.ingest import Steps, ingest
from geo.listings import Listing, Place
from geo.locations import NOTHING
from geo.replacing import choose, place_again, undo
from geo.store import StoreError, open_store

NOW = datetime(2026, 11, 26, tzinfo=UTC)
VILLAGE = (37.62, 36.25)
EAST = Relation(
    kind=RelationKind.CONTAINER, toponym="Aleppo",
    text="eastern countryside of Aleppo", bearing="E",
)  # fmt: skip
HASAKAH = Relation(
    kind=RelationKind.REFERENCE, toponym="Tell Tamer", text="north of Tell Tamer",
    bearing="N",
)  # fmt: skip


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory):
    path = tmp_path_factory.mktemp("places") / "index.sqlite"
    build_gazetteer(path, listings=listings(), stamp="test")
    with Gazetteer(path) as opened:
        yield opened


@pytest.fixture
def store(where):
    with open_store(where) as opened:
        yield opened


def steps(gazetteer, claims, choices=()):
    """Return steps that find, for each article, the claims made for it here."""
    return Steps(
        find=lambda article: tuple(
            c for c in claims if c.article_id == article.article_id
        ),
        geocoder=LocalGeocoder(gazetteer, choices),
        countries=lambda _: ("SY", "IQ", "TR"),
    )


def told(number, *names, relations=()):
    """Return an article's claims, one a name, all in its first sentence."""
    return [
        make_claim(
            claim_id=f"a{number}-{name}", article_id=f"a{number}", place=name,
            place_relations=relations,
        )
        for name in names
    ]  # fmt: skip


@pytest.fixture
def fill(store, gazetteer):
    """Return a function that stores claims; it gives what places them anew."""

    def fill(*claims):
        articles = [
            make_article(article_id=id_, title=id_, published=date(2017, 3, 5))
            for id_ in sorted({claim.article_id for claim in claims})
        ]
        report = ingest(articles, steps(gazetteer, claims), store=store, now=NOW)
        assert not report.failures
        return partial(steps, gazetteer, claims)

    return fill


def where(store, claim_id):
    (found,) = [p.location for p in store.claims() if p.claim.claim_id == claim_id]
    return found


def test_a_point_on_the_map_places_a_village_that_no_list_knows(store, fill):
    (claim,) = told(1, "al-Ra'oufiah", relations=(EAST,))
    again = fill(claim)
    assert where(store, claim.claim_id).match == "container"
    moved = choose(of_point(claim, *VILLAGE, radius_m=1_000), store, again, now=NOW)
    assert moved.claim_ids == (claim.claim_id,)
    found = where(store, claim.claim_id)
    assert (found.match, found.where_prec) == ("user", 1)
    assert (found.lon, found.lat, found.radius_m) == (*VILLAGE, 1_000)
    assert store.events()["where_prec"].tolist() == [1]


def test_a_candidate_settles_what_was_level_and_keeps_the_others(store, fill):
    (claim,) = told(1, "Tuwaynah")
    again = fill(claim)
    before = where(store, claim.claim_id)
    (other,) = [c for c in before.candidates if c.place_id == "test:Tuwaynah:01"]
    choose(of_candidate(claim, other), store, again, now=NOW)
    found = where(store, claim.claim_id)
    assert (found.match, found.place_id) == ("user", "test:Tuwaynah:01")
    assert {c.place_id for c in found.candidates} == {
        c.place_id for c in before.candidates
    }


@pytest.mark.parametrize("name", ["al-Ra'oufiah", "Ar Ra’ūfīyah", "Raufiya"])
def test_a_choice_places_earlier_and_later_claims_of_the_name(store, fill, name):
    (one,) = told(1, "al-Ra'oufiah", relations=(EAST,))
    (two,) = told(2, name, relations=(EAST,))
    (other,) = told(3, "al-Hamidiyah", relations=(EAST,))
    again = fill(one, two, other)
    moved = choose(of_point(one, *VILLAGE, radius_m=500), store, again, now=NOW)
    assert set(moved.claim_ids) == {one.claim_id, two.claim_id}
    assert where(store, two.claim_id).match == "user"
    assert where(store, other.claim_id).match == "container"
    (late,) = told(4, name, relations=(EAST,))
    fill_later = again(store.choices())
    located = fill_later.geocoder([late], ("SY",))
    assert located[late.claim_id].match == "user"


def test_a_choice_does_not_count_where_the_text_says_elsewhere(store, fill):
    (one,) = told(1, "al-Ra'oufiah", relations=(EAST,))
    (two,) = told(2, "al-Ra'oufiah", relations=(HASAKAH,))
    three = told(3, "al-Ra'oufiah", "Sinjar")
    again = fill(one, two, *three)
    choose(of_point(one, *VILLAGE, radius_m=500), store, again, now=NOW)
    assert where(store, one.claim_id).match == "user"
    assert where(store, two.claim_id).match == "relation"
    assert where(store, three[0].claim_id).match == "relation"
    assert where(store, three[0].claim_id).lon > 41


def test_the_latest_choice_counts(store, fill):
    (claim,) = told(1, "al-Ra'oufiah", relations=(EAST,))
    again = fill(claim)
    for lon in (37.6, 37.7):
        choose(of_point(claim, lon, 36.2, radius_m=500), store, again, now=NOW)
    assert where(store, claim.claim_id).lon == 37.7
    undo(store.choices()[-1].number, store, again, now=NOW)
    assert where(store, claim.claim_id).lon == 37.6


def test_undoing_puts_everything_back(store, fill):
    (one,) = told(1, "al-Ra'oufiah", relations=(EAST,))
    (two,) = told(2, "al-Raufiyah", relations=(EAST,))
    again = fill(one, two)
    before = [p.location for p in store.claims()]
    moved = choose(of_point(one, *VILLAGE, radius_m=500), store, again, now=NOW)
    assert [p.location for p in store.claims()] != before
    undo(moved.act, store, again, now=NOW)
    assert [p.location for p in store.claims()] == before
    with pytest.raises(StoreError, match="no choice"):
        undo(moved.act, store, again, now=NOW)


def test_a_choice_may_lie_where_the_text_does_not_say(store, fill):
    (claim,) = told(1, "al-Ra'oufiah", relations=(EAST,))
    again = fill(claim)
    choose(of_point(claim, 40.0, 35.0, radius_m=500), store, again, now=NOW)
    assert where(store, claim.claim_id).lon == 40.0


def test_a_rough_choice_is_not_drawn_as_exact(store, fill):
    (claim,) = told(1, "al-Ra'oufiah", relations=(EAST,))
    again = fill(claim)
    choose(of_point(claim, *VILLAGE, radius_m=8_000), store, again, now=NOW)
    assert where(store, claim.claim_id).where_prec == 2


def test_places_are_found_again_with_a_better_list(store, fill, tmp_path):
    (claim,) = told(1, "al-Ra'oufiah", relations=(EAST,))
    (known,) = told(2, "Palmyra")
    fill(claim, known)
    place = Place(
        place_id="new", name="Ar Ra’ūfīyah", lon=37.8, lat=36.2, country="SY",
        admin1="09", source="test",
    )  # fmt: skip
    path = tmp_path / "better.sqlite"
    better = [*listings(), Listing(place=place, names=(place.name,))]
    build_gazetteer(path, listings=better, stamp="better")
    with Gazetteer(path) as gazetteer:
        again = partial(steps, gazetteer, [claim, known])
        moved = place_again(["a1", "a2"], store, again, now=NOW)
        assert moved.claim_ids == (claim.claim_id,)
        assert where(store, claim.claim_id).place_id == "new"
        acts = store.version()
        assert place_again(["a1", "a2"], store, again, now=NOW).act is None
    assert store.version() == acts


def test_a_choice_needs_a_name_and_a_point_on_earth():
    claim = make_claim(place="Xyz")
    with pytest.raises(ValueError, match="not on Earth"):
        of_point(claim, 38.0, 95.0, radius_m=1)


def test_a_choice_counts_in_countries_at_hand_only(store, fill, gazetteer):
    (claim,) = told(1, "Qaryat Xyz")
    again = fill(claim)
    choose(of_point(claim, *VILLAGE, radius_m=500), store, again, now=NOW)
    (other,) = told(2, "Qaryat Xyz")
    placer = LocalGeocoder(gazetteer, store.choices())
    assert placer([other], ("SY", "TR"))[other.claim_id].match == "user"
    for countries in (("SD",), ("UA", "RU"), ()):
        assert placer([other], countries)[other.claim_id].match != "user"


def test_the_choice_of_an_article_itself_counts_before_later_ones(store, fill):
    (one,), (two,) = told(1, "Qaryat Xyz"), told(2, "Qaryat Xyz")
    again = fill(one, two)
    choose(of_point(one, 37.0, 36.2, radius_m=500), store, again, now=NOW)
    choose(of_point(two, 40.0, 36.2, radius_m=500), store, again, now=NOW)
    assert where(store, one.claim_id).lon == 37.0
    assert where(store, two.claim_id).lon == 40.0


def test_a_chosen_place_moves_what_lies_by_it(store, fill):
    near = Relation(
        kind=RelationKind.REFERENCE, toponym="Barland", text="10 km west of Barland",
        bearing="W", distance_km=10.0,
    )  # fmt: skip
    barland = told(1, "Barland")
    beside = told(1, "Qaryat Xyz", relations=(near,))
    again = fill(*barland, *beside)
    assert where(store, beside[0].claim_id).where_prec != 2
    moved = choose(of_point(barland[0], *VILLAGE, radius_m=500), store, again, now=NOW)
    assert beside[0].claim_id in moved.claim_ids
    found = where(store, beside[0].claim_id)
    assert (found.match, found.where_prec) == ("relation", 2)
    assert VILLAGE[0] - 0.2 < found.lon < VILLAGE[0]


def test_what_a_reader_chooses_while_places_are_tried_again_counts(store, fill):
    (claim,) = told(1, "al-Ra'oufiah", relations=(EAST,))
    again = fill(claim)
    choice = of_point(claim, *VILLAGE, radius_m=500)
    asked = []

    def steps_while_choosing(choices):
        if not asked:
            asked.append(choices)
            choose(choice, store, again, now=NOW)
        return again(choices)

    with pytest.raises(StoreError, match="meanwhile"):
        place_again(["a1"], store, lambda c: moving(steps_while_choosing(c)), now=NOW)
    assert where(store, claim.claim_id).match == "user"


def moving(steps):
    """Return steps that put every place a little further east."""

    def geocoder(claims, countries, outline):
        located = steps.geocoder(claims, countries, outline)
        return {id_: replace(one, lon=one.lon + 0.01) for id_, one in located.items()}

    return replace(steps, geocoder=geocoder)


def test_one_article_that_cannot_be_placed_costs_no_other(store, fill):
    claims = [*told(1, "al-Ra'oufiah", relations=(EAST,)), *told(2, "Palmyra")]
    again = fill(*claims)

    def broken(choices):
        return replace(moving(again(choices)), geocoder=refuse_the_first)

    def refuse_the_first(claims, countries, outline):
        located = moving(again(())).geocoder(claims, countries, outline)
        if claims[0].article_id == "a1":
            return {id_: replace(one, radius_m=1e12) for id_, one in located.items()}
        return located

    with pytest.raises(StoreError, match="article a1"):
        place_again(["a1", "a2"], store, broken, now=NOW)
    assert where(store, claims[1].claim_id).lon == pytest.approx(38.284 + 0.01)


def test_findings_follow_a_reference_that_moved(store, fill, gazetteer):
    (claim,) = told(1, "Palmyra")
    again = fill(claim)
    found = [make_finding(reference="Raqqah")]

    def steps(choices):
        return replace(again(choices), outline=lambda _: NOTHING)

    placing = make_placing(
        {}, article_id="a1", countries=("SY",), findings=tuple(found)
    )
    store.place([placing], now=NOW)
    assert store.findings("a1") == found
    moved = place_again(["a1"], store, steps, now=NOW)
    assert (moved.claim_ids, store.findings("a1")) == ((), [])
