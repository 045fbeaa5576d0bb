"""A whole store copied elsewhere: all of it arrives to the last bit, or nothing does."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
import server
from conftest import make_article, make_claim, make_location, make_placing
from hypothesis import given, settings
from hypothesis import strategies as st
from kept import check as check_kept
from strategies import articles, claims_of, locations
from test_archiving import dump, keep_original
from test_cli import check, run
from test_earlier_stores import STORES, VERSIONS, told
from test_ledger_tables import AT, FILLED, SHA256
from test_store import NOW

from geo import chain, schema
from geo import transfer as transferring
from geo.archiving import archive, restore
from geo.event_queries import count
from geo.soundness import look
from geo.sql_types import metadata
from geo.store import Answer, open_store
from geo.store_address import StoreError, whereabouts
from geo.transfer import rows_of, transfer

ROOT = Path(__file__).parent.parent


def rows(where):
    """Return all rows of all tables, each as the store gives it."""
    with open_store(where, create=False) as store, store.reading() as connection:
        return {
            table.name: sorted(
                map(repr, map(tuple, connection.execute(table.select())))
            )
            for table in metadata.sorted_tables
        }


def faults(where):
    with open_store(where, create=False) as store:
        return [str(one) for one in look(store) if one.faults]


def copied(origin, target, **how):
    with open_store(origin, create=False) as source, open_store(target) as sink:
        return transfer(source, sink, **how)


@pytest.fixture
def full(tmp_path):
    """A store in a file with rows in each table, and the ends of what cells can be."""
    path = tmp_path / "full.sqlite"
    server.fill(path)
    with open_store(path) as store:
        for n in ("1", "2"):
            claim = make_claim(
                claim_id=f"c{n}", article_id=f"a{n}", confidence=5e-324,
                date_start=date(1, 1, 1), date_end=date(9999, 12, 31),
            )  # fmt: skip
            article = make_article(article_id=f"a{n}", title=f"{n}\x01\u202e\\N\t\r\n🕊")
            spot = make_location(lon=-0.0, lat=0.1 + 0.2, radius_m=1 / 3)
            found = make_placing({f"c{n}": spot}, article_id=f"a{n}")
            store.add(article, [claim], found, now=NOW)
    with closing(sqlite3.connect(path)) as connection, connection:
        acts = connection.execute("SELECT max(seq) FROM revision").fetchone()[0]
        for name, row in FILLED.items():
            if name in {"signature", "band"}:  # there are some already
                continue
            row = row.replace(SHA256, f"'{sha256(b'abc').hexdigest()}'")
            connection.execute(f"INSERT INTO {name} VALUES ({row})")  # noqa: S608
        for key in (-(2**63), 2**63 - 1):
            connection.execute("INSERT INTO band VALUES (?, ?)", (key, acts))
        connection.execute(
            f"INSERT INTO lookup VALUES (70, 'osm', 'q', 'sy', {AT}, '[]')"  # noqa: S608
        )
    keep_original(path, bytes(range(256)) * 4_000)
    digest_again(path)
    return path


def digest_again(path):
    """Make the digests fit the rows that were put in beside them."""
    with open_store(path) as store, store.writing() as connection:
        parts = [chain._Acts(connection, *one) for one in chain._queries("rowid")]
        before, table = "", schema.revision
        query = table.select().order_by(table.c.seq)
        for act in connection.execute(query).mappings().all():
            rows = [(part.table, part.rows_of(act["seq"])) for part in parts]
            before = chain._again(before, act, rows)
            this = table.update().where(table.c.seq == act["seq"])
            connection.execute(this.values(digest=before))


def test_there_and_back_again_is_the_same_to_the_last_bit(full, postgres, tmp_path):
    there, again, back = postgres.store(), postgres.store(), tmp_path / "back.sqlite"
    before = sha256(full.read_bytes()).hexdigest()
    made = copied(full, there)
    assert copied(there, again).version == made.version
    assert copied(again, back) == made
    assert dump(back) == dump(full)
    assert rows(there) == rows(again) == rows(full)
    with open_store(full) as one, open_store(back) as other:
        assert one.version() == other.version() == made.version
        assert made.rows["band"] > 2
        assert sum(made.rows.values()) == rows_of(one)
    assert sha256(full.read_bytes()).hexdigest() == before
    for one in (there, again):
        postgres.drop(one)


@settings(max_examples=6)
@given(data=st.data())
def test_any_text_number_and_day_arrives(data, tmp_path_factory, postgres):
    folder, there = tmp_path_factory.mktemp("any"), postgres.store()
    path, back = folder / "one.sqlite", folder / "two.sqlite"
    with open_store(path, who="a reviewer") as opened:
        for number in range(data.draw(st.integers(0, 3))):
            name = f"a{number}"
            article = data.draw(articles(article_id=name))
            claim = data.draw(claims_of(article, f"c{number}"))
            place = {claim.claim_id: data.draw(locations())}
            opened.add(article, [claim], make_placing(place, article_id=name), now=NOW)
        with opened.writing():
            pass  # notes by what events are weighed, in a store without any too
    for content in data.draw(st.sets(st.binary(max_size=300), max_size=3)):
        keep_original(path, content)
    made = copied(path, there)
    assert made.unsound == ()
    copied(there, back)
    assert dump(back) == dump(path)
    postgres.drop(there)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_earlier_programs_wrote_stays_sound(version, postgres, tmp_path):
    path, there = tmp_path / "old.sqlite", postgres.store()
    shutil.copyfile(STORES / f"{version}.sqlite", path)
    assert copied(path, there).unsound == ()
    assert faults(there) == []
    with open_store(path) as one, open_store(there) as other:
        assert told(one) == told(other)
    postgres.drop(there)


def test_the_copy_is_gone_on_with(full, where):
    copied(full, where)
    with open_store(where, create=False) as store:
        n = len(store.articles())
        store.add(
            make_article(article_id="more", title="More"), [],
            make_placing({}, article_id="more"), now=NOW,
        )  # fmt: skip
        assert len(store.articles()) == n + 1
        for raw in ("[1]", "[2]"):
            store.keep_answer("q", "sy", Answer(service="osm", raw=raw, at=NOW))
        assert store.answer("q", "sy").raw == "[2]"
        with store.reading() as connection:
            ids = connection.execute(metadata.tables["lookup"].select()).all()
    assert sorted(row.id for row in ids) == [70, 71, 72]


# What is refused


def test_a_store_that_holds_something_stays_as_it_is(full, where):
    with open_store(where) as store:
        store.add(make_article(), [], make_placing({}), now=NOW)
    before = rows(where)
    with pytest.raises(StoreError, match="a new file or an empty database"):
        copied(full, where)
    assert rows(where) == before


def test_a_store_is_not_copied_onto_itself(where):
    open_store(where).close()
    with pytest.raises(StoreError, match="the same store"):
        copied(where, where)


def test_a_store_that_is_not_there_makes_none(tmp_path):
    with pytest.raises(StoreError, match="there is no store"):
        copied(tmp_path / "none.sqlite", tmp_path / "new.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_a_nul_is_told_with_its_article(full, postgres, tmp_path):
    there = postgres.store()
    with closing(sqlite3.connect(full)) as connection, connection:
        connection.execute(
            "UPDATE claim SET gained_by_text = 'a' || char(0) || 'b' "
            "WHERE claim_id = 'c1'"
        )
    with pytest.raises(StoreError, match=r"gained_by_text .*'c1'.*'a1'.*NUL"):
        copied(full, there)
    assert not any(rows(there).values())
    copied(full, tmp_path / "in a file.sqlite")
    postgres.drop(there)


def test_a_copy_that_comes_out_otherwise_does_not_count(full, where, monkeypatch):
    put = transferring._put

    def lossy(connection, table, some):
        some = list(some)
        put(connection, table, iter(some[1:] if table.name == "band" else some))

    monkeypatch.setattr(transferring, "_put", lossy)
    with pytest.raises(StoreError, match="rows of band came out otherwise"):
        copied(full, where)
    assert not any(rows(where).values())


def test_a_store_that_is_not_sound_is_copied_as_it_is_and_told_of(full, where):
    with closing(sqlite3.connect(full)) as connection, connection:
        connection.execute("UPDATE article SET title = 'forged' WHERE rowid = 3")
    assert copied(full, where).unsound == (3,)
    assert rows(where) == rows(full)


KILLED = """
import sys
from geo.store import open_store
from geo.transfer import transfer

