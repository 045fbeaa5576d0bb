"""Stores that programs of earlier schemas wrote, kept as they left them."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from conftest import make_article, make_placing
from test_store import NOW

from extract.conflict import load_conflicts
from geo import archiving
from geo.copies import groups
from geo.event_keeping import are_kept
from geo.soundness import look
from geo.store import open_store

ROOT = Path(__file__).parent.parent
STORES = Path(__file__).parent / "data" / "stores"
VERSIONS = sorted(path.stem for path in STORES.glob("*.sqlite"))


@pytest.fixture(params=VERSIONS)
def version(request):
    return request.param


@pytest.fixture
def store(version, tmp_path):
    path = tmp_path / "store.sqlite"
    shutil.copyfile(STORES / f"{version}.sqlite", path)
    with open_store(path, create=False) as opened:
        yield opened


def told(store):
    """Return what a store tells, in the form in which it was noted down back then."""
    events = store.events(load_conflicts().values())
    return {
        "articles": [
            [one.article_id, one.title, one.publisher, str(one.published), one.n_claims]
            for one in store.articles()
        ],
        "claims": [
            [
                *(one.claim.claim_id, one.claim.article_id, one.claim.sentence),
                *(one.claim.event_type, one.claim.gained_by, one.claim.lost_by),
                *(one.location.name, one.location.match, one.location.lon),
                *(one.location.lat, one.location.radius_m),
            ]
            for one in store.claims()
        ],
        "events": [
            [row.event_id, row.place, row.event_type] for row in events.itertuples()
        ],
        "choices": [
            [one.number, one.toponym, one.lon, one.lat] for one in store.choices()
        ],
    }


def test_there_is_a_store_of_every_earlier_schema():
    assert VERSIONS == ["0001", "0002", "0003", "0004"]


def test_a_migrated_store_tells_what_it_told_before(store, version):
    noted = json.loads((STORES / f"{version}.json").read_text(encoding="utf-8"))
    assert told(store) == noted


def test_a_migrated_store_is_sound_by_the_digests_that_it_came_with(store):
    assert [str(one) for one in look(store) if one.faults] == []
    with store.reading() as connection:
        digests = connection.exec_driver_sql("SELECT digest FROM revision").scalars()
        assert all(len(digest) == 64 for digest in digests)


def test_copies_of_what_an_earlier_program_stored_are_found(store):
    told = store.article(store.articles()[0].article_id)
    again = make_article(text=f"BEIRUT (Reuters) - {told.text}")
    assert store.add(again, [], make_placing({}), now=NOW)
    with store.reading() as connection:
        assert groups(connection)["a1"] == {"a1", told.article_id}
    assert [str(one) for one in look(store) if one.faults] == []


def test_an_archive_that_an_earlier_program_made_is_restored(version, where, tmp_path):
    """Into a file or a database, with its events kept from then on."""
    old = shutil.copyfile(STORES / f"{version}.sqlite", tmp_path / "old.sqlite")
    with closing(sqlite3.connect(old)) as connection:
        manifest = archiving._manifest(connection, old, NOW)
    archiving._pack(tmp_path / "old.zip", old, manifest, zipfile.ZIP_STORED)
    archiving.restore(tmp_path / "old.zip", where)
    noted = json.loads((STORES / f"{version}.json").read_text(encoding="utf-8"))
    with open_store(where, create=False) as store:
        assert told(store) == noted
        assert [str(one) for one in look(store) if one.faults] == []
        with store.reading() as connection:
            assert are_kept(connection, load_conflicts().values())


def told_when_opened(path, code, **environment):
    """Return what stands on standard error where code opens a store, many claims."""
    few = "import geo.event_keeping as keeping; keeping.MANY = 2; "
    done = subprocess.run(
        [sys.executable, "-c", few + code],
        env={**os.environ, "TIDELINE_STORE": str(path), **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr


COMMAND = "from geo.cli import app; app(['events'], standalone_mode=False)"
PAGE = (
    "import os, streamlit_app; from geo.pages.warming import warm;"
    "warm(os.environ['TIDELINE_STORE'])"
)


@pytest.mark.parametrize("code", [COMMAND, PAGE])
def test_who_opens_a_large_one_is_told_why_it_takes_long(tmp_path, code):
    path = tmp_path / "store.sqlite"
    shutil.copyfile(STORES / f"{VERSIONS[-1]}.sqlite", path)
    words = told_when_opened(path, code)
    with open_store(path) as store:
        n_claims = len(store.claims())
    assert f"making the events of {n_claims} claims, once; this may take" in words
    assert words.count("making the events") == 1
    assert "making the events" not in told_when_opened(path, code)


def test_where_entries_are_written_it_is_one(tmp_path):
    path = tmp_path / "store.sqlite"
    shutil.copyfile(STORES / f"{VERSIONS[-1]}.sqlite", path)
    words = told_when_opened(path, PAGE, TIDELINE_LOG="json")
    entries = [json.loads(line) for line in words.splitlines()]
    assert "making_events" in [one["event"] for one in entries]
