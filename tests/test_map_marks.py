"""What stands on the map: signs, clusters, names, tips, tools; the layer by itself."""

import math
from datetime import date

import numpy as np
import pytest
from map_frame import event, made, these
from playwright.sync_api import expect

from geo.map import day_number
from geo.view import View

pytestmark = pytest.mark.browser

HOSTILE = "{{7*7}} ${window.PWN=1} <img src=x onerror=window.PWN=1> \u202eabc"
SWARM = [(37.16, 36.20), (37.52, 36.37), (36.87, 36.51), (38.35, 36.89)]


def swarm(count=160, **changes):
    """Return events on many places around four towns."""
    rng = np.random.default_rng(7)
    return [
        event(
            at,
            f"2017-{1 + at % 12:02}-11",
            tuple(np.array(SWARM[at % 4]) + rng.normal(0, 0.02, 2)),
            gained_by=("Islamic State", "Syrian government")[at % 3 == 0],
            **changes,
        )
        for at in range(count)
    ]


def on_earth(opened, state):
    """Return where clusters lie in pixels of the whole world, and what they hold."""
    corner = opened.run("layer.canvas.frame.corner")
    return {
        (round(one["x"] + corner["x"]), round(one["y"] + corner["y"])): one["marks"]
        for one in state["clusters"]
    }


def test_what_crowds_is_a_cluster_that_stays_and_opens(frame):
    opened = frame(these(*swarm()), at=(37.6, 36.5, 7))
    state = opened.state()
    assert state["clusters"]
    told = sum(one["marks"] for one in state["clusters"]) + len(state["drawn"])
    assert told == 160
    before = on_earth(opened, state)
    for step in ((37, 0), (-90, 23), (5, -41)):
        panned = opened.state(f"map.panBy({list(step)}, {{ animate: false }})")
        assert on_earth(opened, panned) == before
    largest = max(panned["clusters"], key=lambda one: one["marks"])
    opened.page.mouse.move(largest["x"], largest["y"])
    tip = opened.page.locator("#tl-tip")
    expect(tip).to_contain_text(f"and {largest['marks'] - 1} more places")
    shares = [int(text) for text in tip.locator("b").all_text_contents()]
    assert sum(shares) == largest["marks"]
    opened.page.mouse.click(largest["x"], largest["y"])
    opened.page.wait_for_function(f"map.getZoom() > {state['zoom']}")
    opened.page.wait_for_function("!map._animatingZoom")
    closer = opened.state()
    assert len(closer["drawn"]) + len(closer["clusters"]) > 1
    # Whatever is opened again and again ends in signs.
    for zoom in range(closer["zoom"], 17):
        lon, lat = opened.events.geometry.x[0], opened.events.geometry.y[0]
        last = opened.go(lon, lat, zoom)
    assert last["clusters"] == []
    assert opened.errors == []


def test_the_selected_place_is_in_no_cluster(frame):
    opened = frame(these(*swarm()), at=(37.6, 36.5, 7))
    drawn = {one["event"] for one in opened.state()["drawn"]}
    hidden = next(at for at in range(160) if at not in drawn)
    state = opened.state(f"layer.select({hidden})")
    assert hidden in {one["event"] for one in state["drawn"]}


def test_events_of_one_spot_are_listed_where_no_zoom_parts_them(frame):
    events = [event(at, "2017-03-02", (37.2, 36.2)) for at in range(12)]
    opened = frame(these(*events))
    [cluster] = opened.state()["clusters"]
    assert cluster["marks"] == 12
    opened.page.mouse.click(cluster["x"], cluster["y"])
    choice = opened.page.locator("#tl-choice")
    expect(choice.get_by_role("button")).to_have_count(8)
    expect(choice).to_contain_text("4 more are in the table")
    choice.get_by_role("button").first.click()
    expect(choice).to_have_count(0)
    assert opened.state()["selected"] == 11


def test_few_marks_stand_for_themselves(frame):
    events = [event(at, "2017-03-02", (37 + at / 40, 36.2)) for at in range(7)]
    state = frame(these(*events)).state()
    assert (len(state["drawn"]), state["clusters"]) == (7, [])


