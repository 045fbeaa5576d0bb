"""The strip under the map: events over time, the window, the day, and playback."""

import re
from base64 import b64encode
from collections import Counter
from dataclasses import asdict
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
import server
from conftest import make_article, make_claim, make_location
from playwright.sync_api import expect

from extract.conflict import load_conflicts
from geo.columns import columns
from geo.events import PlacedClaim, cluster, frame
from geo.language import ENGLISH, catalogue_json
from geo.map import ASSETS, SCRIPTS, STYLES, command, day_number
from geo.view import View, ordered

pytestmark = pytest.mark.browser

PACK = load_conflicts()["syria"]
ACTORS = ("Syrian government", "Islamic State", "Syrian Democratic Forces", None)
LEAFLET = Path(str(files("xstatic.pkg.leaflet"))) / "data"
PAGE = "<!doctype html><meta name=viewport content=width=device-width><div id=map_div>"
START = """([bytes, catalogue, wish]) => {
  const buffer = Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0)).buffer;
  tideline.source = {
    events: async () => buffer,
    words: async () => [],
    language: async () => JSON.parse(catalogue),
  };
  const map = L.map("map_div", { center: [35, 38], zoom: 7 });
  const layer = new tideline.Events({ root: "" }).addTo(map);
  window.told = [];
  layer.on("click", (click) => told.push(click.layer.toGeoJSON().properties));
  tideline.command(wish);
}"""


def happened(*when, place="Palmyra"):
    """Return events: (first day, last day or None for the same, number in ACTORS)."""
    claims = []
    for at, (first, last, actor) in enumerate(when):
        article = make_article(article_id=f"a{at}", publisher=f"Publisher {at}")
        spot = make_location(
            place_id=place if isinstance(place, str) else f"place {place(at)}",
            lon=38 + (at % 50) / 100,
        )
        claim = make_claim(
            claim_id=f"c{at:05}",
            article_id=article.article_id,
            gained_by=ACTORS[actor],
            gained_by_text=ACTORS[actor],
            lost_by=None,
            lost_by_text=None,
            date_start=first,
            date_end=last or first,
        )
        claims.append(
            PlacedClaim(
                claim=claim,
                location=spot,
                article_title=article.title,
                publisher=article.publisher,
                url=article.url,
                published=article.published,
            )
        )
    return ordered(frame(cluster(claims)))


class Strip:
    """The strip in a page of its own, without a server."""

    def __init__(self, page, events):
        self.page = page
        self.events = events

    def clock(self, name="day"):
        return self.page.evaluate(f"tideline.layer.clock.{name}")

    def day(self):
        return date(1970, 1, 1) + timedelta(days=self.clock())

    def since(self):
        since = self.clock("since")
        return None if since is None else date(1970, 1, 1) + timedelta(days=since)

    def told(self):
        return self.page.evaluate("told.length")

    def x(self, day):
        """Return where the middle of a day stands, in pixels of the page."""
        box = self.page.locator(".tl-time").bounding_box()
        scale = "tideline.layer.timeline.scale"
        return box["x"] + self.page.evaluate(f"{scale}.x({day_number(day)} + 0.5)")

    def y(self):
        box = self.page.locator(".tl-time").bounding_box()
        return box["y"] + box["height"] - 26

    def drag(self, start, end):
        mouse = self.page.mouse
        mouse.move(start, self.y())
        mouse.down()
        mouse.move((start + end) / 2, self.y())
        mouse.move(end, self.y())
        mouse.up()


@pytest.fixture
def strip(browser):
    """Open the strip with these events; afterwards no script may have failed."""
    contexts, failures = [], []

    def show(events, *, tick=False, **options):
        context = browser.new_context(
            **{"viewport": {"width": 1000, "height": 500}, **options}
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: failures.append(str(error)))
        if tick:
            page.clock.install(time=0)
        page.set_content(PAGE)
        for name in STYLES:
            page.add_style_tag(path=_asset(name))
        for name in SCRIPTS:
            page.add_script_tag(path=_asset(name))
        data = columns(events, PACK)
        last = events["date_end"].max()
        view = View(day=date(2017, 3, 5) if last is None else _day_of(last))
        bytes_ = b64encode(data.payload).decode()
        wish = asdict(command(view, data))
        page.evaluate(START, [bytes_, catalogue_json(ENGLISH).decode(), wish])
        page.wait_for_function("tideline.layer.timeline?.scale.width > 0")
        if tick:
            page.clock.pause_at(60_000)
        return Strip(page, events)

    yield show
    for context in contexts:
        context.close()
    assert failures == []


