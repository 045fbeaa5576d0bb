"""Articles in, placed claims stored, and a report of what was left out and why."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from conftest import make_article, make_claim, make_location, make_nowhere

from extract.conflict import load_conflicts
from extract.read import Unreadable
from geo.gazetteer import Gazetteer, build_gazetteer
from geo.ingest import Added, Steps, ingest, preview, steps_for
from geo.listings import Listing, Place
from geo.store import open_store

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def store(where):
    with open_store(where) as opened:
        yield opened


def find(article):
    """Find one claim in each article, as `make_claim` makes it; none if so titled."""
    if article.title == "no claims":
        return ()
    if article.title == "a bug":
        raise KeyError("frame")
    return (
        make_claim(claim_id=f"c-{article.article_id}", article_id=article.article_id),
    )


def syria(article):
    return ("SY",)


def everywhere(location):
    def geocoder(claims, countries, outline):
        assert countries == ("SY",)
        return {claim.claim_id: location for claim in claims}

    return geocoder


STEPS = Steps(find=find, geocoder=everywhere(make_location()), countries=syria)


def run(articles, store, steps=STEPS, **changes):
    return ingest(articles, steps, store=store, **{"now": NOW, **changes})


def article(article_id, **changes):
    """Return an article that differs from others in its title at least."""
    return make_article(article_id=article_id, **{"title": article_id, **changes})


def test_an_article_is_stored_with_its_claims_and_their_places(store):
    report = run([article("a1")], store)
    assert report.added == [Added(article_id="a1", title="a1", n_claims=1)]
    assert (report.already_there, report.failures, report.inexact) == ([], [], [])
    assert store.article("a1") == article("a1")
    [placed] = store.claims("a1")
    assert (placed.claim.claim_id, placed.location.lon) == ("c-a1", 38.2842)


def test_twice_is_once(store):
    run([article("a1")], store)
    version = store.version()
    report = run([article("a1"), article("a1")], store)
    assert (report.added, report.already_there) == ([], ["a1", "a1"])
    assert store.version() == version


def test_an_article_without_claims_is_kept(store):
    report = run([article("a1", title="no claims")], store)
    assert [added.n_claims for added in report.added] == [0]
    assert store.article("a1")


def test_another_text_under_a_stored_id_is_refused_not_lost_unseen(store):
    report = run(
        [article("a1"), article("a1", title="no claims", text="Other.")], store
    )
    assert len(report.added) == 1
    [failure] = report.failures
    assert failure.source == "article a1 (no claims)"
    assert "another text" in failure.reason
    assert store.article("a1").text == make_article().text


def test_one_failure_does_not_cost_the_others(store):
    broken = Unreadable(source="x.jsonl", line=2, reason="not JSON")
    articles = [article("a1"), broken, article("a2", title="a bug"), article("a3")]
    report = run(articles, store)
    assert [added.article_id for added in report.added] == ["a1", "a3"]
    assert report.failures == [
        broken,
        Unreadable(source="article a2 (a bug)", reason="KeyError: 'frame'"),
    ]


def test_an_input_that_breaks_off_is_not_hidden(store):
    def articles():
        yield article("a1")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(articles(), store)
    assert store.article("a1")


def test_an_article_without_a_day_is_refused(store):
    report = run([article("a1", published=None)], store)
    assert "--published YYYY-MM-DD" in report.failures[0].reason
    assert store.articles() == []


@pytest.mark.parametrize(("days", "n_added"), [(0, 1), (1, 1), (2, 0)])
def test_a_day_still_to_come_is_refused(store, days, n_added):
    published = NOW.date() + timedelta(days=days)
    report = run([article("a1", published=published)], store)
    assert len(report.added) == n_added
    if not n_added:
        assert report.failures[0].reason == (
            "published on 2026-11-24, which is still to come"
        )


@pytest.mark.parametrize(
    ("location", "n_inexact"),
    [
        (make_location(), 0),
        (make_location(match="user"), 0),
        (make_location(match="container", where_prec=3, radius_m=40_000.0), 1),
        (make_location(match="relation", where_prec=2, radius_m=9_000.0), 1),
        (make_nowhere(), 1),
    ],
)
def test_claims_without_an_exact_place_are_reported(store, location, n_inexact):
    steps = Steps(find=find, geocoder=everywhere(location), countries=syria)
    report = run([article("a1")], store, steps)
    assert len(report.inexact) == n_inexact
    assert [placed.location for placed in report.inexact] == [location] * n_inexact
    assert len(store.claims()) == 1


def test_progress_counts_every_input(store):
    seen = []
    broken = Unreadable(source="x", reason="y")
    run([article("a1"), broken, article("a2")], store, on_progress=seen.append)
    assert seen == [1, 2, 3]


def test_a_preview_is_what_would_be_stored_and_stores_nothing(store):
    shown = preview(article("a1"), STEPS)
    assert store.articles() == []
    run([article("a1")], store)
    assert shown == store.claims("a1")
    assert shown[0].published == date(2017, 3, 5)


def test_two_at_once_store_each_article_once(where):
    reports = []
    articles = [article(f"a{n}") for n in range(12)]

    def add():
        with open_store(where) as store:
            reports.append(run(articles, store))

    threads = [threading.Thread(target=add) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [report.failures for report in reports] == [[], [], []]
    assert sum(len(report.added) for report in reports) == 12
    with open_store(where) as store:
        assert len(store.articles()) == len(store.claims()) == 12


@pytest.fixture(scope="module")
def by_the_rules(tmp_path_factory):
    """The steps as they are, with two towns to know."""
    path = tmp_path_factory.mktemp("places") / "index.sqlite"
    towns = {"Palmyra": (38.28, 34.56), "Raqqah": (39.01, 35.95)}
    listings = [
        Listing(
            place=Place(
                place_id=f"test:{name}", name=name, lon=lon, lat=lat, country="SY",
                source="test",
            ),
            names=(name,),
        )
        for name, (lon, lat) in towns.items()
    ]  # fmt: skip
    build_gazetteer(path, listings=listings, stamp="test")
    with Gazetteer(path) as gazetteer:
        yield steps_for({"syria": load_conflicts()["syria"]}, gazetteer)


@pytest.mark.parametrize(
    "far", ["50,000 km", "20,030 km", "19,900 km", "13,000 miles", "12,000 miles"]
)
@pytest.mark.parametrize(
    "text",
    [
        "Palmyra lies {far} from Raqqah. The Syrian army captured Palmyra.",
        "The Syrian army captured Bayda, {far} from Raqqah.",
        "The Syrian army captured the village of Bayda, {far} west of Raqqah.",
    ],
)
def test_a_distance_that_no_place_has_refuses_no_article(
    store, by_the_rules, text, far
):
    report = run([article("a1", text=text.format(far=far))], store, by_the_rules)
    assert report.failures == []
    [added] = report.added
    assert added.n_claims == 1
