"""Stores for tests: the same test runs on one in a file and on one in PostgreSQL.

Where no server can be had, the tests on PostgreSQL are left out, and the run says so.
A new file gets at once what the migrations made of the first one, which takes 5 ms
instead of 50; `by_steps` is for tests of the migrations.
"""

import sqlite3
import tempfile
from collections import Counter
from contextlib import closing
from functools import cache
from pathlib import Path
from shutil import copyfile

import pytest
from postgres_server import NoServerError, server

from geo import migrating, sqlite_files
from geo.store import open_store

KINDS = ("sqlite", "postgresql")
LEFT_OUT = "no PostgreSQL with PostGIS:"


@cache
def newest():
    """Return the SQL of a new store in a file, as the migrations make it."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite_files, "migrate", migrating.migrate)
        path = Path(folder, "store.sqlite")
        open_store(path).close()
        with closing(sqlite3.connect(path)) as connection:
            return list(connection.iterdump())[1:-1]  # without BEGIN and COMMIT


def made_at_once(connection):
    """Take the steps to the newest schema, all in one where the file is empty."""
    if connection.exec_driver_sql("SELECT name FROM sqlite_master").first():
        migrating.migrate(connection)
        return
    for statement in newest():
        connection.exec_driver_sql(statement)


sqlite_files.migrate = made_at_once


@pytest.fixture
def by_steps(monkeypatch):
    """Have new files made by the migrations, as the program does."""
    monkeypatch.setattr(sqlite_files, "migrate", migrating.migrate)


@pytest.fixture(scope="session")
def postgres():
    """The PostgreSQL server of this process; without one the test is left out."""
    try:
        return server()
    except NoServerError as error:
        pytest.skip(f"{LEFT_OUT} {error}")


class Files:
    """Stores in files."""

    def __init__(self, factory):
        self.factory = factory

    def store(self):
        return self.factory.mktemp("store") / "store.sqlite"

    def copy(self, where):
        return copyfile(where, self.store())

    def drop(self, where):
        """Leave it: pytest throws its folders away by itself."""


@pytest.fixture(scope="session", params=KINDS)
def stores(request, tmp_path_factory):
    """Who makes stores, for fixtures that outlast a test."""
    if request.param == "sqlite":
        return Files(tmp_path_factory)
    return request.getfixturevalue("postgres")


@pytest.fixture
def new_store(stores):
    """Return where a store is that nobody wrote to yet, or the copy of one, as called."""
    made = []

    def new(like=None):
        made.append(stores.copy(like) if like else stores.store())
        return made[-1]

    yield new
    for one in made:
        stores.drop(one)


@pytest.fixture
def where(new_store):
    """Where a store is that nobody wrote to yet."""
    return new_store()


def asked(store, sql):
    """Return the rows that a query gives, whichever database answers it."""
    with store.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql)]


def pytest_terminal_summary(terminalreporter):
    """Say which tests were left out for want of a server, and why."""
    skipped = terminalreporter.stats.get("skipped", ())
    left = [one for one in skipped if LEFT_OUT in str(one.longrepr)]
    if left:
        files = Counter(one.nodeid.partition("::")[0] for one in left)
        names = ", ".join(f"{name} ({n})" for name, n in sorted(files.items()))
        why = str(left[0].longrepr[-1]).partition(LEFT_OUT)[2].strip()
        terminalreporter.section("left out", yellow=True)
        terminalreporter.write_line(
            f"{len(left)} tests on PostgreSQL were left out: {why}\n{names}"
        )
