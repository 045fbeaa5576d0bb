import random
import time
from datetime import date, timedelta
from itertools import permutations

import geopandas as gpd
import pandas as pd
import pytest
from conftest import make_claim, make_location, make_nowhere
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import ACTORS, placed, placed_claims

from extract.records import (
    Actor,
    ClaimantType,
    Conflict,
    EventType,
    Modality,
    Publisher,
    Relation,
    RelationKind,
)
from geo.events import DTYPES, cluster, frame, place_key
from geo.weighing import Status

GOVERNMENT, ISLAMIC_STATE, OPPOSITION = ACTORS
FULL = {"gained_by": GOVERNMENT, "lost_by": ISLAMIC_STATE}
ids = iter(range(10**6))


def day(n):
    return date(2017, 3, n)


def claim(first=2, last=None, **changes):
    """Return a claim of a fresh id, dated by days of March 2017."""
    dates = {"date_start": None, "date_end": None}
    if first is not None:
        dates = {"date_start": day(first), "date_end": day(last or first)}
    return make_claim(claim_id=f"c{next(ids)}", **{**dates, **changes})


def together(*claims):
    """Return for each claim the number of the event it is in, None for none."""
    events = cluster([c if hasattr(c, "location") else placed(c) for c in claims])
    where = {p.claim.claim_id: n for n, e in enumerate(events) for p in e.claims}
    names = [getattr(c, "claim", c).claim_id for c in claims]
    order = {}
    return [
        order.setdefault(where[n], len(order)) if n in where else None for n in names
    ]


# What belongs together


def test_same_place_taker_and_day_is_one_event():
    assert together(claim(), claim()) == [0, 0]


def test_no_claims_make_no_events():
    assert cluster([]) == []


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((2, 4), (4, 6), [0, 0]),
        ((2, 3), (4, 6), [0, 1]),
        ((2,), (3,), [0, 1]),
        ((1, 31), (5,), [0, 0]),
    ],
)
def test_dates_must_share_a_day(one, other, expected):
    assert together(claim(*one), claim(*other)) == expected


def test_overlaps_do_not_chain():
    assert together(claim(1, 3), claim(3, 5), claim(5, 7)) == [0, 0, 1]


def test_an_event_has_the_days_that_all_its_claims_share():
    (event,) = cluster(
        [placed(claim(1, 31)), placed(claim(4, 9)), placed(claim(8, 20))]
    )
    assert (event.date_start, event.date_end, event.date_prec) == (day(8), day(9), 2)


def test_a_wide_date_that_fits_two_events_stays_by_itself():
    assert together(claim(2), claim(20), claim(1, 31)) == [0, 1, 2]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (FULL, {**FULL, "gained_by": OPPOSITION}, [0, 1]),
        (FULL, {**FULL, "lost_by": None}, [0, 0]),
        (FULL, {**FULL, "lost_by": OPPOSITION}, [0, 0]),
        (FULL, {**FULL, "gained_by": None}, [0, 0]),
        (FULL, {"gained_by": None, "lost_by": OPPOSITION}, [0, 1]),
        (FULL, {"gained_by": None, "lost_by": None}, [0, 1]),
        (
            {"gained_by": GOVERNMENT, "lost_by": None},
            {"gained_by": None, "lost_by": ISLAMIC_STATE},
            [0, 1],
        ),
        (
            {"gained_by": None, "lost_by": None},
            {"gained_by": None, "lost_by": None},
            [0, 0],
        ),
    ],
)
def test_the_taker_must_agree_and_one_side_may_be_unknown(one, other, expected):
    assert together(claim(**one), claim(**other)) == expected


def test_an_unknown_taker_joins_nobody_if_there_are_two():
    takers = [claim(gained_by=actor) for actor in (GOVERNMENT, OPPOSITION)]
    assert together(*takers, claim(gained_by=None)) == [0, 1, 2]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (EventType.CAPTURED, EventType.HANDED_OVER, [0, 0]),
        (EventType.CAPTURED, EventType.HOLDS, [0, 1]),
        (EventType.CAPTURED, EventType.ADVANCED, [0, 1]),
        (EventType.ATTACKED, EventType.BESIEGED, [0, 1]),
        (EventType.ATTACKED, EventType.ATTACKED, [0, 0]),
    ],
)
def test_types_must_be_of_one_group(one, other, expected):
    assert together(claim(event_type=one), claim(event_type=other)) == expected


