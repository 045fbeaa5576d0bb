"""The whole store as one file: what comes back, and what is not let in."""

import json
import shutil
import sqlite3
import stat
import tempfile
import threading
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from conftest import make_article, make_placing
from hypothesis import given, settings
from hypothesis import strategies as st
from server import fill
from strategies import articles, claims_of, locations

from geo import archiving
from geo.archiving import DENSEST, MANIFEST, STORE, archive, restore
from geo.database import StoreError
from geo.event_tables import KEPT
from geo.store import open_store

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def dump(path):
    """Return all that a database has: its tables and each of their rows, in order.

    A server lays out what follows from acts as it likes, so that comes in its own order.
    """
    with closing(sqlite3.connect(path)) as connection:
        names = "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name"
        found = connection.execute(names).fetchall()
        tables = {
            name: connection.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608 - a table of ours
            for kind, name, _ in found
            if kind == "table"
        }
    tables |= {name: sorted(tables[name], key=repr) for name in KEPT & tables.keys()}
    return found, tables


@pytest.fixture(scope="module")
def filled_once(tmp_path_factory):
    path = tmp_path_factory.mktemp("filled") / "store.sqlite"
    fill(path)
    keep_original(path, b"%PDF-1.7 \0 bytes as they came")
    return path


@pytest.fixture
def store(tmp_path, filled_once):
    return Path(shutil.copy(filled_once, tmp_path / "store.sqlite"))


def keep_original(path, content):
    row = (sha256(content).hexdigest(), "text/html", len(content), content)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO original VALUES (?, ?, ?, ?)", row)


@settings(max_examples=8)
@given(data=st.data())
def test_every_table_comes_back_as_it_was(data):
    with tempfile.TemporaryDirectory() as folder:
        path, packed = Path(folder) / "one.sqlite", Path(folder) / "one.zip"
        with open_store(path, who="a reviewer") as opened:
            for number in range(data.draw(st.integers(0, 3))):
                name = f"a{number}"
                article = data.draw(articles(article_id=name))
                claim = data.draw(claims_of(article, f"c{number}"))
                place = {claim.claim_id: data.draw(locations())}
                opened.add(
                    article, [claim], make_placing(place, article_id=name), now=NOW
                )
        for content in data.draw(st.sets(st.binary(max_size=300), max_size=3)):
            keep_original(path, content)
        archive(path, packed, now=NOW)
        restore(packed, Path(folder) / "two.sqlite")
        assert dump(Path(folder) / "two.sqlite") == dump(path)


def test_an_archive_says_what_it_is_and_leaves_nothing_behind(store, tmp_path):
    folder = tmp_path / "archives"
    folder.mkdir()
    made = archive(store, folder / "backup.zip", now=NOW)
    assert [one.name for one in folder.iterdir()] == ["backup.zip"]
    assert stat.S_IMODE((folder / "backup.zip").stat().st_mode) == 0o600
    with zipfile.ZipFile(folder / "backup.zip") as packed:
        assert sorted(packed.namelist()) == [MANIFEST, STORE]
        said = json.loads(packed.read(MANIFEST))
        content = packed.read(STORE)
    assert said["sha256"] == made.sha256 == sha256(content).hexdigest()
    with open_store(store) as opened:
        assert said["version"] == opened.version()
        assert said["rows"]["article"] == len(opened.articles())
    assert said["rows"]["original"] == 1


def test_one_state_is_archived_while_another_thread_writes(store, tmp_path):
    done = threading.Event()

    def write():
        with open_store(store) as opened:
            number = 0
            while not done.is_set():
                number += 1
                article = make_article(article_id=f"w{number}", text=f"{number}. Rain.")
                opened.add(
                    article, [], make_placing({}, article_id=f"w{number}"), now=NOW
                )

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [archive(store, tmp_path / f"{n}.zip", now=NOW) for n in range(4)]
    finally:
        done.set()
        writer.join()
    _, whole = dump(store)
    for number, one in enumerate(made):
        restore(tmp_path / f"{number}.zip", tmp_path / f"{number}.sqlite")
        _, tables = dump(tmp_path / f"{number}.sqlite")
        # The acts up to one of them, with all that each consists of.
        assert tables["revision"] == whole["revision"][: one.rows["revision"]]
        added = {row[0] for row in tables["article"]}
        assert added == {row[3] for row in tables["revision"] if row[2] == "article"}


