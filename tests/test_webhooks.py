"""Whoever asked is told of new events: once each, signed, tried again until it arrives."""

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from conftest import make_article, make_claim, make_location, make_placing

from extract.conflict import load_conflicts
from extract.records import ClaimantType, Publisher
from geo.fetching import Manners
from geo.pacing import Pace
from geo.publishers import set_publisher
from geo.store import StoreError, open_store
from geo.webhooks import (
    WAITS_S,
    Webhook,
    add_webhook,
    remove_webhook,
    send_messages,
    signature,
    webhooks,
    write_messages,
)

NOW = datetime(2026, 1, 5, tzinfo=UTC)
PACKS = load_conflicts().values()
SECRET = "s" * 64


@contextmanager
def listening(answers):
    """Serve on loopback, answering with these codes in turn; lends what came."""
    came = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            came.append((dict(self.headers), body))
            self.send_response(answers[min(len(came), len(answers)) - 1])
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()

        def log_message(self, *_args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/hook", came
        server.shutdown()


@pytest.fixture
def store(where):
    with open_store(where, who="Ada") as opened:
        yield opened


@pytest.fixture
def manners(tmp_path):
    pace = Pace(tmp_path / "pace", clock=lambda: 0.0)
    return Manners(pace=pace, clock=lambda: 0.0, allow_private=True)


def add(store, n, **changes):
    claim = make_claim(article_id=f"a{n}", claim_id=f"c{n}", **changes)
    article = make_article(article_id=f"a{n}", publisher=f"P{n}", title=f"T{n}")
    spot = make_location(lon=38.0 + n, place_id=f"p{n}")
    placing = make_placing({f"c{n}": spot}, article_id=f"a{n}")
    store.add(article, [claim], placing, now=NOW)


def hook(store, url, query=""):
    return add_webhook(store, Webhook(url=url, query=query, secret=SECRET), now=NOW)


def told(came):
    return [
        [feature["id"] for feature in json.loads(body)["features"]]
        for _headers, body in came
    ]


def test_each_event_is_told_once_from_then_on(store, manners):
    add(store, 1)
    with listening([200]) as (url, came):
        hook(store, url)
        assert write_messages(store, PACKS, now=NOW) == 0
        add(store, 2)
        add(store, 3)
        assert write_messages(store, PACKS, now=NOW) == 1
        assert write_messages(store, PACKS, now=NOW) == 0
        assert send_messages(store, manners, now=NOW).n_arrived == 1
        assert send_messages(store, manners, now=NOW).n_arrived == 0
        # What others report of an event that was told is not a new one.
        claim = make_claim(article_id="a9", claim_id="c9")
        spot = make_location(lon=40.0, place_id="p2")
        placing = make_placing({"c9": spot}, article_id="a9")
        article = make_article(article_id="a9", publisher="Q", title="Again")
        store.add(article, [claim], placing, now=NOW)
        assert write_messages(store, PACKS, now=NOW) == 0
    assert told(came) == [["e-c2", "e-c3"]]


def test_where_there_is_no_event_yet_nobody_is_told(store):
    hook(store, "http://127.0.0.1:1/")
    set_publisher(store, Publisher(name="P1", kind=ClaimantType.MONITOR), now=NOW)
    assert write_messages(store, PACKS, now=NOW) == 0


def test_publishers_count_as_people_know_them(store, manners):
    set_publisher(store, Publisher(name="P1", kind=ClaimantType.MONITOR), now=NOW)
    with listening([200]) as (url, came):
        hook(store, url)
        add(store, 1, claimed_by=None, claimant_type=ClaimantType.UNKNOWN)
        write_messages(store, PACKS, now=NOW)
        send_messages(store, manners, now=NOW)
    [feature] = json.loads(came[0][1])["features"]
    [status] = store.events(PACKS)["status"]
    assert feature["properties"]["status"] == status == "assessed"


def test_a_filter_is_that_of_the_page(store, manners):
    with listening([204]) as (url, came):
        hook(store, url, "?actor=Syrian+government&type=captured&day=1999-01-01")
        hook(store, url, "actor=Nobody+known")
        add(store, 1)
        add(store, 2, gained_by="Turkey", gained_by_text="Turkey")
        write_messages(store, PACKS, now=NOW)
        send_messages(store, manners, now=NOW)
    assert told(came) == [["e-c1"]]


def test_events_without_what_was_asked_for_are_not_told(store, manners):
    with listening([204]) as (url, came):
        hook(store, url, "type=withdrew")
        hook(store, url, "publisher=Elsewhere")
        add(store, 1)
        assert write_messages(store, PACKS, now=NOW) == 0
        send_messages(store, manners, now=NOW)
    assert came == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("nonsense=1", "no filter 'nonsense'; there are: actor, type"),
        ("nonsense=", "no filter 'nonsense'"),
        ("type=caputred", "'caputred' is no type; there are: captured"),
        ("status=sure", "'sure' is no status; there are: claimed"),
    ],
)
def test_a_filter_that_is_none_is_refused(store, query, said):
    with pytest.raises(StoreError, match=said):
        hook(store, "https://example.org/hook", query)
    assert webhooks(store) == []