def test_a_withdrawal_and_the_taking_it_made_room_for_are_one_capture():
    left = claim(event_type=EventType.WITHDREW, gained_by=None, confidence=1.0)
    (event,) = cluster([placed(left), placed(claim())])
    assert event.event_type is EventType.CAPTURED
    assert (event.gained_by, event.lost_by) == (GOVERNMENT, ISLAMIC_STATE)


def test_places_are_told_apart_by_their_ids():
    one, other = placed(claim()), placed(claim(), make_location(place_id="other"))
    assert together(one, other) == [0, 1]


def inexact(name, container="Aleppo", **changes):
    relation = Relation(
        kind=RelationKind.CONTAINER, toponym=container, text=f"in {container}"
    )
    where = {"match": "container", "place_id": None, "radius_m": 30_000.0}
    return placed(
        claim(place=name, place_relations=(relation,)),
        make_location(**{**where, **changes}),
    )


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (inexact("al-Ra'oufiah"), inexact("Al Raoufiah"), [0, 0]),
        (inexact("al-Ra'oufiah"), inexact("Al-Rowzah"), [0, 1]),
        (inexact("Tal"), inexact("Tal", "Homs"), [0, 1]),
        (inexact("Tal"), inexact("Tal", lon=38.9), [0, 0]),
        (inexact("A", place_id="x"), inexact("B", place_id="x"), [0, 1]),
    ],
)
def test_a_place_that_is_not_listed_is_its_name_within_its_container(
    one, other, expected
):
    assert together(one, other) == expected


def test_a_place_without_container_is_its_name_where_it_was_put():
    def near(lon):
        where = make_location(match="relation", place_id=None, lon=lon)
        return placed(claim(), where)

    assert together(near(38.0), near(38.0), near(38.5)) == [0, 0, 1]
    assert place_key(near(38.0)) == "unlisted:palmyra@38.000,34.560"


def test_without_coordinates_there_is_no_event():
    assert cluster([placed(claim(), make_nowhere())]) == []


def test_the_surest_location_is_the_events():
    vague = make_location(radius_m=9_000.0, lon=38.9)
    (event,) = cluster([placed(claim(confidence=1.0), vague), placed(claim())])
    assert event.location == make_location()


# Undated claims


def test_an_undated_claim_joins_the_only_event_it_can_mean():
    assert together(claim(2), claim(None)) == [0, 0]


def test_an_undated_claim_stays_by_itself_where_it_could_mean_two():
    assert together(claim(2), claim(20), claim(None), claim(None)) == [0, 1, 2, 2]


def test_an_undated_claim_cannot_mean_what_came_after_its_article():
    early = placed(claim(None), published=day(1))
    assert together(claim(2), early) == [0, 1]


def test_an_event_without_dates_comes_last_and_has_no_precision():
    undated = claim(None, gained_by=OPPOSITION)
    *_, event = cluster([placed(undated), placed(claim())])
    assert (event.date_start, event.date_end, event.date_prec) == (None, None, None)


# Denied and planned


def denial(*dates, **changes):
    return claim(*dates, modality=Modality.DENIED, **changes)


def test_planned_claims_make_no_event():
    assert cluster([placed(claim(modality=Modality.PLANNED))]) == []


def test_a_denial_makes_the_event_it_means_disputed():
    (event,) = cluster([placed(claim()), placed(denial())])
    assert event.status is Status.DISPUTED
    assert [p.claim.modality for p in event.claims] == ["asserted", "denied"]


@pytest.mark.parametrize(
    ("denied", "joins"),
    [
        (denial(9), True),
        (denial(10), False),
        (denial(1), False),
        (denial(None), True),
        (denial(2, gained_by=OPPOSITION), False),
        (denial(2, gained_by=None), True),
        (denial(2, gained_by=None, lost_by=OPPOSITION), False),
        (denial(2, event_type=EventType.HOLDS), False),
    ],
)
def test_a_denial_means_what_it_can_mean_up_to_a_week_before(denied, joins):
    assert together(claim(2), denied) == [0, 0 if joins else 1]


def test_an_undated_denial_means_none_of_two():
    assert together(claim(2), claim(20), denial(None)) == [0, 1, 2]


def test_what_is_only_denied_is_kept_as_denied():
    events = cluster([placed(denial(2)), placed(denial(2))])
    assert [(event.status, event.n_claims) for event in events] == [(Status.DENIED, 2)]


# Status


