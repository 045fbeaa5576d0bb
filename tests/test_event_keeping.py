"""Events that are kept with every act are those that all claims make."""

import shutil
import subprocess
from datetime import date
from hashlib import sha256
from random import Random

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from conftest import TEXT, make_article, make_claim, make_location, make_placing
from kept import PACKS, SPOTS, Acts, a_claim, check
from sqlalchemy import create_engine, select, text
from stores import asked
from strategies import placed
from test_event_changes import NOW, tell, took

from extract.records import ClaimantType
from geo import event_keeping, soundness
from geo.copies import mark
from geo.event_filter import EventFilter
from geo.event_queries import count, events_in
from geo.event_tables import event, stale, weighing
from geo.events import CRS, DTYPES, cluster, frame
from geo.reviewing import reject
from geo.store import open_store
from geo.timeline import control_on, states
from geo.undoing import redo, undo

SEEDS = range(2)
PINNED = ("1", "2cfb73434ada4261")
"""The rules and what they make of some claims."""


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "store.sqlite", who="ana") as opened:
        yield opened


def kept(store, **wanted):
    with store.reading() as connection:
        asked = EventFilter(**wanted)
        found = events_in(connection, asked)
        assert count(connection, asked) == len(found)
        few = events_in(connection, asked, columns=("status",), limit=2)
    pd.testing.assert_frame_equal(few, found[["geometry", "status"]][:2])
    return found


def marks(store):
    with store.reading() as connection:
        return set(connection.execute(select(stale.c.claim_id)).scalars())


def any_acts(store, seed):
    acts = Acts(store, Random(seed))  # noqa: S311 - a seed for a test
    for number in range(30):
        acts.do()
        if number % 3 == 2:
            check(store)
    assert len(kept(store)) > 3


@pytest.mark.parametrize("seed", SEEDS)
def test_after_any_acts_what_is_kept_is_what_all_claims_say(store, seed):
    any_acts(store, seed)


HERE, THERE, ELSEWHERE = SPOTS[:3]
OWN_WORDS = f"{TEXT} Our reporter saw it."


def printed(store, number, publisher, day, *spots, text=TEXT):
    """Add an article that says at each spot that it was taken; return its id."""
    name = f"a{number}"
    article = make_article(
        article_id=name,
        title=name,
        publisher=publisher,
        published=date(2017, 3, day),
        text=text,
    )
    own_word = {"claimed_by": None, "claimant_type": ClaimantType.UNKNOWN}
    claims = [
        took(f"{number}-{at}", article_id=name, **own_word) for at in range(len(spots))
    ]
    where = {one.claim_id: spot for one, spot in zip(claims, spots, strict=True)}
    assert store.add(article, claims, make_placing(where, article_id=name), now=NOW)
    return name


def sources(store):
    """Return how many independent publishers the events here and there have."""
    check(store)
    found = kept(store)
    told = dict(zip(found["place_id"], found["n_independent"], strict=True))
    return told[HERE.place_id], told[THERE.place_id]


def test_copies_that_come_and_go_are_counted_wherever_either_has_claims(where):
    with open_store(where, who="ana") as store:
        first = printed(store, 1, "Alpha", 10, HERE, THERE)
        other = printed(store, 2, "Beta", 11, THERE, text=OWN_WORDS)
        assert sources(store) == (1, 2)
        # An earlier print of the first: from now on that is the copy, at both places.
        earlier = printed(store, 3, "Gamma", 9, HERE)
        assert sources(store) == (1, 2)
        # No claim is touched by what a reader says of two articles.
        said = mark(store, (other, first), is_copy=True, now=NOW)
        assert sources(store) == (1, 1)
        undo(store, said, now=NOW)
        assert sources(store) == (1, 2)
        redo(store, said, now=NOW)
        assert sources(store) == (1, 1)
        # The first print of all comes last, and tells of neither place.
        printed(store, 4, "Delta", 3, ELSEWHERE)
        assert sources(store) == (1, 1)
        mark(store, (other, first), is_copy=False, now=NOW)
        assert sources(store) == (1, 2)
        mark(store, (earlier, first), is_copy=False, now=NOW)
        assert sources(store) == (2, 2)
        # A claim of the earlier print goes to the other place, and another is refused.
        moved = make_placing({"c3-0": THERE}, article_id=earlier)
        store.place([moved], now=NOW)
        assert sources(store) == (1, 3)
        reject(store, store.claim("c1-1"), now=NOW, why="so")
        assert sources(store) == (1, 2)


@pytest.fixture(scope="module")
def on_a_server(postgres):
    """Return the address of a store in PostgreSQL that much was done to."""
    where = postgres.store()
    with open_store(where, who="ana") as store:
        any_acts(store, 2)
    return where


