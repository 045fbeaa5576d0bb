"""A store that was broken, in each way, by somebody who knows SQL, is found unsound."""

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from conftest import (
    make_article,
    make_choice,
    make_claim,
    make_finding,
    make_location,
    make_placing,
)
from test_copies import REPORT
from test_originals import retrieved
from test_store import NOW
from typer.testing import CliRunner

from extract.records import Relation, RelationKind
from geo.acts import Act
from geo.cli import app
from geo.copies import mark
from geo.soundness import CHECKS, look
from geo.store import open_store
from geo.writing import insert_placings


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return a store with something of all that a store may hold."""
    path = tmp_path_factory.mktemp("whole") / "store.sqlite"
    with open_store(path, who="Ann") as store:
        fill_whole(store)
    return path


def fill_whole(store):
    """Write something of all that a store may hold."""
    relation = Relation(kind=RelationKind.CONTAINER, toponym="Homs", text="in Homs")
    claim = make_claim(claim_id="c1", place_relations=(relation,))
    found = make_placing({"c1": make_location()}, findings=(make_finding(),))
    store.add(retrieved(), [claim], found, now=NOW)
    store.add(retrieved(source="b", final_url=""), [], found, now=NOW)
    for n, text in ((2, REPORT), (3, f"BEIRUT (AP) - {REPORT}")):
        article = make_article(article_id=f"a{n}", text=text, title=f"{n}")
        nothing = make_placing({}, article_id=f"a{n}")
        store.add(article, [], nothing, now=NOW + timedelta(hours=n))
    store.place([], now=NOW, choice=make_choice(lon=38, lat=34))
    (choice,) = store.choices()
    undoing = Act(kind="undoing", now=NOW, who="Ann")
    moved = make_placing({"c1": make_location(lon=38)})
    with store.writing() as connection:
        insert_placings(connection, [moved], undoing, undoes=choice)
    mark(store, ("a1", "a2"), is_copy=True, now=NOW)


@pytest.fixture
def path(whole, tmp_path):
    return shutil.copyfile(whole, tmp_path / "store.sqlite")


def faults(path):
    with open_store(path, create=False) as store:
        return {one.name: one.faults for one in look(store) if one.faults}


def change(path, *statements):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_a_store_that_nobody_touched_is_sound(path):
    assert faults(path) == {}


def test_an_empty_store_is_sound(tmp_path):
    open_store(tmp_path / "new.sqlite").close()
    assert faults(tmp_path / "new.sqlite") == {}


BROKEN = [
    ("file and rules", "UPDATE claim SET confidence = 7.0"),
    ("file and rules", "UPDATE article SET article_id = '' WHERE article_id = 'a3'"),
    ("tables", "DROP TABLE webhook"),
    ("copies", "DROP TABLE copy"),
    ("references", "DELETE FROM article WHERE article_id = 'a3'"),
    ("references", "DELETE FROM original"),
    ("references", "UPDATE relation SET claim_id = 'nothing'"),
    ("order of acts", "DELETE FROM revision WHERE seq = 2"),
    ("digests of acts", "UPDATE article SET title = 'Palmyra liberated'"),
    ("digests of acts", "UPDATE claim SET gained_by = 'Islamic State'"),
    ("digests of acts", "UPDATE relation SET toponym = 'Hama'"),
    ("digests of acts", "UPDATE location SET lon = 38.3 WHERE seq = 1"),
    ("digests of acts", "UPDATE finding SET agrees = 1"),
    ("digests of acts", "UPDATE placing SET countries = 'IQ'"),
    ("digests of acts", "UPDATE choice SET lon = 38.5"),
    ("digests of acts", "UPDATE copy SET likeness = 0.5"),
    ("digests of acts", "UPDATE retrieval SET source = 'elsewhere' WHERE seq = 2"),
    ("digests of acts", "UPDATE retrieval SET at = '2020-01-01T00:00:00.000000+00:00'"),
    ("digests of acts", "UPDATE revision SET who = 'Bob' WHERE seq = 5"),
    ("digests of acts", "UPDATE revision SET why = 'because' WHERE seq = 5"),
    ("digests of acts", "UPDATE revision SET kind = 'placing' WHERE kind = 'choice'"),
    ("digests of acts", "UPDATE revision SET digest = '2:0' WHERE seq = 3"),
    ("digests of acts", "DELETE FROM copy"),
    ("digests of acts", "INSERT INTO copy VALUES (1, 'a1', 'a2', 'near', 0.9, 1)"),
    ("originals", "UPDATE original SET content = x'00', size = 1"),
    ("hashes of articles", "UPDATE article SET text = text || ' It rained.'"),
    (
        "hashes of articles",
        "UPDATE article SET content_hash = 'x' WHERE article_id = 'a1'",
    ),
    ("offsets of claims", "UPDATE claim SET char_start = 1, char_end = char_end + 1"),
    ("offsets of claims", "UPDATE claim SET at_date_end = 99999"),
    ("nothing left alone", "DELETE FROM retrieval"),
    ("nothing left alone", "DELETE FROM location"),
    ("nothing left alone", "DELETE FROM revision WHERE seq = 1"),
    ("copies", "UPDATE copy SET article_id = 'a2', copy_of = 'a3' WHERE how = 'exact'"),
    ("copies", "UPDATE copy SET seq = 2 WHERE how = 'exact'"),
    (
        "signatures",
        "UPDATE signature SET sketch = zeroblob(512) WHERE article_id = 'a2'",
    ),
    ("events", "UPDATE event SET status = 'assessed'"),
    ("events", "DELETE FROM control"),
    ("undoings", "DELETE FROM undoing"),
    ("undoings", "UPDATE revision SET kind = 'placing' WHERE kind = 'undoing'"),
]


@pytest.mark.parametrize(("name", "statement"), BROKEN)
def test_what_was_broken_is_named(path, name, statement):
    change(path, statement)
    assert name in faults(path)


def test_each_thing_looked_at_has_something_that_breaks_it():
    assert {name for name, _ in BROKEN} == set(CHECKS)


def test_a_page_of_the_file_that_is_torn_is_found(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'band'"
        ).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    content = bytearray(path.read_bytes())
    content[(page - 1) * size + 8 : page * size] = bytes(size - 8)
    path.write_bytes(content)
    assert "file and rules" in faults(path)


def test_the_command_tells_a_line_each_and_fails_if_any_is_not_sound(path):
    sound = CliRunner().invoke(app, ["check", "--store", str(path)])
    assert sound.exit_code == 0, sound.output
    assert sound.stdout.splitlines() == [f"{name}: sound" for name in CHECKS]
    change(path, "UPDATE article SET title = 'X'")
    broken = CliRunner().invoke(app, ["check", "--store", str(path)])
    assert broken.exit_code == 1
    assert "digests of acts: act 1 is not what was written; act 3" in broken.stdout
    assert "references: sound" in broken.stdout


def test_many_faults_are_counted():
    from geo.soundness import Looked

    looked = Looked(name="copies", faults=tuple(f"fault {n}" for n in range(7)))
    assert str(looked) == (
        "copies: fault 0; fault 1; fault 2; fault 3; fault 4; and 2 more"
    )
