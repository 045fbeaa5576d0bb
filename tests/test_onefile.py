"""The map as one file: what is in it, and how it behaves when opened from disk."""

import base64
import json
import re
import struct
from dataclasses import replace
from datetime import date
from hashlib import sha256

import geopandas as gpd
import numpy as np
import pytest
from blocks import blocks, without_data
from browsing import SLOW_MS
from conftest import TEXT, make_claim, make_location
from playwright.sync_api import expect
from screen import HOSTILE, hostile
from strategies import placed
from test_access import serious

from extract.conflict import load_conflicts
from geo import onefile
from geo.areas import distance_m
from geo.columns import mercator
from geo.events import cluster, frame
from geo.language import load_languages
from geo.onefile import one_file
from geo.pages.served import all_actors
from geo.view import View
from geo.withholding import snapped, withheld

SYRIA = all_actors(load_conflicts())
TODAY = date(2026, 1, 5)
BREAKING = f"</script><script>window.PWN=1</script><!-- ]]> {HOSTILE}"
# What leaflet and our own code may weigh with the basemap, in bytes.
WITHOUT_DATA = 1_500_000


def events_of(*claims, where=None):
    found = [
        placed(claim, where or make_location(place_id=f"geonames:{n}", lon=38 + n / 4))
        for n, claim in enumerate(claims)
    ]
    return frame(cluster(found))


def on(day, **changes):
    return make_claim(claim_id=f"c{day}", date_start=day, date_end=day, **changes)


def leaving(events, **held):
    return withheld(events, today=TODAY, **held)


SOME = (
    on(date(2017, 3, 2)),
    on(date(2017, 5, 2), place="Raqqa", gained_by="Syrian Democratic Forces"),
    on(date(2018, 1, 1), place="Manbij", lost_by=None),
)