def told(done):
    if done > 30:
        print("half way", flush=True)
        sys.stdin.read()

with open_store(sys.argv[1], create=False) as origin, open_store(sys.argv[2]) as target:
    transfer(origin, target, on_progress=told)
"""


def test_who_is_killed_on_the_way_leaves_nothing(full, where):
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(full), str(where)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with child:
        assert child.stdout.readline() == b"half way\n"
        assert not any(rows(where).values())
        os.kill(child.pid, signal.SIGKILL)
    assert not any(rows(where).values())
    made = copied(full, where)
    assert made.unsound == ()
    assert rows(where) == rows(full)


# Large things, by turns


def test_batches_end_by_their_rows_and_by_their_size():
    some = [("x" * 3_000_000, 1)] * 4 + [("x", 1)] * 1_200
    sizes = [len(batch) for batch in transferring._batches(iter(some))]
    assert sizes == [3, 500, 500, 201]


# By the commands


def test_the_command_copies_and_says_what_was_copied(full, where):
    said = check(run("copy", full, where), 0).stderr
    n = sum(map(len, rows(full).values()))
    assert f"20 articles copied to {whereabouts(where)}" in said
    assert f"{n} rows" in said
    assert "a password" not in said
    check(run("copy", full, where), 1)
    with closing(sqlite3.connect(full)) as connection, connection:
        connection.execute("UPDATE article SET title = 'forged' WHERE rowid = 3")
    other = full.with_name("other.sqlite")
    assert "act 3 is not what was written" in check(run("copy", full, other), 1).stderr


def test_a_database_is_archived_and_restored(full, postgres, tmp_path):
    one, other = postgres.store(), postgres.store()
    copied(full, one)
    archive(one, tmp_path / "one.zip", now=NOW)
    assert [path.name for path in tmp_path.iterdir() if path.name[0] == "."] == []
    restore(tmp_path / "one.zip", tmp_path / "again.sqlite")
    assert dump(tmp_path / "again.sqlite") == dump(full)
    restore(tmp_path / "one.zip", other)
    assert rows(other) == rows(full)
    with pytest.raises(StoreError, match="an empty database"):
        restore(tmp_path / "one.zip", other)
    with pytest.raises(StoreError, match="createdb"):
        restore(tmp_path / "one.zip", other, replace=True)
    for there in (one, other):
        postgres.drop(there)


def test_what_waits_to_be_made_again_goes_along_and_is_made(where, tmp_path):
    """As after an ingest that was killed: no event is lost on the way."""
    with open_store(tmp_path / "from.sqlite") as origin:
        origin._is_deferring = True
        placing = make_placing({"c1": make_location()})
        origin.add(make_article(), [make_claim(claim_id="c1")], placing, now=NOW)
    copied(tmp_path / "from.sqlite", where)
    with open_store(where, create=False) as store:
        check_kept(store)
        with store.reading() as connection:
            assert count(connection) == 1
