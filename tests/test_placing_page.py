"""Placing by hand on the page: from the map, the keyboard, or among candidates."""

import re
from dataclasses import replace
from datetime import date

import pytest
import server
from conftest import (
    TEXT,
    make_article,
    make_claim,
    make_finding,
    make_location,
    make_nowhere,
    make_placing,
)
from playwright.sync_api import expect
from screen import HOSTILE, hostile

from geo.locations import Candidate
from geo.store import open_store

pytestmark = pytest.mark.browser

EAST = Candidate(
    place_id="test:east", name="Tall Abyad East", lon=39.5, lat=36.5, country="SY",
    how="exact", score=1.2, radius_m=1_500.0, source="Test list, CC0",
)  # fmt: skip
WEST = replace(EAST, place_id="test:west", name="Tall Abyad West", lon=36.4, lat=35.4)


def add(store, number, location, **changes):
    """Store an article with one claim of 2 March 2017, found there.

    Its text names no place that a gazetteer knows.
    """
    text = TEXT.replace("Palmyra", "Thither")
    article = make_article(
        article_id=f"b{number}", title=f"Report {number}", published=date(2017, 3, 5),
        text=text,
    )  # fmt: skip
    claim = make_claim(
        claim_id=f"c{number}", article_id=f"b{number}", sentence=text[:65], **changes
    )
    placing = make_placing(
        {claim.claim_id: location}, article_id=f"b{number}", countries=("SY",)
    )
    store.add(article, [claim], placing, now=server.NOW)


@pytest.fixture(scope="module")
def lost(tmp_path_factory, cache):
    """The address of a server on claims about villages that were not found.

    Two about each, for one test each.
    """
    where = tmp_path_factory.mktemp("placing") / "lost.sqlite"
    with open_store(where) as store:
        add(store, 1, make_location())
        for number, name in enumerate(("Xyz", "Xyz", "Uvw", "Uvw", "Rst", "Rst"), 2):
            name = f"Qaryat {name}"
            add(store, number, make_nowhere(name=name), place=name)
        level = make_nowhere(name="Tall Abyad", candidates=(EAST, WEST))
        add(store, 8, level, place="Tall Abyad")
    with server.served(where, cache=cache) as address:
        yield address, where


def button(screen, name):
    return screen.pane.get_by_role("button", name=name)


def where_is(where, claim_id):
    with open_store(where) as store:
        return store.claim(claim_id).location


def test_a_click_on_the_map_places_a_village_and_its_namesakes(visit, lost):
    address, where = lost
    screen = visit(address)
    screen.open_row("Not placed exactly", "Qaryat Xyz")
    expect(screen.marked).to_be_visible()
    button(screen, "Point to it on the map").click()
    screen.until("s.placing === 1")
    expect(button(screen, "Store the place")).to_be_disabled()
    map_frame = screen.page.locator(".st-key-map_frame iframe")
    map_frame.click(position={"x": 300, "y": 200})
    lon, lat, _ = screen.until("s.point.length === 3")["point"]
    screen.settle()
    expect(screen.pane.get_by_label("Latitude, longitude")).to_have_value(
        f"{lat:.5f}, {lon:.5f}"
    )
    before = screen.state()["passed"]
    button(screen, "Store the place").click()
    screen.until(f"s.passed === {before + 1} && !s.placing")
    expect(screen.pane).to_contain_text("2 claims were placed anew")
    for claim_id in ("c2", "c3"):
        found = where_is(where, claim_id)
        assert (found.match, found.where_prec) == ("user", 1)
        assert (found.lon, found.lat) == (pytest.approx(lon), pytest.approx(lat))
    assert where_is(where, "c8").match == "none"


