"""The page of a real server, in a browser, with logs and metrics on."""

import http.client
import json
import time
from contextlib import closing
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
import server
from playwright.sync_api import expect
from prometheus_client.parser import text_string_to_metric_families

from geo.store import open_store

LOGGED = {
    "TIDELINE_LOG": "json",
    "TIDELINE_METRICS": "loopback",
    "STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE": "true",
}
PROBE = "geheim"


@pytest.fixture(scope="module")
def where(tmp_path_factory):
    path = tmp_path_factory.mktemp("operating") / "store.sqlite"
    server.fill(path)
    return path


@pytest.fixture(scope="module")
def address(where, cache):
    with server.served(where, cache=cache, **LOGGED) as found:
        yield found


def ask(address, path, **headers):
    """Ask for a path as it is; return status and text."""
    line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    with closing(line):
        line.putrequest("GET", path, skip_host="Host" in headers)
        for name, value in headers.items():
            line.putheader(name, value)
        line.endheaders()
        answer = line.getresponse()
        return answer.status, answer.read().decode(errors="replace")


def scraped(address):
    with urlopen(Request(f"{address}/metrics"), timeout=30) as answer:  # noqa: S310 - http
        text = answer.read().decode()
    return [
        sample
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    ]


def value(samples, name):
    [found] = [one.value for one in samples if one.name == f"tideline_{name}"]
    return found


def logged(where, until=lambda _line: True):
    """Return the lines logged, once there is one that `until` holds for.

    A request is logged after its answer has left.
    """
    late = time.monotonic() + 60
    while True:
        text = where.with_name(f"{where.name}.log").read_text()
        lines = [json.loads(one) for one in text.split("\n")[:-1]]
        if any(until(line) for line in lines):
            return lines
        assert time.monotonic() < late, text
        time.sleep(0.05)


@pytest.mark.browser
def test_the_page_works_with_logs_and_metrics_on(visit, address, where):
    screen = visit(address)
    screen.until(f"s.passed === {len(server.REPORTS)}")
    screen.settle()
    screen.click(screen.newest())
    expect(screen.pane).to_contain_text("Tell Rifaat")
    assert value(scraped(address), "open_pages") >= 1
    events = {line["event"] for line in logged(where)}
    assert {"started", "page_opened", "request"} <= events


def test_a_server_says_whether_it_lives_and_is_ready(address):
    assert ask(address, "/healthz") == (200, '{"status":"live"}')
    assert ask(address, "/readyz") == (200, '{"status":"ready"}')


def test_what_is_asked_for_is_logged_by_its_pattern_alone(address, where):
    paths = (
        f"/api/collections/events/items?limit=1&q={PROBE}",
        f"/{PROBE}/a%0A%7B%22event%22:%22stop%22%7D",
        f"/api/{PROBE}",
        f"/tideline/data/{PROBE}/events.bin",
        f"/{PROBE}?event={PROBE}",
    )
    for path in paths:
        ask(address, path)
    assert ask(address, "/", Host="evil.example")[0] == 421
    lines = logged(where, lambda line: line.get("status") == 421)
    requests = [line for line in lines if line["event"] == "request"]
    routes = {line["route"] for line in requests}
    assert {"/api/collections/{name}/items", "other"} <= routes
    assert {421, 200, 404} <= {line["status"] for line in requests}
    assert all(line["ms"] >= 0 and line["bytes"] >= 0 for line in requests)
    text = json.dumps(lines)
    for word in (PROBE, "evil.example", "Rifaat", "127.0.0.1", str(where.parent)):
        assert word not in text, word
    assert "client" not in {name for line in lines for name in line}


def test_what_is_counted_is_what_the_store_holds(address, where):
    samples = scraped(address)
    with open_store(where) as store:
        assert value(samples, "articles") == len(store.articles())
        assert value(samples, "claims") == len(store.claims())
        assert value(samples, "events") == len(store.events())


def test_strangers_make_no_series(address):
    before = {route(one) for one in scraped(address)}
    for number in range(50):
        ask(address, f"/unknown-{number}/x")
        ask(address, f"/api/collections/c{number}/items/{number}")
    after = {route(one) for one in scraped(address)}
    known = {"other", "/api/collections/{name}/items/{id}"}
    assert after - before <= known
    assert len(scraped(address)) < 1_500


def route(sample):
    return sample.labels.get("route")


def test_through_a_server_in_between_there_are_no_metrics(address):
    assert ask(address, "/metrics")[0] == 200
    status, text = ask(address, "/metrics", **{"X-Forwarded-For": "127.0.0.1"})
    assert (status, text) == (404, "there is nothing of that name")