def _asset(name):
    return (LEAFLET if name.startswith("leaflet") else ASSETS / "map") / name


def _day_of(stamp):
    return date(2017, 3, 5) if stamp != stamp else stamp.date()


FEW = (
    (date(2016, 3, 27), None, 0),
    (date(2016, 12, 5), date(2016, 12, 11), 1),
    (date(2017, 3, 2), None, 0),
    (date(2017, 3, 3), date(2017, 3, 20), 3),
)


def test_keys_move_the_day_wherever_the_focus_is(strip):
    at = strip(happened(*FEW))
    page, keys = at.page, at.page.keyboard
    slider = page.get_by_role("slider", name="Day")
    expect(slider).to_have_attribute("aria-valuetext", "20 March 2017")
    expect(slider).to_have_attribute("aria-valuemin", str(day_number(FEW[0][0])))
    slider.focus()
    for key, day in (
        *(("ArrowLeft", date(2017, 3, 19)), ("Shift+ArrowLeft", date(2017, 3, 12))),
        *(("PageDown", date(2017, 2, 12)), ("ArrowUp", date(2017, 2, 13))),
        *(("]", date(2017, 3, 2)), ("]", date(2017, 3, 20)), ("]", date(2017, 3, 20))),
        *(("[", date(2017, 3, 2)), ("[", date(2016, 12, 11)), ("Home", FEW[0][0])),
        *(("PageUp", date(2016, 4, 27)), ("End", date(2017, 3, 20))),
    ):
        keys.press(key)
        assert at.day() == day, key
    # The map keeps the arrows that move it, and no other key.
    page.locator("#map_div").focus()
    keys.press("ArrowLeft")
    assert at.day() == date(2017, 3, 20)
    keys.press("[")
    assert at.day() == date(2017, 3, 2)
    keys.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    keys.press("Space")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    # A field keeps all of them.
    page.get_by_label("Speed of playback").focus()
    day = at.day()
    for key in ("[", "Home"):
        keys.press(key)
    assert (at.day(), at.clock("speed")) == (day, 1)


def test_the_window_is_brushed_moved_cut_and_cleared(strip):
    at = strip(happened(*FEW))
    page = at.page
    count = page.locator(".tl-count")
    expect(count).to_have_text("4 events so far")
    at.drag(at.x(date(2016, 12, 1)), at.x(date(2016, 12, 20)))
    assert (at.since(), at.day()) == (date(2016, 12, 1), date(2016, 12, 20))
    expect(count).to_have_text(re.compile("^1 events? within$"))
    choice = page.get_by_label("Window", exact=True)
    expect(choice).to_have_value("20")
    at.drag(at.x(date(2016, 12, 12)), at.x(date(2017, 3, 1)))
    assert at.day() == date(2017, 3, 9)
    assert at.day() - at.since() == timedelta(days=19)
    # The handles go where the pointer goes, the window's length with the day's.
    at.drag(at.x(at.day()) + 3, at.x(date(2016, 4, 2)) + 3)
    assert (at.since(), at.day()) == (date(2016, 3, 27), date(2016, 4, 2))
    at.drag(at.x(at.day()) + 3, at.x(date(2016, 8, 1)) + 3)
    assert at.day() - at.since() == timedelta(days=19)
    at.drag(at.x(at.since()) - 4, at.x(date(2016, 6, 1)) - 4)
    assert (at.since(), at.day()) == (date(2016, 6, 1), date(2016, 8, 1))
    choice.select_option("90")
    assert at.since() == date(2016, 5, 4)
    start = page.get_by_role("slider", name="Start of the window")
    expect(start).to_have_attribute("aria-valuetext", "4 May 2016")
    start.press("ArrowRight")
    assert (at.since(), at.day()) == (date(2016, 5, 5), date(2016, 8, 1))
    start.press("Home")
    assert at.since() is None
    expect(start).to_have_attribute("aria-valuetext", "from the beginning")
    choice.select_option("30")
    page.mouse.click(at.x(date(2016, 10, 1)), at.y())
    assert (at.since(), at.day()) == (date(2016, 9, 2), date(2016, 10, 1))
    page.mouse.dblclick(at.x(date(2017, 1, 1)), at.y())
    assert (at.since(), at.day()) == (None, date(2016, 10, 1))


