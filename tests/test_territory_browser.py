"""Control areas in the browser: the same as in Python, and said to be an estimate."""

from datetime import date, timedelta

import fronts
import numpy as np
import pandas as pd
import pytest
import shapely
from map_frame import Frame
from playwright.sync_api import expect

from geo.territory import LABEL, areas, read_land
from geo.timeline import control_on
from geo.view import View

pytestmark = pytest.mark.browser

EPOCH = date(1970, 1, 1)
FIRST = (fronts.FIRST.astype(object) - EPOCH).days
SPOT = (37.5, 35.0, 8)
VIEW = View(day=fronts.FIRST.astype(object), areas=True)

# Who holds the ground at points of the view, by the names of the actors.
HOLDERS = """points => {
  const { territory, map, data } = tideline.layer;
  return points.map(([lon, lat]) => {
    const holder = territory.holderAt(map.latLngToContainerPoint([lat, lon]));
    return holder < 0 ? null : data.header.actors[holder].name;
  });
}"""
# How strongly the ground is painted there, 0 to 255.
INK = """points => {
  const { territory, map } = tideline.layer;
  const { canvas } = territory;
  const { left, top, width } = canvas.getBoundingClientRect();
  const corner = map.getContainer().getBoundingClientRect();
  const scale = canvas.width / width;
  const bytes = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return points.map(([lon, lat]) => {
    const { x, y } = map.latLngToContainerPoint([lat, lon]);
    const column = Math.floor((x + corner.x - left) * scale);
    const row = Math.floor((y + corner.y - top) * scale);
    return bytes[4 * (row * canvas.width + column) + 3];
  });
}"""


@pytest.fixture(scope="module")
def land():
    return read_land()


@pytest.fixture(scope="module")
def ashore(land):
    """Tell which points lie on land."""
    whole = shapely.union_all(land)
    shapely.prepare(whole)
    return lambda points: shapely.contains_xy(whole, points)


@pytest.fixture(scope="module")
def events():
    return fronts.moving(1_500, 3)


@pytest.fixture(scope="module")
def page(browser, events):
    with browser.new_context(viewport={"width": 900, "height": 640}) as context:
        opened = Frame(context.new_page(), events, VIEW, at=SPOT).page
        # The land, beyond which nothing is painted, comes by itself.
        opened.wait_for_function("tideline.layer.basemap.labels().length")
        yield opened


def on(page, day, **wishes):
    """Go to a day and wait until it is drawn."""
    page.evaluate(
        "wish => { tideline.layer.clock.set(wish); }",
        {"day": FIRST + day, "areas": True, **wishes},
    )
    page.wait_for_function("tideline.layer.state().ready")


def truth(events, day, land):
    return areas(control_on(events, EPOCH + timedelta(days=FIRST + day)), land)


def scattered(found, n, away):
    """Return points of the view that lie at least `away` degrees from any bound."""
    rng = np.random.default_rng(5)
    points = rng.uniform((35.2, 33.9), (39.4, 36.1), (n, 2))
    bounds = shapely.union_all(shapely.boundary(found.geometry.to_numpy()))
    shapely.prepare(bounds)
    return points[~shapely.dwithin(shapely.points(points), bounds, away)]


def holders(found, points):
    of, at = found.sindex.query(shapely.points(points), predicate="within")
    held = np.full(len(points), None)
    held[of] = found["controlled_by"].to_numpy()[at]
    return held.tolist()


# A pixel is 0.0055 degrees wide, a cell two of them, and edges are soft for two cells.
CELL, SOFT = 0.011, 0.024


# Forward, where places are added; back, where they are taken away again; the last day.
@pytest.mark.parametrize("day", [8, 60, 20, 130])
def test_areas_are_those_of_python(page, events, land, ashore, day):
    found = truth(events, day, land)
    on(page, day)
    points = scattered(found, 4_000, CELL)
    points = points[ashore(points)]
    expected = holders(found, points)
    assert len(expected) > 1_000
    assert {fronts.A, None} <= set(expected)
    assert page.evaluate(HOLDERS, points.tolist()) == expected
    # What is painted ends at the shore too.
    points = scattered(found, 4_000, SOFT)
    held = pd.notna(holders(found, points))
    assert held.sum() > 200
    ink = np.array(page.evaluate(INK, points.tolist()))
    assert ((ink > 0) == held).all()


def test_doubt_is_striped_and_thin_evidence_pale(page, events, land):
    found = truth(events, 60, land)
    on(page, 60)
    plain = ~(found["disputed"] | found["contested"])
    firm = found["evidence"] == "firm"
    inks = []
    for kind in (plain & firm, plain & ~firm, ~plain & firm):
        points = scattered(found, 6_000, SOFT)
        inside = pd.notna(holders(found[kind], points))
        inks.append(page.evaluate(INK, points[inside].tolist()))
    # The middle: a few points lie where an edge is drawn stronger.
    strong, pale = np.median(inks[0]), np.median(inks[1])
    assert 0 < pale < 0.6 * strong
    between, on_stripe = np.percentile(inks[2], [8, 92])
    assert between < 0.6 * strong
    assert on_stripe > 1.2 * strong


def test_areas_go_on_across_the_date_line(frame, land, ashore):
    # The made-up ground, moved to the far north-east of Asia.
    events = fronts.moving(400, 4)
    moved = shapely.get_coordinates(events.geometry.to_numpy()) + np.array(
        [142.5, 31.5]
    )
    moved[:, 0] = (moved[:, 0] + 180) % 360 - 180
    events = events.set_geometry(shapely.points(moved), crs=events.crs)
    found = truth(events, 60, land)
    page = frame(events, VIEW, at=(180.0, 66.5, 7)).page
    on(page, 60)
    rng = np.random.default_rng(6)
    points = rng.uniform((178.0, 65.6), (182.0, 67.4), (3_000, 2))
    home = np.where(points > 180, points - 360, points)
    bounds = shapely.union_all(shapely.boundary(found.geometry.to_numpy()))
    clear = shapely.distance(bounds, shapely.points(home)) > 2 * CELL
    clear &= ashore(home)
    expected = holders(found, home[clear])
    assert page.evaluate(HOLDERS, points[clear].tolist()) == expected
    west = points[clear][:, 0] < 180
    for side in (west, ~west):
        assert {fronts.A, fronts.B} <= set(np.array(expected)[side])


def test_they_are_said_to_be_an_estimate_while_they_show(page):
    note = page.locator(".tl-estimate")
    on(page, 60)
    expect(note).to_contain_text(LABEL)
    expect(page.locator(".tl-areas")).to_be_visible()
    on(page, 60, areas=False)
    expect(note).to_have_count(0)
    expect(page.locator(".tl-areas")).to_be_hidden()