def test_a_message_proves_who_sent_it(store, manners):
    with listening([200]) as (url, came):
        hook(store, url)
        add(store, 1)
        write_messages(store, PACKS, now=NOW)
        send_messages(store, manners, now=NOW)
    [(headers, body)] = came
    assert headers["Content-Type"] == "application/geo+json"
    seconds = int(NOW.timestamp())
    assert headers["Tideline-Signature"] == signature(SECRET, body, seconds)
    assert headers["Tideline-Signature"] != signature("other", body, seconds)
    assert "Cookie" not in headers
    [feature] = json.loads(body)["features"]
    assert feature["properties"]["sentence"] == make_claim().sentence


@pytest.mark.parametrize(
    ("code", "said"), [(500, "answered 500"), (302, "answered 302")]
)
def test_what_does_not_arrive_is_tried_again_and_in_the_end_given_up(
    store, manners, code, said
):
    with listening([code]) as (url, came):
        hook(store, url)
        add(store, 1)
        write_messages(store, PACKS, now=NOW)
        now = NOW
        for n, wait_s in enumerate(WAITS_S, 1):
            sent = send_messages(store, manners, now=now)
            assert said in sent.troubles[0]
            assert "tried again from" in sent.troubles[0]
            early = now + timedelta(seconds=wait_s - 1)
            assert send_messages(store, manners, now=early).troubles == ()
            now += timedelta(seconds=wait_s)
            assert len(came) == n
        [trouble] = send_messages(store, manners, now=now).troubles
        assert trouble.endswith("given up after 8 tries")
        later = now + timedelta(days=365)
        assert send_messages(store, manners, now=later).troubles == ()
    assert len(set(told(came)[0])) == 1
    assert len({body for _headers, body in came}) == 1


def test_a_second_try_that_arrives_is_the_last(store, manners):
    with listening([503, 200]) as (url, came):
        hook(store, url)
        add(store, 1)
        write_messages(store, PACKS, now=NOW)
        send_messages(store, manners, now=NOW)
        later = NOW + timedelta(seconds=WAITS_S[0])
        assert send_messages(store, manners, now=later).n_arrived == 1
        assert (
            send_messages(store, manners, now=later + timedelta(days=9)).n_arrived == 0
        )
    assert len(came) == 2


def test_who_is_removed_is_told_nothing(store, manners):
    with listening([200]) as (url, came):
        number = hook(store, url)
        add(store, 1)
        write_messages(store, PACKS, now=NOW)
        remove_webhook(store, number, now=NOW)
        assert send_messages(store, manners, now=NOW).n_arrived == 0
    assert came == []
    assert webhooks(store) == []
    with pytest.raises(StoreError, match="no webhook"):
        remove_webhook(store, number, now=NOW)


def test_who_is_removed_while_told_is_not_told_again(store, manners):
    with listening([500]) as (url, came):
        number = hook(store, url)
        add(store, 1)
        write_messages(store, PACKS, now=NOW)

        def resolve(host, port):
            remove_webhook(store, number, now=NOW)
            return [host]

        send_messages(store, replace(manners, resolve=resolve), now=NOW)
        assert len(came) == 1
        later = NOW + timedelta(days=1)
        assert send_messages(store, manners, now=later).troubles == ()
    assert len(came) == 1


def test_machines_of_the_own_network_are_not_told_unasked(store, tmp_path):
    pace = Pace(tmp_path / "pace", clock=lambda: 0.0)
    careful = Manners(pace=pace, clock=lambda: 0.0)
    with listening([200]) as (url, came):
        hook(store, url)
        add(store, 1, date_start=date(2017, 3, 1), date_end=date(2017, 3, 1))
        write_messages(store, PACKS, now=NOW)
        [trouble] = send_messages(store, careful, now=NOW).troubles
    assert "127.0.0.1" in trouble
    assert "--allow-private" in trouble
    assert came == []


def test_an_address_of_another_kind_is_refused(store):
    for wrong in ("file:///etc/passwd", "example.org", "http://u:p@example.org/"):
        with pytest.raises(StoreError):
            hook(store, wrong)
