"""Original bytes, whence and when they came, kept in the act that adds the article."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from conftest import make_article, make_claim, make_location, make_placing
from stores import asked
from test_ingest import STEPS
from test_store import NOW

from extract.records import Relation, RelationKind
from geo.ingest import ingest
from geo.originals import Retrieved, content_of, retrievals
from geo.soundness import look
from geo.store import ArticleRefusedError, open_store

PAGE = b"<html><p>\xc3\xa9\0 the page as it came</p>"
LATER = NOW + timedelta(days=1)


@pytest.fixture
def store(where):
    with open_store(where, who="Ann") as opened:
        yield opened


def retrieved(article=None, **changes):
    page = {
        "article": article or make_article(),
        "content": PAGE,
        "media_type": "text/html",
        "source": "https://example.org/short",
        "final_url": "https://example.org/palmyra",
        "at": NOW,
        "found": {"title": "Palmyra retaken", "how": {"published": "meta tag"}},
    }
    return Retrieved(**{**page, **changes})


def add(store, what):
    article = what.article
    return store.add(what, [], make_placing({}, article_id=article.article_id), now=NOW)


def acts(store):
    with store.reading() as connection:
        query = "SELECT kind FROM revision ORDER BY seq"
        return list(connection.exec_driver_sql(query).scalars())


def test_the_bytes_and_whence_they_came_are_kept_as_they_were(store):
    assert add(store, retrieved())
    [kept] = retrievals(store, "a1")
    assert kept.sha256 == sha256(PAGE).hexdigest()
    assert content_of(store, kept.sha256) == PAGE
    assert (kept.source, kept.final_url) == (
        "https://example.org/short",
        "https://example.org/palmyra",
    )
    assert (kept.at, kept.size, kept.media_type) == (NOW, len(PAGE), "text/html")
    assert kept.found == retrieved().found
    assert acts(store) == ["article"]


def test_an_original_is_kept_once_for_all_that_was_read_from_it(store):
    add(store, retrieved())
    add(store, retrieved(make_article(article_id="a2", title="Two")))
    with store.reading() as connection:
        query = "SELECT count(*) FROM original"
        assert connection.exec_driver_sql(query).scalar() == 1
    assert {one.article_id for one in retrievals(store)} == {"a1", "a2"}


def test_a_stored_article_from_elsewhere_is_one_more_retrieval(store):
    add(store, retrieved())
    before = store.version()
    assert not add(store, retrieved(at=LATER, content=b"other bytes"))
    assert store.version() == before
    elsewhere = {"source": "https://example.com/1", "final_url": "", "at": LATER}
    assert not add(store, retrieved(**elsewhere))
    assert not add(store, retrieved(**elsewhere))
    assert [one.source for one in retrievals(store, "a1")] == [
        "https://example.org/short",
        "https://example.com/1",
    ]
    assert acts(store) == ["article", "retrieval"]
    assert len(store.articles()) == 1


def test_the_same_content_under_another_id_is_a_retrieval_of_the_stored_one(store):
    add(store, retrieved())
    other = make_article(article_id="a2", url="https://example.com/2")
    add(store, retrieved(other, source="https://example.com/2", final_url=""))
    assert [one.article_id for one in retrievals(store)] == ["a1", "a1"]


def test_an_article_that_came_without_bytes_gets_them_when_it_comes_with_some(store):
    store.add(make_article(), [], make_placing({}), now=NOW)
    assert retrievals(store) == []
    add(store, retrieved())
    assert len(retrievals(store, "a1")) == 1


def test_ingest_takes_articles_with_their_bytes_and_twice_is_once(store):
    for _ in range(2):
        report = ingest([retrieved()], STEPS, store=store, now=NOW)
    assert report.already_there == ["a1"]
    assert len(store.claims("a1")) == len(retrievals(store, "a1")) == 1
    assert acts(store) == ["article"]


def test_ingest_keeps_that_a_stored_article_came_from_elsewhere(store):
    ingest([retrieved()], STEPS, store=store, now=NOW)
    ingest([retrieved(source="b", final_url="")], STEPS, store=store, now=NOW)
    assert acts(store) == ["article", "retrieval"]


def test_what_is_refused_leaves_no_bytes(store):
    far = Relation(kind=RelationKind.REFERENCE, toponym="X", text="x", distance_km=-1)
    claims = [make_claim(claim_id="c1", place_relations=(far,))]
    placing = make_placing({"c1": make_location()})
    with pytest.raises(ArticleRefusedError):
        store.add(retrieved(), claims, placing, now=NOW)
    for table in ("original", "retrieval", "signature", "band", "article"):
        assert asked(store, f"SELECT * FROM {table}") == []  # noqa: S608 - from the list above


def test_what_is_retrieved_is_in_the_digest_with_its_moment(new_store):
    versions = set()
    for changes in (
        *({}, {"at": LATER}, {"source": "b"}, {"content": b""}, {"found": {}}),
    ):
        with open_store(new_store()) as store:
            add(store, retrieved(**changes))
            versions.add(store.version())
            assert not [one for one in look(store) if one.faults]
    assert len(versions) == 5


@pytest.mark.parametrize(
    "changes",
    [{"at": datetime(2026, 1, 1)}, {"content": bytes(500_000_001)}],  # noqa: DTZ001
)
def test_a_retrieval_without_time_zone_or_too_large_is_refused(changes):
    with pytest.raises(ValueError, match=r"time zone|more than 500 MB"):
        retrieved(**changes)


def test_who_retrieved_stands_beside_the_act(store):
    add(store, retrieved())
    add(store, retrieved(source="b", final_url="", at=datetime(2026, 5, 5, tzinfo=UTC)))
    with store.reading() as connection:
        who = connection.exec_driver_sql("SELECT who FROM revision").scalars()
        assert list(who) == ["Ann", "Ann"]
