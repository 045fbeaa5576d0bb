import re
import sqlite3
from contextlib import closing

import pytest
from conftest import make_article, make_claim, make_location, make_placing
from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from test_store import NOW, constraints_of

from geo import ledger_tables, schema
from geo.event_tables import KEPT
from geo.sql_types import metadata
from geo.store import open_store

AT = "'2026-01-02T03:04:05.000000+00:00'"
SHA256 = "'" + "0" * 64 + "'"

FILLED = {
    "original": f"{SHA256}, 'text/plain', 3, x'616263'",
    "retrieval": f"1, 'a1', {SHA256}, 'a.txt', '', {AT}, '{{}}'",
    "copy": "1, 'a1', 'a2', 'near', 0.9, 1",
    "signature": "1, 'a1', 9, zeroblob(512)",
    "band": "-7, 1",
    "proposal": "1, 0, 'a1', 'c1', 'gone', 'rules-en 2', ''",
    "edit": "1, 0, 'accept', 'c1', '{}', '{}', 1, 0",
    "publisher": "1, 0, 'SANA', '[]', 'state_media', 'Syrian government', '', 0",
    "layer": f"1, 'ACLED', 'acled', {SHA256}, 'CC-BY', 'ACLED'",
    "layer_event": "1, 0, 'SYR1', 'Palmyra', 38.3, 34.6, 1000.0, 1, 'captured', "
    "'A', 'B', '2017-03-02', '2017-03-02', 1, '', '', '', '{}'",
    "event_change": "1, 'e-c1', 'e-c2', 'merged'",
    "draft": f"'d1', '', {AT}, 'https://example.org', {SHA256}, '{{}}', {AT}",
    "feed": f"'https://example.org', '', {AT}, 900, '{{}}', '', '', {AT}, {AT}, 0, "
    f"'', {AT}",
    "feed_entry": f"'https://example.org', 'e1', '{{}}', {AT}, 0, {AT}, ''",
    "webhook": f"1, 'https://example.org', 's', '{{}}', '', {AT}, '', {AT}",
    "delivery": f"1, 1, '{{}}', 0, {AT}, {AT}, ''",
}
"""A row of each table."""

NO_MOMENT = "'2017-02-31T00:00:00+00:00'"
BROKEN = [
    ("original", "is_a_digest", "sha256 = 'abc'"),
    ("original", "size_is_that_of_the_content", "size = 4"),
    ("copy", "how_known", "how = 'guess'"),
    ("copy", "is_of_another", "copy_of = article_id"),
    ("copy", "likeness_in_range", "likeness = 1.1"),
    ("copy", "is_copy_is_a_truth", "is_copy = 2"),
    ("copy", "only_readers_deny", "is_copy = 0"),
    ("signature", "shingles_are_counted", "n_shingles = -1"),
    ("signature", "is_whole", "sketch = x'00'"),
    (
        "edit",
        "action_known",
        "action = 'erase', proposal_seq = NULL, proposal_ordinal = NULL",
    ),
    ("edit", "is_of_a_claim", "claim_id = NULL"),
    ("edit", "decides_on_a_proposal", "action = 'reject'"),
    ("edit", "decides_on_a_proposal", "proposal_ordinal = NULL"),
    ("proposal", "kind_known", "kind = 'new'"),
    ("proposal", "is_of_a_claim", "claim_id = NULL"),
    ("proposal", "is_of_a_claim", "kind = 'added'"),
    ("publisher", "kind_known", "kind = 'troll'"),
    ("publisher", "has_a_name", "name = ''"),
    ("publisher", "is_gone_is_a_truth", "is_gone = 2"),
    ("layer", "kind_known", "kind = 'rumours'"),
    ("layer", "has_a_name", "name = ''"),
    ("layer_event", "event_type_known", "event_type = 'liberated'"),
    ("layer_event", "date_start_is_a_day", "date_start = '2017-02-31'"),
    ("layer_event", "date_end_is_a_day", "date_end = '2017-03-99'"),
    ("layer_event", "dates_in_order", "date_start = '2017-03-03'"),
    ("layer_event", "dates_in_order", "date_end = NULL"),
    ("layer_event", "lon_in_range", "lon = 180.1"),
    ("layer_event", "lat_in_range", "lat = -90.1"),
    ("layer_event", "radius_on_earth", "radius_m = -1"),
    ("layer_event", "where_prec_of_ucdp", "where_prec = 7"),
    ("layer_event", "date_prec_of_ucdp", "date_prec = 0"),
    ("event_change", "how_known", "how = 'lost'"),
    ("draft", "has_an_id", "draft_id = ''"),
    ("feed", "is_not_too_often", "every_s = 59"),
    ("feed", "failures_are_counted", "failures = -1"),
    ("feed_entry", "tries_are_counted", "tries = -1"),
    ("delivery", "tries_are_counted", "tries = -1"),
    *(
        (table, f"{column}_is_a_moment", f'"{column}" = {NO_MOMENT}')
        for table, columns in (
            ("retrieval", ("at",)),
            ("draft", ("at", "closed")),
            ("feed", ("since", "checked", "next", "stopped")),
            ("feed_entry", ("since", "next")),
            ("webhook", ("since", "stopped")),
            ("delivery", ("next", "done")),
        )
        for column in columns
    ),
]