def by(kind, publisher="Daily Example", **changes):
    """Return the one claim of an article of its own."""
    changes = {"article_id": f"a{next(ids)}", **changes}
    return placed(claim(claimant_type=kind, **changes), publisher=publisher)


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ([by(ClaimantType.GAINER)], Status.CLAIMED),
        ([by(ClaimantType.ALLY)], Status.CLAIMED),
        ([by(ClaimantType.STATE_MEDIA)], Status.CLAIMED),
        ([by(ClaimantType.WITNESS)], Status.CLAIMED),
        ([by(ClaimantType.UNKNOWN)], Status.CLAIMED),
        ([by(ClaimantType.LOSER)], Status.ASSESSED),
        ([by(ClaimantType.MONITOR)], Status.ASSESSED),
        ([by(ClaimantType.NEWSROOM, claimed_by=None)], Status.ASSESSED),
        (
            [by(ClaimantType.GAINER, "One"), by(ClaimantType.GAINER, "Two")],
            Status.CLAIMED,
        ),
        (
            [by(ClaimantType.GAINER, "One"), by(ClaimantType.ALLY, "Two")],
            Status.CLAIMED,
        ),
        (
            [by(ClaimantType.WITNESS, "One"), by(ClaimantType.WITNESS, "Two")],
            Status.ASSESSED,
        ),
        (
            [by(ClaimantType.WITNESS, "One"), by(ClaimantType.WITNESS, "one")],
            Status.CLAIMED,
        ),
        (
            [by(ClaimantType.GAINER, "One"), by(ClaimantType.WITNESS, "Two")],
            Status.ASSESSED,
        ),
    ],
)
def test_status_by_who_says_so(claims, status):
    (event,) = cluster(claims)
    assert event.status is status


def test_two_articles_of_one_publisher_are_one():
    (event,) = cluster([by(ClaimantType.NEWSROOM, claimed_by=None) for _ in range(2)])
    assert (event.n_claims, event.n_publishers, event.n_independent) == (2, 1, 1)


def test_publishers_that_quote_the_same_source_are_not_independent():
    claims = [
        by(ClaimantType.MONITOR, name, claimed_by="SOHR") for name in ("One", "Two")
    ]
    (event,) = cluster(claims)
    assert (event.n_publishers, event.n_independent) == (2, 1)


PACK = Conflict(
    name="test",
    title="Test",
    countries=("SY",),
    lon=38.0,
    lat=35.0,
    zoom=7,
    actors=(
        Actor(name=GOVERNMENT, side="government"),
        Actor(name="Russia", side="government"),
        Actor(name=ISLAMIC_STATE, side="islamic state"),
        Actor(name=OPPOSITION, side="opposition"),
    ),
    publishers=(
        Publisher(
            name="SANA",
            aliases=("state media",),
            kind=ClaimantType.STATE_MEDIA,
            side=GOVERNMENT,
        ),
        Publisher(name="TASS", kind=ClaimantType.STATE_MEDIA, side="Russia"),
        Publisher(name="Agencies", aliases=("Reuters", "AFP"), many=True),
        Publisher(name="SOHR", aliases=("the Observatory",), kind=ClaimantType.MONITOR),
    ),
)


@pytest.mark.parametrize(
    ("publisher", "sides", "status"),
    [
        ("SANA", FULL, Status.CLAIMED),
        ("SANA", {"gained_by": ISLAMIC_STATE, "lost_by": GOVERNMENT}, Status.ASSESSED),
        ("sana", {"gained_by": OPPOSITION, "lost_by": ISLAMIC_STATE}, Status.CLAIMED),
        ("TASS", FULL, Status.CLAIMED),
        ("TASS", {"gained_by": ISLAMIC_STATE, "lost_by": GOVERNMENT}, Status.ASSESSED),
        ("Reuters", FULL, Status.ASSESSED),
        ("Nobody knows it", FULL, Status.ASSESSED),
    ],
)
def test_a_partial_publisher_counts_fully_only_against_its_own_side(
    publisher, sides, status
):
    own_voice = by(ClaimantType.NEWSROOM, publisher, claimed_by=None, **sides)
    (event,) = cluster([own_voice], conflicts=[PACK])
    assert event.status is status


def test_a_quoted_partial_source_counts_as_itself():
    quoted = by(ClaimantType.STATE_MEDIA, "Reuters", claimed_by="state media")
    (event,) = cluster([quoted], conflicts=[PACK])
    assert event.status is Status.CLAIMED


def test_other_names_of_a_publisher_are_the_same_one_but_newsrooms_are_many():
    kind = ClaimantType.NEWSROOM
    sana = [by(kind, name, claimed_by=None) for name in ("SANA", "state media")]
    wires = [by(kind, name, claimed_by=None) for name in ("Reuters", "AFP")]
    assert [e.n_publishers for e in cluster(sana, conflicts=[PACK])] == [1]
    assert [e.n_independent for e in cluster(wires, conflicts=[PACK])] == [2]