def many(count):
    """Return so many events at a tenth as many places, each with words of its own."""
    one = events_of(make_claim())
    numbers = np.arange(count)
    whole = one.iloc[0 * numbers].reset_index(drop=True)
    spots = numbers % (count // 10)
    day = np.datetime64("2012-01-01") + numbers % 4_000
    words = [f"{sha256(str(n).encode()).hexdigest()} took it." for n in numbers]
    return whole.assign(
        event_id=[f"e-{n}" for n in numbers],
        place_id=[f"geonames:{n}" for n in spots],
        place=[f"Village {n}" for n in spots],
        date_start=day,
        date_end=day,
        sentence=words,
        geometry=gpd.points_from_xy(
            36 + spots % 70 / 10, 32 + spots % 50 / 10, crs=4326
        ),
    )


def test_the_same_events_make_the_same_file():
    events = events_of(*SOME)
    again = one_file(leaving(events.iloc[::-1]), SYRIA)
    assert one_file(leaving(events), SYRIA) == again


def test_at_ten_thousand_events_the_file_is_light():
    page = one_file(leaving(many(10_000)), SYRIA)
    assert json.loads(blocks(page)["reading"])[9_999][0].endswith("took it.")
    assert len(without_data(page).encode()) <= WITHOUT_DATA


def test_no_word_can_end_the_block_that_it_stands_in():
    columns = ("place", "gained_by", "lost_by", "sentence", "publisher", "url")
    events = events_of(make_claim()).assign(**dict.fromkeys(columns, BREAKING))
    page = one_file(leaving(events), SYRIA)
    assert "PWN" not in page
    assert page.count("<script") == len(blocks(page)) + 1
    [reading] = json.loads(blocks(page)["reading"])
    assert reading[0] == reading[7] == BREAKING


def test_the_file_may_run_its_own_script_and_connect_to_nobody():
    page = one_file(leaving(events_of(*SOME)), SYRIA)
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    [script] = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    [style] = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    for kind, text in (("script-src", script), ("style-src", style)):
        digest = base64.b64encode(sha256(text.encode()).digest()).decode()
        assert rules[kind] == f"'sha256-{digest}'"
    assert rules["default-src"] == "'none'"
    assert "connect-src" not in rules
    assert "sourceMappingURL" not in page


@pytest.mark.parametrize("code", ["let x = '</SCRIPT>'", "/* <!-- */", "a{}</style>"])
def test_code_that_would_end_its_own_block_is_refused(monkeypatch, tmp_path, code):
    (tmp_path / "bad.js").write_text(code)
    monkeypatch.setattr(onefile, "map_file", lambda _: tmp_path / "bad.js")
    with pytest.raises(ValueError, match="cannot stand within a page"):
        one_file(leaving(events_of(*SOME)), SYRIA)


def test_sentences_are_in_the_file_and_articles_are_not():
    content = b"".join(blocks(one_file(leaving(events_of(*SOME)), SYRIA)).values())
    assert make_claim().sentence.encode() in content
    assert TEXT[-10:].encode() not in content


@pytest.mark.parametrize("place_id", ["geonames:163960", "unlisted:x@38.284,34.560"])
def test_a_coarsened_file_does_not_tell_where_a_place_was(place_id):
    where = make_location(lon=38.2842917, lat=34.5601838, place_id=place_id)
    events = events_of(make_claim(), where=where)

    def content(km):
        page = one_file(leaving(events, coarsen_km=km), SYRIA)
        found = blocks(page)
        return b"".join(found[name] for name in ("start", "events", "words", "reading"))

    x, y = mercator(np.array([38.2842917]), np.array([34.5601838]))
    for secret in (x.tobytes(), y.tobytes()):
        # The only place: its numbers are the base that the header of the columns has.
        number = str(int.from_bytes(secret, "little")).encode()
        assert number in content(0)
        assert number not in content(5)
        assert secret not in content(5)
    for secret in (b"38.284", b"34.560", b"163960"):
        assert secret not in content(5)


def test_the_head_says_what_was_held_back():
    page = one_file(leaving(events_of(*SOME), coarsen_km=5, delay_days=14), SYRIA)
    assert "grid of 5 km" in page
    assert "22 December 2025" in page
    assert "as of 5 January 2026" in page


def test_the_file_opens_with_the_view_that_it_was_made_from():
    view = View(day=date(2017, 6, 1), since=date(2017, 4, 1), actors=("Nobody",))
    page = one_file(leaving(events_of(*SOME)), SYRIA, view=view)
    start = json.loads(blocks(page)["start"])["command"]
    assert (start["day"], start["since"]) == (17318, 17257)
    # Which events are in the file was decided before.
    assert start["actors"] is None


@pytest.fixture
def on_disk(visit, tmp_path):
    """Write a file and open it in a browser that reaches nobody; it must not complain."""
    trouble = []

    def opened(events, *, language="en", **options):
        path = tmp_path / f"map-{language}.html"
        outgoing = events if hasattr(events, "as_of") else leaving(events)
        page = one_file(outgoing, SYRIA, language=load_languages()[language])
        path.write_text(page, encoding="utf-8")
        page = visit("about:blank", **options).page
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto(path.as_uri())
        until(page, "window.tideline?.layer?.state().ready")
        return page

    yield opened
    assert trouble == []


def until(page, condition):
    """Wait for a condition; the file's policy lets no expression be evaluated in it."""
    look = f"const look = () => ({condition}) ? done() : requestAnimationFrame(look);"
    late = f"setTimeout(() => fail(new Error({condition!r})), {SLOW_MS});"
    page.evaluate(f"new Promise((done, fail) => {{ {late} {look} look(); }})")


def state(page):
    return page.evaluate("tideline.layer.state()")


@pytest.mark.browser
def test_a_file_on_disk_plays_and_opens_the_sentence_of_a_mark(on_disk):
    evil = replace(hostile()[1], date_start=date(2018, 6, 1), date_end=date(2018, 6, 1))
    events = events_of(*SOME, evil)
    events.loc[events["place"] == HOSTILE, "url"] = "javascript:window.PWN=1"
    page = on_disk(events)
    assert state(page)["passed"] == 4
    pane = page.locator("#tl-reader")
    expect(pane).to_contain_text("Choose a mark")

    # The newest event is the hostile one; its mark is where its place is.
    mark = next(m for m in state(page)["drawn"] if m["event"] == 3)
    box = page.locator("#map_div").bounding_box()
    page.mouse.click(box["x"] + mark["x"], box["y"] + mark["y"])
    expect(pane.locator("blockquote")).to_have_text(evil.sentence)
    expect(pane.locator("a")).to_have_count(0)
    assert page.locator("img[src=x]").count() == 0
    assert page.evaluate("window.PWN") is None

    # By keyboard alone, which stays where it is.
    pane.get_by_role("button", name="Earlier event").focus()
    page.keyboard.press("Enter")
    expect(pane.get_by_role("button", name="Earlier event")).to_be_focused()
    expect(pane.locator("h2")).to_contain_text("took Manbij")
    link = pane.get_by_role("link", name="original")
    expect(link).to_have_attribute("href", "https://example.org/")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(pane.locator("dl")).to_contain_text("the place itself, within about 2 km")
    pane.get_by_role("button", name="Close").click()
    expect(pane).to_contain_text("Choose a mark")

    # Playing from the first day ends on the last one, with all events shown.
    page.evaluate("tideline.layer.clock.set({ day: tideline.layer.clock.first })")
    assert state(page)["passed"] == 1
    page.evaluate("tideline.layer.clock.set({ speed: 365 })")
    page.get_by_role("button", name="Play").click()
    until(page, "tideline.layer.state().passed === 4")
    page.emulate_media(color_scheme="dark")
    until(page, "tideline.layer.dark")
    assert serious(page) == []
    page.emulate_media(color_scheme="light")
    until(page, "!tideline.layer.dark")


@pytest.mark.browser
def test_a_file_in_arabic_reads_from_the_right_and_fits_a_phone(on_disk):
    page = on_disk(
        events_of(*SOME),
        language="ar",
        viewport={"width": 390, "height": 844},
        color_scheme="dark",
    )
    assert state(page)["dark"]
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.evaluate("tideline.layer.open(2)")
    pane = page.locator("#tl-reader")
    expect(pane.locator("blockquote")).to_have_text(SOME[2].sentence)
    sheet = pane.bounding_box()
    assert sheet["width"] == 390
    assert sheet["y"] + sheet["height"] == 844


@pytest.mark.browser
def test_a_file_of_nothing_opens(on_disk):
    page = on_disk(events_of())
    assert state(page)["passed"] == 0
    expect(page.locator("#tl-reader")).to_be_visible()


@pytest.mark.browser
def test_a_file_can_be_shown_within_a_page_of_others(visit):
    page = visit("about:blank").page
    whole = one_file(leaving(events_of(*SOME)), SYRIA, language=load_languages()["ar"])
    page.set_content("<!doctype html><html lang=fr>")
    for rights in ("allow-scripts", "allow-scripts allow-same-origin"):
        page.evaluate(
            """([rights, whole]) => {
              const frame = document.createElement("iframe");
              Object.assign(frame, { sandbox: rights, srcdoc: whole, width: 900, height: 700 });
              document.body.replaceChildren(frame);
            }""",
            [rights, whole],
        )
        inside = page.frame_locator("iframe")
        expect(inside.locator("#tl-reader")).to_be_visible()
        expect(inside.locator("#tl-say")).to_have_count(0)
        expect(inside.locator(".tl-tool-link")).to_be_hidden()
        assert page.evaluate("document.documentElement.lang") == "fr"


CELLS = """
(points) => points.map(([lon, lat, side]) => tideline.snapped([lon, lat], side))
"""
# Where the marks of a picture stand, seen while it is made.
PICTURED = """
async ([coarsen_km, until]) => {
  const { layer } = tideline;
  Object.assign(layer.wish, { coarsen_km, until });
  const spots = new Promise((done) => layer.once("drawn", () => done(layer.marks.list().map((mark) => {
    const place = layer.data.place[mark.event];
    return [...layer.data.lonLat(place), layer.data.radius[place]];
  }))));
  const canvas = tideline.picture(layer);
  return { spots: await spots, width: canvas.width, map: layer.map.getSize().x, wish: layer.wish };
}
"""


@pytest.mark.browser
def test_a_picture_holds_back_what_files_do(on_disk):
    events = events_of(*SOME)
    page = on_disk(events)
    rng = np.random.default_rng(5)
    lon, lat = rng.uniform(-180, 180, 300), rng.uniform(-90, 90, 300)
    for side in (1_000.0, 5_000.0, 20_000.0):
        cells = page.evaluate(CELLS, [[*at, side] for at in zip(lon, lat, strict=True)])
        assert np.allclose(np.transpose(cells), snapped(lon, lat, side), atol=1e-6)

    before = state(page)
    all_of_it = page.evaluate(PICTURED, [0, None])
    assert len(all_of_it["spots"]) == 3
    # Twice as sharp as the screen, with an edge of 18 pixels on either side.
    assert all_of_it["width"] == 2 * (all_of_it["map"] + 36)

    until_day = (date(2017, 6, 1) - date(1970, 1, 1)).days
    held = page.evaluate(PICTURED, [20, until_day])
    coarse = withheld(
        events, today=date(2017, 6, 2), coarsen_km=20, delay_days=1
    ).events
    assert len(coarse) == len(held["spots"]) == 2
    for point, (x, y, radius) in zip(coarse.geometry, held["spots"], strict=True):
        assert distance_m(point.x, point.y, x, y) < 1
        assert radius >= 14_000
    # Nothing of it stays on the map.
    until(page, "tideline.layer.state().ready")
    after = state(page)
    assert after == before


@pytest.mark.browser
def test_a_picture_is_handed_over_or_it_is_told_why_not(on_disk, tmp_path):
    page = on_disk(events_of(*SOME))
    with page.expect_download() as caught:
        page.evaluate("tideline.takePicture(tideline.layer)")
    assert caught.value.suggested_filename == "tideline-2018-01-01.png"
    caught.value.save_as(tmp_path / "map.png")
    content = (tmp_path / "map.png").read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", content[16:24])
    assert width > 1_000
    assert height > 1_000

    # As where tiles of another host were painted that did not allow it.
    page.evaluate(
        "() => { HTMLCanvasElement.prototype.toBlob = () => {"
        " throw new DOMException('tainted', 'SecurityError'); }; }"
    )
    page.evaluate("tideline.takePicture(tideline.layer)")
    expect(page.get_by_role("alert")).to_contain_text("no picture of the online map")
