from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from conftest import make_claim, make_location
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import ACTORS, days, placed, placed_claims

from extract.records import EventType, Evidence, Modality, Span
from geo.events import cluster, frame
from geo.timeline import (
    CHANGE_DTYPES,
    CONTROL_DTYPES,
    SPELL_DTYPES,
    changes,
    control_on,
    spells,
)

GOVERNMENT, ISLAMIC_STATE, OPPOSITION = ACTORS
NOBODY = "nobody known"


def day(n):
    return date(2017, 3, n)


def told(*reports):
    """Return the events of (type, taker, loser, first day, last day) in March 2017."""
    claims = [
        make_claim(
            claim_id=f"c{n}",
            event_type=EventType(kind),
            gained_by=gained_by,
            lost_by=lost_by,
            date_start=day(first),
            date_end=day(last),
        )
        for n, (kind, gained_by, lost_by, first, last) in enumerate(reports)
    ]
    return frame(cluster([placed(claim) for claim in claims]))


def holder(events, on):
    """Return who holds the only place, None for a place that nothing is told of."""
    state = control_on(events, on)
    return None if state.empty else state.iloc[0]["controlled_by"] or NOBODY


TAKEN = ("captured", GOVERNMENT, ISLAMIC_STATE, 2, 2)


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (("captured", OPPOSITION, GOVERNMENT, 5, 5), OPPOSITION),
        (("captured", OPPOSITION, None, 5, 5), OPPOSITION),
        (("captured", None, GOVERNMENT, 5, 5), NOBODY),
        (("captured", None, OPPOSITION, 5, 5), GOVERNMENT),
        (("handed_over", OPPOSITION, GOVERNMENT, 5, 5), OPPOSITION),
        (("withdrew", None, GOVERNMENT, 5, 5), NOBODY),
        (("withdrew", None, None, 5, 5), NOBODY),
        (("withdrew", None, ISLAMIC_STATE, 5, 5), GOVERNMENT),
        (("holds", OPPOSITION, None, 5, 5), OPPOSITION),
        (("holds", None, None, 5, 5), GOVERNMENT),
        (("repelled", OPPOSITION, GOVERNMENT, 5, 5), OPPOSITION),
        (("repelled", None, OPPOSITION, 5, 5), GOVERNMENT),
        (("advanced", OPPOSITION, GOVERNMENT, 5, 5), GOVERNMENT),
        (("attacked", OPPOSITION, GOVERNMENT, 5, 5), GOVERNMENT),
        (("besieged", OPPOSITION, GOVERNMENT, 5, 5), GOVERNMENT),
    ],
)
def test_what_a_report_does_to_control(report, expected):
    assert holder(told(TAKEN, report), day(5)) == expected


@pytest.mark.parametrize("kind", ["advanced", "attacked", "besieged"])
def test_fighting_alone_says_nothing_of_control(kind):
    assert holder(told((kind, OPPOSITION, GOVERNMENT, 5, 5)), day(9)) is None


def test_an_event_counts_from_its_last_possible_day():
    events = told(("captured", GOVERNMENT, None, 2, 6))
    assert holder(events, day(5)) is None
    assert holder(events, day(6)) == GOVERNMENT


def test_undated_events_do_not_count():
    claim = make_claim(date_start=None, date_end=None)
    assert holder(frame(cluster([placed(claim)])), day(9)) is None


def test_denied_events_do_not_count():
    claim = make_claim(modality=Modality.DENIED)
    events = frame(cluster([placed(claim)]))
    assert len(events) == 1
    assert holder(events, day(9)) is None


def test_disputed_events_count_and_say_so():
    events = told(TAKEN, ("holds", ISLAMIC_STATE, None, 2, 2))
    state = control_on(events, day(3)).iloc[0]
    assert state["controlled_by"] == GOVERNMENT
    assert (state["status"], state["disputed"]) == ("disputed", True)


def test_status_and_age_travel_with_control():
    events = told(TAKEN, ("holds", GOVERNMENT, None, 4, 4))
    state = control_on(events, day(14)).iloc[0]
    assert state["since"] == pd.Timestamp(2017, 3, 2)
    assert state["last_reported"] == pd.Timestamp(2017, 3, 4)
    assert (state["age_days"], state["status"], state["disputed"]) == (
        10,
        "claimed",
        False,
    )


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([("attacked", OPPOSITION, None, 5, 5)], True),
        ([("attacked", None, None, 5, 5)], True),
        ([("attacked", GOVERNMENT, None, 5, 5)], False),
        ([("attacked", OPPOSITION, None, 1, 1)], False),
        (
            [("besieged", OPPOSITION, None, 5, 5), ("holds", GOVERNMENT, None, 6, 6)],
            False,
        ),
        (
            [("besieged", OPPOSITION, None, 5, 5), ("holds", GOVERNMENT, None, 5, 5)],
            True,
        ),
        ([("repelled", GOVERNMENT, OPPOSITION, 5, 5)], False),
    ],
)
def test_attacked_by_others_since_it_was_last_affirmed(reports, expected):
    state = control_on(told(TAKEN, *reports), day(9)).iloc[0]
    assert state["controlled_by"] == GOVERNMENT
    assert state["attacked"] == expected
    assert not state["contested"]