def test_names_lie_neither_on_each_other_nor_on_marks(frame):
    opened = frame(made(500, seed=5, places=120, spread=0.6), at=(37.2, 36.2, 9))
    boxes = opened.run("tideline.label(layer.canvas.clear(), layer)")
    names = [one for one in boxes if one["h"] == 14]
    assert len(names) > 10
    for name in names:
        hit = [
            one
            for one in boxes
            if one is not name
            and one["x"] < name["x"] + name["w"]
            and name["x"] < one["x"] + one["w"]
            and one["y"] < name["y"] + name["h"]
            and name["y"] < one["y"] + one["h"]
        ]
        assert hit == []


def test_a_point_finds_the_marks_that_lie_there(frame):
    opened = frame(made(600, seed=6, places=140, spread=0.5), at=(37.2, 36.2, 9))
    drawn = opened.state()["drawn"]
    rng = np.random.default_rng(1)
    for x, y in rng.uniform((0, 0), (800, 480), (60, 2)):
        away = {
            at: math.hypot(one["x"] - x, one["y"] - y) for at, one in enumerate(drawn)
        }
        expected = sorted(
            (distance, -drawn[at]["event"])
            for at, distance in away.items()
            if distance <= 13
        )
        found = opened.run(f"layer.pick({{ x: {x}, y: {y} }})")
        assert [-one["event"] for one in found] == [event for _, event in expected]


def test_control_says_who_holds_a_place_and_how_long_ago_that_was_told(frame):
    opened = frame(
        these(
            event(1, "2017-03-02", (37.0, 36.2), place="Held"),
            event(2, "2017-03-02", (37.6, 36.2), event_type="withdrew", gained_by=None,
                  lost_by="Islamic State"),
            event(3, "2017-03-02", (38.2, 36.2)),
            event(4, "2017-03-20", (38.2, 36.2), place_id="test:3", gained_by=None,
                  event_type="attacked"),
        ),
        View(day=date(2017, 4, 12)),
    )  # fmt: skip
    opened.state("layer.clock.span(layer.clock.first, layer.clock.last + 400)")
    opened.page.get_by_role("radio", name="Control").click()
    state = opened.state(f"layer.clock.set({{ day: {day_number(date(2017, 4, 12))} }})")
    held, left, fought = sorted(state["drawn"], key=lambda one: one["x"])
    assert (left["actor"], fought["contested"], held["contested"]) == (-1, 1, 0)
    tip = opened.page.locator("#tl-tip")
    for mark, words in (
        (held, ("Held", "reported to be held by Syrian government", "41 days ago")),
        (left, ("nobody is reported to hold it",)),
        (fought, ("held by Syrian government", "attacked since")),
    ):
        opened.page.mouse.move(mark["x"], mark["y"])
        for text in words:
            expect(tip).to_contain_text(text)
    strengths = opened.run(
        "[0, 90, 91, 400].map((age) => { layer.clock.set({ day: layer.data.day[0] + age });"
        " layer._draw(); return layer.marks.signs.strength[0] })"
    )
    assert strengths[0] == strengths[1] == 1
    assert 1 > strengths[2] > strengths[3]


def test_the_legend_tells_the_signs_of_the_way_to_look(frame):
    opened = frame(these(event(1, "2017-03-02", (37.0, 36.2))))
    legend = opened.page.locator("#tl-legend")
    expect(legend).to_contain_text("besieged")
    events = opened.page.get_by_role("radio", name="Events")
    events.focus()
    opened.page.keyboard.press("ArrowRight")
    control = opened.page.get_by_role("radio", name="Control")
    expect(control).to_be_focused()
    expect(control).to_be_checked()
    expect(legend).to_contain_text("attacked since")
    expect(legend).not_to_contain_text("besieged")
    opened.page.keyboard.press("ArrowLeft")
    opened.page.keyboard.press("ArrowLeft")
    expect(opened.page.get_by_role("radio", name="Changes")).to_be_checked()
    expect(legend).to_contain_text("holder now, and before")
    opened.page.get_by_role("button", name="Areas").click()
    expect(legend).to_contain_text("estimate from reported places")
    assert opened.state()["areas"]


