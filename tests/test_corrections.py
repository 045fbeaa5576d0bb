"""Corrections are told to everybody: what stood, what stands, why and when."""

import re
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from threading import Thread
from xml.etree import ElementTree as ET

import feedparser
import httpx
import pytest
import uvicorn
from conftest import make_article, make_choice, make_claim, make_location, make_placing
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from test_reviewing import path, store  # noqa: F401 - fixtures

from extract.records import Span
from geo import ledger_tables
from geo.acts import Act, write
from geo.bulletin import ATOM, feed, is_web, page
from geo.corrections import (
    FIELDS,
    HEADLINES,
    VALUES,
    Correction,
    Corrections,
    change_words,
    corrections,
    headline,
)
from geo.ingest import Steps
from geo.language import load_languages
from geo.pages.correcting import correction_routes
from geo.review import Action, State
from geo.reviewing import (
    add_claim,
    confirm,
    correct,
    duplicate,
    merge,
    reject,
    reopen,
    split,
)
from geo.selection import claim_of
from geo.store import open_store
from geo.undoing import redo, undo

NOW = datetime(2026, 11, 27, 2, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>&\"'{{7*7}} \x0b ]]> \u202e"
ARABIC = load_languages()["ar"]


def told(store, **how):  # noqa: F811 - the fixture's own
    found = corrections(store, **how)
    return [
        (one.number, headline(one), [
            change_words(change) for _, changes in one.about for change in changes
        ])
        for one in found.entries
    ]  # fmt: skip


def test_every_action_field_and_state_has_words():
    assert {action.value for action in Action} <= set(HEADLINES)
    assert {state.value for state in State} <= set(VALUES)
    assert {"gained_by", "dates", "location", "state"} <= set(FIELDS)


def test_a_correction_says_what_stood_and_what_stands(store):  # noqa: F811
    changes = {
        "event_type": "holds", "gained_by": None, "modality": "denied",
        "date_end": date(2017, 3, 4), "location": make_location(lon=40.0),
        "associated": ["Russia", "Iran"], "claimant_type": "monitor",
    }  # fmt: skip
    correct(store, store.claim("c1"), changes, now=NOW, why="read it again")
    ((number, said, lines),) = told(store)
    assert (number, said) == (2, "A reading was corrected: Palmyra retaken")
    assert sorted(lines) == [
        "days: was “on 2 March 2017”, is “between 2 March and 4 March 2017”",
        "how it is told: was “told as a fact”, is “denied”",
        "kind of source: was “the side that gained”, is “an independent monitor”",
        "others named: was “not known”, is “Russia, Iran”",
        "position: was “34.56° N, 38.28° E, within 2 km”, is “34.56° N, 40.00° E,"
        " within 2 km”",
        "side that gained: was “Syrian government”, is “not known”",
        "state of review: was “not yet reviewed”, is “corrected”",
        "what happened: was “took”, is “holds”",
    ]
    (one,) = corrections(store).entries
    assert (one.why, one.at, one.who) == ("read it again", NOW, "ana")
    ((about, _),) = one.about
    assert about.sentence.startswith("The army said")


def test_each_act_is_told_the_latest_first_and_an_undone_one_stays(store):  # noqa: F811
    def claims():
        return store.claims("a1")

    confirm(store, claims()[0], now=NOW)
    reject(store, claims()[1], now=NOW, why="no")
    reopen(store, claims()[1], now=NOW)
    split(store, claims()[0], claims()[1:2], now=NOW)
    merge(store, claims()[:2], now=NOW)
    duplicate(store, claims()[2], claims()[0], now=NOW)
    undone = undo(store, 3, now=NOW, why="it is told")
    redo(store, 3, now=NOW)
    found = corrections(store)
    assert [one.what for one in found.entries] == [
        "redone", "undone", "duplicate", "merge", "split", "reopen", "reject",
        "confirm",
    ]  # fmt: skip
    assert found.entries[1].is_undone
    assert found.entries[1].turns == 3
    ((_, (change,)),) = found.entries[1].about
    assert (
        change_words(change) == "state of review: was “rejected”, is “not yet reviewed”"
    )
    assert headline(found.entries[1]).startswith("An earlier correction was undone: nu")
    assert "parted from: was “not known”, is “c2”" in str(told(store))
    assert undone.act == found.entries[1].number


def test_what_is_not_yet_reviewed_is_no_correction(store):  # noqa: F811
    assert corrections(store).entries == ()
    assert "Nothing was corrected yet." in page(corrections(store))


def test_choices_tell_what_moved_and_their_undoing_too(store):  # noqa: F811
    placing = make_placing({"c1": make_location(lon=39.0)})
    number = store.place([placing], now=NOW, choice=make_choice())
    steps = Steps(
        find=lambda _: (),
        geocoder=lambda claims, _countries, _outline: {
            c.claim_id: make_location() for c in claims
        },
        countries=lambda _: ("SY",),
    )
    undo(store, number, now=NOW, steps=lambda _: steps)
    assert told(store) == [
        (3, f"An earlier correction was undone: number {number}: Palmyra", [
            "position: was “34.56° N, 39.00° E, within 2 km”,"
            " is “34.56° N, 38.28° E, within 2 km”",
        ]),
        (2, "A place was set by hand: Palmyra", [
            "position: was “34.56° N, 38.28° E, within 2 km”,"
            " is “34.56° N, 39.00° E, within 2 km”",
        ]),
    ]  # fmt: skip


def test_copies_by_readers_and_publishers_are_told(store):  # noqa: F811
    other = make_article(article_id="a2", title="A copy", text="Other text.")
    store.add(other, [], make_placing({}, article_id="a2"), now=NOW)
    copied = {
        "article_id": "a2", "copy_of": "a1", "how": "reader", "likeness": 1.0,
        "is_copy": 1,
    }  # fmt: skip
    known = {
        "ordinal": 0, "name": "SANA", "aliases": "[]", "kind": "state_media",
        "side": "Syrian government", "owner": "the state", "is_gone": 0,
    }  # fmt: skip
    with store.writing() as connection:
        for kind, table, row in (
            ("copy", ledger_tables.copy, copied),
            ("publisher", ledger_tables.publisher, known),
            ("publisher", ledger_tables.publisher, {**known, "owner": "nobody"}),
        ):
            act = Act(kind=kind, now=NOW, who="ana")
            write(
                connection,
                act,
                lambda seq, table=table, row=row: [(table, [{"seq": seq, **row}])],
            )
    latest, first, copy = corrections(store).entries
    assert [change_words(one) for one in latest.changed] == [
        "owner: was “the state”, is “nobody”"
    ]
    assert headline(first) == "What is known of a publisher was changed: SANA"
    assert len(first.changed) == 3
    assert told(store)[-1][1:] == (
        "A report was marked as a copy, or no longer: A copy",
        ["copy of: was “not known”, is “a1”"],
    )
    assert copy.about[0][0].article_id == "a2"


def test_an_added_claim_is_told_with_its_words(store):  # noqa: F811
    fields = {"event_type": "holds", "place": "Palmyra"}
    claim = claim_of(store.article("a1"), Span(start=18, end=65), fields)
    add_claim(store, claim, make_location(), now=NOW)
    ((number, said, _),) = told(store)
    assert (number, said) == (2, "A reading was added: Palmyra retaken")
    assert "it took Palmyra" in page(corrections(store))


def test_a_long_list_goes_on_on_the_next_page(store):  # noqa: F811
    for n in range(5):
        changes = {"lost_by": f"B{n}"}
        correct(store, store.claim("c1"), changes, now=NOW + timedelta(hours=n))
    first = corrections(store, limit=2)
    assert [one.number for one in first.entries] == [6, 5]
    assert first.older == 5
    rest = corrections(store, limit=10, before=first.older)
    assert [one.number for one in rest.entries] == [4, 3, 2]
    assert rest.older is None
    assert 'href="?lang=en&amp;before=5"' in page(first)


# As a page and as a feed


class Tags(HTMLParser):
    """What elements a page has, and what it says."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.words = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"}]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture
def hostile(where):
    """A store in which all that others write is hostile."""
    why = HOSTILE.replace("\x0b", "")
    with open_store(where, who=why) as opened:
        text = f"{HOSTILE} took Palmyra."
        article = make_article(
            text=text, title=HOSTILE, publisher=HOSTILE, url="javascript:alert(1)"
        )
        claim = make_claim(
            claim_id="c1", sentence=text, char_start=0, char_end=len(text),
            evidence=make_claim().evidence.__class__(
                trigger=Span(start=0, end=1), place=Span(start=0, end=1)
            ),
        )  # fmt: skip
        opened.add(article, [claim], make_placing({"c1": make_location()}), now=NOW)
        changes = {"gained_by": why, "lost_by": None}
        correct(opened, opened.claim("c1"), changes, now=NOW, why=why)
        yield opened


@pytest.mark.parametrize("language", [None, ARABIC])
def test_no_word_of_others_becomes_markup_in_the_page(hostile, language):
    how = {"language": language} if language else {}
    found = corrections(hostile)
    seen = Tags(page(found, named=True, **how))
    allowed = {
        *("html", "head", "meta", "title", "link", "style", "body", "h1", "h2", "p"),
        *("a", "main", "article", "blockquote", "ul", "li"),
    }
    assert set(seen.tags) <= allowed
    assert not [one for one in seen.links if "javascript" in one]
    assert any("<script>alert(1)</script>" in words for words in seen.words)
    code = language.code if language else "en"
    assert f'lang="{code}"' in page(found, **how)
    assert ('dir="rtl"' in page(found, **how)) == (code == "ar")


def test_names_of_others_do_not_turn_a_line_in_arabic(store):  # noqa: F811
    correct(store, store.claim("c1"), {"lost_by": None}, now=NOW)
    (line,) = re.findall(
        r"<p[^>]*>([^<]*Palmyra retaken[^<]*)<",
        page(corrections(store), language=ARABIC),
    )
    assert "\u2068“Palmyra retaken”\u2069" in line
    assert f'<p class="soft">{line}' in page(corrections(store), language=ARABIC)


def test_the_feed_is_valid_atom_with_stable_ids(hostile, tmp_path):
    undo(hostile, 2, now=NOW + timedelta(hours=1))
    content = feed(corrections(hostile), named=True)
    root = ET.fromstring(content)  # noqa: S314 - our own
    name = f"{{{ATOM}}}"
    assert root.tag == f"{name}feed"
    for element in (root, *root.findall(f"{name}entry")):
        for one in ("id", "title", "updated"):
            (found,) = element.findall(f"{name}{one}")
            assert found.text
        assert element.find(f"{name}id").text.startswith("urn:uuid:")
        stamp = element.find(f"{name}updated").text
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp)
    assert root.find(f"{name}author/{name}name").text == "Tideline"
    assert {one.get("rel") for one in root.findall(f"{name}link")} == {
        "self", "alternate",
    }  # fmt: skip
    ids = [one.find(f"{name}id").text for one in root.findall(f"{name}entry")]
    assert len(set(ids)) == 2
    parsed = feedparser.parse(content)
    assert not parsed.bozo
    assert parsed.entries[1].title.startswith("A reading was corrected")
    assert "Reason: \u2068<script>" in parsed.entries[1].content[0].value
    assert parsed.entries[0].updated == "2026-11-27T03:00:00Z"
    # A further act, and another language, leave the ids as they are.
    redo(hostile, 2, now=NOW + timedelta(hours=2))
    later = feedparser.parse(feed(corrections(hostile), language=ARABIC))
    assert [one.id for one in later.entries][1:] == ids
    assert later.feed.id == parsed.feed.id


def test_who_is_told_only_if_that_is_switched_on(store):  # noqa: F811
    confirm(store, store.claim("c1"), now=NOW)
    found = corrections(store)
    assert "ana" not in page(found) + feed(found).decode()
    assert "by ana" in page(found, named=True)
    assert "<name>ana</name>" in feed(found, named=True).decode()


@given(st.text(), st.text())
def test_any_text_gives_a_page_and_a_feed_that_can_be_read(why, name):
    one = Correction(
        number=1, uid="urn:uuid:1", at=NOW, who=name, why=why, what="choice", name=name
    )
    found = Corrections(uid="urn:uuid:0", entries=(one,))
    ET.fromstring(feed(found, named=True))  # noqa: S314 - our own
    assert "script" not in Tags(page(found, named=True)).tags


@pytest.mark.parametrize(
    ("url", "is_one"),
    [
        ("https://example.org/a", True), ("http://example.org", True),
        ("javascript:alert(1)", False), ("data:text/html,x", False), ("", False),
        ("https://", False), ("http://[", False), ("file:///etc/passwd", False),
    ],
)  # fmt: skip
def test_only_addresses_of_the_web_become_links(url, is_one):
    assert is_web(url) is is_one


@contextmanager
def served(where):
    """Serve the routes on loopback, and give a client of theirs."""
    app = Starlette(routes=correction_routes(lambda: where, lambda: False))
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            thread.join(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def client(store, path):  # noqa: F811
    confirm(store, store.claim("c1"), now=NOW)
    with served(path) as client:
        yield client


def test_page_and_feed_are_served_and_not_sent_twice(client):
    for address, kind in (
        ("/corrections", "text/html; charset=utf-8"),
        ("/corrections.atom", "application/atom+xml; charset=utf-8"),
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == kind
        same = {"If-None-Match": answer.headers["etag"]}
        again = client.get(address, headers=same)
        assert (again.status_code, again.content) == (304, b"")
        arabic = client.get(address, headers={**same, "Accept-Language": "ar-SY,en"})
        assert arabic.status_code == 200
        assert "التصحيحات" in arabic.text
        assert client.get(f"{address}?lang=ar").text == arabic.text
        assert client.get(f"{address}?lang=xx").text == answer.text


def test_an_address_that_asks_for_nonsense_is_refused(client):
    assert client.get("/corrections?before=2").status_code == 200
    for asked in ("-1", "x", "1e9", "٣", "9" * 30, ""):
        answer = client.get("/corrections", params={"before": asked})
        assert answer.status_code == 400, asked


def test_a_store_that_cannot_be_used_is_said(tmp_path):
    (tmp_path / "s.sqlite").write_bytes(b"no database at all, but long enough" * 99)
    with served(tmp_path / "s.sqlite") as client:
        assert client.get("/corrections").status_code == 503


@pytest.mark.browser
def test_the_page_is_served_beside_the_map_with_the_same_headers(filled):
    for name in ("corrections", "corrections.atom"):
        answer = httpx.get(f"{filled}/{name}")
        assert answer.status_code == 200
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