def test_a_store_that_is_there_stays_unless_told(store, tmp_path):
    archive(store, tmp_path / "one.zip", now=NOW)
    other = tmp_path / "other.sqlite"
    with open_store(other) as opened:
        opened.add(make_article(), [], make_placing({}), now=NOW)
    before = dump(other)
    with pytest.raises(StoreError, match="--replace"):
        restore(tmp_path / "one.zip", other)
    assert dump(other) == before
    # While another one has it open, who then reads the new state.
    with open_store(other) as opened:
        assert len(opened.articles()) == 1
        restore(tmp_path / "one.zip", other, replace=True)
        assert len(opened.articles()) > 10
    assert dump(other) == dump(store)


def test_only_a_store_is_replaced(store, tmp_path):
    archive(store, tmp_path / "one.zip", now=NOW)
    for content in (b"my own notes", b""):
        other = tmp_path / "notes.txt"
        other.write_bytes(content)
        with pytest.raises(StoreError, match=r"notes\.txt"):
            restore(tmp_path / "one.zip", other, replace=True)
        assert other.read_bytes() == content


def test_the_log_of_a_store_that_is_gone_is_in_the_way(store, tmp_path):
    archive(store, tmp_path / "one.zip", now=NOW)
    (tmp_path / "new.sqlite-wal").write_bytes(b"pages of another one")
    with pytest.raises(StoreError, match="move it first"):
        restore(tmp_path / "one.zip", tmp_path / "new.sqlite")


def test_a_replacement_that_breaks_off_leaves_the_old_store(
    store, tmp_path, monkeypatch
):
    archive(store, tmp_path / "one.zip", now=NOW)
    other = tmp_path / "other.sqlite"
    with open_store(other) as opened:
        opened.add(make_article(), [], make_placing({}), now=NOW)
    before = dump(other)
    with closing(sqlite3.connect(other)) as busy:
        busy.execute("BEGIN IMMEDIATE")
        monkeypatch.setattr(archiving, "_TRIES", 2)
        monkeypatch.setattr(archiving, "_WAIT_S", 0.01)
        with pytest.raises(StoreError, match="is being written to"):
            restore(tmp_path / "one.zip", other, replace=True)
    assert dump(other) == before


def changed(path, *, members=None, manifest=None, content=None):
    """Write an archive anew with other members, manifest or store; return its path."""
    with zipfile.ZipFile(path) as packed:
        said = json.loads(packed.read(MANIFEST))
        whole = packed.read(STORE) if content is None else content
    if content is not None:
        said |= {"sha256": sha256(whole).hexdigest(), "size": len(whole)}
    said |= manifest or {}
    bad = path.with_name("bad.zip")
    with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, what in members or ((MANIFEST, None), (STORE, None)):
            if what is None:
                what = json.dumps(said) if name == MANIFEST else whole
            packed.writestr(name, what)
    return bad


def linked(name):
    one = zipfile.ZipInfo(name)
    one.external_attr = (stat.S_IFLNK | 0o777) << 16
    return one


WHOLE = ((MANIFEST, None), (STORE, None))


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
@pytest.mark.parametrize(
    "members",
    [
        *(WHOLE[:1], WHOLE[1:], (*WHOLE, WHOLE[1]), (*WHOLE, WHOLE[0])),
        (*WHOLE, ("../../evil", b"x")),
        (*WHOLE, ("/etc/evil", b"x")),
        (WHOLE[0], ("../store.sqlite", b"x")),
        (WHOLE[0], (linked(STORE), b"/etc/passwd")),
        ((MANIFEST, b" " * (2 << 20)), WHOLE[1]),
        ((MANIFEST, b"not json"), WHOLE[1]),
        ((MANIFEST, b"[]"), WHOLE[1]),
        ((MANIFEST, b"{}"), WHOLE[1]),
    ],
)
def test_an_archive_with_other_members_is_refused(store, tmp_path, members):
    archive(store, tmp_path / "one.zip", now=NOW)
    refused(changed(tmp_path / "one.zip", members=members), tmp_path)


def refused(path, tmp_path, match=None):
    """Check that an archive is refused by name, and that nothing of it is left."""
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(StoreError, match=match) as caught:
        restore(path, tmp_path / "new.sqlite")
    assert str(path) in str(caught.value)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("manifest", "match"),
    [
        ({"format": 2}, "update the program"),
        ({"schema": "9999"}, "update the program"),
        ({"schema": "0001"}, "not the one"),
        ({"version": "another"}, "not the one"),
        ({"rows": {}}, "not the one"),
        ({"sha256": "0" * 64}, "not the one"),
        ({"size": 5}, "another size"),
        ({"more": 1}, "damaged"),
    ],
)
def test_an_archive_that_is_not_what_it_says_is_refused(
    store, tmp_path, manifest, match
):
    archive(store, tmp_path / "one.zip", now=NOW)
    refused(changed(tmp_path / "one.zip", manifest=manifest), tmp_path, match)