def test_python_hears_once_and_only_when_the_reader_lets_go(strip):
    at = strip(happened(*FEW), tick=True)
    mouse, keys = at.page.mouse, at.page.keyboard
    mouse.move(at.x(date(2016, 8, 1)), at.y())
    mouse.down()
    for month in range(9, 13):
        mouse.move(at.x(date(2016, month, 1)), at.y())
    assert (at.told(), at.since()) == (0, date(2016, 8, 1))
    mouse.up()
    assert at.told() == 1
    for _ in range(5):
        keys.press("ArrowLeft")
        at.page.clock.run_for(100)
    assert at.told() == 1
    at.page.clock.run_for(400)
    assert at.told() == 2
    said = at.page.evaluate("told.at(-1)")
    assert said["day"] == day_number(date(2016, 11, 26))
    assert said["since"] == day_number(date(2016, 7, 27))
    # A click that changes nothing tells nothing.
    mouse.click(at.x(at.day()), at.y())
    assert at.told() == 2


def test_playback_follows_the_time_that_passes(strip):
    at = strip(happened(*FEW), tick=True)
    page = at.page
    live = page.get_by_role("status")
    page.get_by_role("button", name="Play", exact=True).click()
    assert at.day() == FEW[0][0]  # from the end it begins anew
    said = live.text_content()
    page.clock.run_for(2_000)
    days = (at.day() - FEW[0][0]).days
    assert 58 <= days <= 60
    assert (at.told(), live.text_content()) == (0, said)
    page.get_by_label("Speed of playback").select_option("90")
    page.clock.run_for(1_000)
    assert 146 <= (at.day() - FEW[0][0]).days <= 150
    page.get_by_role("button", name="Pause").click()
    day = at.day()
    page.clock.run_for(1_000)
    assert (at.day(), at.told()) == (day, 1)
    assert live.text_content().startswith(f"{_words(day)}: 1 event")
    page.keyboard.press("Home")
    page.get_by_role("button", name="Play", exact=True).click()
    page.clock.run_for(100)
    page.evaluate(
        "Object.defineProperty(document, 'hidden', { value: true });"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    assert not at.clock("playing")
    page.get_by_role("button", name="Play", exact=True).click()
    page.clock.run_for(6_000)
    assert (at.day(), at.clock("playing")) == (date(2017, 3, 20), False)


def _words(day):
    return f"{day.day} {day:%B %Y}"


def test_where_less_motion_is_wanted_days_pass_in_steps(strip):
    at = strip(happened(*FEW), tick=True, reduced_motion="reduce")
    at.page.get_by_role("button", name="Play", exact=True).click()
    at.page.clock.run_for(900)
    assert at.day() == FEW[0][0]
    at.page.clock.run_for(300)
    assert 30 <= (at.day() - FEW[0][0]).days <= 33
    day = at.day()
    at.page.clock.run_for(600)
    assert at.day() == day


def test_a_date_counts_when_it_is_typed_to_its_end(strip):
    at = strip(happened((date(1, 1, 1), None, 0), (date(9999, 12, 31), None, 1)))
    field = at.page.get_by_label("Jump to a date")
    expect(field).to_have_value("9999-12-31")
    field.focus()
    at.page.keyboard.type("03022017")
    assert at.day() == date(9999, 12, 31)
    at.page.keyboard.press("Enter")
    assert at.day() == date(2017, 3, 2)
    field.fill("0001-01-01")
    field.blur()
    assert at.day() == date(1, 1, 1)
    slider = at.page.get_by_role("slider", name="Day")
    expect(slider).to_have_attribute("aria-valuetext", "1 January 1")
    slider.press("ArrowLeft")
    assert at.day() == date(1, 1, 1)


def test_a_bar_holds_the_events_of_its_week_by_taker(strip):
    days = [date(2017, 1, 1) + timedelta(days=(7 * at * at) % 600) for at in range(90)]
    when = [(day, None, at % 4) for at, day in enumerate(days)]
    at = strip(happened(*when, place=lambda number: number))
    bars, actors = at.page.evaluate(
        """() => {
          const { bars } = tideline.layer.timeline;
          const { starts, parts } = bars;
          const rows = starts.map((start, bar) => [start, [...bars.sums.slice(bar * parts, (bar + 1) * parts)]]);
          return [rows, tideline.layer.data.header.actors.map((one) => one.name)];
        }"""
    )
    expected = Counter(
        (day_number(day - timedelta(days=day.weekday())), ACTORS[actor])
        for day, _, actor in when
    )
    found = {
        (start, name): number
        for start, row in bars
        for name, number in zip([*actors, None], row, strict=True)
        if number
    }
    assert found == expected
    # What the filters leave out is in no bar, and the keys pass by it.
    wish = "{...tideline.pending, actors: [0]}"
    at.page.evaluate(f"tideline.command({wish})")
    at.page.wait_for_function(
        "tideline.layer.timeline.bars.sums.reduce((a, b) => a + b) === 23"
    )
    at.page.get_by_role("slider", name="Day").press("Home")
    at.page.keyboard.press("]")
    passing = {day for day, _, actor in when if actor == 0}
    assert at.day() == min(day for day in passing if day > min(days))


@pytest.mark.parametrize(
    "days",
    [[], [date(2016, 3, 3)], [date(2016, 3, 3)] * 12, [date(1, 1, 1)]],
    ids=["none", "one", "one day", "year one"],
)
def test_hardly_any_events(strip, days):
    at = strip(happened(*((day, None, 0) for day in days), place=lambda n: n))
    page = at.page
    if not days:
        expect(page.get_by_text("There is no dated event.")).to_be_visible()
        expect(page.get_by_role("button", name="Next event")).to_be_disabled()
        page.keyboard.press("]")
        page.mouse.click(500, at.y())
        return
    slider = page.get_by_role("slider", name="Day")
    for key in ("ArrowLeft", "ArrowRight", "[", "]", "PageDown", "Home", "End"):
        slider.press(key)
        assert at.day() == days[0]
    at.drag(at.x(days[0]) - 100, at.x(days[0]) + 100)
    assert (at.since(), at.day()) == (days[0], days[0])
    expect(page.locator(".tl-count")).to_contain_text(f"{len(days)} event")
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_the_lane_shows_the_place_of_the_open_event_and_opens_others(strip):
    at = strip(happened(*FEW))
    page = at.page
    strip_js = "tideline.layer.timeline"
    height = "getComputedStyle(document.querySelector('.tl-time')).getPropertyValue('--tl-lane')"
    assert page.evaluate(height) == "1px"
    page.evaluate("tideline.layer.open(0)")
    page.wait_for_function(f"{height} === '25px'")
    top = page.locator(".tl-time").bounding_box()["y"]
    # The spell that Islamic State began ends where the government's next begins.
    page.mouse.click(at.x(date(2017, 3, 2)) - 2, top + 6)
    assert page.evaluate("tideline.layer.selected") == 2
    page.mouse.click(at.x(date(2016, 12, 8)), top + 18)
    assert page.evaluate("tideline.layer.selected") == 1
    said = page.evaluate("told.at(-1)")
    assert (said["event"], said["day"]) == (1, day_number(date(2017, 3, 20)))
    # Elsewhere in the lane a click goes to its day.
    page.mouse.click(at.x(date(2016, 7, 1)), top + 18)
    assert at.day() == date(2016, 7, 1)
    assert page.evaluate(f"{strip_js}.pick(60, 5)") == -1


def test_time_is_seen_closer_so_that_a_day_can_be_hit(strip):
    at = strip(happened((date(2011, 1, 1), None, 0), (date(2024, 12, 8), None, 1)))
    span = "tideline.layer.timeline.scale.span"
    whole = at.page.evaluate(span)
    at.page.mouse.move(at.x(date(2016, 3, 3)), at.y())
    while at.page.evaluate(span) > 40:
        at.page.mouse.wheel(0, -400)
    at.page.get_by_label("Speed of playback").select_option("7")
    for day in (date(2016, 3, 3), date(2016, 3, 4)):
        at.page.mouse.click(at.x(day), at.y())
        assert at.day() == day
    at.page.keyboard.press("End")  # the view goes along
    assert 0 < at.x(at.day()) < 1000
    for _ in range(12):
        at.page.get_by_role("button", name="Show more time").click()
    assert at.page.evaluate(span) == whole


def test_on_a_phone_all_fits_and_fingers_hit(strip):
    phone = {"viewport": {"width": 390, "height": 700}, "has_touch": True}
    at = strip(happened(*FEW), **phone, is_mobile=True)
    controls = at.page.locator("#tl-strip :is(button, input, select, [role=slider])")
    boxes = [one.bounding_box() for one in controls.all() if one.is_visible()]
    assert len(boxes) == 8
    for box in boxes:
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert min(box["width"], box["height"]) >= 44
    assert at.page.locator("#tl-strip").bounding_box()["height"] <= 135
    fingers = at.page.context.new_cdp_session(at.page)
    span = at.page.evaluate("tideline.layer.timeline.scale.span")
    # The first finger has begun to brush when the second one comes.
    for kind, *places in (
        *(("touchStart", 150), ("touchMove", 200), ("touchStart", 200, 240)),
        *(("touchMove", 200, 280), ("touchMove", 200, 360)),
    ):
        points = [{"x": x, "y": at.y(), "id": one} for one, x in enumerate(places)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    closer = at.page.evaluate("tideline.layer.timeline.scale.span")
    assert closer == pytest.approx(span / 4)
    assert (at.since(), at.day()) == (None, date(2017, 3, 20))
    at.page.touchscreen.tap(at.x(date(2016, 9, 1)), at.y())
    assert abs(at.day() - date(2016, 9, 1)) <= timedelta(days=1)


def test_nothing_is_sent_while_the_day_is_dragged_or_plays(visit, filled):
    screen = visit("about:blank")
    page, sent = screen.page, []

    def note(request):
        # What is new is asked for every five seconds, whatever the reader does.
        if "/tideline/news/" not in request.url:
            sent.append(request.url)

    page.on("request", note)
    page.on(
        "websocket",
        lambda socket: socket.on("framesent", lambda frame: sent.append(frame)),
    )
    page.goto(filled)
    screen.until(f"s.passed === {len(server.REPORTS)}")
    screen.map.locator(".leaflet-control-zoom-in").click()
    screen.map.evaluate("window.sameMap = true")
    screen.settle()
    strip = screen.map.locator(".tl-time")
    box = strip.bounding_box()
    x, y = box["x"] + box["width"], box["y"] + box["height"] - 26
    before = len(sent)
    page.mouse.move(x - 14, y)
    page.mouse.down()
    for at in range(1, 20):
        page.mouse.move(x - 14 - at * 10, y)
    state = screen.until("s.passed > 3 && s.passed < 17")
    assert sent[before:] == []
    page.mouse.up()
    iso = date(1970, 1, 1) + timedelta(days=state["day"])
    expect(page).to_have_url(re.compile(f"day={iso}"))
    screen.settle()
    before = len(sent)
    screen.map.get_by_role("button", name="Play", exact=True).click()
    screen.until(f"s.day > {state['day'] + 20}")
    assert sent[before:] == []
    screen.map.get_by_role("button", name="Pause").click()
    paused = screen.state()
    day = date(1970, 1, 1) + timedelta(days=paused["day"])
    expect(page).to_have_url(re.compile(f"day={day}"))
    screen.settle()
    # The rerun has left the map as it was, and an address brings the day back.
    assert screen.map.evaluate("window.sameMap")
    assert screen.state()["zoom"] == paused["zoom"]
    assert screen.state()["center"] == paused["center"]
    page.reload()
    assert screen.until(f"s.day === {paused['day']}")["passed"] == paused["passed"]