def test_a_rectangle_lets_only_events_within_it_pass(frame):
    events = [event(at, "2017-03-02", (36.5 + at / 2, 36.2)) for at in range(4)]
    opened = frame(these(*events), at=(37.2, 36.2, 7))
    left, *_, right = sorted(opened.state()["drawn"], key=lambda one: one["x"])
    page = opened.page
    button = page.get_by_role("button", name="Select a rectangle")

    def drag(to_x, to_y):
        button.click()
        page.mouse.move(left["x"] + 20, left["y"] - 60)
        page.mouse.down()
        page.mouse.move(to_x, to_y)

    drag(right["x"] + 20, right["y"] + 60)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert opened.state()["box"] == []
    drag(right["x"] + 20, right["y"] + 60)
    page.mouse.up()
    state = opened.state()
    assert (state["passed"], state["box"][0] < 37 < state["box"][2]) == (3, True)
    assert state["zoom"] == 7
    page.get_by_role("button", name="Clear the rectangle").click()
    assert opened.state()["passed"] == 4
    # By keyboard it is what is in view.
    opened.go(36.5, 36.2, 11)
    button.press("Enter")
    state = opened.state()
    assert (state["passed"], page.locator(".tl-veil-box").is_visible()) == (1, False)
    assert state["box"][0] < 36.5 < state["box"][2]


def test_a_finger_draws_a_rectangle_too(frame):
    events = [event(at, "2017-03-02", (36.9 + at / 2, 36.2)) for at in range(2)]
    opened = frame(these(*events), viewport=(390, 600), touch=True)
    opened.page.get_by_role("button", name="Select a rectangle").tap()
    opened.page.evaluate("""() => {
      const veil = document.querySelector(".tl-veil-box");
      const fire = (type, clientX, clientY) => veil.dispatchEvent(new PointerEvent(type, {
        clientX, clientY, isPrimary: true, pointerId: 1, pointerType: "touch", bubbles: true }));
      veil.setPointerCapture = () => {};
      fire("pointerdown", 20, 20);
      fire("pointermove", 150, 300);
      fire("pointerup", 195, 300);
    }""")
    assert len(opened.state()["box"]) == 4
    sizes = opened.page.locator(".tl-tool:visible").evaluate_all(
        "all => all.map(one => Math.min(one.offsetWidth, one.offsetHeight))"
    )
    assert len(sizes) >= 6


@pytest.mark.parametrize(
    "events",
    [
        [],
        [event(1, "2017-03-02", (37.0, 36.2))],
        [event(at, "2017-03-02", (37.0 + at / 9, 36.2)) for at in range(30)],
        [event(1, "0001-01-01", (180.0, 0.0)), event(2, "9999-12-31", (-180.0, 0.0))],
        [event(1, np.datetime64("NaT"), (37.0, 36.2), place=HOSTILE)],
        [event(at, "2017-03-02", (37.0, 36.2), place=HOSTILE, gained_by=HOSTILE)
         for at in range(9)],
    ],
)  # fmt: skip
def test_odd_stores_stay_sensible_in_every_way_to_look(frame, events):
    opened = frame(these(*events) if events else made(0, seed=1))
    dated = [one for one in events if not np.isnat(one["date_end"])]
    for mode in ("events", "control", "changes"):
        for lon, lat, zoom in ((37.2, 36.2, 7), (180, 0, 3), (-179, 1, 6)):
            opened.go(lon, lat, zoom)
            state = opened.state(f"layer.clock.set({{ mode: '{mode}' }})")
            assert state["passed"] == len(dated)
            opened.page.mouse.move(400, 200)
            opened.page.mouse.move(401, 201)
    assert opened.page.evaluate("window.PWN") is None
    assert opened.errors == []


def test_places_on_both_sides_of_the_date_line_stand_side_by_side(frame):
    opened = frame(
        these(
            event(1, "2017-03-02", (179.9, 10.0)),
            event(2, "2017-03-02", (-179.9, 10.0)),
        ),
        at=(180, 10, 9),
    )
    west, east = sorted(opened.state()["drawn"], key=lambda one: one["x"])
    assert 50 < east["x"] - west["x"] < 100
    assert abs((east["x"] + west["x"]) / 2 - 400) < 2


# Count the frames in which the day went on, and those in which the map was drawn.
PLAYED = """() => new Promise((done) => {
  const { clock } = tideline.layer;
  const seen = { frames: 0, drawn: 0 };
  tideline.layer.on("drawn", () => seen.drawn++);
  clock.on("change", () => {
    if (++seen.frames < 40) return;
    clock.set({ playing: false });
    done(seen);
  });
  clock.set({ day: clock.first, speed: 365, playing: true });
})"""


def test_each_frame_of_playback_is_drawn(frame):
    here = frame(made(200, seed=3))
    here.run("true")
    seen = here.page.evaluate(PLAYED)
    assert seen["drawn"] >= 0.9 * seen["frames"]