TABLES = [one.name for one in vars(ledger_tables).values() if isinstance(one, Table)]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A store with a row in each table of the ledger."""
    path = tmp_path_factory.mktemp("ledger") / "store.sqlite"
    with open_store(path) as store:
        for n in ("1", "2"):
            claim = make_claim(claim_id=f"c{n}", article_id=f"a{n}")
            article = make_article(article_id=f"a{n}", title=n)
            found = make_placing({f"c{n}": make_location()}, article_id=f"a{n}")
            store.add(article, [claim], found, now=NOW)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        # What comes with an article: of each table there is to be one row.
        for table in ("band", "signature"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - from the line above
        for table, row in FILLED.items():
            connection.execute(f"INSERT INTO {table} VALUES ({row})")  # noqa: S608 - from the table above
        connection.commit()
    return path


@pytest.fixture
def full(path):
    """A connection to it; what a test changes is not kept."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        yield connection


@pytest.mark.parametrize(("table", "constraint", "change"), BROKEN)
def test_the_database_refuses(full, table, constraint, change):
    full.execute("PRAGMA foreign_keys = OFF")
    with pytest.raises(sqlite3.IntegrityError, match=f"ck_{table}_{constraint}"):
        full.execute(f"UPDATE {table} SET {change}")  # noqa: S608 - from the list above


def test_each_constraint_has_a_row_that_breaks_it(full):
    named = constraints_of(sqlite.dialect(), ledger_tables)
    assert named == {f"ck_{table}_{constraint}" for table, constraint, _ in BROKEN}


def test_every_table_is_one_of_the_schema_or_of_the_ledger(full):
    assert sorted(FILLED) == sorted(TABLES)
    basic = {one.name for one in vars(schema).values() if isinstance(one, Table)}
    assert basic | set(TABLES) | KEPT == set(metadata.tables)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (table, column)
        for table in TABLES
        for column in sorted(
            {k.parent.name for k in metadata.tables[table].foreign_keys}
        )
    ],
)
def test_the_database_refuses_what_refers_to_nothing(full, table, column):
    numbers = {"seq", "webhook_id", "proposal_seq", "proposal_ordinal"}
    nothing = "999" if column in numbers else f"'{'f' * 64}'"
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        full.execute(f"UPDATE {table} SET {column} = {nothing}")  # noqa: S608 - names of the schema


@pytest.mark.parametrize("table", TABLES)
def test_the_database_refuses_what_is_of_another_type(full, table):
    sql = full.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,))
    assert re.search(r"\)[\s\w,]*\bSTRICT\s*$", sql.fetchone()[0])
