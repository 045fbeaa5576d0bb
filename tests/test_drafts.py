"""What was found waits as a draft until its owner says what it is to count as."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from conftest import make_location

from extract.found import NO_DAY, Header
from extract.sources import Found, Source
from geo.drafts import DraftError, close, draft, keep, waiting
from geo.ingest import Steps
from geo.store import open_store
from geo.taking import Taking, accept, corrected, filled, found_in, retrieved, take

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
TEXT = "The army said that it took Palmyra on Monday.\n"
SOURCE = Source(
    name="http://news.example/a",
    content=TEXT.encode(),
    media_type="text/plain",
    url="http://news.example/b",
)
FOUND = Found(
    text=TEXT,
    title="Palmyra",
    publisher="news.example",
    how={"title": "first heading", "publisher": "address", "lang": "assumed"},
    asks=("published",),
    notes=("The text is short.",),
)
STEPS = Steps(
    find=lambda article: (),
    geocoder=lambda claims, countries, outline: {
        claim.claim_id: make_location() for claim in claims
    },
    countries=lambda article: ("SY",),
)


@pytest.fixture
def store(where):
    with open_store(where) as opened:
        yield opened


@pytest.fixture
def into(store):
    return Taking(store=store, steps=STEPS, clock=lambda: NOW)


def put(store, found=FOUND, who="ann"):
    return keep(store, SOURCE, found, who=who, at=NOW)


def test_a_draft_comes_back_as_it_was_found(store):
    number = put(store)
    kept = draft(store, number, "ann")
    assert (kept.source, kept.found) == (SOURCE, FOUND)
    assert (kept.number, kept.who, kept.at) == (number, "ann", NOW)
    dated = replace(FOUND, published=date(2026, 1, 4), asks=())
    assert draft(store, put(store, dated), "ann").found == dated


def test_the_same_waits_once_for_each_owner(store):
    assert put(store) == put(store) == 1
    assert put(store, who="bob") == 2
    assert put(store, replace(FOUND, title="Other")) == 3
    assert [one.number for one in waiting(store, "ann")] == [1, 3]
    assert [one.number for one in waiting(store, None)] == [1, 2, 3]


def test_a_draft_of_another_is_not_there(store):
    number = put(store)
    for who in ("bob", "", "ann' OR '1'='1"):
        assert waiting(store, who) == []
        with pytest.raises(DraftError, match=f"no draft {number} that waits"):
            draft(store, number, who)
    with pytest.raises(DraftError, match="no draft 99"):
        draft(store, 99, "ann")


def test_an_accepted_draft_counts_as_corrected(store, into):
    kept = draft(store, put(store), "ann")
    changes = {"published": date(2026, 1, 4), "publisher": "SANA", "title": "Palmyra"}
    report = accept(kept, changes, into)
    (added,) = report.added
    article = store.article(added.article_id)
    assert (article.publisher, article.published) == ("SANA", date(2026, 1, 4))
    assert article.text == TEXT
    assert waiting(store, None) == []


def test_what_is_still_asked_keeps_a_draft_waiting(store, into):
    kept = draft(store, put(store), "ann")
    with pytest.raises(DraftError, match=NO_DAY):
        accept(kept, {"title": "Other"}, into)
    with pytest.raises(DraftError, match="no text"):
        accept(kept, {"published": date(2026, 1, 4), "title": "\0"}, into)
    report = accept(kept, {"published": date(2999, 1, 1)}, into)
    assert "still to come" in report.failures[0].reason
    assert store.articles() == []
    assert waiting(store, "ann") == [kept]


def test_a_dropped_draft_waits_no_longer(store, into):
    kept = draft(store, put(store), "ann")
    close(store, kept, at=NOW)
    assert waiting(store, None) == []
    with pytest.raises(DraftError, match="does not wait any more"):
        close(store, kept, at=NOW)
    assert put(store) == 2


def test_what_is_taken_again_with_all_that_was_asked_waits_no_longer(store, into):
    assert take(SOURCE, into).drafts
    put(store, who="bob")
    with_day = replace(into, defaults=Header(published=date(2026, 1, 4)))
    assert len(take(SOURCE, with_day).report.added) == 1
    assert [one.who for one in waiting(store, None)] == ["bob"]


def test_corrections_are_told_from_what_was_found():
    day = date(2026, 1, 4)
    right = corrected(FOUND, {"published": day, "title": "Palmyra", "publisher": "X"})
    assert right.asks == ()
    assert right.how == {
        "title": "first heading",
        "publisher": "reader",
        "published": "reader",
        "lang": "assumed",
    }
    kept = retrieved(right, SOURCE, NOW, FOUND)
    assert kept.found == {
        "how": dict(right.how),
        "notes": ["The text is short."],
        "corrected": {"published": "", "publisher": "news.example"},
    }
    assert (kept.content, kept.source, kept.final_url) == (
        TEXT.encode(),
        "http://news.example/a",
        "http://news.example/b",
    )


def test_what_was_found_is_filled_but_not_overruled():
    header = Header(title="Other", publisher="SANA", published=NOW.date(), lang="ar")
    full = filled(FOUND, header, "option")
    # A publisher that was guessed from the address is no better than one that is said.
    assert (full.title, full.publisher, full.lang) == ("Palmyra", "SANA", "ar")
    assert full.how["title"] == "first heading"
    assert full.how["published"] == full.how["publisher"] == "option"
    assert full.asks == ()


def test_of_lines_each_is_kept_for_itself_and_those_that_ask_are_refused(into):
    lines = [
        '{"text": "The army took Homs.", "published": "2026-01-04"}',
        "",
        '{"text": "The army took Hama.", "title": "Hama"}',
        '{"text": "The army took Raqqa.", "published": "2026-01-05"}',
    ]
    source = Source(name="a.jsonl", content="\n".join(lines).encode())
    found = [one for one in found_in(source, Header()) if not one.asks]
    assert [retrieved(one, source, NOW).content.decode() for one in found] == [
        lines[0],
        lines[3],
    ]
    taken = take(source, into)
    assert taken.drafts == {}
    assert [str(one) for one in taken.report.failures] == [f"a.jsonl, line 3: {NO_DAY}"]
    assert len(taken.report.added) == 2