def pushed(words, taker=OPPOSITION, first=5):
    """Return an advance in the words of its sentence, from the first on to Palmyra."""
    sentence = f"{words} Palmyra."
    place = Span(start=len(words) + 1, end=len(words) + 8)
    return make_claim(
        event_type=EventType.ADVANCED,
        gained_by=taker,
        lost_by=None,
        date_start=day(first),
        date_end=day(first),
        sentence=sentence,
        char_end=len(sentence),
        evidence=Evidence(trigger=Span(start=0, end=1), place=place),
    )


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (pushed("Entered"), True),
        (pushed("Pushed into"), True),
        (pushed("Advanced inside"), True),
        (pushed("Took parts of"), True),
        (pushed("Advanced on"), False),
        (pushed("Reached"), False),
        (pushed("Entered the outskirts of"), False),
        (pushed("Entered", taker=None), False),
        (pushed("Entered", taker=GOVERNMENT), False),
        (pushed("Entered", first=1), False),
        (replace(pushed("Attacked into"), event_type=EventType.ATTACKED), False),
    ],
)
def test_control_is_contested_only_with_both_inside(claim, expected):
    taken = make_claim(date_start=day(2), date_end=day(2))
    events = frame(cluster([placed(taken), placed(claim)]))
    state = control_on(events, day(9)).iloc[0]
    assert (state["controlled_by"], state["contested"]) == (GOVERNMENT, expected)
    assert control_on(events, day(3)).iloc[0]["contested"] == (
        expected and claim.date_end <= day(3)
    )


def test_of_one_day_affirmations_come_before_losses_and_takings():
    events = told(
        ("captured", OPPOSITION, None, 5, 5),
        ("withdrew", None, GOVERNMENT, 5, 5),
        ("holds", GOVERNMENT, None, 5, 5),
    )
    assert holder(events, day(5)) == OPPOSITION


def test_of_one_last_day_the_narrower_date_decides():
    events = told(
        ("captured", GOVERNMENT, None, 5, 5), ("captured", OPPOSITION, None, 1, 5)
    )
    assert holder(events, day(5)) == GOVERNMENT


def test_of_the_same_days_the_greater_event_id_decides_in_any_order_of_rows():
    events = told(
        ("captured", GOVERNMENT, None, 5, 5), ("captured", OPPOSITION, None, 5, 5)
    )
    assert list(events["event_id"]) == ["e-c0", "e-c1"]
    assert holder(events, day(5)) == holder(events[::-1], day(5)) == OPPOSITION


def test_places_are_told_apart():
    claims = [
        placed(make_claim(claim_id=f"c{n}", gained_by=actor), make_location(place_id=n))
        for n, actor in (("b", GOVERNMENT), ("a", OPPOSITION))
    ]
    state = control_on(frame(cluster(claims)), day(9))
    assert list(state["place_id"]) == ["a", "b"]
    assert list(state["controlled_by"]) == [OPPOSITION, GOVERNMENT]


def test_nothing_gives_empty_frames_with_all_columns():
    events = frame([])
    state, held = control_on(events, day(1)), spells(events)
    assert {n: str(t) for n, t in state.dtypes.items()} == CONTROL_DTYPES
    assert {n: str(t) for n, t in held.dtypes.items()} == SPELL_DTYPES
    gone = changes(events, day(1), day(2))
    assert {n: str(t) for n, t in gone.dtypes.items()} == CHANGE_DTYPES
    assert state.crs == "EPSG:4326"
    assert len(state) == len(held) == len(gone) == 0


def test_spells_follow_one_another():
    events = told(
        TAKEN,
        ("holds", GOVERNMENT, None, 4, 4),
        ("captured", OPPOSITION, GOVERNMENT, 9, 9),
        ("withdrew", None, OPPOSITION, 12, 12),
    )
    held = spells(events)
    assert list(held["controlled_by"]) == [GOVERNMENT, OPPOSITION, None]
    assert [d.day for d in held["first_day"]] == [2, 9, 12]
    assert [d.day for d in held["last_day"][:2]] == [8, 11]
    assert held["last_day"].iloc[2] is pd.NaT
    assert held["last_reported"].iloc[0] == pd.Timestamp(2017, 3, 4)
    assert held.loc[0, ["first_event_id", "event_id"]].tolist() == ["e-c0", "e-c1"]
    assert held["first_event_id"].tolist()[1:] == held["event_id"].tolist()[1:]


