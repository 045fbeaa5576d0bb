"""What passes between page and layer: commands that come at odd moments all count."""

import json
from base64 import b64encode
from dataclasses import asdict, replace
from datetime import date

import pytest
from map_frame import event, made, these

from geo.columns import columns
from geo.map import command, day_number
from geo.pages.served import home_conflict
from geo.view import View, inside, ordered

pytestmark = pytest.mark.browser

# Columns come when the test gives them.
HOLD = """void (() => {
  window.waiting = {};
  tideline.source.events = (name) =>
    new Promise((resolve, reject) => (window.waiting[name] = { resolve, reject }));
  window.told = [];
  layer.on("click", (click) => told.push(click.layer.toGeoJSON().properties));
})()"""
GIVE = """async ([name, bytes]) => {
  window.waiting[name].resolve(Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0)).buffer);
  await new Promise((done) => setTimeout(done));
}"""


def give(page, data):
    page.evaluate(GIVE, [data.name, b64encode(data.payload).decode()])


def send(page, wish):
    page.evaluate("(wish) => tideline.command(wish)", asdict(wish))


@pytest.fixture
def two(frame):
    """A frame that shows 6 events, the columns of 60 others, and their commands."""
    here = frame(made(6, seed=1, places=6))
    events = ordered(made(60, seed=2, years=(2010, 2022)))
    data = columns(events, home_conflict())
    here.run(HOLD)
    return here, command(here.view, here.columns), data, command(here.view, data)


def test_commands_for_data_that_are_not_here_yet_wait_for_them(two):
    here, _, data, wish = two
    before = here.run("layer.clock.day")
    send(here.page, wish)
    # A second one comes while the data are on their way: its events are not here yet.
    later = replace(wish, fit=(59,), nonce=1, selected=58, picture=0)
    send(here.page, later)
    # What is clicked meanwhile is told of the data in which it was seen.
    here.page.evaluate("tideline.layer.open(3)")
    [told] = here.page.evaluate("told")
    assert (told["data"], told["event"], told["day"]) == (
        here.columns.name, 3, before,
    )  # fmt: skip
    give(here.page, data)
    assert here.run("layer.data.count") == 60
    state = here.run("layer.state()")
    assert state["selected"] == 58
    spot = data.events.geometry.iloc[59]
    assert state["center"] == pytest.approx([spot.x, spot.y], abs=0.05)
    # The reader's own click counts for nothing among other events.
    here.run("layer.tell()")
    assert here.page.evaluate("told.at(-1).event") == -1
    assert here.errors == []


def test_the_time_is_the_readers_while_other_data_come(two):
    here, _, data, other = two
    here.run("layer.clock.set({ day: layer.clock.first + 40, mode: 'control' })")
    day = here.run("layer.clock.day")
    send(here.page, other)
    give(here.page, data)
    state = here.run("layer.state()")
    assert (state["day"], state["mode"]) == (day, "control")
    # Only a page that moves the time itself ends playback.
    here.run("layer.clock.set({ playing: true, speed: 1 })")
    send(here.page, replace(other, confidence=50))
    assert here.run("layer.state()")["playing"]
    goal = day_number(date(2015, 5, 5))
    send(here.page, replace(other, confidence=50, moved=7, day=goal))
    state = here.run("layer.state()")
    assert (state["day"], state["playing"]) == (goal, False)


def test_the_last_data_that_were_asked_for_count(two):
    here, wish, data, other = two
    send(here.page, other)
    send(here.page, wish)  # back to what is here
    give(here.page, data)
    assert here.run("layer.data.count") == 6
    send(here.page, other)
    here.page.evaluate(f"window.waiting[{json.dumps(data.name)}].reject(new Error())")
    here.page.get_by_role("button", name="Try again").click()
    give(here.page, data)
    assert here.run("layer.data.count") == 60
    assert here.page.locator("#tl-say").count() == 0


def test_what_is_chosen_before_the_events_are_here_is_done_then(two):
    here, wish, *_ = two
    here.page.evaluate(
        """() => {
          const layer = tideline.layer;
          layer.kept = layer.data;
          layer.data = layer._loaded = null;
        }"""
    )
    here.page.get_by_role("radio", name="Control").click()
    assert here.page.evaluate("told") == []
    send(here.page, wish)
    give(here.page, here.columns)
    assert here.run("layer.state()")["mode"] == "control"
    assert here.page.evaluate("told.at(-1).mode") == 1


