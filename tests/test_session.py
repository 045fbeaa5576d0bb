"""What the reader looks at, kept between reruns."""

from datetime import date

import pytest

from geo.pages import session


@pytest.fixture
def state(monkeypatch):
    """A session in which a window is set and the address once said where to look."""
    held = {"day": date(2017, 3, 2), "since": date(2017, 1, 1), "at": (38.0, 35.0, 8.0)}
    monkeypatch.setattr("streamlit.session_state", held)
    return held


def test_events_with_a_day_are_looked_at_on_that_day(state):
    session.go_to(["e-1", "e-2"], date(2016, 5, 1))
    assert (state["event"], state["fit"]) == ("e-1", ["e-1", "e-2"])
    assert (state["since"], state["asked_day"]) == (None, date(2016, 5, 1))


def test_events_without_a_day_leave_the_window_as_the_map_has_it(state):
    session.go_to(["e-1"], None)
    assert (state["event"], state["fit"]) == ("e-1", ["e-1"])
    assert state["since"] == date(2017, 1, 1)
    assert state.get("asked_day") is None


def test_what_the_page_goes_to_replaces_where_the_address_said_to_look(state):
    session.open_place("geonames:1", "e-1")
    assert (state["fit"], state["at"]) == (["e-1"], None)
