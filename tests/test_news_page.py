"""Whoever reads learns that others stored something, and keeps what is being read."""

import re

import pytest
import server
from conftest import make_article, make_location, make_placing
from playwright.sync_api import expect

from geo.copies import mark
from geo.store import open_store

pytestmark = pytest.mark.browser

LATER = (
    "2025-03-01",
    "Wire of the South",
    "captured",
    "(The army) took [Idlib] from {rebels} <on 2 December>.",
)


@pytest.fixture(scope="module")
def where(stores):
    made = stores.store()
    server.fill(made)
    yield made
    stores.drop(made)


@pytest.fixture(scope="module")
def served(where, cache):
    with server.served(where, cache=cache) as address:
        yield address


def add(where, number):
    """Store another report with its event, as another process."""
    article, claim = server.told(number, *LATER)
    lon, lat = server.SPOTS["Idlib"]
    spot = make_location(lon=lon, lat=lat, place_id="test:Idlib", name="Idlib")
    place = make_placing({claim.claim_id: spot}, article_id=article.article_id)
    with open_store(where) as store:
        store.add(article, [claim], place, now=server.NOW)


def at_rest(screen):
    """Wait until the page is drawn; while it is, it takes in what is stored."""
    screen.page.wait_for_timeout(1_000)
    screen.settle()


def hurry(screen):
    """Have the page ask what is new more often than every five seconds."""
    screen.map.evaluate(
        "void setInterval("
        "() => document.dispatchEvent(new Event('visibilitychange')), 300)"
    )


def news(screen):
    return screen.map.locator(".tl-news")


def test_new_reports_are_told_of_and_shown_when_asked_for(visit, where, served):
    screen = visit(served)
    before = screen.until(f"s.passed >= {len(server.REPORTS)}")
    n = before["passed"]
    expect(news(screen)).to_have_count(0)
    # Somebody reads: an event lies open, the map is elsewhere than at first.
    screen.click(screen.newest())
    pane = screen.page.locator(".st-key-pane")
    expect(pane).to_contain_text("Tell Rifaat")
    screen.map.locator(".leaflet-control-zoom-in").click()
    zoomed = screen.until(f"s.zoom === {before['zoom'] + 1}")
    screen.map.evaluate("window.sameMap = true")
    at_rest(screen)
    add(where, 90)
    # The page asks by itself.
    expect(news(screen)).to_contain_text("1 new report")
    hurry(screen)
    add(where, 91)
    expect(news(screen)).to_contain_text("2 new reports")
    # Nothing has changed meanwhile.
    assert screen.state()["passed"] == n
    expect(pane).to_contain_text("Tell Rifaat")
    news(screen).get_by_role("button", name="Show", exact=True).click()
    shown = screen.until(f"s.passed === {n + 1}")
    expect(news(screen)).to_have_count(0)
    expect(pane).to_contain_text("Tell Rifaat")
    assert screen.map.evaluate("window.sameMap")
    assert (shown["zoom"], shown["center"]) == (
        zoomed["zoom"], pytest.approx(zoomed["center"]),
    )  # fmt: skip
    # Who stood at the end stands at the end again.
    assert shown["day"] > before["day"]


def test_who_looks_at_a_day_stays_there_and_may_put_news_aside(visit, where, served):
    screen = visit(f"{served}/?day=2016-08-14&lang=ar")
    before = screen.until("s.passed > 1")
    hurry(screen)
    # Another act than a report, in the reader's language.
    with open_store(where) as store:
        mark(store, ("report-1", "report-2"), is_copy=True, now=server.NOW)
    expect(news(screen)).to_contain_text("تغيّرت البيانات")
    news(screen).get_by_role("button", name="إغلاق").click()
    expect(news(screen)).to_have_count(0)
    add(where, 92)
    expect(news(screen)).to_contain_text("تقرير جديد واحد")
    news(screen).get_by_role("button", name="عرض", exact=True).click()
    expect(news(screen)).to_have_count(0)
    expect(screen.page).to_have_url(re.compile("day=2016-08-14"))
    assert screen.state()["day"] == before["day"]


def test_a_store_that_comes_later_is_heard_of_too(visit, tmp_path, cache):
    where = tmp_path / "store.sqlite"
    with server.served(where, cache=cache) as address:
        screen = visit(address)
        screen.until("s.passed === 0")
        hurry(screen)
        with open_store(where) as store:
            store.add(make_article(), [], make_placing({}), now=server.NOW)
        expect(news(screen)).to_contain_text("1 new report")