TAKEN_TWICE = told(
    TAKEN,
    ("holds", GOVERNMENT, None, 4, 4),
    ("captured", OPPOSITION, GOVERNMENT, 9, 9),
    ("captured", GOVERNMENT, OPPOSITION, 12, 12),
    ("withdrew", None, GOVERNMENT, 15, 15),
)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (1, 1, None),
        (1, 2, (None, False, GOVERNMENT, 2)),
        (1, 8, (None, False, GOVERNMENT, 2)),
        (2, 8, None),
        (2, 9, (GOVERNMENT, True, OPPOSITION, 9)),
        (8, 14, None),
        (9, 14, (OPPOSITION, True, GOVERNMENT, 12)),
        (1, 14, (None, False, GOVERNMENT, 12)),
        (14, 15, (GOVERNMENT, True, None, 15)),
        (1, 15, (None, False, None, 15)),
        (15, 15, None),
    ],
)
def test_what_changed_hands_between_two_days(first, last, expected):
    found = changes(TAKEN_TWICE, day(first), day(last))
    rows = [
        (row.held_before, row.reported_before, row.held_after, row.since.day)
        for row in found.itertuples()
    ]
    assert rows == ([expected] if expected else [])


def test_a_change_names_the_event_that_began_it_and_its_status():
    found = changes(TAKEN_TWICE, day(2), day(9)).iloc[0]
    began = TAKEN_TWICE[TAKEN_TWICE["event_id"] == found["event_id"]].iloc[0]
    assert (began["gained_by"], began["date_end"]) == (OPPOSITION, found["since"])
    assert found["status"] == began["status"]


def test_days_compared_backwards_are_refused():
    with pytest.raises(ValueError, match="is before"):
        changes(TAKEN_TWICE, day(9), day(2))


# An oracle: one place after another, one day after another, one event after another


STEPS = ["holds repelled", "withdrew", "captured handed_over"]


def plain_control(events, on):
    """Return {place: (holder, day of the last report)} by the plainest of loops."""
    counted = events[events["date_end"].notna() & (events["status"] != "denied")]
    rows = list(counted.sort_values(["date_start", "event_id"]).itertuples())
    held = {}
    for today in pd.date_range(day(1), on):
        for step in STEPS:
            for row in rows:
                if row.date_end == today and row.event_type in step.split():
                    plain_step(held, row, today.date(), step)
    return held


def plain_step(held, row, today, step):
    now, _ = held.get(row.place_id, (None, None))
    if row.gained_by is not None:
        held[row.place_id] = (row.gained_by, today)
    elif step != STEPS[0] and (None in (now, row.lost_by) or row.lost_by == now):
        held[row.place_id] = (None, today)


@given(claims=placed_claims(max_size=12, places=2), on=days)
def test_control_is_what_a_plain_loop_says(claims, on):
    events = frame(cluster(claims))
    state = control_on(events, on)
    assert {
        row.place_id: (row.controlled_by, row.last_reported.date())
        for row in state.itertuples()
    } == plain_control(events, on)


@given(claims=placed_claims(max_size=12), on=days, seed=st.integers(0, 9))
def test_later_events_and_the_order_of_rows_make_no_difference(claims, on, seed):
    events = frame(cluster(claims))
    until = events[events["date_end"] <= pd.Timestamp(on)].sample(
        frac=1, random_state=seed
    )
    assert_geodataframe_equal(control_on(events, on), control_on(until, on))


@given(claims=placed_claims(max_size=12), on=days)
def test_the_spell_of_a_day_is_the_control_on_it(claims, on):
    events = frame(cluster(claims))
    held = spells(events)
    moment = pd.Timestamp(on)
    in_force = held[
        (held["first_day"] <= moment)
        & (held["last_day"].isna() | (held["last_day"] >= moment))
    ]
    assert in_force["place_id"].is_unique
    state = control_on(events, on)
    assert dict(
        zip(in_force["place_id"], in_force["controlled_by"], strict=True)
    ) == dict(zip(state["place_id"], state["controlled_by"], strict=True))
    assert list(in_force["first_day"]) == list(state["since"])


@settings(max_examples=20)
@given(claims=placed_claims(max_size=12), pair=st.lists(days, min_size=2, max_size=2))
def test_changes_are_the_difference_of_control_on_two_days(claims, pair):
    events = frame(cluster(claims))
    first, last = sorted(pair)
    before, after = (
        {
            row.place_id: (row.controlled_by, row.since)
            for row in control_on(events, on).itertuples()
        }
        for on in (first, last)
    )
    unknown = ("nothing reported", None)
    expected = {
        place_id: (before.get(place_id, unknown)[0], holder, since)
        for place_id, (holder, since) in after.items()
        if before.get(place_id, unknown)[0] != holder
    }
    found = changes(events, first, last)
    assert found["place_id"].is_monotonic_increasing
    assert {
        row.place_id: (
            row.held_before if row.reported_before else unknown[0],
            row.held_after,
            row.since,
        )
        for row in found.itertuples()
    } == expected


@settings(max_examples=20)
@given(claims=placed_claims(max_size=12))
def test_each_spell_names_the_events_at_its_two_ends(claims):
    events = frame(cluster(claims)).set_index("event_id")
    for row in spells(events.reset_index()).itertuples():
        first, last = events.loc[row.first_event_id], events.loc[row.event_id]
        assert (first["date_end"], last["date_end"]) == (
            row.first_day,
            row.last_reported,
        )
        assert first["place_id"] == last["place_id"] == row.place_id
        assert first["gained_by"] == row.controlled_by