# Opposite claims


def statuses(*claims, conflicts=()):
    events = cluster([placed(one) for one in claims], conflicts=conflicts)
    return {event.status for event in events}


HELD = {"event_type": EventType.HOLDS, "gained_by": ISLAMIC_STATE, "lost_by": None}


@pytest.mark.parametrize(
    ("other", "status"),
    [
        (claim(gained_by=OPPOSITION), Status.DISPUTED),
        (claim(3, gained_by=OPPOSITION), Status.CLAIMED),
        (claim(1, 7, gained_by=OPPOSITION), Status.DISPUTED),
        (claim(1, 8, gained_by=OPPOSITION), Status.CLAIMED),
        (claim(**HELD), Status.DISPUTED),
        (
            claim(event_type=EventType.REPELLED, gained_by=ISLAMIC_STATE),
            Status.DISPUTED,
        ),
        (claim(event_type=EventType.ATTACKED, gained_by=ISLAMIC_STATE), Status.CLAIMED),
        (claim(event_type=EventType.HOLDS), Status.CLAIMED),
        (claim(None, gained_by=OPPOSITION), Status.CLAIMED),
        (claim(gained_by=OPPOSITION, associated=(GOVERNMENT,)), Status.CLAIMED),
    ],
)
def test_opposite_claims_within_the_same_days_are_both_disputed(other, status):
    assert statuses(claim(2), other) == {status}


def test_allies_do_not_contradict_each_other_if_a_pack_says_so():
    claims = [claim(2), claim(2, gained_by="Russia")]
    assert statuses(*claims) == {Status.DISPUTED}
    assert statuses(*claims, conflicts=[PACK]) == {Status.CLAIMED}


# Properties


def test_any_order_of_claims_that_compete_gives_the_same_events():
    claims = [
        placed(one)
        for one in (
            claim(2),
            claim(20),
            claim(1, 31),
            claim(2, gained_by=None),
            claim(None),
            claim(18, 22, gained_by=OPPOSITION),
        )
    ]
    orders = [cluster(order) for order in permutations(claims)]
    assert all(order == orders[0] for order in orders)


def described(events):
    return [(event.event_id, event) for event in events]


# One place and one type: else few claims have anything to do with each other, and even
# clustering in the order of arrival passes.
@settings(max_examples=300)
@given(claims=placed_claims(places=1, types=(EventType.CAPTURED,)), data=st.data())
def test_the_order_of_arrival_changes_nothing(claims, data):
    shuffled = data.draw(st.permutations(claims))
    assert cluster(shuffled) == cluster(claims)


@given(claims=placed_claims())
def test_every_claim_with_a_place_is_in_the_events_once_unless_planned(claims):
    events = cluster(claims)
    asserted = [
        p.claim.claim_id
        for event in events
        for p in event.claims
        if p.claim.modality is Modality.ASSERTED
    ]
    assert sorted(asserted) == sorted(
        p.claim.claim_id for p in claims if p.claim.modality is Modality.ASSERTED
    )
    told = {p.claim.claim_id for event in events for p in event.claims}
    assert told == {
        p.claim.claim_id for p in claims if p.claim.modality is not Modality.PLANNED
    }


@given(claims=placed_claims())
def test_events_keep_their_promises(claims):
    events = cluster(claims)
    assert len({event.event_id for event in events}) == len(events)
    for event in events:
        told = [p.claim for p in event.claims if p.claim.modality is Modality.ASSERTED]
        told = told or [p.claim for p in event.claims]
        assert event.event_id.removeprefix("e-") in {c.claim_id for c in told}
        assert {c.gained_by for c in told} <= {event.gained_by, None}
        assert {place_key(p) for p in event.claims} == {event.place_id}
        for one in told:
            if one.date_start and event.date_start:
                assert one.date_start <= event.date_start
                assert event.date_end <= one.date_end
        assert 1 <= event.n_independent <= event.n_publishers <= event.n_claims


@given(claims=placed_claims(places=3))
def test_places_do_not_bear_on_each_other(claims):
    alone = [
        event
        for place in ("p1", "p2", "p3")
        for event in cluster([p for p in claims if p.location.place_id == place])
    ]
    assert {event.event_id: event for event in alone} == dict(
        described(cluster(claims))
    )


@given(claims=placed_claims())
def test_packs_change_the_status_and_not_what_belongs_together(claims):
    plain, informed = cluster(claims), cluster(claims, conflicts=[PACK])
    assert [e.claims for e in plain] == [e.claims for e in informed]