def test_coordinates_can_be_typed_and_the_act_undone(visit, lost):
    address, where = lost
    screen = visit(address)
    screen.open_row("Not placed exactly", "Qaryat Uvw")
    hand = screen.page.get_by_role("radio", name=re.compile("by hand"))
    counted = hand.all_inner_texts()
    button(screen, "Point to it on the map").click()
    field = screen.pane.get_by_label("Latitude, longitude")
    field.fill("{{7*7}}")
    field.press("Enter")
    expect(screen.pane.get_by_role("alert")).to_contain_text("latitude first")
    field.fill("36.25, 37.62")
    field.press("Enter")
    screen.until("s.point[0] === 37.62 && s.point[1] === 36.25")
    screen.settle()
    before = screen.state()["passed"]
    button(screen, "Store the place").click()
    screen.until(f"s.passed === {before + 1}")
    assert (where_is(where, "c4").lon, where_is(where, "c4").lat) == (37.62, 36.25)
    screen.settle()
    button(screen, "Close").click()
    expect(screen.pane).to_contain_text("Read the source")
    screen.open_row("Placed by hand", "Qaryat Uvw")
    expect(screen.marked).to_be_visible()
    screen.pane.get_by_text("Correct the place").click()
    button(screen, "Undo this").click()
    expect(screen.pane).to_contain_text("2 claims were placed anew")
    for claim_id in ("c4", "c5"):
        found = where_is(where, claim_id)
        assert (found.match, found.where_prec) == ("container", 6)
    expect(hand).to_have_text(counted)


def test_one_of_several_candidates_can_be_chosen(visit, lost):
    address, where = lost
    screen = visit(address)
    screen.open_row("Not placed exactly", "Tall Abyad")
    state = screen.until("s.candidates.length === 2")
    assert state["candidates"] == [[39.5, 36.5], [36.4, 35.4]]
    expect(screen.pane).to_contain_text("Test list, CC0")
    before = state["passed"]
    button(screen, re.compile("2. Tall Abyad West")).click()
    screen.until(f"s.passed === {before + 1}")
    found = where_is(where, "c8")
    assert (found.match, found.place_id, found.lon) == ("user", "test:west", 36.4)
    assert found.source == "Test list, CC0"


def test_a_map_that_asks_for_a_point_can_be_left(visit, lost):
    address, where = lost
    screen = visit(address)
    screen.open_row("Not placed exactly", "Qaryat Rst")
    button(screen, "Point to it on the map").click()
    screen.until("s.placing === 1")
    button(screen, "Cancel").click()
    screen.until("s.placing === 0")
    assert where_is(where, "c6").match == "none"


def test_the_pane_says_where_text_and_map_differ(visit, tmp_path, cache):
    where = tmp_path / "findings.sqlite"
    article, claim = make_article(), make_claim()
    findings = (
        make_finding(),
        make_finding(reference=HOSTILE, stated_km=None),
        make_finding(reference="Homs", agrees=True),
    )
    with open_store(where) as store:
        found = {claim.claim_id: make_location()}
        placing = make_placing(found, countries=("SY",), findings=findings)
        store.add(article, [claim], placing, now=server.NOW)
    with server.served(where, cache=cache) as address:
        screen = visit(f"{address}/?event=e-{claim.claim_id}")
        note = screen.pane.get_by_role("note")
        expect(note).to_contain_text("225 km south-west of Raqqah; on this map")
        expect(note).to_contain_text("168 km")
        expect(note).to_contain_text("{{7*7}} {% x %} ${window.PWN=1} `tick`")
        expect(note.get_by_role("listitem")).to_have_count(2)
        assert screen.page.evaluate("window.PWN") is None
        assert (screen.state()["selected"], screen.state()["passed"]) == (0, 1)


def test_hostile_names_of_candidates_stay_words(visit, tmp_path, cache):
    where = tmp_path / "hostile.sqlite"
    article, claim = hostile()
    evil = replace(EAST, name=HOSTILE, source=HOSTILE, place_id=HOSTILE)
    nowhere = make_nowhere(name=HOSTILE, candidates=(evil, WEST))
    with open_store(where) as store:
        placing = make_placing({claim.claim_id: nowhere}, countries=("SY",))
        store.add(article, [claim], placing, now=server.NOW)
    with server.served(where, cache=cache) as address:
        screen = visit(address)
        screen.open_row("Not placed exactly", "tick")
        shown = button(screen, re.compile("^1. "))
        expect(shown).to_contain_text("{{7*7}} {% x %} ${window.PWN=1} `tick`")
        shown.click()
        expect(screen.pane).to_contain_text("1 claim was placed anew")
        screen.settle()
        screen.until("s.passed === 1")
        assert screen.page.evaluate("window.PWN") is None
        assert screen.map.evaluate("window.PWN") is None
