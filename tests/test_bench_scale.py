"""What `make bench-scale` makes up is like a store's own, and its lines say what they must.

No time is looked at here.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import bench_scale_store
import made_store
import postgres_server
import pytest
from bench_scale_questions import Truth, questions
from made_claims import frame, make_up
from pandas.testing import assert_frame_equal
from sqlalchemy import select
from test_cli import CACHE

from geo import event_keeping
from geo.event_tables import control, event, stale
from geo.soundness import look
from geo.store import open_store
from geo.where import CACHE as CACHE_NAME

ROOT = Path(__file__).parent.parent
FIGURES = {"ms_p50", "ms_p95", "cold_ms", "n"}


@pytest.fixture(scope="module")
def made():
    return make_up(600)


@pytest.fixture(scope="module")
def where(made, tmp_path_factory):
    path = tmp_path_factory.mktemp("made") / "made.sqlite"
    with open_store(path) as store:
        made_store.keep([store], made_store.fill(store, made))
    return path


def test_the_store_is_sound(where):
    with open_store(where, create=False) as store:
        assert not [one for one in look(store) if one.faults]


def test_claims_fall_into_the_events_that_were_made_up(made, where):
    with open_store(where, create=False) as store:
        events = store.events()
    both = events.merge(frame(made), on="event_id", suffixes=("", "_made"))
    assert len(both) == len(events) == 600
    for name in ("place_id", "event_type", "gained_by", "lost_by", "date_end"):
        there, meant = both[name], both[f"{name}_made"]
        assert (there.eq(meant) | (there.isna() & meant.isna())).all(), name


def test_what_follows_is_what_the_store_would_keep(where):
    with open_store(where, create=False) as store:
        before = rows(store)
        with store.writing() as connection:
            event_keeping.rebuild(connection)
        assert rows(store) == before
    assert all(before[:2])
    assert not before[2]


def rows(store):
    with store.reading() as connection:
        return [
            sorted(map(repr, connection.execute(select(table))))
            for table in (event, control, stale)
        ]


def test_they_are_the_same_each_time(made):
    assert_frame_equal(frame(make_up(600)), frame(made))
    assert not frame(make_up(600, seed=1)).equals(frame(made))


def test_few_places_have_no_room_for_many_events():
    with pytest.raises(ValueError, match="room for"):
        make_up(60_000, places=1)


@pytest.mark.parametrize("name", ["control", "window", "bbox", "history"])
def test_a_wrong_answer_ends_the_run(name, made, where):
    class Wrong(bench_scale_store.Tideline):
        """A store that knows one thing less than it should."""

        def __getattribute__(self, asked):
            found = super().__getattribute__(asked)
            if asked != name:
                return found
            return lambda one: found(one).iloc[1:]

    table = frame(made)
    drawn = [one for one in questions(table, 40) if Truth(table).window(one)]
    with (
        Wrong("sqlite", where) as side,
        pytest.raises(AssertionError, match="is wrong for"),
    ):
        list(bench_scale_store.answers(side, drawn, Truth(table)))


def measured(*arguments):
    """Return the lines of a small run."""
    index = Path(os.environ.get(CACHE_NAME, CACHE)) / "gazetteer.sqlite"
    paths = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
    done = subprocess.run(
        [sys.executable, "tests/bench_scale.py", index, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("kind", ["sqlite", "postgis"])
def test_a_store_is_asked_beside_a_file(kind):
    if kind == "postgis":
        try:
            postgres_server.binaries()
        except postgres_server.NoServerError as error:
            pytest.skip(str(error))
    told = measured(
        "--only", "store", "--sizes", "300", "--stores", kind, "--questions", "3"
    )
    lines = {(one["what"], one["store"]): one for one in told}
    naive = ("CSV", "CSV kept in memory")
    for what in bench_scale_store.QUESTIONS.values():
        for store in (kind, *naive):
            line = lines.pop((what, store))
            assert line["approach"] == ("naive" if store in naive else "tideline")
            assert line.keys() >= FIGURES
            assert line["events"] == 300
    for store in (kind, "CSV"):
        assert lines.pop(("ingest rate", store))["articles"] == 3
    [made_up] = lines.values()
    assert made_up["claims"] > 300


def test_a_corpus_is_read_by_workers_beside_a_loop():
    told = measured("--only", "corpus", "--articles", "16")
    one, two, loop = told
    assert [line["workers"] for line in told] == [1, 2, 1]
    assert [line["approach"] for line in told] == ["tideline", "tideline", "naive"]
    assert len(two["worker_mb"]) == 2
    assert one["claims"] == two["claims"] == loop["claims"] > 0
    assert two.keys() >= {"articles_per_s", "efficiency", "wanted", "met"}
    assert all("extrapolated_to_a_million_articles" in line for line in told)
