"""What is counted, for whom, and how few series it can become."""

import logging
from types import SimpleNamespace

import prometheus_client
import pytest
import server
from asgi_client import Client
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from geo import store_metrics
from geo.events import cluster
from geo.ledger_tables import delivery, feed, feed_entry, webhook
from geo.logs import ENTRIES, tell
from geo.metrics import Asked, Meters, metrics_routes, read_asked
from geo.operating import Operating
from geo.request_log import RequestLog, pattern_of
from geo.store import open_store
from geo.store_metrics import Held

TOKEN = "a-token-of-24-letters-or-more"  # noqa: S105 - made up
LOCAL = Asked(loopback=True)


@pytest.fixture(autouse=True)
def as_before():
    """Have nobody listen to events afterwards."""
    kept, level = ENTRIES.handlers[:], ENTRIES.level
    yield
    ENTRIES.handlers[:] = kept
    ENTRIES.setLevel(level)


@pytest.fixture
def where(new_store):
    found = new_store()
    server.fill(found)
    return found


@pytest.fixture
def gone(tmp_path):
    """Return where no store is: what is asked is not of it."""
    return tmp_path / "gone"


def watched(where, asked=LOCAL):
    """Return a client of a server that has metrics and one route more."""
    meters = Meters()
    meters.listen()

    async def hello(_request):
        return PlainTextResponse("hello")

    async def fail(_request):
        raise RuntimeError("words of an article")

    app = Starlette(
        routes=[
            Route("/hello/{name}", hello),
            Route("/fail", fail),
            *metrics_routes(meters, asked, Held(lambda: where)),
        ]
    )
    return Client(RequestLog(app))


def scraped(client, **asked):
    answer = client.get("/metrics", **asked)
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def of(figures, name, **labels):
    return figures.get((f"tideline_{name}", *sorted(labels.items())))


def test_requests_are_counted_by_the_pattern_of_their_route(gone):
    client = watched(gone)
    for name in ("one", "two", "three"):
        client.get(f"/hello/{name}?q=secret")
    client.get("/gone/1")
    client.get("/gone/2")
    with pytest.raises(RuntimeError):
        client.get("/fail")
    figures = scraped(client)
    told = {"method": "GET", "route": "/hello/{name}", "status": "200"}
    assert of(figures, "http_requests_total", **told) == 3
    told = {"method": "GET", "route": "other", "status": "404"}
    assert of(figures, "http_requests_total", **told) == 2
    told = {"method": "GET", "route": "/fail", "status": "500"}
    assert of(figures, "http_requests_total", **told) == 1
    hello = "/hello/{name}"
    assert of(figures, "http_request_seconds_count", route=hello) == 3
    assert of(figures, "http_request_seconds_bucket", route=hello, le="+Inf") == 3
    assert of(figures, "http_sent_bytes_total", route=hello) == 15
    assert "secret" not in str(figures)


def test_a_scrape_is_no_request_that_counts(gone):
    client = watched(gone)
    scraped(client)
    assert not [key for key in scraped(client) if "/metrics" in str(key)]


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=10))
def test_no_path_and_no_method_makes_a_series_more(asked):
    seen = set()
    for method, path in asked:
        scope = {"type": "http", "method": method, "path": f"/{path}"}
        seen.add(pattern_of(scope))
    assert seen <= {"other"}


def test_methods_unheard_of_are_one(gone):
    client = watched(gone)
    for method in ("BREW", "WHEN", "PROPFIND"):
        client.request(method, "/hello/x")
    figures = scraped(client)
    told = {"method": "other", "route": "/hello/{name}", "status": "405"}
    assert of(figures, "http_requests_total", **told) == 3


def test_what_is_taken_in_is_counted_as_it_is_told(gone):
    client = watched(gone)
    tell("ingest", articles=2, claims=5, already_there=1, failed=0, seconds=1.5)
    tell("ingest", articles=1, claims=0, already_there=0, failed=3, seconds=0.5)
    tell("store_error", level=logging.ERROR, reason="busy")
    tell("page_opened")
    tell("unheard_of", reason="x")
    figures = scraped(client)
    assert of(figures, "ingest_articles_total", **{"as": "added"}) == 3
    assert of(figures, "ingest_articles_total", **{"as": "already_there"}) == 1
    assert of(figures, "ingest_articles_total", **{"as": "failed"}) == 3
    assert of(figures, "ingest_claims_total") == 5
    assert of(figures, "ingest_seconds_total") == 2
    assert of(figures, "store_errors_total", reason="busy") == 1
    assert of(figures, "open_pages") == 1


def test_what_the_store_holds_is_told(where):
    figures = scraped(watched(where))
    with open_store(where) as store:
        n_articles, n_claims = len(store.articles()), len(store.claims())
        n_events = len(cluster(store.claims(), speakers=store.speakers()))
    assert of(figures, "store_up") == 1
    assert of(figures, "articles") == n_articles
    assert of(figures, "claims") == n_claims
    assert of(figures, "acts") == n_articles
    assert of(figures, "events") == n_events > 0
    assert of(figures, "last_ingest_timestamp_seconds") == server.NOW.timestamp()
    assert of(figures, "feeds_failing") == 0
    assert ("process_resident_memory_bytes",) in figures


def test_of_a_store_that_cannot_be_read_only_that_is_told(gone):
    figures = scraped(watched(gone))
    assert of(figures, "store_up") == 0
    assert of(figures, "articles") is None


