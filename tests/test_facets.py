"""What each filter would leave is what filtering by it leaves."""

from dataclasses import replace
from datetime import date

import pytest
from conftest import make_claim, make_location
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from strategies import placed, placed_claims

from extract.records import ClaimantType, EventType
from geo.events import cluster, frame
from geo.facets import CONFIDENCES, Counts, Facets
from geo.view import View, choices, ordered, passing, shown

LAST = date(2017, 3, 31)


def some(place, kind, taker, publisher, lon, **changes):
    claim = make_claim(place=place, event_type=kind, gained_by=taker, **changes)
    where = make_location(place_id=place, lon=lon, lat=35.0)
    return placed(claim, where, publisher=publisher)


EVENTS = ordered(
    frame(
        cluster(
            [
                some("Palmyra", EventType.CAPTURED, "Syrian government", "One", 38.0),
                some("Dayr Ḩāfir", EventType.HOLDS, "Islamic State", "Two", 37.0),
                some("Homs", EventType.HOLDS, None, "One", 36.0, confidence=0.5),
                some(
                    "Raqqa",
                    EventType.ATTACKED,
                    "Islamic State",
                    "",
                    39.0,
                    date_start=date(2017, 3, 9),
                    date_end=date(2017, 3, 9),
                    claimant_type=ClaimantType.MONITOR,
                ),
                some("Sarmin", EventType.HOLDS, None, "Two", 36.0, lost_by=None)
            ]
        )
    )
)  # fmt: skip
EVENTS.loc[EVENTS["place"] == "Palmyra", "reviewed"] = True

VIEWS = {
    "all": View(day=LAST),
    "early": View(day=date(2017, 3, 5)),
    "late": View(day=LAST, since=date(2017, 3, 5)),
    "actor": View(day=LAST, actors=("Islamic State",)),
    "two kinds": View(day=LAST, types=("holds",), publishers=("Two", "One")),
    "sure": View(day=LAST, confidence=60, statuses=("claimed",)),
    "reviewed": View(day=LAST, reviewed=True, actors=("Islamic State",)),
    "not reviewed": View(day=LAST, reviewed=False),
    "place": View(day=LAST, text="dayr hafir"),
    "sentence": View(day=LAST, text="took PALMYRA from"),
    "publisher": View(day=LAST, text="two", types=("holds",)),
    "no words": View(day=LAST, text=" ' "),
    "nowhere": View(day=LAST, text="atlantis"),
    "box": View(day=LAST, box=(36.5, 34.0, 38.5, 36.0), types=("holds",)),
}


def plain(events, view):
    """Return the counts by filtering anew for each value of each filter."""

    def left(**changes):
        return len(shown(events, replace(view, **changes)))

    columns = {
        "actors": [*events["gained_by"], *events["lost_by"]],
        "types": events["event_type"],
        "statuses": events["status"],
        "publishers": events["publisher"],
    }
    listed = {
        name: {value: left(**{name: (value,)}) for value in set(values) - {None}}
        for name, values in columns.items()
    }
    listed = {
        name: {value: count for value, count in counts.items() if count}
        for name, counts in listed.items()
    }
    return Counts(
        window=len(shown(events, View(day=view.day, since=view.since))),
        shown=left(),
        confidence={least: left(confidence=least) for least in CONFIDENCES},
        reviewed={state: left(reviewed=state) for state in (None, True, False)},
        **listed,
    )


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_counts_are_what_filtering_by_each_value_leaves(view):
    facets = Facets(EVENTS)
    assert facets.counts(view) == plain(EVENTS, view)
    assert facets.passing(view).tolist() == passing(EVENTS, view).tolist()


def test_the_counts_of_these_events_are_these():
    counts = Facets(EVENTS).counts(VIEWS["two kinds"])
    assert (counts.window, counts.shown) == (5, 3)
    assert counts.types == {"captured": 1, "holds": 3}
    assert counts.publishers == {"One": 1, "Two": 2}
    assert counts.reviewed == {None: 3, True: 0, False: 3}


def test_an_empty_store_counts_nothing():
    empty = ordered(frame([]))
    view = View(day=LAST, text="x", actors=("Islamic State",), confidence=50)
    assert Facets(empty).counts(view) == plain(empty, view)


values = st.sampled_from
views = st.builds(
    View,
    day=st.dates(date(2017, 3, 1), LAST),
    since=st.none() | st.dates(date(2017, 3, 1), LAST),
    actors=values([(), ("Islamic State",), ("Syrian government", "Nobody")]),
    types=values([(), ("captured", "holds")]),
    statuses=values([(), ("claimed",)]),
    publishers=values([(), ("One",)]),
    confidence=values(CONFIDENCES),
    text=values(["", "palm", "one"]),
)


@settings(max_examples=10)
@given(placed_claims(max_size=8), views)
def test_counts_of_any_events_and_view_are_what_filtering_leaves(claims, view):
    events = ordered(frame(cluster(claims)))
    assert Facets(events).counts(view) == plain(events, view)


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_rows_are_those_that_are_shown_as_far_as_wanted(view):
    rows, whole = Facets(EVENTS).shown(view), shown(EVENTS, view)
    assert len(rows) == len(whole)
    assert rows.column("event_id").tolist() == whole["event_id"].tolist()
    for count in (1, 2, len(EVENTS)):
        assert_frame_equal(rows.first(count), whole.head(count))
        assert_frame_equal(rows.newest(count), whole.iloc[::-1].head(count))


def test_choices_are_those_of_the_events_on_that_day():
    facets = Facets(EVENTS)
    for today in (date(2020, 1, 1), date(2021, 1, 1)):
        assert facets.choices(today) == choices(EVENTS, today)
    none = Facets(EVENTS.head(0))
    assert none.choices(LAST).last == none.choices(LAST).first == LAST
    assert none.choices(date(2020, 1, 1)).last == date(2020, 1, 1)
