"""Stores for tests: the same test runs on one in a file and on one in PostgreSQL.

Where no server can be had, the tests on PostgreSQL are left out, and the run says so.
"""

from collections import Counter
from shutil import copyfile

import pytest
from postgres_server import NoServerError, server

KINDS = ("sqlite", "postgresql")
LEFT_OUT = "no PostgreSQL with PostGIS:"


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