# The frame


@given(claims=placed_claims())
def test_the_frame_keeps_to_its_contract(claims):
    events = frame(cluster(claims))
    assert isinstance(events, gpd.GeoDataFrame)
    assert events.crs == "EPSG:4326"
    assert {name: str(dtype) for name, dtype in events.dtypes.items()} == DTYPES
    assert list(events.columns) == list(DTYPES)
    assert list(events.index) == list(range(len(events)))
    ends = events["date_end"].fillna(pd.Timestamp.max.as_unit("ms"))
    assert ends.is_monotonic_increasing


def test_longitude_is_x():
    (point,) = frame(cluster([placed(claim())])).geometry
    assert (point.x, point.y) == (38.2842, 34.5601)


def test_what_is_not_known_is_none():
    unknown = placed(claim(None, gained_by=None, lost_by=None))
    row = frame(cluster([unknown])).iloc[0]
    assert row["gained_by"] is None
    assert row["lost_by"] is None
    assert row["date_start"] is pd.NaT
    assert row["date_prec"] is pd.NA


def test_a_row_says_what_its_event_says():
    best = placed(claim(2, confidence=1.0), publisher="Best", published=day(9))
    first = placed(claim(1, 4), publisher="First", published=day(8))
    row = frame(cluster([best, first])).iloc[0]
    assert row["event_id"] == f"e-{first.claim.claim_id}"
    assert row["publisher"] == "Best"
    assert row["first_reported"] == pd.Timestamp(2017, 3, 8)
    assert row["sentence"] == best.claim.sentence
    assert (row["n_claims"], row["n_publishers"], row["date_prec"]) == (2, 2, 1)


@pytest.mark.parametrize(
    ("last", "prec"), [(1, 1), (2, 2), (6, 2), (7, 3), (8, 4), (31, 4), (32, 5)]
)
def test_date_precision_is_ucdps(last, prec):
    until = day(1) + timedelta(days=last - 1)
    one = make_claim(date_start=day(1), date_end=until)
    assert cluster([placed(one)])[0].date_prec == prec


@pytest.mark.parametrize(
    ("kind", "gained_by", "acled", "plover"),
    [
        ("captured", GOVERNMENT, "Government regains territory", "ASSAULT"),
        ("captured", "Sudanese army", "Government regains territory", "ASSAULT"),
        ("captured", ISLAMIC_STATE, "Non-state actor overtakes territory", "ASSAULT"),
        ("captured", None, "Armed clash", "ASSAULT"),
        ("handed_over", GOVERNMENT, "Non-violent transfer of territory", "RETREAT"),
        ("withdrew", None, "Change to group/activity", "RETREAT"),
        ("holds", GOVERNMENT, None, None),
        ("advanced", GOVERNMENT, "Change to group/activity", "MOBILIZE"),
        ("attacked", GOVERNMENT, "Armed clash", "ASSAULT"),
        ("repelled", GOVERNMENT, "Armed clash", "ASSAULT"),
        ("besieged", GOVERNMENT, "Other", "COERCE"),
    ],
)
def test_codes_for_exchange(kind, gained_by, acled, plover):
    one = claim(event_type=EventType(kind), gained_by=gained_by)
    row = frame(cluster([placed(one)])).iloc[0]
    assert (row["acled_sub_event"], row["plover"]) == (acled, plover)


@pytest.mark.parametrize("n_places", [1, 500])
def test_ten_thousand_claims_are_clustered_in_a_moment(n_places):
    rng = random.Random(1)  # noqa: S311 - no secret
    claims = []
    for _ in range(10_000):
        start = date(2012, 1, 1) + timedelta(days=rng.randrange(4_000))
        one = claim(
            None,
            gained_by=rng.choice((*ACTORS, None)),
            date_start=start,
            date_end=start + timedelta(days=rng.choice((0, 0, 2, 30))),
        )
        where = make_location(place_id=f"p{rng.randrange(n_places)}")
        claims.append(placed(one, where))
    began = time.process_time()
    frame(cluster(claims))
    # About 0.6 and 1.1 s here; all with all would take minutes.
    assert time.process_time() - began < 5


def test_an_event_names_the_list_that_its_point_is_from():
    known = placed(claim(), make_location(source="GeoNames, CC BY 4.0, 2026-01-01"))
    (event,) = cluster([known])
    assert frame([event])["place_source"].tolist() == [known.location.source]
    (event,) = cluster([placed(claim())])
    assert frame([event])["place_source"].tolist() == [None]