def test_events_are_counted_once_a_version_however_often_somebody_asks(
    where, monkeypatch
):
    now, counted = [0.0], []
    clock = SimpleNamespace(monotonic=lambda: now[0])
    monkeypatch.setattr(store_metrics, "time", clock)
    client = watched(where)
    figures = store_metrics._figures

    def counting(store, queries):
        counted.extend(name for name in queries if name == "events")
        return figures(store, queries)

    monkeypatch.setattr(store_metrics, "_figures", counting)
    for _ in range(5):
        scraped(client)
        now[0] += store_metrics.KEPT_S
    assert len(counted) == 1
    with open_store(where) as store:
        store.place([], now=server.NOW)
    scraped(client)
    assert len(counted) == 2


def a_feed(url, failures, stopped=None):
    row = dict.fromkeys(("who", "etag", "modified", "said"), "")
    row |= {"url": url, "since": server.NOW, "every_s": 60, "defaults": "{}"}
    return row | {"failures": failures, "stopped": stopped}


def an_entry(entry, tries, then=None, said=""):
    row = {"feed": "a", "entry": entry, "found": "{}", "since": server.NOW}
    return row | {"tries": tries, "next": then, "said": said}


def a_message(number, tries, then=None, done=None):
    row = {"id": number, "webhook_id": 1, "body": "{}", "said": ""}
    return row | {"tries": tries, "next": then, "done": done}


HOOK = dict.fromkeys(("url", "secret", "filter", "who"), "") | {"id": 1, "told": "0"}


def test_feeds_and_messages_are_counted_by_what_became_of_them(where):
    then = server.NOW
    rows = {
        feed: [a_feed("a", 0), a_feed("b", 3), a_feed("c", 3, stopped=then)],
        feed_entry: [
            an_entry("done", 1),
            an_entry("waits", 1, then, "late"),
            an_entry("given up", 6, None, "gone"),
        ],
        webhook: [HOOK | {"since": then, "stopped": None}],
        delivery: [
            a_message(1, 0, then),
            a_message(2, 2, then),
            a_message(3, 1, None, then),
            a_message(4, 8),
        ],
    }
    with open_store(where) as store, store.writing() as connection:
        for table, found in rows.items():
            connection.execute(table.insert(), found)
    figures = scraped(watched(where))
    assert of(figures, "feeds") == 2
    assert of(figures, "feeds_failing") == 1
    assert of(figures, "feed_entries_waiting") == 1
    assert of(figures, "feed_entries_given_up") == 1
    assert of(figures, "webhooks") == 1
    assert of(figures, "webhook_messages_waiting") == 2
    assert of(figures, "webhook_messages_failing") == 1
    assert of(figures, "webhook_messages_given_up") == 1


def test_the_registry_is_its_own():
    before = {family.name for family in prometheus_client.REGISTRY.collect()}
    Meters().listen()
    after = {family.name for family in prometheus_client.REGISTRY.collect()}
    assert after == before
    assert not [name for name in after if name.startswith("tideline")]


@pytest.mark.parametrize(
    "between", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP", "X-Forwarded-Host"]
)
def test_only_programs_of_this_machine_are_answered(gone, between):
    client = watched(gone)
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={between: "127.0.0.1"}).status_code == 404


@pytest.mark.parametrize("client", [None, ("192.0.2.1", 1), ("name", 1), ("::2", 1)])
def test_other_machines_are_not(client):
    assert not LOCAL.allows({"type": "http", "headers": [], "client": client})


def test_who_knows_the_token_is_answered(gone):
    client = watched(gone, Asked(token=TOKEN))
    for said in (None, TOKEN, f"bearer {TOKEN}", f"Bearer {TOKEN}x", "Bearer ", "é"):
        headers = {"Authorization": said.encode()} if said else {}
        assert client.get("/metrics", headers=headers).status_code == 404
    assert scraped(client, headers={"Authorization": f"Bearer {TOKEN}"})


def test_the_variable_says_whom_or_is_refused():
    assert read_asked({}) is None
    assert read_asked({"TIDELINE_METRICS": "off"}) is None
    assert read_asked({"TIDELINE_METRICS": "loopback"}) == LOCAL
    assert read_asked({"TIDELINE_METRICS": TOKEN}) == Asked(token=TOKEN)
    for wrong in ("on", "1", "short", "with a space in it, but long", "x" * 257):
        with pytest.raises(ValueError, match="a token of 24"):
            read_asked({"TIDELINE_METRICS": wrong})


def operating(environment, where):
    return Operating(environment, lambda: where, lambda: where)


def test_metrics_are_off_unless_asked_for(gone):
    off = operating({}, gone)
    assert off.middleware() == []
    on = operating({"TIDELINE_METRICS": "loopback"}, gone)
    assert len(on.middleware()) == 1
    for told, status in ((off, 404), (on, 200)):
        client = Client(Starlette(routes=told.routes()))
        assert client.get("/healthz").status_code == 200
        # Else the page would answer, and whoever scrapes would take it for figures.
        assert [route.path for route in told.routes()][-1] == "/metrics"
        assert client.get("/metrics").status_code == status


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TIDELINE_LOG", "yaml"),
        ("TIDELINE_METRICS", "yes"),
        ("TIDELINE_STOP_TIMEOUT", "soon"),
    ],
)
def test_a_slip_in_the_set_up_is_refused(gone, name, value):
    with pytest.raises(ValueError, match=name):
        operating({name: value}, gone)