def test_a_server_gives_events_their_points_and_finds_them_by_an_index(on_a_server):
    query = "SELECT * FROM tideline.event WHERE geom && ST_MakeEnvelope(%s, %s, %s, %s)"
    url = on_a_server.replace("postgresql:", "postgresql+psycopg:")
    box = (38.0, 34.0, 39.0, 35.0)
    engine = create_engine(url)
    with engine.connect() as connection:
        sql = query.replace("%s", "{}").format(*box)[:-1] + ", 4326)"
        there = gpd.read_postgis(text(sql), connection, geom_col="geom")
        connection.exec_driver_sql("SET enable_seqscan = off")
        plan = connection.exec_driver_sql(f"EXPLAIN {sql}").scalars()
        assert "ix_event_geom" in " ".join(plan)
    engine.dispose()
    with open_store(on_a_server) as store:
        wanted = kept(store, box=box)
    assert 0 < len(there) == len(wanted)
    assert there.crs == wanted.crs
    assert dict(zip(there["event_id"], there.geometry, strict=True)) == dict(
        zip(wanted["event_id"], wanted.geometry, strict=True)
    )


def test_pyogrio_reads_the_events_from_a_server(on_a_server):
    if "PostgreSQL" not in pyogrio.list_drivers():
        pytest.skip(
            "this GDAL has no driver for PostgreSQL; pyogrio's wheels have none"
        )
    where = f"PG:{on_a_server}"
    there = pyogrio.read_dataframe(where, layer="tideline.event")
    with open_store(on_a_server) as store:
        assert set(there["event_id"]) == set(kept(store)["event_id"])


def test_ogr2ogr_reads_the_events_of_a_box_from_a_server(on_a_server, tmp_path):
    if not shutil.which("ogr2ogr"):
        pytest.skip("ogr2ogr (Debian's gdal-bin) is not installed")
    out = tmp_path / "events.geojson"
    box = (38.0, 34.0, 39.0, 35.0)
    command = ["ogr2ogr", out, f"PG:{on_a_server}", "tideline.event", "-spat"]
    subprocess.run([*command, *map(str, box)], check=True)
    there = pyogrio.read_dataframe(out)
    with open_store(on_a_server) as store:
        wanted = kept(store, box=box)
    assert set(there["event_id"]) == set(wanted["event_id"]) != set()
    points = dict(zip(wanted["event_id"], wanted.geometry, strict=True))
    for event_id, point in zip(there["event_id"], there.geometry, strict=True):
        assert point.equals_exact(points[event_id], 1e-9)


@pytest.fixture(scope="module")
def of_many(stores):
    """Return the address of a store with events of many days, places and actors."""
    where = stores.store()
    with open_store(where, who="ana") as store:
        acts = Acts(store, Random(3))  # noqa: S311 - a seed for a test
        for _ in range(25):
            acts.add()
    return where


def filters(events):
    """Return what can be asked of events, none of which finds all or nothing."""
    days = sorted({*events["date_end"].dropna().dt.date})
    busiest = events["place_id"].mode()[0]
    who = events["gained_by"].dropna().iloc[0]
    edge = (38.0, 34.0, 38.2842, 35.0)
    return [
        EventFilter(since=days[1]),
        EventFilter(until=days[-2]),
        EventFilter(since=days[1], until=days[-2]),
        EventFilter(on=days[2]),
        EventFilter(box=edge),
        EventFilter(box=(179.0, -11.0, -179.0, -9.0)),
        EventFilter(place_id=busiest),
        EventFilter(actor=who),
        EventFilter(since=days[1], box=edge, actor=who),
    ]


def test_the_database_finds_what_passes_of_the_frame(of_many):
    with open_store(of_many) as store:
        events = store.events(PACKS)
        assert events["date_end"].isna().any()
        for asked in filters(events):
            right = asked.passing(events)
            assert 0 < len(right) < len(events)
            pd.testing.assert_frame_equal(store.events(PACKS, wanted=asked), right)
            with store.reading() as connection:
                assert count(connection, asked) == len(right)


def test_who_weighs_alike_is_answered_by_the_same_filters(of_many):
    with open_store(of_many) as store:
        events = store.events(PACKS, alike=True)
        assert not events.equals(store.events(PACKS))
        for asked in filters(events):
            found = store.events(PACKS, alike=True, wanted=asked)
            pd.testing.assert_frame_equal(found, asked.passing(events))
        for day in events["date_end"].dropna().dt.date.unique()[:3]:
            for alike in (False, True):
                held = store.control_on(day, PACKS, alike=alike)
                right = control_on(store.events(PACKS, alike=alike), day)
                pd.testing.assert_frame_equal(held, right)


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        ({}, ["a", "b", "c", "d"]),
        ({"since": date(2017, 3, 2)}, ["b", "c"]),
        ({"until": date(2017, 3, 2)}, ["a", "b"]),
        ({"on": date(2017, 3, 3)}, ["c"]),
        ({"box": (10.0, 0.0, 20.0, 1.0)}, ["b", "c"]),
        ({"box": (20.0, 0.0, 10.0, 1.0)}, ["a", "b", "c", "d"]),
        ({"place_id": "c"}, ["c"]),
        ({"actor": "X"}, ["a", "b"]),
    ],
)
def test_edges_pass_and_what_has_no_day_lies_in_no_window(asked, places):
    days = [[1, 1], [2, 2], [3, 5], [None, None]]
    first, last = (
        [f"2017-03-0{d}" if d else None for d in one] for one in zip(*days, strict=True)
    )
    events = gpd.GeoDataFrame(
        {
            "place_id": ["a", "b", "c", "d"],
            "gained_by": ["X", None, "Y", None],
            "lost_by": [None, "X", None, None],
            "date_start": np.array(first, dtype="datetime64[ms]"),
            "date_end": np.array(last, dtype="datetime64[ms]"),
        },
        geometry=gpd.points_from_xy([5.0, 10.0, 20.0, 25.0], [0.0, 1.0, 0.0, 0.5]),
        crs=CRS,
    )
    assert list(EventFilter(**asked).passing(events)["place_id"]) == places