def test_a_language_that_comes_late_does_not_replace_a_newer_one(two):
    here, wish, *_ = two
    here.run(
        """void (tideline.source.language = (code) => new Promise((resolve, reject) => {
             (window.spoken = window.spoken || {})[code] = { resolve, reject };
           }))"""
    )
    send(here.page, replace(wish, language="ar"))
    send(here.page, replace(wish, language="en"))
    say = "([code, words]) => spoken[code].resolve({ code, direction: 'ltr', counted: {}, words })"
    here.page.evaluate(say, ["en", {"Events": "Newer"}])
    here.page.evaluate("spoken.ar.reject(new Error())")
    here.page.get_by_role("radio", name="Newer").wait_for()
    here.run("true")
    assert here.page.get_by_role("radio", name="Newer").count() == 1


def test_words_that_could_not_be_had_are_asked_for_again(two):
    here, *_ = two
    words = """async () => {
      const source = tideline.source;
      const ask = source.words.bind(source);
      source.words = () => Promise.reject(new Error());
      const none = await tideline.layer.words(0);
      source.words = ask;
      return [none ?? null, (await tideline.layer.words(0)).length];
    }"""
    assert here.page.evaluate(words) == [None, 2]


def test_a_rectangle_holds_the_places_on_its_edges(frame):
    # Kept as numbers of 32 bits, each of these lies a little beyond its edge.
    edges = [(36.1, 34.2), (36.5, 34.2), (36.2, 34.1), (36.2, 34.4)]
    spots = [*edges, (36.09999, 34.2), (36.50001, 34.2)]
    here = frame(these(*[event(at, "2016-01-01", s) for at, s in enumerate(spots)]))
    box = (36.1, 34.1, 36.5, 34.4)
    x, y = (here.events.geometry.x.to_numpy(), here.events.geometry.y.to_numpy())
    here.run(f"layer.within({list(box)})")
    passed = here.run("Array.from(layer.index.pass)")
    assert passed == inside(x, y, box).astype(int).tolist()
    assert sum(passed) == len(edges)


def test_beyond_the_date_line_all_is_where_the_reader_looks(frame):
    spots = [(179.5, 10.0), (-179.5, 10.0)]
    here = frame(
        these(*[event(at, "2016-01-01", s) for at, s in enumerate(spots)]),
        View(day=date(2016, 1, 1)), at=(179.0, 10.0, 7),
    )  # fmt: skip
    wish = command(here.view, here.columns)
    # What is in view already moves nothing, whichever copy of the world it is in.
    send(here.page, replace(wish, selected=1))
    assert here.run("layer.state()")["center"][0] == pytest.approx(179.0, abs=0.01)
    send(here.page, replace(wish, selected=1, fit=(0, 1), nonce=1))
    state = here.run("layer.state()")
    assert abs(state["center"][0]) == pytest.approx(180.0, abs=0.1)
    assert state["zoom"] >= 8


def test_a_double_click_on_the_strip_keeps_the_day(frame):
    here = frame(made(60, seed=3))
    here.run("layer.clock.set({ since: layer.clock.last - 400 })")
    before = here.run("layer.state()")
    for name in ("Day", "Start of the window"):
        here.page.get_by_role("slider", name=name, exact=True).dblclick()
        assert here.run("layer.state()")["since"] == before["since"]
        assert here.run("layer.state()")["day"] == before["day"]
    box = here.page.locator(".tl-time").bounding_box()
    here.page.mouse.dblclick(box["x"] + box["width"] * 0.3, box["y"] + 20)
    state = here.run("layer.state()")
    assert (state["since"], state["day"]) == (None, before["day"])
    assert here.errors == []


def test_where_a_link_stood_counts_before_what_an_open_claim_could_mean(frame):
    here = frame(made(6, seed=1, places=6))
    wish = command(here.view, here.columns)
    could = ((40.0, 35.0), (41.0, 36.0))
    send(here.page, replace(wish, at=(36.5, 34.5, 10.0), nonce=1, candidates=could))
    state = here.run("layer.state()")
    assert (state["zoom"], *state["center"]) == pytest.approx(
        (10, 36.5, 34.5), abs=0.01
    )
