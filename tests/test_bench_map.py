"""The events that `make bench-map` makes up are like those of a store."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from bench_map_frame import n_places, synthetic
from bench_map_tideline import Wanted
from geopandas.testing import assert_geodataframe_equal

from extract.conflict import load_conflicts
from geo.events import CRS, DTYPES
from geo.view import days
from geo.wording import STATUSES, TYPES

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def made():
    return synthetic(3000)


def test_they_have_the_columns_of_a_store(made):
    assert {name: str(dtype) for name, dtype in made.dtypes.items()} == DTYPES
    assert list(made.columns) == list(DTYPES)
    assert made.crs == CRS


def test_they_are_as_many_as_asked_for_on_so_many_places(made):
    assert len(made) == 3000
    assert made["place_id"].nunique() == n_places(3000)
    assert made["event_id"].is_unique
    assert [n_places(10**n) for n in (3, 4, 5, 6)] == [775, 2500, 7900, 20_000]


def test_they_say_what_events_can_say(made):
    actors = {a.name for pack in load_conflicts().values() for a in pack.actors}
    assert set(made["gained_by"].dropna()) | set(made["lost_by"].dropna()) <= actors
    assert (made["gained_by"] != made["lost_by"]).all()
    assert set(made["event_type"]) == set(TYPES)
    assert set(made["status"]) == set(STATUSES)
    known = made["date_end"].notna()
    assert (made["date_start"] <= made["date_end"])[known].all()
    assert made["date_start"][~known].isna().all()
    assert 0 < (~known).sum() < 60


def test_they_are_the_same_each_time(made):
    assert_geodataframe_equal(made, synthetic(3000))


def test_a_place_is_a_point(made):
    points = made.geometry.to_wkt().groupby(made["place_id"]).nunique()
    assert (points == 1).all()


def test_what_shall_be_drawn_is_counted_by_day(made):
    last = days(made["date_end"])
    for day in ("2011-01-01", "2015-06-30", "2025-12-31"):
        by_then = last <= np.datetime64(day)
        number = int(np.datetime64(day).astype(int))
        places = made["place_id"][by_then].nunique()
        assert Wanted(made).on(number) == (by_then.sum(), places)


def test_the_page_that_is_measured_serves_what_is_made_up(tmp_path):
    code = (
        "import bench_map_page as page\n"
        "from geo.pages.served import serve\n"
        "from geo.store import open_store\n"
        "with open_store(page.where, create=False) as store:\n"
        "    print(len(serve(store, page.where).events))\n"
    )
    places = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
    names = {"BENCH_MAP_EVENTS": "50", "TIDELINE_STORE": str(tmp_path / "s.sqlite")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **names, "PYTHONPATH": places},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["50"]
