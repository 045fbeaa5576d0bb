"""Reading, searching, filtering and comparing in a real browser, also on a phone."""

import re

import pytest
import server
import telling
from conftest import make_location, make_placing
from playwright.sync_api import expect
from screen import HOSTILE, hostile

from geo.store import open_store

pytestmark = pytest.mark.browser

TOOK = "e-army-0"
SHEET = "[class*='st-key-pane_sheet']"


@pytest.fixture(scope="module")
def told(tmp_path_factory, cache):
    """The address of a server whose store has what `telling` tells, and hostile words."""
    where = tmp_path_factory.mktemp("told") / "store.sqlite"
    with open_store(where) as store:
        telling.fill(store)
        article, claim = hostile()
        spot = make_location(name=HOSTILE, place_id="h", lon=37.0)
        store.add(
            article,
            [claim],
            make_placing({claim.claim_id: spot}),
            now=server.NOW,
        )
    with server.served(where, cache=cache) as address:
        yield address


def press(screen, name):
    """Press a button of the pane once no script runs."""
    screen.settle()
    screen.pane.get_by_role("button", name=re.compile(name)).first.click()


def find(screen, query):
    screen.settle()
    box = screen.page.get_by_role("textbox", name="Search places")
    box.fill(query)
    box.press("Enter")


def test_a_reader_goes_from_report_to_report(visit, told):
    screen = visit(f"{told}/?event={TOOK}")
    screen.settle()
    expect(screen.marked).to_have_text("The army took Palmyra.")
    for_it = screen.pane.get_by_text("Monitors saw the army in Palmyra.").first
    against = screen.pane.get_by_text("Islamic State still holds Palmyra.").first
    assert for_it.bounding_box()["x"] < against.bounding_box()["x"]
    screen.pane.evaluate("pane => pane.scrollTo(0, 200)")
    assert screen.pane.evaluate("pane => pane.scrollTop") > 100
    press(screen, "Amaq, 4 March 2017")
    expect(screen.marked).to_have_text("Palmyra did not fall, Amaq wrote.")
    # What is read is read from its top, though the reader had gone down to choose it.
    assert screen.pane.evaluate("pane => pane.scrollTop") == 0
    press(screen, "State Agency, 4 March 2017")
    expect(screen.marked).to_have_text("The army took Palmyra.")
    press(screen, "Next claim")
    expect(screen.marked).to_have_text("It did not lose Raqqa, it said.")
    press(screen, "Next claim")
    expect(screen.pane).to_contain_text("tells of a plan")
    press(screen, "Previous claim")
    expect(screen.marked).to_have_text("It did not lose Raqqa, it said.")
    press(screen, "Previous claim")
    expect(screen.marked).to_have_text("The army took Palmyra.")
    press(screen, "Copy quotation")
    quoted = screen.page.get_by_test_id("stCode")
    expect(quoted).to_contain_text("“The army took Palmyra.”")
    expect(quoted).to_contain_text("https://example.org/army")


def test_a_place_is_found_and_its_history_leads_to_sentences(visit, told):
    screen = visit(told)
    find(screen, "palm")
    press(screen, "Palmyra 3 events")
    expect(screen.pane.locator(".tl-bar")).to_have_count(2)
    screen.until("s.zoom > 7")
    bars = [bar.bounding_box() for bar in screen.pane.locator(".tl-bar").all()]
    assert bars[0]["x"] + bars[0]["width"] == pytest.approx(bars[1]["x"], abs=1)
    press(screen, "From 20 May 2015")
    expect(screen.marked).to_have_text("Islamic State took Palmyra.")
    press(screen, "History of this place")
    press(screen, "Last reported on 2 March 2017")
    expect(screen.marked).to_have_text("Islamic State still holds Palmyra.")


def test_counts_beside_filters_follow_the_other_filters(visit, told):
    screen = visit(told)
    before = screen.state()["passed"]
    screen.page.get_by_role("button", name="Filters").click()
    body = screen.page.get_by_test_id("stPopoverBody")
    body.get_by_role("button", name="holds (2)").click()
    screen.until("s.passed === 2")
    screen.settle()
    expect(body.get_by_role("button", name="Syrian government (0)")).to_be_visible()
    body.get_by_role("button", name="Islamic State (2)").click()
    expect(screen.page).to_have_url(re.compile("type=holds"))
    expect(screen.page).to_have_url(re.compile("actor=Islamic"))
    screen.settle()
    # The label of what is chosen has another count now, and it is chosen still.
    body.get_by_role("button", name=re.compile("^holds ")).click()
    screen.until("s.passed > 2")
    screen.settle()
    expect(screen.page).to_have_url(re.compile("actor=Islamic"))
    body.get_by_role("button", name="Clear all filters").click()
    screen.until(f"s.passed === {before}")


def test_what_changed_hands_opens_its_source(visit, told):
    screen = visit(f"{told}/?mode=changes&since=2016-01-01")
    screen.settle()
    sums = screen.page.locator(".tl-sums")
    expect(sums).to_contain_text("From 1 January 2016 to 2 March 2017")
    expect(sums).to_contain_text("Syrian government")
    screen.open_row("Changed hands", "Palmyra")
    expect(screen.marked).to_have_text("The army took Palmyra.")


def test_on_a_phone_what_is_read_lies_over_the_page_as_a_sheet(visit, told):
    screen = visit(told, viewport={"width": 390, "height": 844}, has_touch=True)
    screen.until("s.drawn.length > 0")
    find(screen, "tick")
    expect(screen.pane).to_contain_text("**b** :red[r] $\\alpha$")
    press(screen, "1 events?$")
    expect(screen.pane.locator("h2")).to_contain_text("<img src=x onerror")
    press(screen, "Reported on")
    expect(screen.marked).to_contain_text(HOSTILE)
    sheet = screen.page.locator(SHEET).bounding_box()
    assert sheet["y"] + sheet["height"] == pytest.approx(844, abs=1)
    assert 844 * 0.3 < sheet["height"] < 844 * 0.66
    frame = screen.page.locator(".st-key-map_frame iframe").bounding_box()
    assert frame["y"] + 80 < sheet["y"]
    screen.pane.evaluate("pane => pane.scrollTo(0, pane.scrollHeight)")
    expect(screen.pane.locator(".tl-byline").last).to_be_in_viewport()
    assert screen.page.evaluate("document.documentElement.scrollWidth") <= 390
    close = screen.pane.get_by_role("button", name="Close")
    expect(close).to_be_in_viewport()
    screen.settle()
    close.click()
    expect(screen.page.locator(SHEET)).to_have_count(0)
    expect(screen.page.locator("body")).not_to_contain_text("49")
    assert screen.page.evaluate("window.PWN") is None