def test_a_store_without_events_answers_with_all_columns(store):
    assert list(kept(store)) == list(DTYPES)


def test_what_is_deferred_stays_marked_until_it_is_made(store):
    with store.deferring():
        tell(store, 1, took(1))
        assert marks(store) == {"c1"}
        assert len(kept(store)) == 0
        assert len(store.events(PACKS)) == 1
    assert marks(store) == set()
    check(store)


def test_what_cannot_be_made_again_stays_marked_and_ends_nothing(store):
    """Such as where the disk is full once articles are stored: their report counts."""
    broken = "CREATE TRIGGER broken BEFORE INSERT ON event "
    with store.writing() as connection:
        connection.exec_driver_sql(broken + "BEGIN SELECT RAISE(ABORT, 'full'); END")
    with store.deferring():
        tell(store, 1, took(1))
        store.refresh()
    assert marks(store) == {"c1"}
    assert len(store.events(PACKS)) == 1
    with store.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER broken")
    assert marks(store) == set()
    check(store)


def test_who_is_stopped_while_all_waits_makes_it_first(store):
    def stopped():
        with store.deferring():
            tell(store, 1, took(1))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert marks(store) == set()
    check(store)


def test_a_process_that_ends_while_it_defers_loses_nothing(store):
    store._is_deferring = True
    tell(store, 1, took(1))
    with open_store(store.where.path) as other:
        tell(other, 2, took(2, 20))
        assert len(kept(other)) == 2
        check(other)


def test_other_packs_or_rules_make_all_events_anew(store, monkeypatch):
    tell(store, 1, took(1))
    monkeypatch.setattr(event_keeping, "_installed", lambda: ((), "other"))
    event_keeping._speakers.cache_clear()
    assert len(store.events(PACKS)) == 1
    tell(store, 2, took(2, 20))
    with store.reading() as connection:
        assert connection.execute(select(weighing.c.digest)).scalar() == "other"
    assert len(kept(store)) == 2
    event_keeping._speakers.cache_clear()


def test_many_marks_are_made_in_parts(store, monkeypatch):
    monkeypatch.setattr(event_keeping.refresh, "__defaults__", (2,))
    for number in range(6):
        elsewhere = make_location(place_id=f"geonames:{number}")
        tell(store, number, took(number), where=elsewhere)
    store.rebuild()
    assert marks(store) == set()
    check(store)


def test_a_server_lays_control_out_by_its_days_after_much_was_made(
    on_a_server, monkeypatch
):
    laid_out = "SELECT indexrelid::regclass::text FROM pg_index WHERE indisclustered"
    with open_store(on_a_server) as opened:
        assert asked(opened, laid_out) == []
        monkeypatch.setattr("geo.store.MANY", event_keeping.AT_ONCE)
        opened.rebuild()
        opened.refresh()
        assert asked(opened, laid_out) == [("ix_control_node_until",)]
        check(opened)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET status = 'assessed'",
        "UPDATE control SET controlled_by = NULL",
        "DELETE FROM event",
        "DELETE FROM control",
    ],
)
def test_what_is_not_as_claims_say_is_told_and_made_again(store, statement):
    tell(store, 1, took(1))
    with store.writing() as connection:
        connection.exec_driver_sql(statement)
    (told,) = (one for one in soundness.look(store) if one.name == "events")
    assert "--rebuild" in str(told)
    store.rebuild()
    check(store)
    assert not any(one.faults for one in soundness.look(store))


def test_an_event_s_row_has_its_best_claim(store):
    sure = make_claim(claim_id="c2", confidence=0.99)
    tell(store, 1, make_claim(claim_id="c1", confidence=0.5), sure)
    with store.reading() as connection:
        assert connection.execute(select(event.c.claim_id)).scalars().all() == ["c2"]


def test_the_rules_have_another_number_when_they_make_other_events():
    """If this fails, raise `RULES`, so that stores are reckoned anew, and pin again."""
    random = Random(7)  # noqa: S311 - a seed for a test
    claims = [a_claim(random, f"c{n}", f"a{n % 40}") for n in range(120)]
    told = [placed(one, SPOTS[n % 4], publisher="") for n, one in enumerate(claims)]
    events = frame(cluster(told))
    made = events.to_csv() + states(events).to_csv()
    digest = sha256(made.encode()).hexdigest()[:16]
    assert (event_keeping.RULES, digest) == PINNED
