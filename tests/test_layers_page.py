"""Other people's data on the map, in a real browser against a real server."""

from datetime import UTC, datetime

import pytest
from browsing import SLOW_MS
from playwright.sync_api import expect
from screen import HOSTILE
from server import fill, served
from test_layers_of_others import feature, geojson

from geo.layer_files import read_layer
from geo.layers import Layer, add_layer
from geo.store import open_store

NOW = datetime(2026, 1, 5, tzinfo=UTC)
SPOT = [36.0, 34.0]
DATED = {"date": "2016-08-12", "name": HOSTILE, "publisher": HOSTILE}


@pytest.fixture(scope="module")
def layered(tmp_path_factory, cache):
    """Serve the reports and a layer with hostile words."""
    where = tmp_path_factory.mktemp("layered") / "store.sqlite"
    fill(where)
    content = geojson(
        feature({"type": "Point", "coordinates": SPOT}, **DATED),
        feature({"type": "Point", "coordinates": [37.0, 34.0]}, date="2024-12-01"),
    )
    kind, events, _bad = read_layer(content)
    with open_store(where) as store:
        layer = Layer(name=f"Layer {HOSTILE}", kind=kind, licence="CC BY 4.0")
        add_layer(store, layer, content, events, now=NOW)
    with served(where, cache=cache) as address:
        yield address


def test_a_layer_is_shown_where_chosen_follows_time_and_says_whose_it_is(
    visit, layered
):
    screen = visit(layered)
    assert screen.state()["others"]["wanted"] == []
    screen.settle()
    screen.page.get_by_role("button", name="Map", exact=True).click()
    box = screen.page.get_by_test_id("stPopoverBody")
    box.get_by_role("combobox").click()
    screen.page.get_by_role("option").first.click()
    screen.settle()
    screen.page.keyboard.press("Escape")
    screen.page.keyboard.press("Escape")
    screen.until("s.others.wanted.length === 1 && s.others.ready")
    screen.move({"day": 17_100, "since": None})
    assert screen.until("s.others.drawn === 1")
    screen.move({"day": 16_000})
    assert screen.until("s.others.drawn === 0")
    screen.move({"day": 17_100, "since": 17_025})
    assert screen.until("s.others.drawn === 1")
    spot = screen.map.evaluate(
        "at => tideline.layer.map.latLngToContainerPoint([at[1], at[0]])", SPOT
    )
    screen.frame.click(position={"x": spot["x"], "y": spot["y"]})
    tip = screen.page.frame_locator(".st-key-map_frame iframe").locator("#tl-tip")
    expect(tip).to_contain_text("Imported data: Layer {{7*7}}", timeout=SLOW_MS)
    expect(tip).to_contain_text("CC BY 4.0")
    assert screen.map.evaluate("window.PWN") is None
    assert screen.page.evaluate("window.PWN") is None


def test_the_choice_of_layers_is_offered_in_the_language_of_the_page(visit, layered):
    screen = visit(f"{layered}/?lang=ar")
    screen.settle()
    screen.page.get_by_role("button", name="الخريطة", exact=True).click()
    box = screen.page.get_by_test_id("stPopoverBody")
    expect(box.get_by_role("combobox")).to_have_attribute("placeholder", "لا شيء")
