"""Events and control in the browser against Python's, on random events and days."""

from dataclasses import asdict, replace
from datetime import date, timedelta

import numpy as np
import pytest
from map_frame import PARTIES, event, made, these

from geo.map import command, day_number
from geo.timeline import control_on
from geo.view import Mode, View, passing, shown

pytestmark = pytest.mark.browser

FILTERS = (
    {},
    {"actors": PARTIES[:1]},
    {"types": ("captured", "withdrew", "attacked"), "statuses": ("claimed", "denied")},
    {"publishers": ("Northern Desk",), "confidence": 75, "reviewed": False},
    {"text": "place 1", "box": (36.5, 35.0, 38.5, 37.0)},
)
# What the browser finds for filters and days: the events of each window, and who holds
# each place at the end of it.
FOUND = """([wishes, days]) => wishes.map(wish => {
  const data = tideline.layer.data;
  const index = new tideline.Index(data, tideline.passing(data, wish));
  const fold = new tideline.Fold(data, index);
  return days.map(([since, day]) => {
    const last = data.until(day);
    const first = since === null ? 0 : data.until(since - 1);
    const events = [];
    for (let i = first; i < last; i++) if (index.pass[i]) events.push(i);
    const control = [];
    for (let group = 0; group < data.groups; group++) {
      const at = fold.at(group, day);
      if (at < 0) continue;
      control.push([fold.holder[at], fold.since[at], fold.last[at], fold.contested[at]]);
    }
    return { events, count: index.within(since, day), control };
  });
})"""


def windows(seed):
    """Return ten windows: their first days, None for the beginning, and their last."""
    rng = np.random.default_rng(seed)
    days = date(2013, 12, 1) + rng.integers(0, 2600, 10) * timedelta(days=1)
    lengths = [None, 0, 30, 365, None, 90, 900, None, 7, 5000]
    return [
        (None if length is None else day - timedelta(days=length), day)
        for day, length in zip(days, lengths, strict=True)
    ]


def controlled(events, view, frame):
    """Return who holds each place by Python: by the event that tells of it last."""
    held = control_on(events[passing(events, view)], view.day)
    position = {name: at for at, name in enumerate(events["event_id"])}
    actors = {name: at for at, name in enumerate(frame.columns.actors)}
    return {
        position[row.event_id]: (
            actors.get(row.controlled_by, -1),
            row.since,
            2 if row.contested else int(row.attacked),
        )
        for row in held.itertuples()
    }


def compare(frame, windows):
    """Compare the browser with Python for all filters and windows."""
    events = frame.events
    views = [View(day=date(2020, 1, 1), **chosen) for chosen in FILTERS]
    wishes = [asdict(command(view, frame.columns)) for view in views]
    days = [
        [None if since is None else day_number(since), day_number(day)]
        for since, day in windows
    ]
    found = frame.page.evaluate(FOUND, [wishes, days])
    for view, of_view in zip(views, found, strict=True):
        for (since, day), told in zip(windows, of_view, strict=True):
            asked = replace(view, day=day, since=since)
            seen = shown(events, asked)
            assert told["events"] == seen.index.tolist()
            assert told["count"] == len(seen)
            assert controlled(events, asked, frame) == {
                last: (holder, events["date_end"].iloc[first], contested)
                for holder, first, last, contested in told["control"]
            }


def test_events_and_control_are_those_of_python_on_random_days(frame):
    opened = frame(made(500, seed=1))
    compare(opened, windows(seed=2))
    assert opened.errors == []


def test_the_first_and_the_last_year_that_there_is_count_alike(frame):
    days = ("0001-01-01", "0001-12-31", "9999-01-01", "9999-12-31")
    kinds = ("captured", "attacked", "withdrew", "handed_over")
    opened = frame(
        these(
            *(
                event(at, day, (179.9, 10.0), place_id="test:one", event_type=kind)
                for at, (day, kind) in enumerate(zip(days, kinds, strict=True))
            )
        )
    )
    ends = [date.fromisoformat(day) for day in days]
    compare(opened, [(None, day) for day in ends] + [(ends[1], ends[3])])
    state = opened.state("layer.clock.set({ mode: 'control', day: -1e7 })")
    assert state["day"] == day_number(ends[0])
    assert opened.errors == []


def test_two_days_compared_show_where_another_holds(frame):
    opened = frame(made(300, seed=3))
    first, last = date(2016, 3, 1), date(2018, 9, 1)
    before = control_on(opened.events, first).set_index("place_id")["controlled_by"]
    after = control_on(opened.events, last).set_index("place_id")["controlled_by"]
    changed = {
        name: (before.get(name, "nothing reported"), holder)
        for name, holder in after.items()
        if name not in before or before[name] != holder
    }
    actors = list(opened.columns.actors)
    names = {-2: "nothing reported", -1: None, **dict(enumerate(actors))}
    times = f"since: {day_number(first)}, day: {day_number(last)}"
    opened.state(f"layer.clock.set({{ mode: '{Mode.CHANGES}', {times} }})")
    # So close that nothing crowds, all places one after the other.
    found = {}
    for place in opened.events.drop_duplicates(["place_id", "geometry"]).itertuples():
        for mark in opened.go(place.geometry.x, place.geometry.y, 14)["drawn"]:
            name = opened.events["place_id"].iloc[mark["event"]]
            found[name] = (names[mark["former"]], names[mark["actor"]])
    assert found == changed
    assert len(changed) > 10
