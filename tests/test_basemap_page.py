"""What lies under the events in a real browser, with every outside host refused."""

import pytest
import server
from browsing import SLOW_MS
from playwright.sync_api import expect
from tile_files import pmtiles, png, tile_server

pytestmark = pytest.mark.browser

GREEN = png(0, 160, 0)
# The colour in the middle of what a pane of the map shows, without its transparency.
COLOUR = """(find) => {
  const drawn = document.querySelector(find);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const ctx = canvas.getContext("2d");
  const [w, h] = [drawn.naturalWidth || drawn.width, drawn.naturalHeight || drawn.height];
  ctx.drawImage(drawn, w / 2, h / 2, 1, 1, 0, 0, 1, 1);
  return [...ctx.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""
GO = """([lon, lat, zoom]) =>
  tideline.layer.map.setView([lat, lon], zoom, { animate: false })"""
SPEAK = """() => {
  tideline.speak({ code: "ar", direction: "rtl", words: {}, counted: {} });
  tideline.layer.basemap.speak();
}"""
GROUND = ".leaflet-basemap-pane canvas"
TILE = "img.leaflet-tile-loaded"


def go(screen, lon, lat, zoom):
    screen.map.evaluate(GO, [lon, lat, zoom])


def names(screen, name):
    """Return what stands on the ground in view, once `name` does."""
    screen.map.wait_for_function(
        "(name) => tideline.layer.basemap.labels().includes(name)", arg=name
    )
    return screen.map.evaluate("tideline.layer.basemap.labels()")


def choose(screen, words):
    screen.settle()
    screen.page.get_by_role("button", name="Map", exact=True).click()
    screen.page.get_by_text(words, exact=True).click()
    screen.page.keyboard.press("Escape")
    screen.settle()


def test_land_names_and_their_meaning_are_there_without_any_network(visit, filled):
    screen = visit(filled)
    go(screen, 38.6, 33.9, 6)
    seen = names(screen, "Damascus")
    assert len(seen) == len(set(seen)) > 20
    # The mark there has its own name, to which the ground's gives way.
    assert "Palmyra" in screen.map.evaluate("tideline.layer.data.header.names")
    screen.map.wait_for_function("!tideline.layer.basemap.labels().includes('Palmyra')")
    assert screen.map.evaluate(COLOUR, GROUND) == [245, 243, 238]
    go(screen, 34.0, 34.5, 8)
    screen.map.wait_for_function(f"({COLOUR})('{GROUND}').join() === '0,0,0'")
    go(screen, -179.9, 66.5, 5)
    assert screen.map.evaluate(COLOUR, GROUND) == [245, 243, 238]
    credit = screen.map.locator(".tl-credit")
    expect(credit).to_contain_text("Natural Earth · GeoNames (CC BY 4.0) · Leaflet")
    credit.get_by_role("button", name="Borders and names imply no opinion").click()
    expect(credit.locator(".tl-note")).to_contain_text("do not express any opinion")
    screen.map.evaluate(SPEAK)
    go(screen, 38.6, 33.9, 6)
    assert "العراق" in names(screen, "دمشق")


def test_tiles_of_a_file_and_of_ones_own_address_are_shown_where_chosen(
    visit, tmp_path, cache
):
    where = tmp_path / "store.sqlite"
    server.fill(where)
    every = {(z, x, y): GREEN for z in range(3) for x in range(2**z) for y in range(2**z)}  # fmt: skip
    path = pmtiles(tmp_path / "a.pmtiles", every, attribution="<b>Makers & Sons</b>")
    with tile_server(None) as (origin, asked):
        variables = {
            "TIDELINE_PMTILES": str(path),
            "TIDELINE_TILES": origin + "/{z}/{x}/{y}.png",
            "TIDELINE_TILES_ATTRIBUTION": "Own <img src=x onerror=window.PWN=1>",
        }
        with server.served(where, cache=cache, **variables) as address:
            screen = visit(address)
            choose(screen, "Tiles from a file")
            screen.map.locator(TILE).first.wait_for(timeout=SLOW_MS)
            assert screen.map.evaluate(COLOUR, TILE) == [0, 160, 0]
            credit = screen.map.locator(".tl-credit")
            expect(credit).to_contain_text("Makers & Sons · GeoNames")
            assert screen.map.evaluate("tideline.layer.basemap.labels()") == []
            assert asked == []
            choose(screen, "Your own tiles")
            alert = screen.map.get_by_role("alert")
            expect(alert).to_contain_text("The tiles do not answer", timeout=SLOW_MS)
            assert asked
            expect(credit).to_contain_text("Own <img src=x onerror=window.PWN=1> ·")
            assert credit.locator("img").count() == 0
            choose(screen, "Outlines")
            expect(alert).to_have_count(0)
            assert "Damascus" in names(screen, "Damascus")