def test_a_bomb_is_refused_before_it_unpacks(store, tmp_path):
    archive(store, tmp_path / "one.zip", now=NOW)
    zeros = bytes(40 << 20)
    bad = changed(tmp_path / "one.zip", content=zeros)
    assert bad.stat().st_size * DENSEST < len(zeros)
    refused(bad, tmp_path, "more than 200 times")


def test_a_store_that_packs_as_well_as_a_bomb_comes_back(tmp_path):
    path = tmp_path / "dull.sqlite"
    with open_store(path) as opened:
        dull = make_article(text="a" * (8 << 20))
        opened.add(dull, [], make_placing({}), now=NOW)
    archive(path, tmp_path / "dull.zip", now=NOW)
    restore(tmp_path / "dull.zip", tmp_path / "again.sqlite")
    assert dump(tmp_path / "again.sqlite") == dump(path)


@pytest.mark.parametrize("cut", [0, 10, 1000, -30])
def test_a_broken_archive_is_refused(store, tmp_path, cut):
    archive(store, tmp_path / "one.zip", now=NOW)
    bad = tmp_path / "cut.zip"
    bad.write_bytes((tmp_path / "one.zip").read_bytes()[:cut])
    refused(bad, tmp_path)


def test_each_byte_that_flips_in_the_packed_store_is_seen(store, tmp_path):
    archive(store, tmp_path / "one.zip", now=NOW)
    whole = bytearray((tmp_path / "one.zip").read_bytes())
    for at in range(2_000, len(whole) - 300, len(whole) // 40):
        flipped = whole.copy()
        flipped[at] ^= 1
        bad = tmp_path / "flipped.zip"
        bad.write_bytes(flipped)
        refused(bad, tmp_path)


@pytest.mark.parametrize(
    ("harm", "match"),
    [
        ("CREATE TRIGGER t AFTER INSERT ON article BEGIN SELECT 1; END", "'t'"),
        ("CREATE VIEW v AS SELECT 1", "'v'"),
        ("CREATE VIRTUAL TABLE v USING fts5(x)", "no store has"),
        ("PRAGMA application_id = 5", "no store of Tideline's"),
        ("UPDATE claim SET article_id = '' WHERE claim_id = 'claim-lost'", "refers to"),
        ("UPDATE original SET content = zeroblob(size)", "is not what it was"),
        ("DELETE FROM copy; DROP TABLE alembic_version", "damaged"),
    ],
)
def test_a_store_that_could_do_harm_is_refused(store, tmp_path, harm, match):
    archive(store, tmp_path / "one.zip", now=NOW)
    with closing(sqlite3.connect(store)) as connection:
        connection.executescript(harm)
        connection.execute("PRAGMA journal_mode = DELETE")
    bad = changed(tmp_path / "one.zip", content=store.read_bytes())
    refused(bad, tmp_path, match)


def test_what_is_missing_is_told(store, tmp_path):
    with pytest.raises(StoreError, match="there is no store"):
        archive(tmp_path / "none.sqlite", tmp_path / "one.zip", now=NOW)
    with pytest.raises(FileNotFoundError):
        restore(tmp_path / "none.zip", tmp_path / "new.sqlite")
    with pytest.raises(FileNotFoundError):
        archive(store, tmp_path / "no" / "one.zip", now=NOW)


def test_a_store_is_made_also_where_files_cannot_be_linked(
    store, tmp_path, monkeypatch
):
    def unable(*_paths):
        raise PermissionError("no links here")

    archive(store, tmp_path / "one.zip", now=NOW)
    monkeypatch.setattr(archiving.os, "link", unable)
    restore(tmp_path / "one.zip", tmp_path / "new.sqlite")
    assert dump(tmp_path / "new.sqlite") == dump(store)


def test_a_store_that_somebody_makes_meanwhile_stays(store, tmp_path, monkeypatch):
    archive(store, tmp_path / "one.zip", now=NOW)
    new = tmp_path / "new.sqlite"
    settle = archiving._settle

    def late(copy, target):
        target.write_bytes(b"made meanwhile")
        settle(copy, target)

    monkeypatch.setattr(archiving, "_settle", late)
    with pytest.raises(StoreError, match="by now"):
        restore(tmp_path / "one.zip", new)
    assert new.read_bytes() == b"made meanwhile"
